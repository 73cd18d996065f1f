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
/// How many words stand before the program: the shell, its option, the guard, the name that the guard goes by, and the document.
const BEFORE: usize = 5;

impl Command {
    /// The whole line, for a shell of POSIX, and for fish. It names its own shell by its path: a host may have a short `PATH`, or none.
    pub fn line(&self) -> String {
        let silent =
            Trouble { code: "HOOK_FAILED", sentence: "the program is missing, or was ended".to_owned() };
        let document = self.host.stopped(&silent).stdout;
        let words = self.words.iter().map(|word| shell(word)).collect::<Vec<_>>().join(" ");
        format!("/bin/sh -c '{GUARD}' lictor {} {words}", shell(document.trim_end()))
    }

    /// The same line where the program is not there, to see what comes of that. `None` where it is not such a line.
    pub fn without_program(line: &str) -> Option<String> {
        let mut words = words(line)?;
        *words.get_mut(BEFORE)? = "/nonexistent/lictor".to_owned();
        Some(words.iter().map(|word| shell(word)).collect::<Vec<_>>().join(" "))
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

/// The words of a line that [`shell`] has written; `None` where it has anything else that a shell does not read as itself.
pub fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match c {
            ' ' => words.extend(word.take()),
            '\'' => loop {
                match rest.next()? {
                    '\'' => {
                        word.get_or_insert_default();
                        break;
                    }
                    c => word.get_or_insert_default().push(c),
                }
            },
            '\\' => word.get_or_insert_default().push(rest.next().filter(|c| *c == '\'')?),
            c if c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c) => {
                word.get_or_insert_default().push(c);
            }
            _ => return None,
        }
    }
    words.extend(word);
    Some(words)
}
