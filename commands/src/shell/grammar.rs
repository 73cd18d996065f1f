//! Words of the grammar: loops, branches, cases and tests. They are stepped over; what they hold is what may run.

use super::evaluated;
use super::list::Now;
use super::reader::Reader;
use super::word::Word;
use crate::Reason;

/// Words of the grammar that stand around commands. What they mean for each other is not asked: whatever they hold may run.
const AROUND: [&str; 13] =
    ["if", "then", "else", "elif", "fi", "while", "until", "do", "done", "!", "{", "}", "coproc"];

impl Reader<'_> {
    /// A word of the grammar, where a command could begin. Whether it was one.
    pub(super) fn grammar(&mut self, now: &mut Now, word: &Word) -> bool {
        if word.quoted || word.open {
            return false;
        }
        match word.text.as_str() {
            "for" | "select" => {
                now.marks.push(self.numbers.len());
                self.blanks();
                let mut name = None;
                // What is chosen is whatever is typed, in another variable.
                let mut numbers = word.text == "for";
                if !self.arithmetic(true) {
                    name = Some(self.word().text);
                }
                // The values; a loop without any goes over what the script was given.
                loop {
                    self.blanks();
                    if matches!(self.peek(), None | Some(';' | '\n')) {
                        break;
                    }
                    let from = self.place();
                    let value = self.word();
                    let range = value.text.starts_with('{')
                        && !value.open
                        && value.text.contains("..")
                        && value.text.chars().all(|c| c.is_ascii_digit() || "{}.".contains(c));
                    numbers &= value.number || range || value.is_plain("in") || value.is_plain("do");
                    if value.is_plain("do") || self.place() == from {
                        break;
                    }
                }
                if let Some(name) = &name {
                    self.gives(name);
                }
                match name {
                    Some(name) if numbers => self.holds_number(&name),
                    Some(name) => self.wild(&name),
                    None => {}
                }
            }
            "case" => {
                now.cases += 1;
                now.marks.push(self.numbers.len());
                self.blanks();
                self.word();
                loop {
                    self.blanks();
                    while self.peek() == Some('\n') {
                        self.step();
                        self.blanks();
                    }
                    let from = self.place();
                    if self.word().is_plain("in") {
                        break;
                    }
                    if self.place() == from {
                        self.give_up(Reason::Syntax);
                        return true;
                    }
                }
                self.patterns(now);
            }
            "esac" => {
                now.cases = now.cases.saturating_sub(1);
                self.leave(now);
            }
            "if" | "while" | "until" | "{" => now.marks.push(self.numbers.len()),
            "fi" | "done" | "}" => self.leave(now),
            "else" | "elif" => self.forget(now),
            // It runs beside, and sets variables of its own.
            "coproc" => self.opaque(Reason::Environment),
            "function" => {
                self.blanks();
                self.word();
                self.blanks();
                if self.peek() == Some('(') {
                    self.until(')');
                }
                self.declares();
            }
            "[[" => {
                let words = self.words_until(']');
                if evaluated::tests(&words) {
                    self.opaque(Reason::Input);
                }
            }
            text if AROUND.contains(&text) => {}
            _ => return false,
        }
        true
    }

    /// The patterns of a branch, up to its `)`; or the end of all branches.
    pub(super) fn patterns(&mut self, now: &mut Now) {
        loop {
            self.blanks();
            match self.peek() {
                None => return self.opaque(Reason::Syntax),
                Some('\n' | '|' | '(') => self.step(),
                Some(')') => return self.step(),
                Some(_) => {
                    let from = self.place();
                    if self.word().is_plain("esac") {
                        now.cases = now.cases.saturating_sub(1);
                        return self.leave(now);
                    }
                    if self.place() == from {
                        return self.give_up(Reason::Syntax);
                    }
                }
            }
        }
    }

    /// Steps over words and operators that are no commands: the values of a list up to `)`, a test up to `]]`.
    pub(super) fn words_until(&mut self, end: char) -> Vec<Word> {
        let mut words = Vec::new();
        let mut depth = 0usize;
        loop {
            self.blanks();
            match self.peek() {
                None => {
                    self.opaque(Reason::Syntax);
                    return words;
                }
                Some(')') if end == ')' && depth == 0 => {
                    self.step();
                    return words;
                }
                Some(c @ ('(' | ')' | '\n' | ';' | '&' | '|' | '<' | '>'))
                    if !matches!(c, '<' | '>') || self.second() != Some('(') =>
                {
                    // No test holds these: to a shell that knows no `[[`, what stands behind them is a command.
                    let joined = c == '&' && self.second() == Some('&');
                    if end == ']' && (matches!(c, '\n' | ';') || c == '&' && !joined) {
                        self.opaque(Reason::Syntax);
                    }
                    if joined {
                        self.step();
                    }
                    depth = if c == '(' {
                        depth + 1
                    } else if c == ')' {
                        depth.saturating_sub(1)
                    } else {
                        depth
                    };
                    self.step();
                }
                Some(_) => {
                    let from = self.place();
                    let word = self.word();
                    if word.is_plain("]]") && end == ']' {
                        return words;
                    }
                    if self.place() == from {
                        self.give_up(Reason::Syntax);
                        return words;
                    }
                    words.push(word);
                }
            }
        }
    }
}
