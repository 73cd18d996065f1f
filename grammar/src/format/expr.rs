//! The inside of a line: expressions, lists, types, and everything else that goes on until its line is full.

use super::doc::Doc;
use super::entries::{Entry, Lay};
use super::{INDENT, spacing};
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::terminal::Terminal;
use std::ops::Range;

/// What a line is broken at, the loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Unless,
    Or,
    And,
    Comparison,
    Sum,
    Product,
}

impl Level {
    /// The next one that binds tighter; behind the last there is none.
    fn tighter(self) -> Option<Level> {
        Some(match self {
            Level::Unless => Level::Or,
            Level::Or => Level::And,
            Level::And => Level::Comparison,
            Level::Comparison => Level::Sum,
            Level::Sum => Level::Product,
            Level::Product => return None,
        })
    }
}

/// What is wider is no element of a list that fills its lines.
const SMALL: usize = 24;

impl<'s> Lay<'s> {
    /// A terminal with its comments.
    pub fn piece(&mut self, index: usize) -> Doc<'s> {
        let Some(piece) = self.pieces.get_mut(index) else { return Doc::concat(Vec::new()) };
        let text = Doc::text(piece.text);
        if piece.before.is_empty() && piece.after.is_none() {
            return text;
        }
        let mut parts: Vec<Doc> = piece.before.drain(..).map(|comment| Doc::own(comment.text)).collect();
        parts.push(text);
        parts.extend(piece.after.take().map(Doc::trailing));
        Doc::concat(parts)
    }

    /// Terminals one after another; only what stands in brackets may break.
    pub fn inline(&mut self, range: Range<usize>) -> Doc<'s> {
        if range.len() == 1 {
            return self.piece(range.start);
        }
        let mut parts = Vec::with_capacity(2 * range.len());
        let mut index = range.start;
        while index < range.end {
            if index > range.start && self.spaced(range.start, index) {
                parts.push(Doc::blanks(1));
            }
            match self.closing(index) {
                Some(close) => {
                    parts.push(self.bracket(index, close));
                    index = close + 1;
                }
                None => {
                    parts.push(self.piece(index));
                    index += 1;
                }
            }
        }
        Doc::concat(parts)
    }

    /// An expression.
    pub fn expr(&mut self, range: Range<usize>) -> Doc<'s> {
        if self.pieces.get(range.start).is_some_and(|piece| piece.typed) {
            return self.inline(range);
        }
        if self.key(range.start) == Some(Keyword::If) {
            let cuts = self.tops(range.clone(), |lay, index| lay.key(index) == Some(Keyword::Else));
            return self.chain(range, &cuts, Self::branch);
        }
        self.operation(range, Level::Unless)
    }

    /// One way of an `if`: a condition with its value, or the value behind the last `else`. A value that does not fit beside its
    /// condition stands below it.
    fn branch(&mut self, range: Range<usize>) -> Doc<'s> {
        let mut parts = Vec::with_capacity(6);
        let mut start = range.start;
        while matches!(self.key(start), Some(Keyword::If | Keyword::Else)) && start < range.end {
            parts.push(self.piece(start));
            parts.push(Doc::blanks(1));
            start += 1;
        }
        let then = self.tops(start..range.end, |lay, index| lay.key(index) == Some(Keyword::Then));
        let then = then.first().copied().unwrap_or(range.end);
        parts.push(self.expr(start..then));
        if then < range.end {
            let value = vec![Doc::line(), self.piece(then), Doc::blanks(1), self.expr(then + 1..range.end)];
            parts.push(Doc::concat(value).nest(INDENT));
        }
        Doc::concat(parts).group()
    }

    /// Operands with their operators, of which none is looser than `from`; the loosest of them is what it is broken at.
    fn operation(&mut self, range: Range<usize>, from: Level) -> Doc<'s> {
        let inside = || self.outside(range.clone()).skip(1);
        let level = inside().filter_map(|index| self.operator(index)).filter(|level| *level >= from).min();
        let compares = from <= Level::Comparison && level.is_none_or(|level| level >= Level::Comparison);
        if compares && self.key(range.start) == Some(Keyword::Not) {
            let not = self.piece(range.start);
            let operand = self.operation(range.start + 1..range.end, Level::Comparison);
            return Doc::concat(vec![not, Doc::blanks(1), operand]);
        }
        let Some(level) = level else { return self.inline(range) };
        let cuts: Vec<usize> = inside().filter(|&index| self.operator(index) == Some(level)).collect();
        self.chain(range, &cuts, |lay, part| {
            let first = part.start;
            // `not in` is one operator, and the first operand has none.
            let signs = match (lay.operator(first), lay.key(first)) {
                (None, _) => 0,
                (Some(_), Some(Keyword::Not)) => 2,
                _ => 1,
            };
            let mut parts = Vec::with_capacity(2 * signs + 1);
            for sign in first..first + signs {
                parts.push(lay.piece(sign));
                parts.push(Doc::blanks(1));
            }
            let operand = first + signs..part.end;
            parts.push(match level.tighter() {
                Some(tighter) => lay.operation(operand, tighter),
                None => lay.inline(operand),
            });
            Doc::concat(parts)
        })
    }

    /// Parts that begin at `cuts`, each on a line of its own where they do not fit on one.
    fn chain(
        &mut self,
        range: Range<usize>,
        cuts: &[usize],
        mut part: impl FnMut(&mut Self, Range<usize>) -> Doc<'s>,
    ) -> Doc<'s> {
        let mut parts = Vec::with_capacity(2 * cuts.len() + 1);
        let starts = std::iter::once(range.start).chain(cuts.iter().copied());
        let ends = cuts.iter().copied().chain([range.end]);
        for (start, end) in starts.zip(ends) {
            if start > range.start {
                parts.push(Doc::line());
            }
            parts.push(part(self, start..end));
        }
        Doc::concat(parts).nest(INDENT).group()
    }

    /// The operator between two operands that begins here.
    fn operator(&self, index: usize) -> Option<Level> {
        let before = self.pieces.get(index.checked_sub(1)?)?.terminal;
        if !before.ends_operand() {
            return None;
        }
        match self.pieces.get(index)?.terminal {
            Terminal::Key(Keyword::Unless) => Some(Level::Unless),
            Terminal::Key(Keyword::Or) => Some(Level::Or),
            Terminal::Key(Keyword::And) => Some(Level::And),
            Terminal::Key(Keyword::In | Keyword::Not) => Some(Level::Comparison),
            Terminal::Key(Keyword::Div) => Some(Level::Product),
            Terminal::Sign(sign) => match sign {
                TokenKind::EqualEqual | TokenKind::NotEqual => Some(Level::Comparison),
                TokenKind::Less | TokenKind::LessEqual => Some(Level::Comparison),
                TokenKind::Greater | TokenKind::GreaterEqual => Some(Level::Comparison),
                TokenKind::Plus | TokenKind::Minus => Some(Level::Sum),
                TokenKind::Star | TokenKind::Slash => Some(Level::Product),
                _ => None,
            },
            _ => None,
        }
    }

    /// A bracket with what is in it: on one line, or each element on a line of its own, or, for short elements, as many on
    /// a line as fit.
    pub fn bracket(&mut self, open: usize, close: usize) -> Doc<'s> {
        let entries = self.entries(open, close);
        let brace = self.pieces.get(open).is_some_and(|piece| piece.opens_brace());
        let rows = entries.len() > 1 && self.opens_cases(open);
        let edge = |lay: &Self, index: usize| match () {
            () if rows => Doc::hard(),
            () if !brace => lay.unless_starter(index, Doc::soft(), Doc::blanks(0)),
            () => lay.unless_starter(index, Doc::line(), Doc::blanks(1)),
        };
        let empty = entries.is_empty();
        let mut parts = vec![self.piece(open)];
        let mut inner = Vec::new();
        if !empty {
            inner.push(edge(self, open + 1));
            inner.push(self.elements(entries, rows));
        }
        if let Some(piece) = self.pieces.get_mut(close) {
            let comments: Vec<_> = piece.before.drain(..).collect();
            inner.extend(comments.into_iter().map(|comment| Doc::own(comment.text)));
        }
        parts.push(Doc::concat(inner).nest(INDENT));
        if !empty {
            parts.push(edge(self, close));
        }
        // The comment behind the bracket is no reason to break what is in it.
        let note = self.pieces.get_mut(close).and_then(|piece| piece.after.take());
        parts.push(self.piece(close));
        let group = Doc::concat(parts).group();
        match note {
            Some(note) => Doc::concat(vec![group, Doc::trailing(note)]),
            None => group,
        }
    }

    /// Elements with commas between them.
    pub fn elements(&mut self, entries: Vec<Entry>, rows: bool) -> Doc<'s> {
        let last = entries.len().saturating_sub(1);
        let starts: Vec<usize> = entries.iter().map(|entry| entry.range.start).collect();
        let mut elements = Vec::with_capacity(entries.len());
        for (index, entry) in entries.into_iter().enumerate() {
            elements.push(self.element(entry, index < last));
        }
        let small = |doc: &Doc| doc.width <= SMALL && !doc.forced;
        let simple =
            starts.iter().all(|&start| self.closing(start).is_none() && !self.begins_with_label(start));
        if !rows && simple && elements.len() > 4 && elements.iter().all(small) {
            return Doc::fill(elements);
        }
        let mut parts = Vec::with_capacity(2 * elements.len());
        for (element, start) in elements.into_iter().zip(starts) {
            if !parts.is_empty() {
                parts.push(match rows {
                    true => Doc::hard(),
                    false => self.unless_starter(start, Doc::line(), Doc::blanks(1)),
                });
            }
            parts.push(element);
        }
        Doc::concat(parts)
    }

    /// One element, its comma and the comment behind it.
    fn element(&mut self, entry: Entry, comma: bool) -> Doc<'s> {
        let note = self.note(&entry.range);
        let doc = match self
            .tops(entry.range.clone(), |lay, index| lay.is_sign(index, TokenKind::Colon))
            .first()
        {
            Some(&colon) => {
                let name = self.inline(entry.range.start..colon + 1);
                let value = self.expr(colon + 1..entry.range.end);
                // What a quantifier asks may stand below what it goes over.
                let quantified =
                    self.tops(entry.range.start..colon, |lay, index| lay.key(index) == Some(Keyword::In));
                let between = if quantified.is_empty() { Doc::blanks(1) } else { Doc::line() };
                let whole = vec![
                    name,
                    Doc::concat(vec![between, value]).nest(if quantified.is_empty() { 0 } else { INDENT }),
                ];
                Doc::concat(whole).group()
            }
            None => self.expr(entry.range.clone()),
        };
        let comma = comma && !entry.has_comma;
        if !comma && note.is_none() {
            return doc;
        }
        let mut parts = vec![doc];
        if comma {
            parts.push(Doc::text(","));
        }
        parts.extend(note.map(Doc::trailing));
        Doc::concat(parts)
    }

    /// A list without brackets, which fills its lines.
    pub fn list(&mut self, range: Range<usize>) -> Doc<'s> {
        let commas = self.tops(range.clone(), |lay, index| lay.is_sign(index, TokenKind::Comma));
        let mut elements = Vec::new();
        let mut start = range.start;
        for end in commas.iter().copied().chain([range.end]) {
            let element = self.expr(start..end);
            let comma = if end < range.end { self.piece(end) } else { Doc::blanks(0) };
            elements.push(Doc::concat(vec![element, comma]));
            start = end + 1;
        }
        // A single value may be a list in brackets, which stands further in by itself.
        let indent = if commas.is_empty() { 0 } else { 2 * INDENT };
        Doc::fill(elements).nest(indent)
    }

    /// Whether a blank stands before a piece of what begins at `start`.
    fn spaced(&self, start: usize, index: usize) -> bool {
        let at = |back| index.checked_sub(back).filter(|&at| at >= start).and_then(|at| self.pieces.get(at));
        let amplified = at(3).is_some_and(|word| word.terminal == Terminal::Key(Keyword::Amplify));
        match (at(1), at(0)) {
            // The sign of `amplify NAME +3` stands between no two numbers.
            (Some(left), Some(_)) if amplified && left.is_sign(TokenKind::Plus) => false,
            (Some(left), Some(right)) => spacing::spaced(at(2), left, right),
            _ => false,
        }
    }

    /// A name that would be a keyword at the start of a line must not get there.
    pub fn unless_starter(&self, index: usize, broken: Doc<'s>, kept: Doc<'s>) -> Doc<'s> {
        match self.pieces.get(index).map(|piece| piece.terminal) {
            Some(Terminal::Name(text))
                if Keyword::from_text(text).is_some_and(|word| self.item.starters().contains(&word)) =>
            {
                kept
            }
            _ => broken,
        }
    }
}
