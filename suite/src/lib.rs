//! Runs the tests that stand in a policy, and recorded requests: the same for the command and for the language server.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod words;
mod result;
mod runner;
mod reached;
mod replay;

pub use reached::Reached;
pub use replay::{Replay, remembers};
pub use result::{TestResult, obliged};
pub use runner::{Ran, Runner, Vary, engine};
pub use words::{actual, expected, outcome, title, verdict_word};

use std::fmt;

use lictor_bundle::error::BundleError;

/// Why a policy cannot decide its tests. What the compiler makes is verified like a bundle from elsewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refused {
    /// What a test of this name sets in the policy makes it larger than a bundle can be.
    TooLarge(String),
    /// A loader refuses it; that should not happen, except to a policy that is too large.
    Bundle(BundleError),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::TooLarge(test) => write!(f, "what the test \"{test}\" sets makes the policy too large"),
            Refused::Bundle(error) => write!(f, "the compiled policy is refused: {}", error.message),
        }
    }
}

impl std::error::Error for Refused {}
