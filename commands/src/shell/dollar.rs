//! What begins with `$`: variables, what commands print, arithmetic, and texts with bytes that are written as numbers.

use super::evaluated;
use super::quote::open;
use super::reader::Reader;
use super::word::Word;
use crate::Reason;

impl Reader<'_> {
    /// `$NAME`, `${…}`, `$(…)`, `$((…))`, `$'…'`, `$"…"`.
    pub(super) fn dollar(&mut self, word: &mut Word, quoted: bool) {
        let begin = self.place();
        self.step();
        // A line that goes on there is none: what follows stands right behind the sign.
        while self.take("\\\n") {}
        match self.peek() {
            Some('(') => {
                if self.arithmetic(false) {
                    word.text.push_str("$((…))");
                } else {
                    self.step();
                    self.inner(Some(')'));
                    word.text.push_str("$(…)");
                    word.number &= prints_a_number(&self.whole(begin));
                }
                open(word, quoted);
            }
            Some('{') => {
                let from = self.place();
                self.step();
                self.expansion();
                self.nested(|reader| reader.braced('}', quoted));
                let whole = self.whole(from);
                let name = whole.trim_start_matches('{').trim_end_matches('}');
                let length = name.strip_prefix('#').is_some_and(evaluated::is_name);
                word.number &= length || self.is_number(name);
                word.text.push('$');
                word.text.push_str(&self.since(from));
                open(word, quoted);
            }
            Some('[') => {
                let from = self.place() + 1;
                self.step();
                self.nested(|reader| reader.braced(']', quoted));
                let text = self.whole(from);
                if !evaluated::is_plain(text.trim_end_matches(']'), &|name| self.is_number(name)) {
                    self.opaque(Reason::Input);
                }
                word.text.push_str("$[…]");
                open(word, quoted);
            }
            Some('\'') if !quoted => self.ansi(word),
            Some('"') if !quoted => self.double(word),
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                word.text.push('$');
                let from = self.place();
                while let Some(c) = self.peek().filter(|c| c.is_ascii_alphanumeric() || *c == '_') {
                    word.text.push(c);
                    self.step();
                }
                // `$name[…]` has a subscript in some shells.
                if self.peek() == Some('[') && !quoted && self.second() != Some(']') {
                    self.opaque(Reason::Input);
                }
                word.number &= self.is_number(&self.whole(from));
                open(word, quoted);
            }
            Some(c) if c.is_ascii_digit() || "@*#?-$!".contains(c) => {
                word.text.extend(['$', c]);
                self.step();
                word.number &= matches!(c, '#' | '?' | '$' | '!');
                open(word, quoted);
            }
            // Some shells read patterns in a value then, and commands in these.
            Some('~' | '=' | '^') if !quoted => {
                self.opaque(Reason::Input);
                word.text.push('$');
            }
            _ => {
                word.literal = true;
                word.text.push('$');
            }
        }
    }

    /// The inside of `${…}` or `$[…]`, up to its end: commands in it run.
    fn braced(&mut self, end: char, quoted: bool) {
        let mut aside = Word::default();
        while let Some(c) = self.peek() {
            match c {
                _ if c == end => return self.step(),
                // Within quotes, it is a quote for some operators, and for others a sign like any.
                '\'' if quoted => return self.give_up(Reason::Syntax),
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
                    Some(c @ ('\\' | '\'' | '"' | '?')) => c,
                    // Shells do not agree what any other is, nor where the text ends behind `\c`.
                    Some(c) => {
                        self.opaque(Reason::Syntax);
                        c
                    }
                    None => return self.opaque(Reason::Syntax),
                },
                Some(c) => c,
                None => return self.opaque(Reason::Syntax),
            };
            word.literal |= c == '$';
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
        // A text ends there, or the number is cut to what a byte holds: it is none that this is.
        if value == 0 || radix == 8 && value > 0o377 {
            self.opaque(Reason::Syntax);
        }
        char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

/// Whether a substitution is one of the few that print a number.
fn prints_a_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == ' ');
    let inner = text.trim_start_matches("$(").trim_end_matches(')');
    matches!(inner, "date +%s" | "date +%s%N" | "nproc") || inner.strip_prefix("seq ").is_some_and(digits)
}
