//! What may become of the program behind the line of a configuration, to be tried: the same line with something else in its place.

use super::command::{Command, shell, words};

/// Something that may be wrong with the program, or with what the line rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It is not there.
    Missing,
    /// A file without anything in it stands in its place, as a disk that is full leaves one behind.
    Empty,
    /// Another program does.
    Other,
    /// It writes two documents.
    TwoDocuments,
    /// It writes half of one.
    HalfDocument,
    /// It writes one that allows, and is ended by a signal then.
    Crash,
    /// It says nothing, and does not end.
    Hang,
    /// What the line waits with is not there.
    NoSleep,
}

/// How long the line waits in a trial, in seconds; what hangs does so for longer, and ends by itself.
const SHORT: &str = "/bin/sleep 1";
/// What it waits with otherwise.
const LONG: &str = "/bin/sleep 22";

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 8] = [
        Fault::Missing,
        Fault::Empty,
        Fault::Other,
        Fault::TwoDocuments,
        Fault::HalfDocument,
        Fault::Crash,
        Fault::Hang,
        Fault::NoSleep,
    ];

    /// By what programs know it.
    pub fn id(self) -> &'static str {
        match self {
            Fault::Missing => "program_missing",
            Fault::Empty => "program_empty",
            Fault::Other => "program_other",
            Fault::TwoDocuments => "two_documents",
            Fault::HalfDocument => "half_a_document",
            Fault::Crash => "crash",
            Fault::Hang => "hang",
            Fault::NoSleep => "no_sleep",
        }
    }

    /// What of it people are told: the end of a sentence that begins with "where".
    pub fn what(self) -> &'static str {
        match self {
            Fault::Missing => "the program is missing",
            Fault::Empty => "the program is an empty file",
            Fault::Other => "another program is in its place",
            Fault::TwoDocuments => "the program writes two documents",
            Fault::HalfDocument => "the program writes half a document",
            Fault::Crash => "the program crashes after a document",
            Fault::Hang => "the program hangs",
            Fault::NoSleep => "/bin/sleep is missing",
        }
    }

    /// What stands in the place of the program; nothing where that stays.
    fn stand_in(self) -> Option<Vec<&'static str>> {
        let script = match self {
            Fault::NoSleep => return None,
            Fault::Missing => return Some(vec!["/nonexistent/lictor"]),
            // A shell runs a file without a form as a script, and one of nothing ends with 0.
            Fault::Empty => "",
            Fault::Other => "echo done",
            Fault::TwoDocuments => r"printf '{}\n\nlictor 0\n{}\n'",
            Fault::HalfDocument => r#"printf '{"hookSpecificOutput":'"#,
            Fault::Crash => r"printf '{}\n'; kill -SEGV $$",
            Fault::Hang => "exec /bin/sleep 3",
        };
        Some(vec!["/bin/sh", "-c", script])
    }

    /// The line with this fault. `None` where it is not such a line as [`Command::line`] writes.
    pub fn put_into(self, line: &str) -> Option<String> {
        let mut words = words(line)?;
        words.get(Command::BEFORE)?;
        if let Some(instead) = self.stand_in() {
            words.splice(Command::BEFORE..=Command::BEFORE, instead.into_iter().map(str::to_owned));
        }
        let guard = words.get_mut(Command::GUARD_AT)?;
        if !guard.contains(LONG) {
            return None;
        }
        *guard = match self {
            Fault::Hang => guard.replacen(LONG, SHORT, 1),
            Fault::NoSleep => guard.replacen("/bin/sleep", "/nonexistent/sleep", 1),
            _ => return Some(written(&words)),
        };
        Some(written(&words))
    }
}

fn written(words: &[String]) -> String {
    words.iter().map(|word| shell(word)).collect::<Vec<_>>().join(" ")
}
