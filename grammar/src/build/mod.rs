//! What the rules of the grammar do: they build the tree, and they check what the grammar deliberately leaves open,
//! because a check can say what is wrong where the grammar could only say that something is.

mod clause;
mod except;
mod expr;
mod framework;
mod history;
mod item;
mod literal;
mod normalize;
mod outcome;
mod text;

pub(crate) use clause::{
    ActionMember, ObligeClause, ParamClause, RiskClause, RuleClause, StepUpClause, TypeArg, TypeSuffix,
};
pub(crate) use except::ExceptClause;
pub(crate) use expr::{Built, MAX_HEIGHT};
pub(crate) use framework::StandingClause;
pub(crate) use history::{Past, PastClause};
pub(crate) use item::{LayerWord, Step, step};
pub(crate) use normalize::NormalizeMember;

use crate::ast::{ItemKind, Name, Path};
use crate::diagnostic::Diagnostic;
use crate::keywords::Keyword;
use crate::sink::Sink;
use crate::span::Span;
use crate::split::Docs;
use crate::suggest;
use crate::terminal::Terminal;
use std::cell::Cell;

/// What the parser tells of a mistake after which it went on.
pub(crate) type Recovery<'s> = lalrpop_util::ErrorRecovery<usize, Terminal<'s>, &'static str>;

/// What an item is, in the box in which the parser hands it over.
pub(crate) fn item(kind: ItemKind) -> Option<Box<ItemKind>> {
    Some(Box::new(kind))
}

/// The elements of a list, out of the boxes in which the parser moved them about.
pub(crate) fn unboxed<T>(elements: Vec<Box<T>>) -> Vec<T> {
    elements.into_iter().map(|element| *element).collect()
}

/// What the rules of the grammar share while one item is parsed.
pub(crate) struct Context<'s, 'c> {
    /// Where mistakes are told.
    pub sink: &'c mut Sink,
    /// The kind of the item.
    pub item: Keyword,
    /// The documentation of the file.
    pub docs: &'c Docs,
    /// The syntax errors after which the parser went on, in the order of the text.
    pub recovered: Vec<Recovery<'s>>,
    /// After how many mistakes the parser went on, for whoever hands the parser its tokens.
    pub mistakes: &'c Cell<usize>,
    /// Whether it was told that an expression of this item is too deep: its neighbours are as well.
    pub too_deep_told: bool,
    /// The texts with braces among the values of a normalizer, and where they start: what they are filled with is read when it is known
    /// which of them are sources.
    pub braced: Vec<(usize, &'s str)>,
}

impl<'s> Context<'s, '_> {
    /// The bytes `start..end` of this file.
    pub fn span(&self, start: usize, end: usize) -> Span {
        self.sink.span(start, end)
    }

    /// Tells of a mistake.
    pub fn error(&mut self, diagnostic: Diagnostic) {
        self.sink.push(diagnostic);
    }

    /// Keeps a syntax error; it is told when the item is complete.
    pub fn recover(&mut self, recovery: Recovery<'s>) {
        self.recovered.push(recovery);
        self.mistakes.set(self.mistakes.get() + 1);
    }

    /// Tells of a word that begins a line and nothing else.
    pub fn stray(&mut self, start: usize, word: &str, end: usize) {
        self.mistakes.set(self.mistakes.get() + 1);
        if !self.sink.is_full() {
            let error = suggest::unknown_line(self.item, word, self.span(start, end));
            self.error(error);
        }
    }

    /// A word with its place.
    pub fn name(&self, start: usize, text: &str, end: usize) -> Name {
        Name { text: text.to_string(), span: self.span(start, end) }
    }

    /// Names joined by dots.
    pub fn path(&self, first: Name, rest: Vec<Name>) -> Path {
        let span = rest.last().map_or(first.span, |last| first.span.to(last.span));
        let names = std::iter::once(first).chain(rest).collect();
        Path { names, span }
    }
}
