//! Trials of a hook: the line of a configuration is run as its host runs it, with calls in the host's form.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use lictor_hook::install::Fault;
use lictor_hook::{Host, install};
use serde::Serialize;
use serde_json::Value;

use super::{left, read};
use crate::failure::Failure;

/// A tool that nobody has. No policy may let it pass unseen.
const NO_TOOL: &str = "lictor_self_test";
/// What is tried first, without running anything.
const CONFIGURED: &str = "configured";
/// The shell of the line, which every program of the system rests on.
const SHELL: &str = "/bin/sh";
/// Where there is no program.
const NO_PATH: &str = "/nonexistent";

/// What came of the trials.
#[derive(Serialize, Debug)]
pub struct Proof {
    /// The configuration.
    pub file: String,
    /// The line that the host runs for each call, as it stands in the configuration, where there is one.
    pub line: Option<String>,
    /// Whether all of it held.
    pub held: bool,
    /// What was tried, in this order.
    pub trials: Vec<Trial>,
    /// What of it a program can change that runs as this user.
    pub reachable: Vec<String>,
}

/// Something that was tried.
#[derive(Serialize, Debug)]
pub struct Trial {
    /// By what programs know it.
    pub id: &'static str,
    /// What must be so.
    pub what: String,
    /// Whether it is.
    pub held: bool,
    /// How the line ended, where it was run and ended by itself.
    pub status: Option<i32>,
    /// What it said besides its answer, or what else is wrong.
    pub told: String,
}

/// Tries the hook in this configuration. `rests` are files that it rests on, where they are known.
pub fn prove(host: Host, file: &Path, rests: &[PathBuf]) -> Result<Proof, Failure> {
    let shown = file.display();
    let text = read(file)?;
    let found = install::found(host, &text).map_err(|trouble| left(file, trouble))?;
    let unread = install::unread(host, &text).map_err(|trouble| left(file, trouble))?;
    let says = |what: String, held: bool, told: &str| Trial {
        id: CONFIGURED,
        what,
        held,
        status: None,
        told: told.to_owned(),
    };
    let [entry] = found.as_slice() else {
        let what = format!("{shown} has {} hooks of Lictor's, and should have one", found.len());
        let (file, trials) = (shown.to_string(), vec![says(what, false, "")]);
        return Ok(Proof { file, line: None, held: false, trials, reachable: Vec::new() });
    };
    let whole = format!("{shown} has the hook for every tool");
    let part = format!("{shown} has the hook for some tools only, or it may fail without stopping them");
    let mut trials = vec![match unread {
        Some(why) => says(whole, false, &why),
        None if entry.whole => says(whole, true, ""),
        None => says(part, false, ""),
    }];
    trials.extend(runs(host, &entry.line));
    let held = trials.iter().all(|trial| trial.held);
    let reachable = reachable(file, &entry.line, rests);
    Ok(Proof { file: shown.to_string(), line: Some(entry.line.clone()), held, trials, reachable })
}

/// What is tried with the line: with calls, and with everything that may become of the program.
fn runs(host: Host, line: &str) -> Vec<Trial> {
    let call = host.sample(NO_TOOL, "{}");
    let run = |line: &str, input: &str| Ran::of(host, line, input, None);
    let faulty = |fault: Fault| {
        let ran = run(&fault.put_into(line).unwrap_or_default(), &call);
        let what = format!("where {}, the call is refused", fault.what());
        ran.trial(fault.id(), &what, ran.stops())
    };
    // One of them takes its time.
    thread::scope(|scope| {
        let faults = Fault::ALL.map(|fault| (fault, scope.spawn(move || faulty(fault))));
        let nobodys = run(line, &call);
        let twice = run(line, &host.sample(NO_TOOL, r#"{"a":1,"a":2}"#));
        let garbage = run(line, "this is no call");
        let short = Ran::of(host, line, &call, Some(NO_PATH));
        let unknown = nobodys.stops() || nobodys.asks();
        let same = short.decides() && (short.stops() || short.asks());
        let mut all = vec![
            nobodys.trial("decides", "it decides: the policy answers a call", nobodys.decides()),
            nobodys.trial(
                "unknown_tool",
                "a tool that nobody knows is refused, or its user is asked",
                unknown,
            ),
            twice.trial("two_things", "a call that says two things at once is refused", twice.stops()),
            garbage.trial("no_call", "what is no call is refused", garbage.stops()),
            short.trial("no_path", "where the host has no PATH, it decides all the same", same),
        ];
        let gone = |fault: Fault| Trial {
            id: fault.id(),
            what: format!("where {}, the call is refused", fault.what()),
            held: false,
            status: None,
            told: "it could not be tried".to_owned(),
        };
        all.extend(faults.into_iter().map(|(fault, ran)| ran.join().unwrap_or_else(|_| gone(fault))));
        all
    })
}

/// Which of the files that it rests on this user can change: so can an agent that runs as the same user.
fn reachable(file: &Path, line: &str, rests: &[PathBuf]) -> Vec<String> {
    let mut all = vec![file.to_path_buf()];
    all.extend(rests.iter().cloned());
    // What the line names, where nobody has said it. A line that was written by hand is only cut at its spaces.
    let named = install::words(line)
        .unwrap_or_else(|| line.split_whitespace().map(|word| word.trim_matches('\'').to_owned()).collect());
    all.extend(named.into_iter().filter(|word| word.starts_with('/') && word != SHELL).map(PathBuf::from));
    all.iter_mut().for_each(|path| *path = path.canonicalize().unwrap_or_else(|_| path.clone()));
    all.sort();
    all.dedup();
    all.iter().filter(|path| install::reachable(path)).map(|path| path.display().to_string()).collect()
}

/// What a run of the hook gave.
struct Ran {
    status: Option<i32>,
    document: Option<Value>,
    told: String,
}

impl Ran {
    /// Runs the line with the shell of the host, where it is there, and with this `PATH` in the place of ours.
    fn of(host: Host, line: &str, input: &str, path: Option<&str>) -> Ran {
        let failed = |told: String| Ran { status: None, document: None, told };
        let (shell, options) = match host.shell().split_first() {
            Some((shell, options)) if Path::new(shell).exists() => (*shell, options),
            _ => (SHELL, &["-c"][..]),
        };
        let mut command = Command::new(shell);
        command.args(options).arg(line);
        if let Some(path) = path {
            command.env("PATH", path);
        }
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
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

    fn trial(&self, id: &'static str, what: &str, held: bool) -> Trial {
        Trial { id, what: what.to_owned(), held, status: self.status, told: self.told.clone() }
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
}

impl Trial {
    /// What came of it, where it did not hold; nothing where nothing was run.
    pub fn shown(&self) -> String {
        let ended = match self.status {
            Some(status) => format!("status {status}"),
            None if self.told.is_empty() => return String::new(),
            None if self.id == CONFIGURED => return format!(": {}", self.told),
            None => "no status".to_owned(),
        };
        format!(": {ended}, {}", if self.told.is_empty() { "and not a word" } else { &self.told })
    }
}
