//! A log as files that others can read: all of it as a directory, or what passes a filter as JSON lines or CSV.
//!
//! ```text
//! about.json          whose log it is, its size and root
//! checkpoint          what the log has signed of itself (C2SP tlog-checkpoint), where somebody gave it
//! tile/…              the tree and its entries (C2SP tlog-tiles)
//! records.jsonl       the records, a line each
//! bundles/HEX.bundle  the policies that decided
//! ```
//!
//! Whoever has the files of one writes and reads them; nothing here does.

mod about;
mod line;
mod tiles;
mod write;
mod read;
mod filter;
mod csv;

pub use self::about::About;
pub use self::csv::{CSV_HEADER, csv_line};
pub use self::filter::Wanted;
pub use self::line::{Line, LineError};
pub use self::read::ExportedLog;
pub use self::tiles::{Made, Tiles};
pub use self::write::{Erasures, ExportError, Exporter, entry, erasures, tombstones};

/// The file that says whose log it is.
pub const ABOUT: &str = "about.json";
/// The file with what the log has signed of itself.
pub const CHECKPOINT: &str = "checkpoint";
/// The file of the records.
pub const RECORDS: &str = "records.jsonl";
