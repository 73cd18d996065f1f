//! What an editor may fold away: items, what stands between brackets, blocks of comments, runs of imports.

use std::collections::BTreeMap;
use std::ops::Range;

use lictor_grammar::ast::ItemKind;
use lictor_grammar::lex::TokenKind;

use super::Syntax;

/// What is folded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FoldKind {
    /// An item, or a part of one.
    Code,
    /// Lines of comments.
    Comment,
    /// Lines that import modules.
    Imports,
}

/// Lines of which all but the first are folded away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fold {
    /// The line that stays, counted from 0.
    pub first: u32,
    /// The last line that goes.
    pub last: u32,
    /// What it is.
    pub kind: FoldKind,
}

/// All that may be folded, by its first line; of what begins on one line, the longest.
pub fn folds(syntax: &Syntax) -> Vec<Fold> {
    let mut folds = Folds { syntax, by_line: BTreeMap::new() };
    folds.items();
    folds.imports();
    folds.tokens();
    folds.by_line.into_values().collect()
}

struct Folds<'s> {
    syntax: &'s Syntax,
    by_line: BTreeMap<u32, Fold>,
}

impl Folds<'_> {
    fn line(&self, at: u32) -> u32 {
        self.syntax.text().line_of(at)
    }

    fn add(&mut self, first: u32, last: u32, kind: FoldKind) {
        if last > first {
            let fold = Fold { first, last, kind };
            let known = self.by_line.entry(first).or_insert(fold);
            if known.last < last {
                *known = fold;
            }
        }
    }

    /// Lines from one place to another. A bracket that closes on a line of its own stays, so that one sees where it ends.
    fn add_range(&mut self, range: &Range<u32>, kind: FoldKind) {
        let end = range.end.saturating_sub(1);
        let last = self.line(end);
        let text = self.syntax.text();
        let closes = text.line(last).trim_start().starts_with([')', ']', '}']);
        self.add(self.line(range.start), if closes { last.saturating_sub(1) } else { last }, kind);
    }

    fn items(&mut self) {
        for item in self.syntax.items() {
            self.add_range(&self.syntax.range(item.span), FoldKind::Code);
        }
    }

    fn imports(&mut self) {
        let mut run: Option<Range<u32>> = None;
        for item in self.syntax.items() {
            let range = self.syntax.range(item.span);
            run = match (run, &item.kind) {
                (Some(run), ItemKind::Import(_) | ItemKind::Use(_)) => Some(run.start..range.end),
                (None, ItemKind::Import(_) | ItemKind::Use(_)) => Some(range),
                (run, _) => {
                    run.iter().for_each(|run| self.add_range(run, FoldKind::Imports));
                    None
                }
            };
        }
        run.iter().for_each(|run| self.add_range(run, FoldKind::Imports));
    }

    fn tokens(&mut self) {
        let mut open = Vec::new();
        // The first and the last line of the comments at hand, and what they begin with.
        let mut comments: Option<(u32, u32, TokenKind)> = None;
        let mut above = None;
        for (kind, range) in self.syntax.tokens() {
            let line = self.line(range.start);
            let is_alone = above != Some(line);
            above = Some(self.line(range.end));
            comments = match comments {
                Some((first, last, of)) if of == kind && is_alone && line == last + 1 => {
                    Some((first, line, of))
                }
                done => {
                    done.iter().for_each(|&(first, last, _)| self.add(first, last, FoldKind::Comment));
                    (kind.is_comment() && is_alone).then_some((line, line, kind))
                }
            };
            match kind {
                TokenKind::LeftBrace | TokenKind::LeftBracket | TokenKind::LeftParen => {
                    open.push(range.start)
                }
                TokenKind::RightBrace | TokenKind::RightBracket | TokenKind::RightParen => {
                    if let Some(start) = open.pop() {
                        self.add_range(&(start..range.end), FoldKind::Code);
                    }
                }
                _ => {}
            }
        }
        comments.iter().for_each(|&(first, last, _)| self.add(first, last, FoldKind::Comment));
    }
}
