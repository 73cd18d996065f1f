//! The steps of tests and fixtures.

use super::INDENT;
use super::doc::Doc;
use super::entries::{Entry, Lay};
use super::page::Page;
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::terminal::Terminal;
use std::ops::Range;

impl<'s> Lay<'s> {
    /// The body of a test or a fixture. `given` and the `with` that goes on with it are one step.
    pub fn steps(&mut self, page: &mut Page<'s>, head: Doc<'s>, brackets: (usize, usize)) {
        let (open, close) = brackets;
        let mut starts = self.starters(open + 1..close);
        starts.retain(|&start| !self.changes_fields(start));
        let entries = self.cut(&starts, close);
        self.body(page, head, brackets, entries, 0, Lay::step);
    }

    fn step(&mut self, page: &mut Page<'s>, entry: Entry, indent: usize) {
        let range = entry.range;
        let with = self.tops(range.clone(), |lay, index| index > range.start && lay.changes_fields(index));
        let doc = match with.first() {
            Some(&with) => self.given(range, with),
            None => self.inline(range),
        };
        page.line(indent, doc);
    }

    /// `given EXAMPLE with field: value, …`, the fields below where they do not fit.
    fn given(&mut self, range: Range<usize>, with: usize) -> Doc<'s> {
        let head = self.inline(range.start..with + 1);
        let fields = with + 1..range.end;
        let commas = self.tops(fields.clone(), |lay, index| lay.is_sign(index, TokenKind::Comma));
        let starts: Vec<usize> =
            std::iter::once(fields.start).chain(commas.into_iter().map(|comma| comma + 1)).collect();
        let entries = self.cut(&starts, fields.end);
        let one = entries.len() == 1;
        let fields = self.elements(entries, false);
        if one {
            return Doc::concat(vec![head, Doc::blanks(1), fields]);
        }
        Doc::concat(vec![head, Doc::concat(vec![Doc::line(), fields]).nest(INDENT)]).group()
    }

    /// Whether a `with` begins here that changes fields, rather than says what a fact, a parameter or a `let` is.
    fn changes_fields(&self, index: usize) -> bool {
        let name =
            self.pieces.get(index + 1).is_some_and(|piece| matches!(piece.terminal, Terminal::Name(_)));
        let fact = name && self.is_sign(index + 2, TokenKind::LeftParen);
        let mut end = index + 2;
        while self.is_sign(end, TokenKind::Dot) {
            end += 2;
        }
        let value = name && self.is_sign(end, TokenKind::Equal);
        self.key(index) == Some(Keyword::With) && !fact && !value
    }
}
