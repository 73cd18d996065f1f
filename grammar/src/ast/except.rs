//! Exceptions: what lifts a rule's soft statements for a while.

use super::{Expr, Name, Path, Text};

/// `except NAME to RULE when E expires DATE granted_by "…" because "…"`
#[derive(Clone, PartialEq, Debug)]
pub struct Exception {
    /// Its name.
    pub name: Name,
    /// The rule, by its name or as `module.rule`.
    pub rule: Path,
    /// Where it holds.
    pub when: Expr,
    /// A date literal: the last day on which it holds, UTC.
    pub expires: Expr,
    /// Who granted it; not empty.
    pub granted_by: Text,
    /// Why; not empty.
    pub because: Text,
}
