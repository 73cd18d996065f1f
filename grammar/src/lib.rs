//! Text in; tokens, syntax tree and plain diagnostics out. Never fails, does no I/O.
//!
//! The way of a source, in the order of the modules: its characters are checked ([`bytes`]), the text becomes tokens
//! ([`lex`]), the tokens are cut into items (`split`, `brackets`), the words of an item are told apart (`feed`,
//! `foreign`), the item is parsed (`grammar.lalrpop`, `build`), and what the parser found wrong is put into words
//! (`words`). [`parse()`] goes the whole way.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

// What comes out.
pub mod span;
pub mod diagnostic;
pub mod codes;
pub mod ast;

// Text to tokens.
mod sink;
pub mod bytes;
pub mod lex;

// Tokens to items.
mod cut;
mod split;
mod brackets;

// Items to terminals.
pub mod keywords;
mod terminal;
mod feed;
mod foreign;
mod numerals;
mod piles;

// Terminals to a tree.
mod build;
pub mod literal;

// Mistakes to words.
mod words;
mod expected;
mod forms;
mod habits;
mod english;
mod clauses;
mod elsewhere;
mod listed;
mod past;
mod outline;
mod hints;
mod suggest;

// All of it.
mod parse;

// A place in a text under work.
pub mod cursor;

// And back to text.
pub mod format;

/// What the generator makes of `grammar.lalrpop`.
#[allow(missing_docs, unused_imports, unused_braces, clippy::all, clippy::restriction)]
mod grammar {
    include!(concat!(env!("OUT_DIR"), "/grammar.rs"));

    // The parser moves one at each of its steps. Its own account of a mistake is as large as this, so none need be larger.
    const _: () = assert!(size_of::<__parse__Item::__Symbol<'static>>() <= 104);
}

pub use brackets::MAX_NESTING;
pub use bytes::parse_bytes;
pub use cut::cut;
pub use parse::{Parsed, parse};
pub use sink::{MAX_ERRORS, told};
pub use suggest::closest;

/// The greatest height of an expression: how many nodes a path from its top to an operand may have.
pub const MAX_EXPRESSION_HEIGHT: usize = build::MAX_HEIGHT as usize;
