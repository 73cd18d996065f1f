//! An item while it is laid out, and the entries between its brackets.

use super::INDENT;
use super::doc::{Doc, columns};
use super::page::Page;
use super::pieces::{Item, Piece};
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::terminal::Terminal;
use std::ops::Range;

/// An item while it is laid out. Comments are taken out of the pieces as they are written.
pub(super) struct Lay<'s> {
    pub item: Keyword,
    pub pieces: Vec<Piece<'s>>,
}

/// What stands between two commas, or where commas may be left out, between two of its kind.
pub(super) struct Entry {
    pub range: Range<usize>,
    /// Whether a comma belongs to it that has to stay where it is.
    pub has_comma: bool,
}

impl<'s> Lay<'s> {
    /// An item that is to be laid out.
    pub fn new(item: Item<'s>) -> Lay<'s> {
        Lay { item: item.keyword, pieces: item.pieces }
    }

    /// The keyword that this terminal is.
    pub fn key(&self, index: usize) -> Option<Keyword> {
        match self.pieces.get(index)?.terminal {
            Terminal::Key(word) => Some(word),
            _ => None,
        }
    }

    /// Whether the terminal is this sign.
    pub fn is_sign(&self, index: usize, sign: TokenKind) -> bool {
        self.pieces.get(index).is_some_and(|piece| piece.is_sign(sign))
    }

    /// Whether an entry that begins here has a name.
    pub fn begins_with_label(&self, index: usize) -> bool {
        match self.pieces.get(index).map(|piece| piece.terminal) {
            Some(Terminal::Label(_)) => true,
            // A key of a map.
            Some(Terminal::String(_)) => self.is_sign(index + 1, TokenKind::Colon),
            _ => false,
        }
    }

    /// Whether an entry of names begins here. Among the clauses of a control stand names as well, none of them before a title.
    fn begins_entry(&self, index: usize) -> bool {
        let terminal = |index: usize| self.pieces.get(index).map(|piece| piece.terminal);
        let titled =
            self.item != Keyword::Framework || matches!(terminal(index + 1), Some(Terminal::String(_)));
        titled && matches!(terminal(index), Some(Terminal::Name(_)))
    }

    /// The end of the bracket that opens here.
    pub fn closing(&self, index: usize) -> Option<usize> {
        self.pieces.get(index).filter(|piece| piece.opens()).and_then(|piece| piece.partner)
    }

    /// The places outside inner brackets; a bracket within the range stands for what is in it.
    pub fn outside(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
        let next = |index: &usize| Some(self.closing(*index).unwrap_or(*index) + 1);
        std::iter::successors(Some(range.start), next).take_while(move |index| *index < range.end)
    }

    /// Those of them for which `wanted` holds.
    pub fn tops(&self, range: Range<usize>, wanted: impl Fn(&Self, usize) -> bool) -> Vec<usize> {
        self.outside(range).filter(|index| wanted(self, *index)).collect()
    }

    /// Takes the comment behind the last piece of a range.
    pub fn note(&mut self, range: &Range<usize>) -> Option<&'s str> {
        self.pieces.get_mut(range.clone())?.last_mut()?.after.take()
    }

    /// Whether the bracket holds the rows of `cases`.
    pub fn opens_cases(&self, open: usize) -> bool {
        let before = self.pieces.get(..open).unwrap_or_default();
        let path =
            |piece: &&Piece| matches!(piece.terminal, Terminal::Name(_)) || piece.is_sign(TokenKind::Dot);
        let word = before.iter().rev().find(|piece| !path(piece));
        word.is_some_and(|piece| piece.terminal == Terminal::Key(Keyword::Cases))
    }

    /// The entries between two brackets. A comma between two of them is left to whoever writes them; the comment behind it
    /// goes to the entry.
    pub fn entries(&mut self, open: usize, close: usize) -> Vec<Entry> {
        let inside = open + 1..close;
        let brace = self.pieces.get(open).is_some_and(|piece| piece.opens_brace());
        let names = matches!(
            self.item,
            Keyword::Tiers | Keyword::Enum | Keyword::Roles | Keyword::Reasons | Keyword::Framework
        );
        let starts: Vec<usize> = if !brace {
            let commas = self.tops(inside.clone(), |lay, index| lay.is_sign(index, TokenKind::Comma));
            let behind = commas.into_iter().map(|comma| comma + 1);
            std::iter::once(inside.start).chain(behind).filter(|&start| start < close).collect()
        } else if names {
            self.tops(inside.clone(), |lay, index| lay.begins_entry(index))
        } else if self.item == Keyword::Risk {
            // A weight is a name and a number.
            let is_name = |piece: &Piece| matches!(piece.terminal, Terminal::Name(_));
            self.tops(inside.clone(), |lay, index| lay.pieces.get(index).is_some_and(is_name))
        } else {
            let colons = self.tops(inside, |lay, index| lay.is_sign(index, TokenKind::Colon));
            colons.into_iter().map(|colon| self.before_colon(colon)).collect()
        };
        // What has neither names nor colons, such as the lines of a risk model, is one entry.
        let starts = if starts.is_empty() && open + 1 < close { vec![open + 1] } else { starts };
        self.cut(&starts, close)
    }

    /// The statements, steps or clauses between two brackets.
    pub fn lines_between(&mut self, brackets: (usize, usize)) -> Vec<Entry> {
        let starts = self.starters(brackets.0 + 1..brackets.1);
        self.cut(&starts, brackets.1)
    }

    /// The places where one of the words stands that begin a line of this item.
    pub fn starters(&self, range: Range<usize>) -> Vec<usize> {
        self.tops(range, |lay, index| match lay.pieces.get(index).map(|piece| piece.terminal) {
            Some(Terminal::WhenBlock) => true,
            // Inside a rule, a `when` without a block goes on with its statement.
            Some(Terminal::Key(Keyword::When)) => false,
            Some(Terminal::Key(word)) => lay.item.starters().contains(&word),
            _ => false,
        })
    }

    /// Entries that begin at `starts`, without the commas behind them.
    pub fn cut(&mut self, starts: &[usize], end: usize) -> Vec<Entry> {
        let mut entries = Vec::with_capacity(starts.len());
        let ends = starts.iter().skip(1).copied().chain([end]);
        for (start, mut end) in starts.iter().copied().zip(ends) {
            let mut has_comma = false;
            if end > start + 1 && self.is_sign(end - 1, TokenKind::Comma) {
                has_comma = self.pieces.get(end - 1).is_some_and(|comma| !comma.before.is_empty());
                if !has_comma {
                    end -= 1;
                    let note = self.pieces.get_mut(end).and_then(|comma| comma.after.take());
                    if let (Some(last), Some(note)) = (self.pieces.get_mut(end - 1), note) {
                        last.after = Some(note);
                    }
                }
            }
            entries.push(Entry { range: start..end, has_comma });
        }
        entries
    }

    /// Where the name or the value before a colon begins.
    fn before_colon(&self, colon: usize) -> usize {
        let mut start = colon.saturating_sub(1);
        let Some(piece) = self.pieces.get(start) else { return start };
        if piece.closes() {
            start = piece.partner.unwrap_or(start);
        } else if matches!(piece.terminal, Terminal::Unit(_)) {
            start = start.saturating_sub(1);
        }
        let sign = start.saturating_sub(1);
        if self.is_sign(sign, TokenKind::Minus) { sign } else { start }
    }

    /// Writes the comments above a piece, and a blank line where there was one, unless it is the `first` of its block.
    pub fn above(&mut self, page: &mut Page<'s>, index: usize, indent: usize, first: bool) {
        let Some(piece) = self.pieces.get_mut(index) else { return };
        let blank = std::mem::take(&mut piece.blank);
        let mut first = first;
        for comment in piece.before.drain(..) {
            if comment.blank && !first {
                page.blank();
            }
            page.comment(indent, comment.text);
            first = false;
        }
        // A closing bracket never has a blank line above it.
        if blank && !first && !piece.closes() {
            page.blank();
        }
    }

    /// Writes what begins a body, with the `{` at its end, or below it where it is broken.
    pub fn opening(&mut self, page: &mut Page<'s>, head: Doc<'s>, open: usize, indent: usize) {
        let note = self.note(&(open..open + 1));
        let brace = self.piece(open);
        let between = if head.breaks { Doc::line() } else { Doc::blanks(1) };
        page.line(indent, Doc::concat(vec![head, between, brace]).group());
        page.note(note);
    }

    /// Writes a body: its head, each of its entries on lines of its own, and the `}`.
    pub fn body(
        &mut self,
        page: &mut Page<'s>,
        head: Doc<'s>,
        brackets: (usize, usize),
        entries: Vec<Entry>,
        indent: usize,
        mut entry: impl FnMut(&mut Self, &mut Page<'s>, Entry, usize),
    ) {
        let (open, close) = brackets;
        let bare = self.pieces.get(close).is_some_and(|piece| piece.before.is_empty());
        if entries.is_empty() && bare {
            let brackets = self.inline(open..close + 1);
            page.line(indent, Doc::concat(vec![head, Doc::blanks(1), brackets]).group());
            return;
        }
        self.opening(page, head, open, indent);
        let inner = indent + INDENT;
        let mut first = true;
        for each in entries {
            let note = self.note(&each.range);
            self.above(page, each.range.start, inner, first);
            entry(self, page, each, inner);
            page.note(note);
            first = false;
        }
        self.above(page, close, inner, first);
        let note = self.note(&(close..close + 1));
        let brace = self.piece(close);
        page.line(indent, brace);
        page.note(note);
    }

    /// Names with their texts, the texts in one column for as many lines as follow each other.
    pub fn described(&mut self, page: &mut Page<'s>, head: Doc<'s>, brackets: (usize, usize)) {
        let entries = self.entries(brackets.0, brackets.1);
        let mut widths: Vec<usize> = Vec::with_capacity(entries.len());
        let mut run: Vec<usize> = Vec::new();
        for entry in &entries {
            let Some(name) = self.pieces.get(entry.range.start) else { continue };
            let apart = name.blank || name.before.first().is_some_and(|comment| comment.blank);
            if apart {
                level(&mut widths, &mut run);
            }
            run.push(columns(name.text));
        }
        level(&mut widths, &mut run);
        let mut widths = widths.into_iter();
        self.body(page, head, brackets, entries, 0, |lay, page, entry, indent| {
            let width = widths.next().unwrap_or(0);
            let start = entry.range.start;
            let text = start + 1..entry.range.end;
            let own = lay.pieces.get(start).map_or(0, |name| columns(name.text));
            let mut line = vec![lay.piece(start)];
            if !text.is_empty() {
                line.push(Doc::blanks(width.saturating_sub(own) + 1));
                line.push(lay.described_by(text).nest(INDENT));
            }
            page.line(indent, Doc::concat(line));
        });
    }
}

/// Gives all names of a run the width of the widest.
fn level(widths: &mut Vec<usize>, run: &mut Vec<usize>) {
    let width = run.iter().copied().max().unwrap_or(0);
    widths.extend(run.drain(..).map(|_| width));
}
