//! Loads a verified bundle and decides requests. No I/O, no clock, no threads of its own.
//!
//! A host needs five calls. [`Engine::load`] verifies a bundle and makes it ready; [`Engine::facts_needed`] says what to find out
//! first; [`Engine::decide`] decides; [`Engine::explain`] tells how it came to that; [`Live::swap`] replaces the policy while others
//! decide. Deciding is a pure function of the bundle, the request and its facts: it never fails, panics or waits, and what cannot be
//! read or evaluated is refused.
//!
//! ```
//! use lictor_runtime::{Engine, Live, Scratch, Trust, Verdict};
//! # use lictor_compiler::project::{Project, SourceFile};
//! # let policy = include_bytes!("../examples/shop.lictor").to_vec();
//! # let files = vec![SourceFile { path: "shop.lictor".to_owned(), bytes: policy }];
//! # let compiled = lictor_compiler::compile(&Project { name: "shop".to_owned(), files, ..Project::default() });
//! # let signer = lictor_bundle::keys::SigningKey::from_seed([7; 32]);
//! # let key = signer.verifying_key();
//! # let bundle = lictor_bundle::container::seal(&compiled.bundle.unwrap(), &[signer])?;
//!
//! // `bundle` is the file that `lictor build` wrote, `key` the public key of whoever may sign it.
//! let engine = Engine::load(&bundle, Trust::Keys(&[key]))?;
//!
//! // Memory to decide in: each thread has its own, and uses it again.
//! let mut scratch = Scratch::default();
//! let purchase = |price: &str, facts: &str| {
//!     format!(
//!         r#"{{ "action": "shop.buy",
//!              "params": {{ "seller": "s-1", "price": {{ "amount": "{price}", "currency": "USD" }} }},
//!              "agent": {{ "id": "a-1" }}, "context": {{ "now": "2026-03-02T10:00:00Z" }}, "facts": [{facts}] }}"#
//!     )
//! };
//!
//! // What the policy wants to know of the world is for the host to find out.
//! let needed = engine.facts_needed(&mut scratch, purchase("20.00", "").as_bytes());
//! assert_eq!((needed.len(), needed[0].fact.as_str(), &needed[0].args["seller"]), (1, "seller_blocked", &"s-1".into()));
//! let facts = r#"{ "fact": "seller_blocked", "args": { "seller": "s-1" }, "value": false }"#;
//!
//! let decision = engine.decide(&mut scratch, purchase("20.00", facts).as_bytes());
//! assert_eq!((decision.decision, &*decision.reason_code), (Verdict::Allow, "OK"));
//! // A fact that is missing refuses.
//! assert_eq!(engine.decide(&mut scratch, purchase("20.00", "").as_bytes()).decision, Verdict::Deny);
//!
//! let (decision, explanation) = engine.explain(&mut scratch, purchase("120.00", facts).as_bytes(), None);
//! assert_eq!(decision.reason, "120.00 USD is more than 100.00 USD");
//! assert_eq!(explanation.layers, ["base"]);
//!
//! // An engine is cheap to clone, and threads may share it. Who replaces it stops nobody.
//! let live = Live::new(engine.clone());
//! std::thread::scope(|scope| {
//!     scope.spawn(|| live.engine().decide_once(purchase("90.00", facts).as_bytes()));
//!     scope.spawn(|| live.swap(engine));
//! });
//! # Ok::<(), lictor_runtime::BundleError>(())
//! ```
//!
//! Where who asks is not who vouches, [`Engine::decide_asked`] keeps apart what each of them says. A host that wants only the verdict
//! and its code, and the words only where something objects, decides in steps: [`Engine::prepare`].

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

// From a bundle to an engine, and from a request to a decision.
mod engine;
mod live;
mod plan;
mod unit;
mod rules;
mod users;
mod change;
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
mod categories;
mod turns;
mod vm;
mod params;
mod score;
mod outcome;
mod digest;
mod encode;
mod decision;
mod stage;

// What a token binds of it.
mod bound;

// How a decision came about.
mod trace;
mod explain;

// What values are while they are worked on, and how people see them.
mod slot;
mod arena;
mod index;
mod known;
mod members;
mod sourced;
mod value;
mod settings;
mod scratch;
mod render;
mod json;
mod tree;
mod kept;
mod names;

pub use self::bound::ActionFields;
pub use self::clocks::{Clocks, LocalTime};
pub use self::decision::{
    AmplifierValue, Answer, Approval, Class, Decision, NOTHING_OBJECTS, OK, Obligation, Observed, Points,
    Reason, Risk, Told, ToolCall, UsedException, Verdict,
};
pub use self::decode::MAX_REQUEST;
pub use self::digest::Digest;
pub use self::engine::Engine;
pub use self::explain::{
    Change, Changes, Explained, ExplainedReader, ExplainedRule, ExplainedScore, ExplainedStage,
    ExplainedStep, Explanation, Origin,
};
pub use self::facts::UsedFact;
pub use self::history::{Answer as HistoryAnswer, Contribution, Past, Question, Taken};
pub use self::kept::Keep;
pub use self::live::Live;
pub use self::memory::{MemoryHistory, Remembered, Settled};
pub use self::needs::{Bounds, FactQuery, LocalDays};
pub use self::prepared::{Evaluated, Prepared};
pub use self::scratch::Scratch;
pub use self::stage::{Check, CheckResult};
pub use self::trace::{RuleEnd, RuleTrace, StepOutcome, Trace};

// What loading is asked with and answers with, so that a host needs this crate only.
pub use lictor_bundle::container::{Requirements, Trust};
pub use lictor_bundle::error::{BundleError, ErrorKind};
pub use lictor_bundle::keys::VerifyingKey;
pub use lictor_bundle::keyset::KeySet;
pub use lictor_bundle::marks::Marks;
pub use lictor_bundle::program::Mode;
pub use lictor_bundle::release::Now;
