//! A command line: what it would do, as far as that can be read from it.

mod word;

mod reader;

mod variables;

mod quote;

mod dollar;

mod list;

mod part;

mod grammar;

mod redirect;

mod effect;

mod meaning;

mod graver;

mod named;

mod wrappers;

mod shells;

mod find;

mod folders;

mod elsewhere;

mod typed;

mod programs;

mod asked;

mod tables;

mod files;

mod archives;

mod http;

mod languages;

mod sed;

mod databases;

mod environment;

mod declared;

mod evaluated;

mod git;

mod cloud;

mod recording;

mod verbs;

mod names;

mod held;

mod paths;

use serde::Serialize;

pub(crate) use named::written;

use crate::{MAX_TEXT, Reason};

/// What a command does. The later one is the graver one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// It reads files, or nothing at all.
    Looks,
    /// It asks a provider or a cluster how something is.
    Inspects,
    /// It creates or changes a file.
    Writes,
    /// It asks a site for a page.
    Fetches,
    /// It keeps what a site answers in a file.
    Downloads,
    /// It pushes commits.
    Pushes,
    /// It does several of these, or one of them with several files.
    Several,
    /// It runs a program of which nothing more is known.
    Runs,
    /// It creates machines, storage or services.
    Provisions,
    /// It removes files.
    Deletes,
    /// It destroys machines, storage or services.
    Terminates,
    /// It sends something out.
    Sends,
    /// It reads what opens doors.
    ReadsSecret,
    /// It changes what somebody may do, or what runs by itself, or runs with the rights of the administrator.
    Privileges,
    /// Nobody can read from it what it does.
    Opaque,
    /// It destroys a disk, a system, or everything that somebody has.
    Destroys,
    /// It removes what was recorded, or stops recording.
    Hides,
    /// It changes what holds the agent back.
    Tampers,
}

/// What a command does, as it is written, the graver ones last.
pub const ACTS: [&str; 18] = [
    "looks",
    "inspects",
    "writes",
    "fetches",
    "downloads",
    "pushes",
    "several",
    "runs",
    "provisions",
    "deletes",
    "terminates",
    "sends",
    "reads_secret",
    "privileges",
    "opaque",
    "destroys",
    "hides",
    "tampers",
];

/// What a command line would do: its gravest act.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Script {
    /// What it does.
    pub act: Act,
    /// The file, folder or thing that it does it to, where there is exactly one.
    pub path: Option<String>,
    /// The address that it does it to, where there is exactly one.
    pub url: Option<String>,
    /// The branch that it pushes.
    pub branch: Option<String>,
    /// Whether everything below goes, too.
    pub recursive: bool,
    /// Whether it throws away what stands there.
    pub forced: bool,
    /// How many things it is about, at least one.
    pub count: i64,
    /// Whether it runs with the rights of the administrator.
    pub elevated: bool,
    /// Whether it reaches out.
    pub network: bool,
    /// Whether nobody can read from some of it what it does.
    pub opaque: bool,
    /// Why not.
    pub reason: Option<Reason>,
    /// The programs that it runs, each once, sorted.
    pub programs: Vec<String>,
    /// The commands by which a line can be named that runs programs and does nothing else, each whole and once, in their order; none for
    /// every other line.
    pub commands: Vec<String>,
}

/// Reads a command line as POSIX shells and Bash would. It always answers: what cannot be read is [`Act::Opaque`].
pub fn shell(text: &str) -> Script {
    let mut effects = meaning::Effects::default();
    if text.len() > MAX_TEXT {
        effects.opaque(Reason::Long);
    } else {
        effects.script(text, 0);
    }
    effects.summary()
}

/// Whether somebody at a terminal could go on by typing into a command of this line, and run something so: into a program that shows pages; and,
/// where `pager` says that git finds such a program, into what git shows. Without a terminal nobody can.
pub fn takes_typing(text: &str, pager: bool) -> bool {
    let mut effects = meaning::Effects::default();
    if text.len() <= MAX_TEXT {
        effects.script(text, 0);
    }
    effects.takes_typing(pager)
}
