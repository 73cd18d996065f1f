//! Decisions in words for people, what led to them, and what a policy says: the same for the command, its pages and the language server.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod paint;
mod decision;
mod observed;
mod explanation;
mod brief;
mod layer;
mod rule;

pub use brief::brief;
pub use decision::{Rows, card, colour, verdict, visible};
pub use explanation::explanation;
pub use layer::{Parameter, layer, layer_key};
pub use observed::differs;
pub use paint::{Colour, Paint};
pub use rule::{Lexicon, Line, Word, markdown, rule};
