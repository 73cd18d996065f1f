//! `lictor hook`: stands before the tools of an agent host, and is put there.

pub mod answer;
mod deciding;
mod install;
mod own;
mod trial;
mod test;

use std::path::PathBuf;

use clap::Subcommand;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use lictor_hook::Host;

use self::deciding::Deciding;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Notice;

/// Has every tool call of an agent host decided before it happens: Claude Code, Codex, Cursor, Gemini CLI, GitHub Copilot CLI.
///
/// `lictor hook install HOST` puts it in place and tries it; the host then runs `lictor hook HOST` before each tool. A hook is a guard rail: an
/// agent that runs as you can take away what you can.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor hook install claude-code               a policy to begin with, and the hook for all your projects
  lictor hook install codex --policy my-agent   by a policy of yours
  lictor hook install gemini --bundle /etc/lictor/agents.bundle --key /etc/lictor/agents.pub
  lictor hook test claude-code                  does it still hold?
  lictor hook uninstall claude-code             take it away")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Answers Claude Code: reads a call from the standard input.
    ClaudeCode(Unread),
    /// Answers Codex.
    Codex(Unread),
    /// Answers Cursor.
    Cursor(Unread),
    /// Answers Gemini CLI.
    Gemini(Unread),
    /// Answers GitHub Copilot CLI.
    Copilot(Unread),
    Install(install::Args),
    Test(test::Args),
    Uninstall(install::Uninstall),
}

impl Args {
    /// Runs the command. What answers a host has ended before, with an answer in any case ([`answer::early`]), unless an option stood before
    /// `hook`.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        match &self.what {
            What::Install(install) => install.run(format),
            What::Test(test) => test.run(format),
            What::Uninstall(uninstall) => uninstall.run(format),
            _ => Err(Notice::error("C0140", "the hook of a host has no option before `hook`")
                .help("write `lictor hook HOST …`, as `lictor hook install` does")
                .into()),
        }
    }
}

/// How a host is answered, so that it stands in the help and in the manual; [`answer::early`] reads it by itself.
#[derive(clap::Args, Debug)]
struct Unread {
    #[command(flatten)]
    #[allow(dead_code, reason = "it is read elsewhere")]
    deciding: Deciding,
}

/// Which host, and which of its configurations.
#[derive(clap::Args, Debug)]
struct Place {
    /// The host.
    #[arg(value_parser = hosts())]
    host: Host,
    /// The configuration of the project in this directory, in the place of that for all your projects.
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// The file of the configuration, such as one that only an administrator may write.
    #[arg(long, value_name = "FILE", conflicts_with = "project")]
    file: Option<PathBuf>,
}

fn hosts() -> impl TypedValueParser<Value = Host> {
    PossibleValuesParser::new(Host::ALL.map(Host::name))
        .try_map(|name| Host::of(&name).ok_or("there is no such host"))
}

impl Place {
    /// The directories between the home directory, or that of the project, and the file, the innermost first. None where the file was named.
    fn folders(&self) -> Result<Vec<PathBuf>, Failure> {
        let above = match (&self.file, &self.project) {
            (Some(_), _) => return Ok(Vec::new()),
            (None, Some(dir)) => dir.clone(),
            (None, None) => home()?,
        };
        let file = self.file()?;
        let between = file.ancestors().skip(1).take_while(|dir| *dir != above && dir.starts_with(&above));
        Ok(between.map(PathBuf::from).collect())
    }

    fn file(&self) -> Result<PathBuf, Failure> {
        Ok(match (&self.file, &self.project) {
            (Some(file), _) => file.clone(),
            (None, Some(dir)) => lictor_hook::install::of_project(self.host, dir),
            (None, None) => lictor_hook::install::of_user(self.host, &home()?),
        })
    }
}

/// The home directory.
fn home() -> Result<PathBuf, Failure> {
    let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
    home.ok_or_else(|| {
        Notice::error("C0140", "nobody says where your home directory is")
            .help("name the file with `--file`, or the project with `--project`")
            .into()
    })
}

/// What stands in a configuration; nothing where it is not there.
fn read(file: &std::path::Path) -> Result<String, Failure> {
    match std::fs::read(file) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| {
            Notice::error("C0140", format!("{} is no text, and stays as it is", file.display()))
                .help("mend it, or move it away, and run this again")
                .into()
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(crate::files::unreadable(file, "the configuration of the host", &error)),
    }
}

/// The failure for a configuration that is left as it is.
fn left(file: &std::path::Path, trouble: lictor_hook::Trouble) -> Failure {
    Notice::error("C0140", format!("{}: {}; it stays as it is", file.display(), trouble.sentence))
        .help("mend it, or move it away, and run this again")
        .into()
}
