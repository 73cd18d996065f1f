//! Approval by people: what is asked of them, who of them may answer, and what their answers come to.
//!
//! A request for approval is a row of the store ([`lictor_store::Approval`]); what only people need of it is its body, an [`Asked`]. It is bound to agent, action
//! and bundle by its subject. An answer is a [`Vote`](lictor_store::Vote) of a person, and whatever follows from it is decided inside one job upon the store, so
//! that two answers at the same time are one after the other.

// What is asked.
mod asked;
mod field;
mod id;
mod sealed;

// Who may answer.
mod people;
mod evidence;
mod statement;
mod form;

// What answers come to.
mod refused;
mod tally;
mod vote;
mod review;
mod record;

// How it is looked at.
mod shown;
mod bell;
pub(crate) mod desk;

pub use self::asked::{Asked, Asker, Demand, Risk, Told};
pub(crate) use self::bell::Bell;
pub(crate) use self::desk::{Said, Unanswered};
pub use self::evidence::{Evidence, Means, Proof};
pub(crate) use self::field::fields;
pub use self::field::{By, Field, Value};
pub use self::id::ApprovalId;
pub use self::people::{Lacking, People, Person};
pub use self::record::{Place, Receipts, VoidReason};
pub use self::refused::Refused;
pub(crate) use self::review::{Effect, Fresh, Overlooked, is_by_reviewer, review};
pub(crate) use self::shown::{for_agent, for_people, state};
pub use self::statement::Statement;
pub(crate) use self::tally::given;
pub use self::tally::{is_met, lost};
pub use self::vote::{Ballot, Outcome};

#[cfg(test)]
mod tests;

/// The obligation by which a rule demands that whoever approves signs: `oblige signed_approval as …`. The gateway fulfils it by taking no other evidence.
pub const SIGNED: &str = "signed_approval";

/// How long an agent that was refused waits before it may ask for the same again, in milliseconds.
pub const COOL_DOWN: i64 = 10 * 60_000;

/// How long a request may be answered where the policy does not say, in milliseconds.
pub const WITHIN: i64 = 15 * 60_000;
