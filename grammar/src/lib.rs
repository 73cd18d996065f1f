//! Text in; tokens, syntax tree and plain diagnostics out. Never fails, does no I/O.

pub mod ast;
pub mod diagnostic;
pub mod span;
