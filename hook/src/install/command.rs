//! The command line that a host runs.

use crate::call::Trouble;
use crate::host::Host;

/// What a host runs for each call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// The host.
    pub host: Host,
    /// The program, and what it is given.
    pub words: Vec<String>,
}

/// Runs what it is given after a document. Where that was not there, was killed, or ended otherwise than as a hook that has answered does, the document
/// is the answer, and the call is refused: with any other status than 2, and with 2 without a word, hosts run the tool.
const GUARD: &str = r#"d=$1; shift; "$@" && exit 0; [ $? = 2 ] || { echo "$d"; echo "Lictor did not answer, and so this is refused (HOOK_FAILED)" >&2; }; exit 2"#;

impl Command {
    /// The whole line, for a shell of POSIX, and for fish.
    pub fn line(&self) -> String {
        let silent =
            Trouble { code: "HOOK_FAILED", sentence: "the program is missing, or was ended".to_owned() };
        let document = self.host.stopped(&silent).stdout;
        let words = self.words.iter().map(|word| shell(word)).collect::<Vec<_>>().join(" ");
        format!("sh -c '{GUARD}' lictor {} {words}", shell(document.trim_end()))
    }

    /// The same line where the program is not there, to see what comes of that. `None` where it is not such a line.
    pub fn without_program(line: &str) -> Option<String> {
        let (before, after) = line.split_once(" hook ")?;
        let (guard, _) = match before.strip_suffix('\'') {
            Some(quoted) => quoted.rsplit_once(" '")?,
            None => before.rsplit_once(' ')?,
        };
        Some(format!("{guard} /nonexistent/lictor hook {after}"))
    }
}

/// A word as a shell reads it.
pub fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}
