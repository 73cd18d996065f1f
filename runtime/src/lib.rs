//! Loads a verified bundle and decides requests. No I/O, no clock.
//!
//! [`Engine::load`] verifies a bundle and makes it ready; [`Engine::decide`] reads a request straight into slots, runs the
//! rules that apply in their fixed order, and returns a [`Decision`]. Deciding is a pure function of the bundle, the request
//! and its facts: it never fails, panics or waits, and what cannot be read or evaluated is refused.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

// From a bundle to an engine, and from a request to a decision.
mod engine;
mod plan;
mod decide;
mod prepared;
mod evaluate;
mod except;
mod words;
mod shadow;

// The steps of a decision, in their order.
mod decode;
mod facts;
mod history;
mod clocks;
mod memory;
mod needs;
mod condition;
mod layers;
mod vm;
mod params;
mod score;
mod outcome;
mod digest;
mod encode;
mod decision;
mod stage;

// How a decision came about.
mod trace;
mod explain;

// What values are while they are worked on, and how people see them.
mod slot;
mod arena;
mod index;
mod sourced;
mod value;
mod scratch;
mod render;
mod json;
mod names;

pub use self::clocks::{Clocks, LocalTime};
pub use self::decision::{
    AmplifierValue, Answer, Approval, Class, Decision, Obligation, Observed, Points, Reason, Risk, Told,
    ToolCall, UsedException, Verdict,
};
pub use self::decode::MAX_REQUEST;
pub use self::digest::Digest;
pub use self::engine::Engine;
pub use self::explain::{
    Change, Changes, Explained, ExplainedRule, ExplainedScore, ExplainedStage, ExplainedStep, Explanation,
    Origin,
};
pub use self::facts::UsedFact;
pub use self::history::{Answer as HistoryAnswer, Contribution, Past, Question, Taken};
pub use self::memory::{MemoryHistory, Remembered, Settled};
pub use self::needs::{Bounds, FactQuery, LocalDays};
pub use self::prepared::{Evaluated, Prepared};
pub use self::scratch::Scratch;
pub use self::stage::{Check, CheckResult};
pub use self::trace::{RuleEnd, RuleTrace, StepOutcome, Trace};
