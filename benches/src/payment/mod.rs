//! Workload A: an agent pays. Eleven hard and nine soft rules over a request of about 600 bytes.

pub mod request;
pub mod outcome;
pub mod lists;
pub mod draw;

// The contestants.
pub mod floor;
pub mod lictor;
pub mod cedar;
pub mod rego;
pub mod cel;

pub mod agree;

// Many requests, one after the other.
pub mod stream;
