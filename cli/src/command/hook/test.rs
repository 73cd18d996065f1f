//! `lictor hook test`: runs what a host would run, and looks whether it is stopped where it must be.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lictor_hook::{Host, install};
use serde_json::Value;

use super::{Place, left, read};
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::render::Notice;

/// Tries the hook of a host as its configuration has it: that it answers, and that it refuses what must be refused.
///
/// It runs the command line that the host would run, with calls in the host's form, and also without the program. What the host itself makes of the
/// answers stands in docs/hooks.md.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    place: Place,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, _: Format) -> Result<Exit, Failure> {
        let mut out = output::stdout();
        let held = prove(&mut out, self.place.host, &self.place.file()?, &[])?;
        out.flush()?;
        exit(held)
    }
}

/// A tool that nobody has. No policy may let it pass unseen.
const NO_TOOL: &str = "lictor_self_test";

/// The exit status of what was tried.
pub fn exit(held: bool) -> Result<Exit, Failure> {
    match held {
        true => Ok(Exit::Success),
        false => Err(Notice::error("C0142", "the hook does not hold: see the lines marked with ✗")
            .help("run `lictor hook install` for this host again, or see docs/hooks.md")
            .into()),
    }
}

/// Tries the hook in this configuration, and says what came of it; whether all of it held. `rests` are files that it rests on, where they are known.
pub fn prove(out: &mut output::Out, host: Host, file: &Path, rests: &[PathBuf]) -> Result<bool, Failure> {
    let shown = file.display();
    let found = install::found(host, &read(file)?).map_err(|trouble| left(file, trouble))?;
    let [entry] = found.as_slice() else {
        writeln!(out, "✗ {shown} has {} hooks of Lictor's, and should have one", found.len())?;
        return Ok(false);
    };
    let mut held = entry.whole;
    match entry.whole {
        true => writeln!(out, "✓ {shown} has the hook for every tool")?,
        false => {
            writeln!(out, "✗ {shown} has the hook for some tools only, or it may fail without stopping them")?
        }
    }
    let runs = |line: &str, input: &str| Ran::of(line, input);
    let nobodys = runs(&entry.line, &host.sample(NO_TOOL, "{}"));
    let twice = runs(&entry.line, &host.sample(NO_TOOL, r#"{"a":1,"a":2}"#));
    let garbage = runs(&entry.line, "this is no call");
    let missing = runs(
        &install::Command::without_program(&entry.line).unwrap_or_default(),
        &host.sample(NO_TOOL, "{}"),
    );
    let tries = [
        ("it decides: the policy answers a call", nobodys.decides(), &nobodys),
        (
            "a tool that nobody knows is refused, or its user is asked",
            nobodys.stops() || nobodys.asks(),
            &nobodys,
        ),
        ("a call that says two things at once is refused", twice.stops(), &twice),
        ("what is no call is refused", garbage.stops(), &garbage),
        ("where the program is missing, the call is refused", missing.stops(), &missing),
    ];
    for (what, held_here, ran) in tries {
        held &= held_here;
        match held_here {
            true => writeln!(out, "✓ {what}")?,
            false => writeln!(out, "✗ {what}: {}", ran.shown())?,
        }
    }
    place(out, file, &entry.line, rests)?;
    Ok(held)
}

/// Says which of the files that it rests on this user can change: so can an agent that runs as the same user.
fn place(out: &mut output::Out, file: &Path, line: &str, rests: &[PathBuf]) -> Result<(), Failure> {
    let mut all = vec![file.to_path_buf()];
    all.extend(rests.iter().cloned());
    // What the line names, where nobody has said it.
    let named = line.split_whitespace().map(|word| word.trim_matches('\''));
    all.extend(named.filter(|word| word.starts_with('/')).map(PathBuf::from));
    all.iter_mut().for_each(|path| *path = path.canonicalize().unwrap_or_else(|_| path.clone()));
    all.sort();
    all.dedup();
    let reached: Vec<_> = all.iter().filter(|path| install::reachable(path)).collect();
    if reached.is_empty() {
        writeln!(out, "✓ an agent that runs as this user can change nothing of it")?;
        return Ok(());
    }
    writeln!(out, "! an agent that runs as this user can change:")?;
    for path in reached {
        writeln!(out, "    {}", path.display())?;
    }
    writeln!(
        out,
        "  so this keeps it from mistakes, and not from taking the hook away: docs/hooks.md says where they are safe"
    )?;
    Ok(())
}

/// What a run of the hook gave.
struct Ran {
    status: Option<i32>,
    document: Option<Value>,
    told: String,
}

impl Ran {
    fn of(line: &str, input: &str) -> Ran {
        let failed = |told: String| Ran { status: None, document: None, told };
        let started = Command::new("sh")
            .args(["-c", line])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = match started {
            Ok(child) => child,
            Err(error) => return failed(error.to_string()),
        };
        // Whoever does not read its input closes it.
        let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes()));
        match child.wait_with_output() {
            Ok(output) => Ran {
                status: output.status.code(),
                document: serde_json::from_slice(&output.stdout).ok(),
                told: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            },
            Err(error) => failed(error.to_string()),
        }
    }

    /// Whether the host is stopped, in both ways and with a reason.
    fn stops(&self) -> bool {
        self.status == Some(2) && !self.told.is_empty() && self.says("deny")
    }

    /// Whether the host asks its user.
    fn asks(&self) -> bool {
        self.status == Some(0) && self.says("ask")
    }

    /// Whether the policy has spoken, and not the hook for want of it.
    fn decides(&self) -> bool {
        self.document.is_some() && !self.told.contains("(HOOK_")
    }

    /// Whether the document has this for one of its values, however the host calls the member.
    fn says(&self, word: &str) -> bool {
        fn has(value: &Value, word: &str) -> bool {
            match value {
                Value::String(text) => text == word,
                Value::Object(members) => members.values().any(|value| has(value, word)),
                _ => false,
            }
        }
        self.document.as_ref().is_some_and(|document| has(document, word))
    }

    fn shown(&self) -> String {
        let status = self.status.map_or_else(|| "no status".to_owned(), |status| format!("status {status}"));
        format!("{status}, {}", if self.told.is_empty() { "and not a word" } else { &self.told })
    }
}
