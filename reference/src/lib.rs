//! The language, said a second time.
//!
//! [`decide`] walks the typed tree that the compiler's front half makes and decides a request as the language's description
//! says: no bytecode, no registers, no tables prepared beforehand, no speed. It shares no code with lowering, the virtual
//! machine, or the runtime's reading of requests and parameters; where the two come to another decision, one of them is
//! wrong, and `tests/suite/agree.rs` says so. Whoever wants to know what a policy means reads `eval/`.
//!
//! [`generate`] writes random policies as source text, and random requests for them.
//!
//! Nothing that is shipped uses this crate.

// What values are.
pub mod value;
mod number;
mod time;
mod calendar;

// From text to a request.
mod json;
mod read;

// What a policy says about it.
mod params;
mod eval;
pub mod past;
mod show;
mod rules;
mod score;
mod decide;
mod observed;
pub mod decision;

// Policies and requests to try it on.
pub mod generate;

pub use decide::{Asked, decide, decide_after, decide_and_ask};
