//! By what a policy can name a command line: the commands of one that runs programs, and does nothing else that could be hidden behind their
//! names. Such a line is a row of commands, each a program and words that stand there as they are; what these print may be looked at. Whatever
//! sets a variable, reads or writes a file, feeds a program, or stands around a command cannot be named.

use super::Act;
use super::meaning::{Around, Effect};
use super::word::Word;

/// The most commands of a line that can be named, and the most bytes of each.
const MAX_NAMED: usize = 16;
const MAX_BYTES: usize = 400;

/// The commands of a line, as long as it can be named by them.
#[derive(Default)]
pub(super) struct Named {
    commands: Vec<String>,
    refused: bool,
}

impl Named {
    /// Notes that the line cannot be named, where that is so.
    pub fn refuse_if(&mut self, is_so: bool) {
        self.refused |= is_so;
    }

    /// Notes a command of the line.
    pub fn command(&mut self, words: &[Word], effect: &Effect, around: &Around<'_>) {
        if around.sent.is_some() || !words.iter().all(Word::is_known) {
            return self.refuse_if(true);
        }
        // Which program a name stands for, and what it does, rests on the folder.
        let goes =
            words.first().is_some_and(|program| matches!(program.text.as_str(), "cd" | "pushd" | "popd"));
        if goes || (effect.act == Act::Runs && !around.fed) {
            let command = written(words.iter().map(|word| word.text.as_str()));
            self.refuse_if(command.len() > MAX_BYTES);
            if !self.commands.contains(&command) {
                self.refuse_if(self.commands.len() == MAX_NAMED);
                self.commands.push(command);
            }
        } else {
            self.refuse_if(!looks_at_no_file(words, effect));
        }
    }

    /// The commands; none where the line cannot be named.
    pub fn all(self) -> Vec<String> {
        if self.refused { Vec::new() } else { self.commands }
    }
}

/// Whether a command says something, or looks at what another one prints, and at no file: `tail -20`, `grep FAILED`.
fn looks_at_no_file(words: &[Word], effect: &Effect) -> bool {
    let names = |word: &Word| word.text.contains('/') || word.text.starts_with(['.', '~']);
    effect.act == Act::Looks && effect.paths.is_empty() && !words.iter().any(names)
}

/// The command line that runs these words as they are.
pub(crate) fn written<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+:,./-".contains(c);
    let written = words.map(|word| {
        if !word.is_empty() && word.chars().all(is_plain) {
            return word.to_owned();
        }
        format!("'{}'", word.replace('\'', "'\\''"))
    });
    written.collect::<Vec<_>>().join(" ")
}
