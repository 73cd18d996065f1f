//! What a command line, or a text of SQL, would do, without running it.
//!
//! A text is read once, in a time that grows with its length, and the answer is a plain record: the gravest thing that
//! it would do, to what, and whether anybody can tell. There is no I/O, no clock, no state, and nothing to set up. Nesting, length and the
//! number of commands are bounded; beyond the bounds, and wherever a text cannot be understood, the answer says so.

#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod path;

mod shell;

mod sql;

mod readers;

use serde::Serialize;

pub use path::normal;
pub use readers::{Field, FieldType, READERS, Reader, Takes, reader};
pub use shell::{ACTS, Act, Script, shell, takes_typing};
pub use sql::{SQL_ACTS, SqlAct, SqlScript, sql};

/// The longest text that is read, in bytes.
pub const MAX_TEXT: usize = 16_384;
/// The deepest that one script may run inside another.
pub const MAX_DEPTH: usize = 12;
/// The most commands of a script, with those that run inside it.
pub const MAX_COMMANDS: usize = 256;
/// The most words of a command.
pub const MAX_WORDS: usize = 512;

/// The most tables that a text of SQL reads, and the most that it writes.
pub const MAX_TABLES: usize = 50;

/// Why nobody can tell what a text does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is not written as the language wants it.
    Syntax,
    /// It is too long, or has too many commands or words.
    Long,
    /// Too many scripts run inside each other.
    Deep,
    /// Which program runs is only known when it runs.
    Program,
    /// What is run as a script is only known when it runs.
    Input,
    /// It is written in another language.
    Interpreter,
    /// It changes which programs run.
    Environment,
}

/// The reasons as they are written, in their order.
pub const REASONS: [&str; 7] = ["syntax", "long", "deep", "program", "input", "interpreter", "environment"];
