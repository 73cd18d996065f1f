//! Lists of commands: what stands between `;`, `&&`, `|`, and within groups, loops and branches.

use super::evaluated;
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
    /// How many variables were known to hold numbers where each group, loop and branch began.
    marks: Vec<usize>,
    /// The same before what only runs if something before it did.
    chain: Option<usize>,
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
                    self.leave(&mut now);
                    if now.groups == 0 {
                        self.opaque(Reason::Syntax);
                    }
                    now.groups = now.groups.saturating_sub(1);
                }
                '\n' => {
                    self.step();
                    self.bodies(&mut now);
                    self.finish(&mut now, false);
                    self.unchain(&mut now);
                }
                ';' => {
                    self.finish(&mut now, false);
                    self.unchain(&mut now);
                    if [";;&", ";;", ";&"].iter().any(|end| self.take(end)) {
                        if now.cases == 0 {
                            self.opaque(Reason::Syntax);
                        }
                        self.forget(&now);
                        self.patterns(&mut now);
                    } else {
                        self.step();
                    }
                }
                '&' if self.second() == Some('>') => self.redirect(&mut now),
                '&' => {
                    self.step();
                    let known = self.numbers.len();
                    let both = self.peek() == Some('&');
                    if both {
                        self.step();
                    }
                    self.finish(&mut now, false);
                    if both {
                        now.chain.get_or_insert(self.numbers.len());
                    } else {
                        self.numbers.truncate(known);
                        self.unchain(&mut now);
                    }
                }
                '|' => {
                    self.step();
                    let pipes = self.peek() != Some('|');
                    if matches!(self.peek(), Some('|' | '&')) {
                        self.step();
                    }
                    self.finish(&mut now, pipes);
                    let mark = *now.chain.get_or_insert(self.numbers.len());
                    self.numbers.truncate(mark);
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
            self.assigned(&now.command, pipes);
            number = self.keep(std::mem::take(&mut now.command));
            for one in now.awaited.iter_mut().filter(|one| one.command.is_none()) {
                one.command = number;
            }
        }
        now.command = Written { fed_by: number.filter(|_| pipes), ..Written::default() };
    }

    /// What a command leaves in variables.
    fn assigned(&mut self, command: &Written, pipes: bool) {
        self.sets(&command.words);
        let stays = command.words.is_empty()
            && command.redirects.is_empty()
            && command.sent.is_none()
            && command.fed_by.is_none()
            && !pipes;
        for (name, value) in &command.variables {
            if !value.number {
                self.wild(name);
            } else if stays {
                self.holds_number(name);
            }
        }
    }

    /// Goes out of a group, a loop or a branch.
    fn leave(&mut self, now: &mut Now) {
        let mark = now.marks.pop().unwrap_or(0);
        self.numbers.truncate(mark);
    }

    /// Goes to the next branch.
    fn forget(&mut self, now: &Now) {
        self.numbers.truncate(now.marks.last().copied().unwrap_or(0));
    }

    fn unchain(&mut self, now: &mut Now) {
        if let Some(mark) = now.chain.take() {
            self.numbers.truncate(mark);
        }
    }

    fn parenthesis(&mut self, now: &mut Now) {
        if now.command.is_empty() && self.arithmetic(false) {
            return;
        }
        self.step();
        if now.command.words.is_empty() {
            now.groups += 1;
            now.marks.push(self.numbers.len());
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
                let before = word.text.len() - value.len();
                let (name, mut value) = (name.to_owned(), Word { text: value.to_owned(), ..word.clone() });
                let plainly = before == name.len() + 1;
                // Its parts were looked at when the word was read, with the name before them.
                let digits = !value.text.is_empty()
                    && value.text.trim_start_matches('-').chars().all(|c| c.is_ascii_digit());
                value.number = plainly && (digits || value.open && word.value_is_number);
                let subscript = word.text.get(name.len()..before).unwrap_or_default();
                let subscript = subscript.trim_end_matches('=').trim_end_matches('+');
                if let Some(inner) = subscript.strip_prefix('[') {
                    let inner = inner.trim_end_matches(']');
                    if !evaluated::is_subscript(inner, &|name| self.is_number(name))
                        || matches!(inner, "@" | "*")
                    {
                        self.opaque(Reason::Input);
                    }
                }
                if value.text.is_empty() && self.peek() == Some('(') {
                    self.step();
                    let fields = self.words_until(')');
                    let subscripted = |word: &Word| {
                        word.text.strip_prefix('[').is_some_and(|text| {
                            !text
                                .split(']')
                                .next()
                                .is_some_and(|text| text.chars().all(|c| c.is_ascii_digit()))
                        })
                    };
                    if fields.iter().any(subscripted) {
                        self.opaque(Reason::Input);
                    }
                    self.wild(&name);
                }
                return now.command.variables.push((name, value));
            }
        }
        // `a[x + 1]=2` sets a field, too.
        if now.command.words.is_empty()
            && word.text.contains('[')
            && word.text != "["
            && !word.text.starts_with('/')
        {
            self.opaque(Reason::Program);
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
                now.marks.push(self.numbers.len());
                self.blanks();
                let mut name = None;
                let mut numbers = true;
                if !self.arithmetic(true) {
                    name = Some(self.word().text).filter(|_| word.text == "for");
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
    fn words_until(&mut self, end: char) -> Vec<Word> {
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
