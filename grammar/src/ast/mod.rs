//! The syntax tree: what was written, each piece with its place. Nothing here is resolved or checked.

mod expr;
mod framework;
mod history;
mod item;
mod rule;
mod except;
mod normalize;
mod test;

pub use except::*;
pub use expr::*;
pub use framework::*;
pub use history::*;
pub use item::*;
pub use normalize::*;
pub use rule::*;
pub use test::*;

use crate::span::Span;

/// A word, as written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Name {
    /// The word.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// Words joined by dots: `std.payments`, `payment.charge`, `merchant.id`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Path {
    /// The words, at least one.
    pub names: Vec<Name>,
    /// From the first word to the last.
    pub span: Span,
}

impl Path {
    /// The path as text, dots between the words.
    pub fn text(&self) -> String {
        self.names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".")
    }
}

/// A string literal after its escapes were read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// The value.
    pub value: String,
    /// The literal with its quotes.
    pub span: Span,
}
