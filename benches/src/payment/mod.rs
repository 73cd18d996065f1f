//! Workload A: an agent pays. Eleven hard and nine soft rules over a request of about 600 bytes.

pub mod request;
pub mod outcome;
pub mod lists;
pub mod draw;

// The contestants.
pub mod floor;
pub mod lictor;
#[cfg(feature = "peers")]
pub mod cedar;
#[cfg(feature = "peers")]
pub mod rego;
#[cfg(feature = "peers")]
pub mod cel;
#[cfg(feature = "peers")]
pub mod peers;

pub mod agree;

// Many requests, one after the other.
pub mod stream;
