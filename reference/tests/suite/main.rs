//! The runtime and the reference on the same policies and requests.
//!
//! `examples/differential.rs` uses the same rooms, for as long as one likes.

// What is compared, and on what.
mod pair;
mod traced;
mod shrink;
mod case;
mod observed;
mod laws;

// The tests.
mod agree;
mod calls;
mod keep;
mod editors;
