//! The gateway: the policy decision point behind HTTP.
//!
//! Who asks is known by a key, what time it is by the clock of the host, and what is decided by a bundle that was verified before it was put in force. What cannot
//! be authenticated, read or evaluated is refused, with a sentence that says what to do. The compiler is no part of it: bundles come as bytes.
//!
//! A host calls [`Gateway::open`], which does all that can fail, and then [`Gateway::run`], which serves until it is told to stop.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

// What a gateway is set up with, and how it begins and ends.
mod config;
mod yaml;
mod tenants;
mod start;
mod gateway;
mod signals;

// Who asks: keys, what each may do, what agents sign, and how often.
pub mod key;
mod signature;
mod rate;

// By what is decided.
mod policy;
mod clock;

// What is known of the world.
mod sources;

// For whom, and where it is kept.
mod tenant;

// From what was asked to what is answered.
mod json;
mod ask;
mod life;

// What people say to it, and what is done by whoever runs it.
pub mod approvals;
mod operate;
pub mod backup;

// Who vouches for its log.
mod witnesses;

// How it is carried: connections, routes, answers, and what is told of them.
mod net;
mod http;
mod pages;
mod metrics;
mod traces;
pub mod logs;

// Files that survive: written whole or not at all.
mod file;

pub use self::config::{
    Collector, Config, Evaluations, Limits, Mode, Source, StoreAt, TenantAt, Terms, Tls, Trusted, WitnessAt,
};
pub use self::gateway::Gateway;
#[doc(hidden)]
pub use self::http::serve_empty;
pub use self::operate::{Host, HostError};
pub use self::start::{StartError, StartFault};
pub use self::tenants::{TenantSetup, TenantsFile, TrustSetup};
