//! Words: quotes and escapes, and patterns; what begins with `$` stands in `dollar.rs`.

use super::reader::Reader;
use super::word::Word;
use crate::Reason;

impl Reader<'_> {
    /// Reads a word that begins here.
    pub(super) fn word(&mut self) -> Word {
        let mut word = Word { number: true, ..Word::default() };
        // `[` and `{` change a word only where their other half follows.
        let (mut bracket, mut brace) = (false, false);
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\n' | '\r' | ';' | '&' | '|' | ')' => break,
                '<' | '>' if self.second() == Some('(') => self.process(&mut word),
                '<' | '>' => break,
                // `+(…)` and its kin are patterns; elsewhere `(` is no part of a word.
                '(' if word.text.ends_with(['?', '*', '+', '@', '!']) && !word.quoted => {
                    self.skip_pattern(&mut word);
                }
                '(' => break,
                '\'' => self.single(&mut word),
                '"' => self.double(&mut word),
                '\\' => self.escaped(&mut word),
                '$' => self.dollar(&mut word, false),
                '`' => self.backquoted(&mut word, false),
                other => {
                    bracket |= other == '[';
                    brace |= other == '{';
                    let changes = matches!(other, '*' | '?')
                        || (other == ']' && bracket && word.text != "[")
                        || (other == '}' && brace && (word.text.contains(',') || word.text.contains("..")));
                    word.splits |= changes;
                    word.text.push(other);
                    self.step();
                }
            }
        }
        // Digits, behind a sign; what stands there for numbers was looked at where it was read.
        let digits = word.text.strip_prefix('-').unwrap_or(&word.text);
        word.value_is_number = word.number;
        let literal = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
        word.number &= literal || word.open;
        if word.open
            && !word.quoted
            && word.text.starts_with(|c: char| c != '$' && c != '-' && !c.is_ascii_digit())
        {
            word.number = false;
        }
        word
    }

    pub(super) fn single(&mut self, word: &mut Word) {
        word.quoted = true;
        self.step();
        loop {
            match self.next() {
                Some('\'') => return,
                Some(c) => {
                    word.literal |= c == '$';
                    word.text.push(c);
                }
                None => return self.opaque(Reason::Syntax),
            }
        }
    }

    pub(super) fn double(&mut self, word: &mut Word) {
        word.quoted = true;
        self.step();
        loop {
            match self.peek() {
                Some('"') => return self.step(),
                Some('\\') => {
                    self.step();
                    match self.next() {
                        Some('\n') => {}
                        Some(c @ ('$' | '`' | '"' | '\\')) => {
                            word.literal |= c == '$';
                            word.text.push(c);
                        }
                        Some(c) => word.text.extend(['\\', c]),
                        None => return self.opaque(Reason::Syntax),
                    }
                }
                Some('$') => self.dollar(word, true),
                Some('`') => self.backquoted(word, true),
                Some(c) => {
                    word.text.push(c);
                    self.step();
                }
                None => return self.opaque(Reason::Syntax),
            }
        }
    }

    pub(super) fn escaped(&mut self, word: &mut Word) {
        self.step();
        match self.next() {
            // The line goes on.
            Some('\n') => {}
            Some(c) => {
                word.quoted = true;
                word.literal |= c == '$';
                word.text.push(c);
            }
            None => word.text.push('\\'),
        }
    }

    /// `` `…` ``: a script of its own, in which a backslash escapes less.
    pub(super) fn backquoted(&mut self, word: &mut Word, quoted: bool) {
        self.step();
        let mut script = String::new();
        loop {
            match self.next() {
                Some('`') => break,
                Some('\\') => match self.next() {
                    Some(c @ ('`' | '\\' | '$')) => script.push(c),
                    Some(c) => script.extend(['\\', c]),
                    None => return self.opaque(Reason::Syntax),
                },
                Some(c) => script.push(c),
                None => return self.opaque(Reason::Syntax),
            }
        }
        self.script(&script);
        word.text.push_str("$(…)");
        word.number = false;
        open(word, quoted);
    }

    /// `<(…)` and `>(…)`: a file that a command writes or reads.
    fn process(&mut self, word: &mut Word) {
        self.step();
        self.step();
        self.inner(Some(')'));
        word.number = false;
        word.text.push_str("<(…)");
        open(word, true);
    }

    /// The rest of `+(…)`: a pattern, without commands unless it holds `$(…)`.
    fn skip_pattern(&mut self, word: &mut Word) {
        word.splits = true;
        word.number = false;
        let from = self.place();
        let mut depth = 0usize;
        let mut aside = Word::default();
        while let Some(c) = self.peek() {
            match c {
                '\'' => self.single(&mut aside),
                '"' => self.double(&mut aside),
                '\\' => self.escaped(&mut aside),
                '$' => self.dollar(&mut aside, true),
                '`' => self.backquoted(&mut aside, true),
                _ => {
                    depth = if c == '(' { depth + 1 } else { depth };
                    self.step();
                    if c == ')' {
                        depth = depth.saturating_sub(1);
                        if depth == 0 {
                            // `*(e:'rm x':)` runs that in some shells.
                            let text = self.whole(from);
                            let plain =
                                |c: char| c.is_ascii_alphanumeric() && c != 'e' || "_-.*?|/()".contains(c);
                            if !text.chars().all(plain) {
                                self.opaque(Reason::Input);
                            }
                            return;
                        }
                    }
                }
            }
        }
        self.opaque(Reason::Syntax);
    }
}

/// Notes that a part of a word is only known when it runs.
pub(super) fn open(word: &mut Word, quoted: bool) {
    word.open = true;
    word.splits |= !quoted;
}
