//! Decisions in words for people, and what led to them: the same for the command and for the language server.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod paint;
mod decision;
mod observed;
mod explanation;
mod brief;

pub use brief::brief;
pub use decision::{Rows, card, colour, verdict, visible};
pub use explanation::explanation;
pub use observed::differs;
pub use paint::{Colour, Paint};
