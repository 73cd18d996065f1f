//! Words: quotes, escapes, and what the shell puts in their place.

use super::reader::Reader;
use super::word::Word;
use crate::Reason;

impl Reader<'_> {
    /// Reads a word that begins here.
    pub(super) fn word(&mut self) -> Word {
        let mut word = Word::default();
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
        word
    }

    fn single(&mut self, word: &mut Word) {
        word.quoted = true;
        self.step();
        loop {
            match self.next() {
                Some('\'') => return,
                Some(c) => word.text.push(c),
                None => return self.opaque(Reason::Syntax),
            }
        }
    }

    fn double(&mut self, word: &mut Word) {
        word.quoted = true;
        self.step();
        loop {
            match self.peek() {
                Some('"') => return self.step(),
                Some('\\') => {
                    self.step();
                    match self.next() {
                        Some('\n') => {}
                        Some(c @ ('$' | '`' | '"' | '\\')) => word.text.push(c),
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

    fn escaped(&mut self, word: &mut Word) {
        self.step();
        match self.next() {
            // The line goes on.
            Some('\n') => {}
            Some(c) => {
                word.quoted = true;
                word.text.push(c);
            }
            None => word.text.push('\\'),
        }
    }

    /// `$NAME`, `${…}`, `$(…)`, `$((…))`, `$'…'`, `$"…"`.
    pub(super) fn dollar(&mut self, word: &mut Word, quoted: bool) {
        self.step();
        match self.peek() {
            Some('(') => {
                if self.arithmetic() {
                    word.text.push_str("$((…))");
                } else {
                    self.step();
                    self.inner(Some(')'));
                    word.text.push_str("$(…)");
                }
                open(word, quoted);
            }
            Some('{') => {
                let from = self.place();
                self.step();
                self.nested(|reader| reader.braced('}'));
                word.text.push('$');
                word.text.push_str(&self.since(from));
                open(word, quoted);
            }
            Some('[') => {
                self.step();
                self.nested(|reader| reader.braced(']'));
                word.text.push_str("$[…]");
                open(word, quoted);
            }
            Some('\'') if !quoted => self.ansi(word),
            Some('"') if !quoted => self.double(word),
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                word.text.push('$');
                while let Some(c) = self.peek().filter(|c| c.is_ascii_alphanumeric() || *c == '_') {
                    word.text.push(c);
                    self.step();
                }
                open(word, quoted);
            }
            Some(c) if c.is_ascii_digit() || "@*#?-$!".contains(c) => {
                word.text.extend(['$', c]);
                self.step();
                open(word, quoted);
            }
            _ => word.text.push('$'),
        }
    }

    /// The inside of `${…}` or `$[…]`, up to its end: commands in it run.
    fn braced(&mut self, end: char) {
        let mut aside = Word::default();
        while let Some(c) = self.peek() {
            match c {
                _ if c == end => return self.step(),
                '\'' => self.single(&mut aside),
                '"' => self.double(&mut aside),
                '`' => self.backquoted(&mut aside, true),
                '\\' => self.escaped(&mut aside),
                '$' => self.dollar(&mut aside, true),
                _ => self.step(),
            }
        }
        self.opaque(Reason::Syntax);
    }

    /// `$'…'`, in which bytes may be written as numbers.
    fn ansi(&mut self, word: &mut Word) {
        word.quoted = true;
        self.step();
        loop {
            let c = match self.next() {
                Some('\'') => return,
                Some('\\') => match self.next() {
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some('r') => '\r',
                    Some('a' | 'b' | 'f' | 'v') => ' ',
                    Some('e' | 'E') => '\u{1b}',
                    Some('x') => self.number(16, 2, 0),
                    Some('u') => self.number(16, 4, 0),
                    Some('U') => self.number(16, 8, 0),
                    Some(c) if c.is_digit(8) => self.number(8, 2, c.to_digit(8).unwrap_or(0)),
                    Some('c') => {
                        self.step();
                        ' '
                    }
                    Some(c) => c,
                    None => return self.opaque(Reason::Syntax),
                },
                Some(c) => c,
                None => return self.opaque(Reason::Syntax),
            };
            word.text.push(c);
        }
    }

    /// A character that is written as a number of at most so many digits.
    fn number(&mut self, radix: u32, most: usize, first: u32) -> char {
        let mut value = first;
        for _ in 0..most {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(radix)) else { break };
            value = value.saturating_mul(radix).saturating_add(digit);
            self.step();
        }
        char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER)
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
        open(word, quoted);
    }

    /// `<(…)` and `>(…)`: a file that a command writes or reads.
    fn process(&mut self, word: &mut Word) {
        self.step();
        self.step();
        self.inner(Some(')'));
        word.text.push_str("<(…)");
        open(word, true);
    }

    /// The rest of `+(…)`: a pattern, without commands unless it holds `$(…)`.
    fn skip_pattern(&mut self, word: &mut Word) {
        word.splits = true;
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
                            return;
                        }
                    }
                }
            }
        }
        self.opaque(Reason::Syntax);
    }
}

fn open(word: &mut Word, quoted: bool) {
    word.open = true;
    word.splits |= !quoted;
}
