//! What the compiler and the runtime agree on: the schema, the instruction set, the container and its signatures.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

// What values are.
pub mod currency;
pub mod country;
pub mod amount;
pub mod decimal;
pub mod time;
pub mod civil;
pub mod zone;
pub mod form;
pub mod pattern;

// What a bundle holds.
pub mod marks;
mod types;
pub mod schema;
pub mod shape;
pub mod layout;
pub mod instr;
pub mod history;
mod business;
pub mod tools;
pub mod source_map;
mod layer;
pub mod release;
mod code;
pub mod program;

// How it is written, signed and read.
pub mod error;
pub mod hex;
mod beside;
mod codec;
mod numbers;
pub mod encoded;
pub mod interface;
pub mod tree;
pub mod digest;
pub mod keys;
pub mod dedicated;
pub mod keyset;
pub mod signature;
pub mod admission;
mod frame;
pub mod container;
pub mod delta;

// What is proved about it before it may run.
pub mod verify;

// How it is shown.
pub mod written;
pub mod disassemble;
