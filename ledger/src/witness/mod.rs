//! Witnesses: who remembers of a log the last tree that he saw, and vouches only for one that comes of it (C2SP tlog-witness).

mod request;
mod judge;
mod answer;

pub use answer::cosignatures;
pub use judge::{Accepted, KnownLog, Refusal, judge};
pub use request::AddCheckpoint;
