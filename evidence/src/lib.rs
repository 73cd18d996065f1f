//! What a gateway signs, and anybody verifies offline with public keys alone: execution tokens, receipts, and the history of the keys
//! that made them.
//!
//! Nothing here has a clock, a random source or a store: moments, random bytes and keys come from the caller. Whatever is read
//! from outside is refused with a reason, or means one thing only.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

// How things are written.
mod base64url;
mod mac;
mod digest;
pub mod json;
mod plain;
pub mod draft;
mod canonical;
mod held;
pub mod time;
pub mod error;

// Who signs.
pub mod keys;

mod document;
pub mod history;

// What lets one action happen once.
pub mod token;
pub mod jwks;
pub mod binding;

// What others state of agents.
pub mod statement;

// What a record holds in place of what must not stand in it.
pub mod commitment;

// What is left of it, for others to verify.
pub mod record;
pub mod receipt;

pub use digest::Digest;
pub use held::Canonical;
