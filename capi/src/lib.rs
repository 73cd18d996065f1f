//! The runtime behind a C interface: an engine is loaded, says which facts it needs, decides, explains, and is replaced while other
//! threads decide. `include/lictor.h` is written from this source; `examples/shop.c` shows it in use.
//!
//! This is the one crate with `unsafe` in it, and all of it is in what comes across the border (`border.rs`) and in the handles
//! (`lib.rs`). Nothing panics across: a panic would be a fault of ours, becomes `LICTOR_STATUS_FAULT`, and nothing is allowed by it.

#![allow(unsafe_code, reason = "a C interface is made of raw pointers; each use says why it is sound")]
#![deny(clippy::undocumented_unsafe_blocks, unsafe_op_in_unsafe_fn)]
#![allow(non_camel_case_types, reason = "the types are named as they are in C")]

mod border;
mod engine;

pub use border::{lictor_bytes, lictor_status, lictor_text, lictor_text_free};
pub use engine::{
    lictor_engine, lictor_engine_clone, lictor_engine_decide, lictor_engine_explain,
    lictor_engine_facts_needed, lictor_engine_free, lictor_engine_load, lictor_engine_swap,
    lictor_requirements, lictor_verdict,
};
