//! Normalizers: what the calls of a tool are.

use super::{Expr, Name, Path, Text};

/// `normalize TOOL as ACTION [when CONDITION] { FIELD = SOURCE … ignore MEMBERS }`
#[derive(Clone, PartialEq, Debug)]
pub struct Normalize {
    /// The tool: `server/tool`, or the name of one that is built into the host.
    pub tool: Text,
    /// What its calls become.
    pub action: Path,
    /// Which of its calls; all where nothing is said.
    pub when: Option<Expr>,
    /// Where the fields of the action come from.
    pub mappings: Vec<Mapping>,
    /// The members of the input that are left aside.
    pub ignored: Vec<Path>,
}

/// `FIELD = SOURCE`, or `FIELD? = SOURCE`
#[derive(Clone, PartialEq, Debug)]
pub struct Mapping {
    /// The field of the action.
    pub field: Name,
    /// Whether a `?` follows it: the input need not have what it comes from.
    pub optional: bool,
    /// A member of the input with its type, a constant, or `money(…)`; a record of these.
    pub source: Expr,
}
