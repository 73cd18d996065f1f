//! What survives: tokens, approvals, counters, idempotent answers, keys and the log of a gateway.
//!
//! Whatever the gateway decides it decides in a [`Job`]: pure code that says beforehand what it reads ([`Reads`]), then runs on a [`View`]
//! and says what it writes ([`Writes`]). Jobs that wait at the same time become one batch: the heads of their tenants are locked, all that
//! they read is fetched, they run one after another, each seeing what those before it did, everything is written, and one commit makes it
//! last. Only then is anybody answered. So effect, record, idempotent answer and head of the log are one transaction, and two gateways on
//! one database take turns.
//!
//! If anything fails, the whole batch is refused and nothing was done. Where a connection is lost at the commit, the database is asked
//! afterwards what became of it; where that cannot be told either, the answer is [`ErrorKind::Unknown`] and nobody guesses.
//!
//! Three backends keep to the same tests: SQLite for one machine, PostgreSQL for several, and memory for tests of others.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

// What is kept.
mod error;
mod rows;
mod approval;
pub mod counter;
mod span;

// What a job sees and does.
mod job;
mod view;
mod changes;
mod accept;
mod overlay;
mod tally;

// How jobs become a batch.
mod backend;
mod batch;
mod store;
mod reader;

// Where it is kept.
mod memory;
mod columns;
mod sqlite;
mod postgres;
mod guard;

pub use self::approval::{Approval, ApprovalState, Vote};
pub use self::backend::Swept;
pub use self::error::{ErrorKind, StoreError};
pub use self::job::{Job, Reads, Writes};
pub use self::reader::{Filter, Reader};
pub use self::rows::{
    ApiKey, Head, MAX_INDEX, MAX_TENANT, NewRecord, Record, Remembered, Slot, TenantId, Token, TokenState,
};
pub use self::store::{Options, Pending, Store};
pub use self::view::View;

/// Copies a store of SQLite as it is at this moment to a file that is not there yet, while a gateway may go on writing to it.
///
/// # Errors
/// It is no store of this version, or cannot be read or written.
pub fn snapshot(from: &std::path::Path, to: &std::path::Path) -> Result<(), StoreError> {
    sqlite::snapshot(from, to)
}
