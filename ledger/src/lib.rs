//! An append-only log that anybody can check: what was written is provably there, and nothing was changed or taken away since.
//!
//! Hashing is that of RFC 6962, section 2.1 (RFC 9162, section 2.1, is the same); what is signed, served and exchanged has the forms of C2SP
//! (`c2sp.org/signed-note`, `tlog-checkpoint`, `tlog-cosignature`, `tlog-tiles`, `tlog-proof`, `tlog-witness`), so that tools of others
//! read it. There is no I/O and no clock here: hashes come from whoever keeps them, and times come with the call.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

// The tree.
pub mod error;
mod hash;
mod node;
mod frontier;
pub mod proof;
pub mod tile;

// What is signed about it.
mod text;
pub mod note;
mod checkpoint;
mod sign;
mod trust;
mod tlog_proof;
pub mod witness;

// What is found out about it.
pub mod audit;

pub use checkpoint::Checkpoint;
pub use error::{ErrorKind, LedgerError};
pub use frontier::{Frontier, MAX_SIZE, TreeHead};
pub use hash::Hash;
pub use node::Node;
pub use sign::{CheckpointSigner, Cosigner};
pub use tlog_proof::TlogProof;
pub use trust::{Trust, Trusted};
