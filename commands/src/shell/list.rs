//! Lists of commands: what stands between `;`, `&&`, `|`, and within groups, loops and branches.

use super::reader::Reader;
use super::word::{Redirect, Sent, Word, Written};
use crate::{MAX_WORDS, Reason};

/// A here-document whose text stands behind the line.
struct Awaited {
    /// The command that it is sent to; the one that is being read, where it has no number yet.
    command: Option<usize>,
    end: String,
    quoted: bool,
    indented: bool,
}

/// The most redirections of a command.
const MAX_REDIRECTS: usize = 32;

/// Words of the grammar that stand around commands. What they mean for each other is not asked: whatever they hold may run.
const AROUND: [&str; 13] =
    ["if", "then", "else", "elif", "fi", "while", "until", "do", "done", "!", "{", "}", "coproc"];

/// Where the reading of a list stands.
#[derive(Default)]
struct Now {
    command: Written,
    awaited: Vec<Awaited>,
    groups: usize,
    cases: usize,
}

impl Reader<'_> {
    /// Reads commands up to an end, and steps behind it.
    pub(super) fn list(&mut self, end: Option<char>) {
        let mut now = Now::default();
        loop {
            self.blanks();
            let Some(c) = self.peek() else { break };
            match c {
                ')' if now.groups == 0 && end == Some(')') => {
                    self.step();
                    return self.close(&mut now, true);
                }
                ')' => {
                    self.step();
                    self.finish(&mut now, false);
                    if now.groups == 0 {
                        self.opaque(Reason::Syntax);
                    }
                    now.groups = now.groups.saturating_sub(1);
                }
                '\n' => {
                    self.step();
                    self.bodies(&mut now);
                    self.finish(&mut now, false);
                }
                ';' => {
                    self.finish(&mut now, false);
                    if [";;&", ";;", ";&"].iter().any(|end| self.take(end)) {
                        if now.cases == 0 {
                            self.opaque(Reason::Syntax);
                        }
                        self.patterns(&mut now);
                    } else {
                        self.step();
                    }
                }
                '&' if self.second() == Some('>') => self.redirect(&mut now),
                '&' => {
                    self.step();
                    if self.peek() == Some('&') {
                        self.step();
                    }
                    self.finish(&mut now, false);
                }
                '|' => {
                    self.step();
                    let pipes = self.peek() != Some('|');
                    if matches!(self.peek(), Some('|' | '&')) {
                        self.step();
                    }
                    self.finish(&mut now, pipes);
                }
                '(' => self.parenthesis(&mut now),
                '<' | '>' if self.second() != Some('(') => self.redirect(&mut now),
                _ => self.part(&mut now),
            }
        }
        self.close(&mut now, end.is_none());
    }

    fn close(&mut self, now: &mut Now, ended: bool) {
        self.bodies(now);
        self.finish(now, false);
        if !ended || now.groups > 0 {
            self.opaque(Reason::Syntax);
        }
    }

    /// Ends the command; the next one may read what it prints.
    fn finish(&mut self, now: &mut Now, pipes: bool) {
        let mut number = now.command.fed_by;
        if !now.command.is_empty() {
            number = self.keep(std::mem::take(&mut now.command));
            for one in now.awaited.iter_mut().filter(|one| one.command.is_none()) {
                one.command = number;
            }
        }
        now.command = Written { fed_by: number.filter(|_| pipes), ..Written::default() };
    }

    fn parenthesis(&mut self, now: &mut Now) {
        if now.command.is_empty() && self.arithmetic() {
            return;
        }
        self.step();
        if now.command.words.is_empty() {
            now.groups += 1;
            self.found.shaped = true;
            return;
        }
        // `name ()` declares a function, whose commands follow.
        self.blanks();
        if self.peek() == Some(')') && now.command.words.len() == 1 {
            self.step();
            now.command = Written::default();
            self.declares();
        } else {
            self.give_up(Reason::Syntax);
        }
    }

    /// A function is declared. Whatever is called by its name afterwards is no program of that name any more, and it may call itself
    /// without end.
    fn declares(&mut self) {
        self.opaque(Reason::Environment);
    }

    /// A word: one of the command, one of the grammar, or a variable that is set.
    fn part(&mut self, now: &mut Now) {
        let from = self.place();
        let word = self.word();
        if self.place() == from {
            return self.give_up(Reason::Syntax);
        }
        // `2>`, `{fd}>`: the number of a redirection.
        let number = word.text.chars().all(|c| c.is_ascii_digit())
            || (word.text.starts_with('{') && word.text.ends_with('}') && word.text.len() > 2);
        if number
            && !word.quoted
            && !word.open
            && matches!(self.peek(), Some('<' | '>'))
            && self.second() != Some('(')
        {
            return self.redirect(now);
        }
        if now.command.words.is_empty() {
            if now.command.is_empty() && self.grammar(now, &word) {
                self.found.shaped = true;
                return;
            }
            if let Some((name, value)) = word.assigns().filter(|_| !word.text.starts_with(['"', '\''])) {
                let (name, value) = (name.to_owned(), Word { text: value.to_owned(), ..word.clone() });
                if value.text.is_empty() && self.peek() == Some('(') {
                    self.step();
                    self.words_until(')');
                }
                return now.command.variables.push((name, value));
            }
        }
        if now.command.words.len() >= MAX_WORDS {
            return self.give_up(Reason::Long);
        }
        now.command.words.push(word);
    }

    /// A word of the grammar, where a command could begin. Whether it was one.
    fn grammar(&mut self, now: &mut Now, word: &Word) -> bool {
        if word.quoted || word.open {
            return false;
        }
        match word.text.as_str() {
            "for" | "select" => {
                self.blanks();
                if !self.arithmetic() {
                    self.word();
                }
                // The values; a loop without any goes over what the script was given.
                loop {
                    self.blanks();
                    if matches!(self.peek(), None | Some(';' | '\n')) {
                        break;
                    }
                    let from = self.place();
                    if self.word().is_plain("do") || self.place() == from {
                        break;
                    }
                }
            }
            "case" => {
                now.cases += 1;
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
            "esac" => now.cases = now.cases.saturating_sub(1),
            "function" => {
                self.blanks();
                self.word();
                self.blanks();
                if self.peek() == Some('(') {
                    self.until(')');
                }
                self.declares();
            }
            "[[" => self.words_until(']'),
            text if AROUND.contains(&text) => {}
            _ => return false,
        }
        true
    }

    /// The patterns of a branch, up to its `)`; or the end of all branches.
    fn patterns(&mut self, now: &mut Now) {
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
                        return;
                    }
                    if self.place() == from {
                        return self.give_up(Reason::Syntax);
                    }
                }
            }
        }
    }

    /// Steps over words and operators that are no commands: the values of a list up to `)`, a test up to `]]`.
    fn words_until(&mut self, end: char) {
        let mut depth = 0usize;
        loop {
            self.blanks();
            match self.peek() {
                None => return self.opaque(Reason::Syntax),
                Some(')') if end == ')' && depth == 0 => return self.step(),
                Some(c @ ('(' | ')' | '\n' | ';' | '&' | '|' | '<' | '>'))
                    if !matches!(c, '<' | '>') || self.second() != Some('(') =>
                {
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
                    if self.word().is_plain("]]") && end == ']' {
                        return;
                    }
                    if self.place() == from {
                        return self.give_up(Reason::Syntax);
                    }
                }
            }
        }
    }

    fn redirect(&mut self, now: &mut Now) {
        const OPERATORS: [&str; 12] =
            ["&>>", "&>", "<<<", "<<-", "<<", "<&", "<>", ">>", ">&", ">|", "<", ">"];
        let Some(operator) = OPERATORS.into_iter().find(|operator| self.take(operator)) else {
            return self.step();
        };
        self.blanks();
        let from = self.place();
        let target = self.word();
        if self.place() == from {
            return self.opaque(Reason::Syntax);
        }
        if now.command.redirects.len() + now.awaited.len() >= MAX_REDIRECTS {
            return self.give_up(Reason::Long);
        }
        match operator {
            "<<" | "<<-" => now.awaited.push(Awaited {
                command: None,
                end: target.text,
                quoted: target.quoted,
                indented: operator == "<<-",
            }),
            "<<<" => now.command.sent = Some(Sent { text: target.text, open: target.open }),
            // `2>&1` goes where something goes already.
            ">&" | "<&" if target.text.chars().all(|c| c.is_ascii_digit() || c == '-') => {}
            _ => now.command.redirects.push(Redirect { operator: operator.to_owned(), target }),
        }
    }

    /// Reads the here-documents of the line that ended.
    fn bodies(&mut self, now: &mut Now) {
        for one in std::mem::take(&mut now.awaited) {
            let mut text = String::new();
            loop {
                let from = self.place();
                if self.peek().is_none() {
                    self.opaque(Reason::Syntax);
                    break;
                }
                while self.peek().is_some_and(|c| c != '\n') {
                    self.step();
                }
                let line = self.whole(from);
                self.step();
                let bare = if one.indented { line.trim_start_matches('\t') } else { &line };
                if bare.trim_end_matches('\r') == one.end {
                    break;
                }
                text.push_str(bare);
                text.push('\n');
            }
            let open = !one.quoted && self.substituted(&text);
            let sent = Some(Sent { text, open });
            match one.command {
                None => now.command.sent = sent,
                Some(number) => {
                    if let Some(command) = self.found.commands.get_mut(number) {
                        command.sent = sent;
                    }
                }
            }
        }
    }
}
