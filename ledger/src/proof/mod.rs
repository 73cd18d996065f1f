//! Proofs that an entry is in the tree, and that a tree only grew.

mod plan;
mod verify;

pub use plan::{Plan, consistency, inclusion, root};
pub use verify::{verify_consistency, verify_inclusion};
