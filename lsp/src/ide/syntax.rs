//! One policy by itself: its tokens and its tree.

use std::ops::Range;
use std::rc::Rc;

use lictor_grammar::ast::Item;
use lictor_grammar::lex::TokenKind;
use lictor_grammar::span::{FileId, Span};
use lictor_grammar::{Parsed, parse};

use super::Text;

/// The tokens and the tree of a policy, with the text they were made from.
pub struct Syntax {
    text: Rc<Text>,
    parsed: Parsed,
}

impl Syntax {
    /// Parses a text.
    pub fn new(text: Rc<Text>) -> Syntax {
        let parsed = parse(FileId::default(), text.as_str());
        Syntax { text, parsed }
    }

    /// The text.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// The items that could be read, in the order of the text.
    pub fn items(&self) -> impl DoubleEndedIterator<Item = &Item> {
        self.parsed.file.items.iter()
    }

    /// All tokens, comments included, in the order of the text.
    pub fn tokens(&self) -> impl DoubleEndedIterator<Item = (TokenKind, Range<u32>)> {
        self.parsed.tokens.iter().map(|token| (token.kind, self.range(token.span)))
    }

    /// Where something of the tree stands in the text.
    pub fn range(&self, span: Span) -> Range<u32> {
        span.start..span.end
    }

    /// Whether all of it could be read.
    pub fn is_sound(&self) -> bool {
        self.parsed.diagnostics.is_empty()
    }
}
