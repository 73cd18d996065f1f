//! Where a command reads from and writes to, and the here-documents that it is sent.

use super::list::{Awaited, Now};
use super::reader::Reader;
use super::word::{Redirect, Sent};
use crate::Reason;

/// The most redirections of a command.
const MAX_REDIRECTS: usize = 32;

impl Reader<'_> {
    pub(super) fn redirect(&mut self, now: &mut Now) {
        const OPERATORS: [&str; 12] =
            ["&>>", "&>", "<<<", "<<-", "<<", "<&", "<>", ">>", ">&", ">|", "<", ">"];
        let Some(operator) = OPERATORS.into_iter().find(|operator| self.take(operator)) else {
            return self.step();
        };
        // `<<` on one line and `-` on the next are one operator.
        if self.peek() == Some('\\') && self.second() == Some('\n') {
            self.opaque(Reason::Syntax);
        }
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
    pub(super) fn bodies(&mut self, now: &mut Now) {
        for one in std::mem::take(&mut now.awaited) {
            let (mut text, mut begun) = (String::new(), String::new());
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
                // A line that goes on is one with the next, but not to every shell where that is the end.
                if !begun.is_empty() && (bare == one.end || format!("{begun}{bare}") == one.end) {
                    self.opaque(Reason::Syntax);
                }
                if bare == one.end {
                    break;
                }
                match bare.strip_suffix('\\').filter(|_| !one.quoted && goes_on(bare)) {
                    Some(part) if begun.len() + part.len() <= one.end.len() => begun.push_str(part),
                    // It is longer than the end already, and stays so.
                    Some(_) => begun.push('\n'),
                    None => begun.clear(),
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

/// Whether a backslash at its end joins a line with the next: one that no other takes its meaning from.
fn goes_on(text: &str) -> bool {
    text.chars().rev().take_while(|c| *c == '\\').count() % 2 == 1
}
