//! The hosts: what each of them writes, what it takes for an answer, and whether it asks its user when it is told to.

mod claude_code;
mod codex;
mod cursor;
mod gemini;
mod copilot;

use std::fmt;

use crate::answer::Answer;
use crate::call::{Call, Trouble};
use crate::form::Kind;
use crate::place::Root;
use crate::said::Said;

/// An agent host that is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Host {
    /// Claude Code.
    ClaudeCode,
    /// Codex.
    Codex,
    /// Cursor.
    Cursor,
    /// Gemini CLI.
    Gemini,
    /// GitHub Copilot CLI.
    Copilot,
}

/// Whether a call is put before the user of the host where a person must approve it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Prompts {
    /// Where the host honours it.
    #[default]
    Honoured,
    /// Never: such calls are refused.
    Never,
}

/// One host's form.
struct Form {
    name: &'static str,
    title: &'static str,
    known: &'static [(&'static str, Kind)],
    read: fn(&str, &Root, &[String]) -> Result<Call, Trouble>,
    write: fn(&Said) -> Answer,
    /// Whether it stops and asks its user where it is told to.
    asks: bool,
    /// What it writes about a call, the input as it stands.
    sample: fn(&str, &str) -> String,
}

impl Host {
    /// All of them.
    pub const ALL: [Host; 5] = [Host::ClaudeCode, Host::Codex, Host::Cursor, Host::Gemini, Host::Copilot];

    fn form(self) -> &'static Form {
        match self {
            Host::ClaudeCode => &claude_code::FORM,
            Host::Codex => &codex::FORM,
            Host::Cursor => &cursor::FORM,
            Host::Gemini => &gemini::FORM,
            Host::Copilot => &copilot::FORM,
        }
    }

    /// What it is called on the command line.
    pub fn name(self) -> &'static str {
        self.form().name
    }

    /// What its makers call it.
    pub fn title(self) -> &'static str {
        self.form().title
    }

    /// The host of this name.
    pub fn of(name: &str) -> Option<Host> {
        Host::ALL.into_iter().find(|host| host.name() == name)
    }

    /// Whether it asks its user where it is told to. One that does not would run what it was told to ask about.
    pub fn asks(self) -> bool {
        self.form().asks
    }

    /// The shell that it runs the line of a hook with, and the options before the line; as each was seen to do, and for Cursor as it is documented.
    pub fn shell(self) -> &'static [&'static str] {
        match self {
            Host::ClaudeCode | Host::Cursor => &["/bin/sh", "-c"],
            Host::Codex | Host::Gemini => &["/bin/bash", "-c"],
            Host::Copilot => &["/bin/bash", "--norc", "--noprofile", "-c"],
        }
    }

    /// Whether it reads a configuration in which there are comments; as each was seen to do, and for Cursor nobody has. Where it cannot read one, nearly
    /// each host goes on without its hooks. None reads a comma behind the last member.
    pub fn reads_comments(self) -> bool {
        self == Host::Gemini
    }

    /// Whether it reads one that begins with a mark of the order of bytes.
    pub fn reads_mark(self) -> bool {
        self == Host::ClaudeCode
    }

    /// The members that it is known to write.
    pub fn members(self) -> impl Iterator<Item = &'static str> {
        self.form().known.iter().map(|(name, _)| *name)
    }

    /// Reads what the host is about to do.
    ///
    /// # Errors
    /// It is not what this edition knows of the host, or is no text: nobody knows then what would happen. `also` are members that are let pass.
    pub fn read(self, bytes: &[u8], root: &Root, also: &[String]) -> Result<Call, Trouble> {
        let text =
            std::str::from_utf8(bytes).map_err(|_| Trouble::input("what the host wrote is not UTF-8"))?;
        (self.form().read)(text, root, also)
    }

    /// What the host would write about a call of a tool of its own, to try a hook with: `input` is the JSON of its input, as it is to stand there.
    pub fn sample(self, tool: &str, input: &str) -> String {
        (self.form().sample)(tool, input)
    }

    /// The answer in the host's form. Where people must be asked and this host would not, or `prompts` says so, it refuses.
    pub fn answer(self, said: &Said, prompts: Prompts) -> Answer {
        let refused;
        let said = match said {
            Said::Ask { .. } if !self.asks() || prompts == Prompts::Never => {
                refused = said.refused();
                &refused
            }
            _ => said,
        };
        (self.form().write)(said)
    }

    /// The answer where nothing was decided: it refuses.
    pub fn stopped(self, trouble: &Trouble) -> Answer {
        (self.form().write)(&Said::trouble(trouble))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
