//! Stands before the tools of an agent host. A host that is about to run a tool starts `lictor hook HOST`, writes what it is about to do to the
//! standard input, and obeys what comes back.
//!
//! Bytes become a [`Call`] ([`Host::read`]), somebody who [`Decides`] makes a [`Said`] of it, and that becomes an [`Answer`] ([`Host::answer`]). Each
//! host has one file that knows its form. What hosts do with an answer that they do not expect is the reason for the rest of it: nearly all
//! of them *run the tool* when a hook fails, ends with 1, says nothing or takes too long. So everything that goes wrong is an answer that
//! blocks, by its JSON and by its exit status, and [`guarded`] makes sure that there is one.
//!
//! A hook is a guard rail: an agent that may write the host's configuration can take it away. [`install`] says what it can reach.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod form;
mod call;
mod place;
mod home;
mod patch;
mod typed;
mod host;
mod said;
mod answer;
mod local;
mod gateway;
mod guarded;
pub mod install;

pub use self::answer::Answer;
pub use self::call::{Call, Trouble};
pub use self::gateway::{Gateway, Trust};
pub use self::guarded::{MAX_INPUT, guarded, read_all};
pub use self::host::{Host, Prompts};
pub use self::local::Local;
pub use self::place::Root;
pub use self::said::{OnAllow, Said};

/// Whoever can say whether a call may happen: a bundle in this process, or a gateway.
pub trait Decides {
    /// What is said of a call. Whatever goes wrong is an [`Err`], and refuses.
    fn decide(&self, call: &Call) -> Result<Said, Trouble>;
}
