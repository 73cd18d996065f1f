//! One policy by itself: its tokens and its tree.

use std::ops::Range;
use std::rc::Rc;

use lictor_compiler::session::{OpenFile, Piece};
use lictor_grammar::ast::Item;
use lictor_grammar::lex::TokenKind;
use lictor_grammar::span::Span;

use super::Text;

/// The tokens and the tree of a policy, with the text they were made from.
pub struct Syntax {
    text: Rc<Text>,
    file: OpenFile,
    /// Where each piece of the file begins.
    starts: Vec<u32>,
}

impl Syntax {
    /// A file, and the text it was made from.
    pub fn new(text: Rc<Text>, file: OpenFile) -> Syntax {
        let starts = file.placed().map(|(start, _)| u32::try_from(start).unwrap_or(u32::MAX)).collect();
        Syntax { text, file, starts }
    }

    /// Parses a text that belongs to no project.
    pub fn of(text: Rc<Text>) -> Syntax {
        let file = OpenFile::of(text.as_str().as_bytes());
        Syntax::new(text, file)
    }

    /// The text.
    pub fn text(&self) -> &Text {
        &self.text
    }

    fn pieces(&self) -> impl DoubleEndedIterator<Item = &Piece> {
        self.file.pieces().iter().map(|piece| &**piece)
    }

    /// The items that could be read, in the order of the text.
    pub fn items(&self) -> impl DoubleEndedIterator<Item = &Item> {
        self.pieces().flat_map(|piece| &piece.parsed().file.items).map(|item| &**item)
    }

    /// All tokens, comments included, in the order of the text.
    pub fn tokens(&self) -> impl DoubleEndedIterator<Item = (TokenKind, Range<u32>)> {
        let tokens = self.pieces().flat_map(|piece| &piece.parsed().tokens);
        tokens.map(|token| (token.kind, self.range(token.span)))
    }

    /// The tokens that begin before a place, the last one first.
    pub fn tokens_before(&self, at: u32) -> impl Iterator<Item = (TokenKind, Range<u32>)> {
        let begun = self.starts.partition_point(|start| *start < at);
        let pieces = self.file.pieces().iter().take(begun).rev();
        let tokens = pieces.flat_map(|piece| piece.parsed().tokens.iter().rev());
        tokens
            .map(|token| (token.kind, self.range(token.span)))
            .skip_while(move |(_, range)| range.start >= at)
    }

    /// Where something of the tree stands in the text.
    pub fn range(&self, span: Span) -> Range<u32> {
        // The pieces are numbered in the order of the text.
        let piece = self.file.pieces().binary_search_by_key(&span.file, |piece| piece.id());
        let start = piece.ok().and_then(|at| self.starts.get(at)).copied().unwrap_or_default();
        start + span.start..start + span.end
    }

    /// The piece in which a place is: an item with the comments above it, up to the next.
    pub fn piece_at(&self, at: u32) -> Range<u32> {
        let behind = self.starts.partition_point(|start| *start <= at);
        let start = behind.checked_sub(1).and_then(|before| self.starts.get(before));
        let end = u32::try_from(self.text.as_str().len()).unwrap_or(u32::MAX);
        start.copied().unwrap_or_default()..self.starts.get(behind).copied().unwrap_or(end)
    }

    /// Whether all of it could be read.
    pub fn is_sound(&self) -> bool {
        self.pieces().all(|piece| piece.parsed().diagnostics.is_empty())
    }
}
