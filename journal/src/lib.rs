//! What each step of an action says in the log, and everything that is done with a log afterwards.
//!
//! A [`Record`] is what one step says: what was asked and known, what was decided and by which policy, which token was issued, burned or released,
//! who approved. It is written as canonical JSON, whose digest stands in the entry that the log hashes ([`lictor_evidence::record::LogEntry`]),
//! and kept in the store as the body of a row ([`row`]). Nothing in it is secret: what a policy marks `pii` or `secret` is covered with keyed
//! commitments ([`Covering`]), whose key stands apart from the log and is destroyed with the record.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

// What a step says.
pub mod record;
mod plain;

// How what must not be kept is covered.
mod standing;
mod covering;
mod keeping;

// How it is kept.
mod body;
pub mod row;

// What is done with a log afterwards.
pub mod source;
pub mod audit;
pub mod export;
pub mod replay;

pub use self::body::Body;
pub use self::covering::Covering;
pub use self::record::{Kind, Record, Step};
pub use self::row::New;
