//! Random policies, as source text so that the whole compiler has to read them, and random requests for them.
//!
//! Everything follows from a seed. A policy is well typed by construction and keeps to the polarity of its parameters;
//! only now and then does the compiler refuse one, and the tests count how often.

mod rng;

// What a policy declares.
mod types;
mod form;
mod pool;
mod param;
mod world;

// What its rules say.
mod scope;
mod value;
mod number;
mod condition;
mod compare;
mod calendar;
mod past;
mod statement;
mod rule;

// Whole policies, and what is asked of them.
mod module;
mod except;
mod policy;
mod request;
mod spoil;

pub use module::{Layer, Module};
pub use policy::Policy;
pub use request::{Tree, report, request, with_facts};
pub use rng::Rng;
pub use spoil::spoil;
