//! Normalizers: a line for each field, and one for what is ignored.

use super::doc::Doc;
use super::entries::Lay;
use super::page::Page;
use crate::keywords::Keyword;
use crate::lex::TokenKind;

impl<'s> Lay<'s> {
    /// `normalize TOOL as ACTION { … }`
    pub fn normalizer(&mut self, page: &mut Page<'s>, brackets: (usize, usize)) {
        let head = self.inline(0..brackets.0);
        let inside = brackets.0 + 1..brackets.1;
        let starts = self.tops(inside, |lay, index| {
            let behind = index + 1 + usize::from(lay.is_sign(index + 1, TokenKind::Question));
            lay.key(index) == Some(Keyword::Ignore) || lay.is_sign(behind, TokenKind::Equal)
        });
        // The `?` before the sign is no field.
        let starts: Vec<usize> =
            starts.into_iter().filter(|&index| !self.is_sign(index, TokenKind::Question)).collect();
        let entries = self.cut(&starts, brackets.1);
        self.body(page, head, brackets, entries, 0, |lay, page, entry, indent| {
            let ignores = lay.key(entry.range.start) == Some(Keyword::Ignore)
                && !lay.is_sign(entry.range.start + 1, TokenKind::Equal);
            let line = match entry.range {
                all if ignores && all.len() > 1 => {
                    let word = lay.piece(all.start);
                    Doc::concat(vec![word, Doc::blanks(1), lay.list(all.start + 1..all.end)])
                }
                all => lay.inline(all),
            };
            page.line(indent, line);
        });
    }
}
