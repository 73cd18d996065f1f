//! Stands between a client and a server of the Model Context Protocol, and decides what is called before it is.
//!
//! [`session`] is what happens to each message, as a pure function of it and of what stands open: no I/O, no clock. [`judge`] decides, with a bundle
//! at hand or by asking a gateway; [`stdio`] and [`http`] carry messages. [`client`] asks a server for its tools, and
//! [`schema`] makes actions of what it says of them.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

// What a message is.
pub mod visible;
pub mod tree;
pub mod message;
pub mod refusal;

// What happens to it.
pub mod asked;
pub mod mirrors;
pub mod pins;
pub mod listing;
pub mod form;
pub mod session;

// Who decides, and what they could never allow.
pub mod judge;
pub mod never;

// What a server says of its tools when it is asked, as a policy.
pub mod client;
pub mod schema;

// How it comes and goes.
pub mod stdio;
pub mod http;
