//! The statements of a rule, one a line where it fits.

use super::doc::Doc;
use super::entries::{Entry, Lay};
use super::page::Page;
use super::{INDENT, WIDTH};
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::terminal::Terminal;
use std::ops::Range;

impl<'s> Lay<'s> {
    /// A statement.
    pub fn statement(&mut self, page: &mut Page<'s>, entry: Entry, indent: usize) {
        let range = entry.range;
        if self.pieces.get(range.start).is_some_and(|piece| piece.terminal == Terminal::WhenBlock) {
            self.block(page, range, indent);
        } else if self.key(range.start) == Some(Keyword::Let) {
            self.definition(page, range, indent);
        } else {
            self.clauses(page, range, indent);
        }
    }

    /// `when E { … }`
    fn block(&mut self, page: &mut Page<'s>, range: Range<usize>, indent: usize) {
        let opens = |lay: &Self, index: usize| lay.pieces.get(index).is_some_and(|piece| piece.opens_brace());
        // The block is the last brace of the statement; a value in the condition may have braces too.
        let open = self.tops(range.clone(), opens).pop().unwrap_or(range.start);
        let close = self.closing(open).unwrap_or(open);
        let word = self.piece(range.start);
        let condition = self.expr(range.start + 1..open);
        let head = Doc::concat(vec![word, Doc::blanks(1), condition]);
        let entries = self.lines_between((open, close));
        self.body(page, head, (open, close), entries, indent, Lay::statement);
    }

    /// `… = E`; a value that does not fit behind the sign but does fit on a line goes below it.
    pub fn definition(&mut self, page: &mut Page<'s>, range: Range<usize>, indent: usize) {
        let sign = self.tops(range.clone(), |lay, index| lay.is_sign(index, TokenKind::Equal));
        let Some(&sign) = sign.first() else {
            let all = self.inline(range);
            page.line(indent, all);
            return;
        };
        let head = self.inline(range.start..sign + 1);
        let starter = self.unless_starter(sign + 1, Doc::line(), Doc::blanks(1));
        let value = self.expr(sign + 1..range.end);
        let below = starter.breaks && !value.forced && indent + INDENT + value.width <= WIDTH;
        let doc = if below {
            Doc::concat(vec![head, Doc::concat(vec![starter, value]).nest(INDENT)]).group()
        } else {
            Doc::concat(vec![head, Doc::blanks(1), value])
        };
        page.line(indent, doc);
    }

    /// A statement of clauses. On one line if it fits; else its message goes below; else the reason does too, and the clauses
    /// before it on as many lines as they need.
    fn clauses(&mut self, page: &mut Page<'s>, range: Range<usize>, indent: usize) {
        let mut starts = self.clause_starts(range.clone());
        let has_message =
            self.pieces.get(range.end - 1).is_some_and(|last| matches!(last.terminal, Terminal::String(_)))
                && range.end > range.start + 1;
        let end = range.end - usize::from(has_message);
        // `deny when …` is one clause, and so is `risk +5 when …`.
        if let Some(&second) = starts.first()
            && self.key(second) == Some(Keyword::When)
        {
            starts.remove(0);
        }
        let mut clauses = Vec::new();
        let ends = starts.iter().copied().chain([end]).collect::<Vec<_>>();
        for (start, end) in std::iter::once(range.start).chain(starts.iter().copied()).zip(ends) {
            clauses.push((self.key(start), self.clause(start..end)));
        }
        let message = has_message.then(|| self.piece(end));
        let forced = clauses.iter().any(|(_, clause)| clause.forced)
            || message.as_ref().is_some_and(|text| text.forced);
        let width = clauses.iter().map(|(_, clause)| clause.width + 1).sum::<usize>() - 1;
        let room = WIDTH.saturating_sub(indent);
        if !forced && width <= room {
            let fits = message.as_ref().is_none_or(|text| width + 1 + text.width <= room);
            let mut line = Vec::new();
            for (_, clause) in clauses {
                if !line.is_empty() {
                    line.push(Doc::blanks(1));
                }
                line.push(clause);
            }
            match message {
                Some(text) if fits => {
                    line.push(Doc::blanks(1));
                    line.push(text);
                    page.line(indent, Doc::concat(line));
                }
                Some(text) => {
                    page.line(indent, Doc::concat(line));
                    page.line(indent + INDENT, text);
                }
                None => page.line(indent, Doc::concat(line)),
            }
            return;
        }
        self.broken(page, clauses, message, indent);
    }

    /// The clauses on lines of their own, the short ones in the middle together.
    fn broken(
        &mut self,
        page: &mut Page<'s>,
        clauses: Vec<(Option<Keyword>, Doc<'s>)>,
        message: Option<Doc<'s>>,
        indent: usize,
    ) {
        let inner = indent + INDENT;
        let mut together: Vec<Doc> = Vec::new();
        let mut clauses = clauses.into_iter();
        if let Some((_, head)) = clauses.next() {
            page.line(indent, head);
        }
        let last = clauses.next_back();
        for (word, clause) in clauses {
            if word == Some(Keyword::When) {
                flush(page, &mut together, inner);
                page.line(inner, clause);
            } else {
                together.push(clause);
            }
        }
        flush(page, &mut together, inner);
        if let Some((_, reason)) = last {
            let mut line = vec![reason];
            if let Some(text) = message {
                line.push(Doc::concat(vec![Doc::line(), text]).nest(INDENT));
            }
            page.line(inner, Doc::concat(line).group());
        }
    }

    /// A clause: its words, and the condition behind them.
    fn clause(&mut self, range: Range<usize>) -> Doc<'s> {
        let conditions = self.tops(range.clone(), |lay, index| {
            matches!(lay.key(index), Some(Keyword::When | Keyword::Require))
        });
        match conditions.first() {
            Some(&word) => {
                let words = self.inline(range.start..word + 1);
                let condition = self.expr(word + 1..range.end);
                Doc::concat(vec![words, Doc::blanks(1), condition.nest(INDENT)])
            }
            None => self.inline(range).nest(INDENT),
        }
    }

    /// Where the clauses behind the first one begin. The `else` of an `if` begins none.
    fn clause_starts(&self, range: Range<usize>) -> Vec<usize> {
        let words = self.tops(range.start + 1..range.end, |lay, index| lay.key(index).is_some());
        let mut open = 0_usize;
        words
            .into_iter()
            .filter(|&index| match self.key(index) {
                Some(Keyword::If) => {
                    open += 1;
                    false
                }
                Some(Keyword::Else) if open > 0 => {
                    open -= 1;
                    false
                }
                // `as CODE told as OTHER` is one clause.
                Some(Keyword::Told) => false,
                Some(Keyword::As) if index > 0 && self.key(index - 1) == Some(Keyword::Told) => false,
                Some(Keyword::Else | Keyword::As | Keyword::When) => true,
                Some(Keyword::Than) => false,
                Some(word) => self.item.clauses().contains(&word),
                None => false,
            })
            .collect()
    }
}

fn flush<'s>(page: &mut Page<'s>, together: &mut Vec<Doc<'s>>, indent: usize) {
    if !together.is_empty() {
        page.line(indent, Doc::fill(std::mem::take(together)));
    }
}
