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

/// Runs what it is given after a document, and passes on only an answer that is whole: a document in one line, the reason in the next, and then the
/// word that no other program ends with. Anything else, or nothing within the time, is that document, 2 and a sentence: with any other status, and
/// with 2 without a word, hosts run the tool.
///
/// All of it is built into the shell but the program and `sleep`, each named by its path. `sleep` runs out where nobody has answered; whoever reads the
/// answer ends it before, and so wakes the shell. Traps are set after it is started: a signal that comes before it is itself would else be lost.
/// Nothing but the reader holds the standard output of the host, and the reader is ended first.
///
/// A program that hangs is not ended, and only finds that nobody reads it any more. A shell of POSIX is told the number of the last process of a pipeline, which is
/// the reader, and of no other: to have the number of the program takes one process more in each call, and a number may be somebody else's by the time
/// that it is used.
const GUARD: &str = r#"d=$1; shift; x=3; r=; no() { trap - EXIT; [ -z "$r" ] || kill -9 $r 2>/dev/null; printf "%s\n" "$d"; echo "Lictor did not answer, and so this is refused (HOOK_FAILED)" >&2; exit 2; }; trap "" PIPE; { /bin/sleep 22 >/dev/null 2>&1 3<&- & s=$!; trap no EXIT HUP INT TERM; "$@" --guarded <&3 2>/dev/null 3<&- | { IFS= read -r a; IFS= read -r r; IFS= read -r e; while IFS= read -r m || [ "$m" ]; do e=; done; case $e$a in "lictor 0{"*"}") x=0;; "lictor 2{"*"}") x=2;; *) kill -USR1 $s 2>/dev/null; exit 3;; esac; kill -9 $s 2>/dev/null && printf "%s\n" "$a" || exit 3; [ -z "$r" ] || printf "%s\n" "$r" >&2; exit $x; } 3<&- & r=$!; wait $s 2>/dev/null; [ $? = 137 ] && { wait $r; x=$?; }; } 3<&0; case $x in 0|2) trap - EXIT; exit $x; esac; no"#;
impl Command {
    /// Which word of the line the guard is.
    pub(super) const GUARD_AT: usize = 2;
    /// How many words stand before the program: the shell, its option, the guard, the name that the guard goes by, and the document.
    pub(super) const BEFORE: usize = 5;

    /// The whole line, for a shell of POSIX, and for fish. It names its own shell by its path: a host may have a short `PATH`, or none.
    pub fn line(&self) -> String {
        let silent = Trouble {
            code: "HOOK_FAILED",
            sentence: "the program is missing, was ended, or did not answer".to_owned(),
        };
        let document = self.host.stopped(&silent).stdout;
        let words = self.words.iter().map(|word| shell(word)).collect::<Vec<_>>().join(" ");
        format!("/bin/sh -c {} lictor {} {words}", shell(GUARD), shell(document.trim_end()))
    }
}

/// A word as a shell reads it.
///
/// Behind a `$` the quotes end and begin again, which is nothing to a shell. A host may put variables of its environment into all texts of its configuration
/// before anybody else reads them: Gemini CLI does, and where `x` is 0 there, a guard that is written with `$x` lets everything pass.
pub fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''").replace('$', "$''")),
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
