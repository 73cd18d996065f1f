//! The language server: what editors show of policies while they are written.
//!
//! [`ide`] knows things about texts, and nothing of protocols; [`server`] speaks the Language Server Protocol over standard input and
//! output, and knows nothing about policies.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod ide;
pub mod server;
