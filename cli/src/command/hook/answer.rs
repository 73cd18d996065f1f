//! `lictor hook HOST`: answers a host, in any case.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::panic;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use lictor_hook::{Answer, Host, Trouble, guarded};

use super::deciding::Deciding;
use crate::args::Choice;

/// The command line from the host on. All the other commands are not looked at: to make them ready takes longer than to decide.
#[derive(Parser)]
struct Line {
    #[command(flatten)]
    deciding: Deciding,
    /// Taken, as everywhere: a host's form is its own.
    #[arg(long, value_enum, default_value_t = Choice::Human)]
    #[allow(dead_code, reason = "an answer has one form")]
    format: Choice,
}

/// Answers where the command line is that of a hook, before anything else can end the process: with a usage, a notice or a panic on the standard error, and
/// nothing on the standard output, several hosts run the tool.
pub fn early() -> Option<ExitCode> {
    let mut words: Vec<OsString> = env::args_os().collect();
    let guarding = words.last().is_some_and(|word| word == GUARDED);
    if guarding {
        words.pop();
    }
    if words.get(1)? != "hook" {
        return None;
    }
    let host = Host::of(words.get(2)?.to_str()?)?;
    let answer = match Line::try_parse_from(words.into_iter().skip(2)) {
        Ok(Line { deciding, .. }) => {
            // What is wrong is in the answer; where in our sources it was found is not for a model.
            panic::set_hook(Box::new(|_| {}));
            guarded(host, deciding.limit(), move || deciding.answer(host))
        }
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp) => return None,
        Err(error) => host.stopped(&Trouble::arguments(first(&error.to_string()))),
    };
    Some(ExitCode::from(if guarding { pass(&answer) } else { send(&answer) }))
}

/// The last word of the line in a configuration: its shell passes on only what ends as [`pass`] ends it.
const GUARDED: &str = "--guarded";

/// Gives the answer to the shell around this: the document, the reason in one line, and the word that says that this is all, in one piece.
fn pass(answer: &Answer) -> u8 {
    let reason = answer.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    let whole = format!("{}\n{reason}\nlictor {}\n", answer.stdout.trim_end(), answer.status);
    let mut out = io::stdout().lock();
    match out.write_all(whole.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => answer.status,
        Err(_) => 2,
    }
}

/// What a usage says first.
fn first(told: &str) -> String {
    told.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// Sends the answer, and gives the status: what could not be sent did not let anything happen.
fn send(answer: &Answer) -> u8 {
    let mut out = io::stdout().lock();
    let sent = out.write_all(answer.stdout.as_bytes()).and_then(|()| out.flush());
    let mut told = io::stderr().lock();
    let _ = told.write_all(answer.stderr.as_bytes());
    match sent {
        Ok(()) => answer.status,
        Err(_) => {
            let _ = told.write_all(b"Lictor could not answer, and so refuses this (HOOK_FAILED)\n");
            2
        }
    }
}
