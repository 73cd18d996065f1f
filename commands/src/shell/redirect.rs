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
