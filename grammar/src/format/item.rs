//! Items, and the blank lines between them.

use super::doc::Doc;
use super::entries::{Entry, Lay};
use super::page::Page;
use super::pieces::Item;
use super::{INDENT, WIDTH};
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use std::ops::Range;

/// A declaration that is wider goes on several lines even if it would fit on one.
const SHORT: usize = 80;

/// The item above.
#[derive(Default)]
pub(super) struct Above {
    keyword: Option<Keyword>,
    /// Whether it has more than one line.
    tall: bool,
}

/// Lays out an item below the one `above`. Items of one line may follow each other without a blank line; any other is parted
/// from its neighbours by one.
pub(super) fn place<'s>(item: Item<'s>, above: &Above, page: &mut Page<'s>) -> Above {
    let keyword = item.keyword;
    let mut lay = Lay::new(item);
    let first = lay.pieces.first();
    let apart = first.is_some_and(|piece| piece.before.first().map_or(piece.blank, |comment| comment.blank));
    let documented = first.is_some_and(|piece| piece.before.iter().any(|comment| comment.doc));
    let bare = first.is_some_and(|piece| piece.before.is_empty());
    let mut top = Page::default();
    lay.above(&mut top, 0, 0, true);
    let mut lines = Page::default();
    lay.lines(&mut lines);
    let tall = lines.len() > 1;
    let blank = match above.keyword {
        None => false,
        Some(Keyword::Module) if keyword == Keyword::Layer && bare => false,
        Some(Keyword::Module | Keyword::Layer) => true,
        Some(_) => apart || documented || tall || above.tall,
    };
    if blank {
        page.blank();
    }
    page.append(top);
    page.append(lines);
    Above { keyword: Some(keyword), tall }
}

impl<'s> Lay<'s> {
    fn lines(&mut self, page: &mut Page<'s>) {
        let all = 0..self.pieces.len();
        let note = self.note(&all);
        let opens = |lay: &Self, index: usize| lay.pieces.get(index).is_some_and(|piece| piece.opens_brace());
        let open = self.tops(all.clone(), opens).first().copied();
        match (self.item, open.and_then(|open| Some((open, self.closing(open)?)))) {
            (Keyword::Rule, Some(brackets)) => {
                let head = self.rule_head(brackets.0);
                let entries = self.lines_between(brackets);
                self.body(page, head, brackets, entries, 0, Lay::statement);
            }
            (Keyword::Fixture | Keyword::Test, Some(brackets)) => {
                let head = self.inline(0..brackets.0);
                self.steps(page, head, brackets);
            }
            (Keyword::Reasons | Keyword::Roles | Keyword::Framework, Some(brackets))
                if !self.is_one_line(brackets) =>
            {
                let head = self.described_by(0..brackets.0).nest(INDENT);
                self.described(page, head, brackets);
            }
            (Keyword::Example, Some(brackets)) => {
                let head = self.inline(0..brackets.0);
                self.fields(page, head, brackets);
            }
            (
                Keyword::Action | Keyword::Event | Keyword::Record | Keyword::Extend | Keyword::Risk,
                Some(brackets),
            ) if !self.is_one_line(brackets) => {
                let head = self.inline(0..brackets.0);
                let entries = match self.item {
                    Keyword::Action | Keyword::Event => self.members(brackets),
                    Keyword::Risk => self.lines_between(brackets),
                    _ => self.entries(brackets.0, brackets.1),
                };
                self.body(page, head, brackets, entries, 0, |lay, page, entry, indent| {
                    let member = lay.inline(entry.range);
                    page.line(indent, member);
                });
            }
            (Keyword::Normalize, Some(brackets)) => self.normalizer(page, brackets),
            (Keyword::Param, _) => self.param(page, all),
            (Keyword::Except, _) => self.exception(page, all),
            (Keyword::Set, _) => self.values(page, all),
            (Keyword::Category, _) => self.category(page, all),
            (Keyword::Fn, _) => self.definition(page, all, 0),
            _ => {
                let line = self.inline(all);
                page.line(0, line);
            }
        }
        page.note(note);
    }

    /// Whether the whole item stands on one line: it is short, holds no comments, and is no list that people read line by line.
    fn is_one_line(&mut self, brackets: (usize, usize)) -> bool {
        let (open, close) = brackets;
        let inside = self.pieces.get(open + 1..=close).unwrap_or_default();
        let last = inside.len().saturating_sub(1);
        let commented = |index: usize, after: bool| after && index < last;
        let comments = inside
            .iter()
            .enumerate()
            .any(|(index, piece)| !piece.before.is_empty() || commented(index, piece.after.is_some()));
        let opened = self.pieces.get(open).is_some_and(|piece| piece.after.is_some());
        let written: usize = self.pieces.iter().map(|piece| piece.text.len() + 1).sum();
        // Entries on lines of their own have no commas between them, and are as many columns on one line as those that have.
        let commas = self.tops(open + 1..close, |lay, index| lay.is_sign(index, TokenKind::Comma)).len();
        let gaps = self.entries(open, close).len().saturating_sub(1);
        let width = written - 2 * commas + 2 * gaps;
        let many = match self.item {
            Keyword::Action | Keyword::Reasons | Keyword::Framework => true,
            Keyword::Roles => gaps > 0,
            Keyword::Risk => self.lines_between(brackets).len() > 1,
            _ => false,
        };
        !comments && !opened && !many && width <= SHORT
    }

    /// `rule NAME on … at …`; the clauses below where they do not fit.
    fn rule_head(&mut self, open: usize) -> Doc<'s> {
        let clauses = self.tops(0..open, |lay, index| {
            index > 0 && lay.key(index).is_some_and(|word| lay.item.clauses().contains(&word))
        });
        let mut parts = Vec::new();
        let ends = clauses.iter().copied().chain([open]);
        for (start, end) in std::iter::once(0).chain(clauses.iter().copied()).zip(ends) {
            if start > 0 {
                parts.push(Doc::line());
                let word = self.piece(start);
                let names = self.list(start + 1..end);
                parts.push(Doc::concat(vec![word, Doc::blanks(1), names]));
            } else {
                parts.push(self.inline(start..end));
            }
        }
        Doc::concat(parts).nest(INDENT)
    }

    /// What stands behind a name; of a control or a framework, each clause on a line of its own where they do not fit.
    pub(super) fn described_by(&mut self, range: Range<usize>) -> Doc<'s> {
        let clauses = self.tops(range.clone(), |lay, index| {
            index > range.start && lay.key(index).is_some_and(|word| lay.item.clauses().contains(&word))
        });
        let mut parts = Vec::new();
        let ends = clauses.iter().copied().chain([range.end]);
        for (start, end) in std::iter::once(range.start).chain(clauses.iter().copied()).zip(ends) {
            if start > range.start {
                parts.push(Doc::line());
            }
            parts.push(self.inline(start..end));
        }
        Doc::concat(parts).group()
    }

    /// The value of an example: a line for each field.
    fn fields(&mut self, page: &mut Page<'s>, head: Doc<'s>, brackets: (usize, usize)) {
        let entries = self.entries(brackets.0, brackets.1);
        let last = entries.last().map(|entry| entry.range.start);
        self.body(page, head, brackets, entries, 0, |lay, page, entry, indent| {
            let comma = !entry.has_comma && Some(entry.range.start) != last;
            let field = lay.elements(vec![entry], false);
            let comma = if comma { Doc::text(",") } else { Doc::blanks(0) };
            page.line(indent, Doc::concat(vec![field, comma]));
        });
    }

    /// The members of an action: fields, and lines that begin with a word.
    fn members(&mut self, brackets: (usize, usize)) -> Vec<Entry> {
        let starts = self.tops(brackets.0 + 1..brackets.1, |lay, index| {
            lay.begins_with_label(index)
                || lay.key(index).is_some_and(|word| lay.item.starters().contains(&word))
        });
        self.cut(&starts, brackets.1)
    }

    /// `param NAME: TYPE = VALUES`, and each clause on a line of its own.
    fn param(&mut self, page: &mut Page<'s>, all: Range<usize>) {
        let starts = self.tops(all.clone(), |lay, index| {
            index > 0 && lay.key(index).is_some_and(|word| lay.item.starters().contains(&word))
        });
        let first = starts.first().copied().unwrap_or(all.end);
        let note = if first < all.end { self.note(&(0..first)) } else { None };
        self.values(page, 0..first);
        page.note(note);
        let ends = starts.iter().skip(1).copied().chain([all.end]);
        for (start, end) in starts.iter().copied().zip(ends) {
            let note = self.note(&(start..end));
            self.above(page, start, INDENT, true);
            let word = self.piece(start);
            let rest = self.list(start + 1..end);
            let between = Doc::blanks(usize::from(end > start + 1));
            page.line(INDENT, Doc::concat(vec![word, between, rest]));
            page.note(note);
        }
    }

    /// `except NAME to RULE`, and each clause on a line of its own.
    fn exception(&mut self, page: &mut Page<'s>, all: Range<usize>) {
        let starts = self.tops(all.clone(), |lay, index| {
            index > 0 && lay.key(index).is_some_and(|word| lay.item.starters().contains(&word))
        });
        let ends = starts.iter().copied().chain([all.end]);
        for (start, end) in std::iter::once(0).chain(starts.iter().copied()).zip(ends) {
            let note = self.note(&(start..end));
            let clause = if start == 0 {
                self.inline(start..end)
            } else {
                self.above(page, start, INDENT, true);
                let word = self.piece(start);
                let rest = self.expr(start + 1..end);
                Doc::concat(vec![word, Doc::blanks(usize::from(end > start + 1)), rest])
            };
            page.line(if start == 0 { 0 } else { INDENT }, clause);
            page.note(note);
        }
    }

    /// `… = VALUES`
    fn values(&mut self, page: &mut Page<'s>, range: Range<usize>) {
        let sign = self.tops(range.clone(), |lay, index| lay.is_sign(index, TokenKind::Equal));
        let head = sign.first().map_or(range.end, |sign| sign + 1);
        let mut parts = vec![self.inline(range.start..head)];
        if head < range.end {
            parts.push(Doc::blanks(1));
            parts.push(self.list(head..range.end));
        }
        page.line(0, Doc::concat(parts));
    }

    /// `category NAME when E`, the condition below where it does not fit.
    fn category(&mut self, page: &mut Page<'s>, all: Range<usize>) {
        let when = self.tops(all.clone(), |lay, index| lay.key(index) == Some(Keyword::When));
        let when = when.first().copied().unwrap_or(all.end);
        let mut parts = vec![self.inline(0..when)];
        if when < all.end {
            let word = self.piece(when);
            let condition = self.expr(when + 1..all.end);
            let below = !condition.forced && INDENT + word.width + 1 + condition.width <= WIDTH;
            let between = if below { Doc::line() } else { Doc::blanks(1) };
            parts.push(Doc::concat(vec![between, word, Doc::blanks(1), condition]).nest(INDENT));
        }
        page.line(0, Doc::concat(parts).group());
    }
}
