//! The text of a script, read once from front to back.
//!
//! Nothing is built of its structure: loops, groups and branches are stepped over, and what they hold is what may run. Whatever is
//! run inside words (`$(…)`, `` `…` ``, `<(…)`) is read in place and stands in the same list.

use std::collections::BTreeSet;

use super::evaluated;
use super::word::{Word, Written};

use crate::{MAX_COMMANDS, MAX_DEPTH, Reason};

/// What was found in a text and whatever runs inside it.
#[derive(Default)]
pub(crate) struct Found {
    /// The commands.
    pub commands: Vec<Written>,
    /// Whether anything stands around them: a loop, a branch, a group, a test, arithmetic.
    pub shaped: bool,
    /// Why something could not be read, the first time that was so.
    pub opaque: Option<Reason>,
    /// Variables that may come to hold something else than a number; all of them, where that cannot be told.
    pub(super) wild: BTreeSet<String>,
    pub(super) all_wild: bool,
    pub(super) sets_numbers: bool,
    /// Variables that evaluate whatever they are given.
    pub(super) integers: BTreeSet<String>,
}

/// Reads a script.
pub(crate) struct Reader<'f> {
    chars: Vec<char>,
    at: usize,
    depth: usize,
    /// How many characters were looked at in vain.
    vain: usize,
    /// Variables that hold a number here.
    pub(super) numbers: Vec<String>,
    pub(super) found: &'f mut Found,
}

/// How often a text may be looked at in vain, all in all. Whoever has more open parentheses than this is no person.
const VAIN: usize = 2;

/// Reads a script that runs inside so many others.
pub(crate) fn read(text: &str, depth: usize) -> Found {
    let once = |found: &mut Found| {
        let chars = text.chars().collect();
        Reader { chars, at: 0, depth, vain: 0, numbers: Vec::new(), found }.inner(None);
    };
    let mut found = Found::default();
    // No shell can be given it; what takes it away reads another text.
    if text.contains('\0') {
        found.opaque = Some(Reason::Syntax);
    }
    once(&mut found);
    // A variable holds a number only where nothing in all of the text gives it anything else: a loop comes back.
    if found.opaque.is_none() && found.sets_numbers {
        let Found { wild, all_wild, .. } = found;
        found = Found { wild, all_wild, opaque: found.opaque, ..Found::default() };
        once(&mut found);
    }
    let evaluates = |name: &String| found.all_wild || found.wild.contains(name);
    if found.integers.iter().any(evaluates) {
        found.opaque.get_or_insert(Reason::Input);
    }
    found
}

impl Reader<'_> {
    pub(super) fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    pub(super) fn second(&self) -> Option<char> {
        self.chars.get(self.at + 1).copied()
    }

    pub(super) fn step(&mut self) {
        self.at += 1;
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek();
        self.at += 1;
        c
    }

    /// Steps over a text, if it stands here.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let here = self.chars.get(self.at..).unwrap_or(&[]);
        let stands = text.chars().eq(here.iter().copied().take(text.chars().count()));
        if stands {
            self.at += text.chars().count();
        }
        stands
    }

    /// What stands ahead.
    pub(super) fn ahead(&self) -> &[char] {
        self.chars.get(self.at..).unwrap_or(&[])
    }

    pub(super) fn place(&self) -> usize {
        self.at
    }

    pub(super) fn since(&self, from: usize) -> String {
        let to = self.at.min(self.chars.len());
        self.chars.get(from..to).unwrap_or(&[]).iter().take(200).collect()
    }

    /// All that was read since a place.
    pub(super) fn whole(&self, from: usize) -> String {
        let to = self.at.min(self.chars.len());
        self.chars.get(from..to).unwrap_or(&[]).iter().collect()
    }

    /// Steps behind the next of these characters.
    pub(super) fn until(&mut self, end: char) {
        while let Some(c) = self.next() {
            if c == end {
                return;
            }
        }
        self.give_up(Reason::Syntax);
    }

    /// Steps over blanks, lines that go on, and comments.
    pub(super) fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t') => self.step(),
                // To a shell it is a sign of a word like any other, and `\r#` no comment.
                Some('\r') => {
                    self.opaque(Reason::Syntax);
                    self.step();
                }
                Some('\\') if self.second() == Some('\n') => self.at += 2,
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.step();
                    }
                }
                _ => return,
            }
        }
    }

    /// Notes that something cannot be read.
    pub(super) fn opaque(&mut self, reason: Reason) {
        self.found.opaque.get_or_insert(reason);
    }

    /// Notes that something cannot be read, and reads nothing more.
    pub(super) fn give_up(&mut self, reason: Reason) {
        self.opaque(reason);
        self.at = self.chars.len();
    }

    /// Keeps a command; its number.
    pub(super) fn keep(&mut self, command: Written) -> Option<usize> {
        if self.found.commands.len() >= MAX_COMMANDS {
            self.give_up(Reason::Long);
            return None;
        }
        self.found.commands.push(command);
        Some(self.found.commands.len() - 1)
    }

    /// Reads the commands up to an end, one level deeper.
    pub(super) fn inner(&mut self, end: Option<char>) {
        let known = self.numbers.len();
        self.nested(|reader| reader.list(end));
        self.numbers.truncate(known);
    }

    /// Reads something one level deeper, where that is not too deep.
    pub(super) fn nested(&mut self, read: impl FnOnce(&mut Self)) {
        if self.depth >= MAX_DEPTH {
            return self.give_up(Reason::Deep);
        }
        self.depth += 1;
        read(self);
        self.depth -= 1;
    }

    /// Reads a text of its own that runs here.
    pub(super) fn script(&mut self, text: &str) {
        if self.depth >= MAX_DEPTH {
            return self.give_up(Reason::Deep);
        }
        let depth = self.depth + 1;
        let numbers = self.numbers.clone();
        Reader { chars: text.chars().collect(), at: 0, depth, vain: 0, numbers, found: self.found }
            .list(None);
    }

    /// Steps over `((…))`, where that stands here and is arithmetic: its parentheses fit, and it has signs and names only.
    pub(super) fn arithmetic(&mut self, counts: bool) -> bool {
        if self.peek() != Some('(') || self.second() != Some('(') {
            return false;
        }
        let mut depth = 0usize;
        let mut at = self.at + 2;
        while let Some(c) = self.chars.get(at) {
            match c {
                '(' => depth += 1,
                ')' if depth > 0 => depth -= 1,
                ')' if self.chars.get(at + 1) == Some(&')') => {
                    let text: String = self.chars.get(self.at + 2..at).unwrap_or(&[]).iter().collect();
                    let known = self.numbers.len();
                    // What it is set to is looked at before it holds that.
                    if let Some((name, value)) = evaluated::sets(&text)
                        && evaluated::is_plain(value, &|name| self.is_number(name))
                    {
                        self.holds_number(name);
                    }
                    if !evaluated::is_plain(&text, &|name| self.is_number(name)) {
                        self.opaque(Reason::Input);
                    }
                    // Around it may stand a shell of its own; in the head of a loop, its body is told.
                    if !counts {
                        self.numbers.truncate(known);
                    }
                    self.at = at + 2;
                    self.found.shaped = true;
                    return true;
                }
                '$' if self.chars.get(at + 1) == Some(&'(') => break,
                c if c.is_ascii_alphanumeric() || " \t\n_+-*/%<>=!&|^~?:,$#[]{};".contains(*c) => {}
                _ => break,
            }
            at += 1;
        }
        self.vain += at - self.at;
        if self.vain > VAIN * self.chars.len() {
            self.give_up(Reason::Long);
        }
        // A shell tries arithmetic first, with what commands print and quotes hold in it.
        self.opaque(Reason::Input);
        false
    }

    /// Reads the substitutions in the text of a here-document, which is no script itself. Whether there are any, or variables.
    pub(super) fn substituted(&mut self, text: &str) -> bool {
        let mut word = Word::default();
        let mut inner = Reader {
            chars: text.chars().collect(),
            at: 0,
            depth: self.depth,
            vain: 0,
            numbers: self.numbers.clone(),
            found: self.found,
        };
        while let Some(c) = inner.peek() {
            match c {
                '$' => inner.dollar(&mut word, true),
                '`' => inner.backquoted(&mut word, true),
                '\\' => inner.at += 2,
                _ => inner.step(),
            }
        }
        word.open
    }
}
