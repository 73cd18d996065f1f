//! What is done by whoever runs a gateway, and bears on all the rest: each act is a record of the log, written in the transaction of its effect.
//!
//! A gateway that runs does some of it; the rest is done on its host, beside it, through [`Host`].

mod record;
mod signing;
mod policy;
mod access;
mod erase;
mod generation;
mod host;

pub(crate) use self::access::Told;
pub(crate) use self::policy::{begun, bundle_in_force};
pub(crate) use self::record::Act;
pub(crate) use self::signing::{HISTORY, NotKept, SIGNED, keys_in_use};

pub use self::host::{Host, HostError};
