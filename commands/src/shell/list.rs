//! Lists of commands: what stands between `;`, `&&`, `|`, and within groups, loops and branches.

use super::reader::Reader;
use super::word::Written;
use crate::Reason;

/// A here-document whose text stands behind the line.
pub(super) struct Awaited {
    /// The command that it is sent to; the one that is being read, where it has no number yet.
    pub command: Option<usize>,
    pub end: String,
    pub quoted: bool,
    pub indented: bool,
}

/// Where the reading of a list stands.
#[derive(Default)]
pub(super) struct Now {
    pub command: Written,
    pub awaited: Vec<Awaited>,
    pub groups: usize,
    pub cases: usize,
    /// How many variables were known to hold numbers where each group, loop and branch began.
    pub marks: Vec<usize>,
    /// The same before what only runs if something before it did.
    pub chain: Option<usize>,
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
                    // Shells do not agree on what the text is of a here-document whose line ends here.
                    if !now.awaited.is_empty() {
                        self.opaque(Reason::Syntax);
                    }
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
    pub(super) fn leave(&mut self, now: &mut Now) {
        let mark = now.marks.pop().unwrap_or(0);
        self.numbers.truncate(mark);
    }

    /// Goes to the next branch.
    pub(super) fn forget(&mut self, now: &Now) {
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
    pub(super) fn declares(&mut self) {
        self.opaque(Reason::Environment);
    }
}
