//! What a file is to a project, by its name.

use std::path::Path;

/// What the names of files end in that hold rows of tests.
pub const TABLES: [&str; 2] = [".test.yaml", ".test.yml"];

/// What a file is to a project.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// A policy: a module.
    Policy,
    /// A text that `file("…")` may name.
    Data,
    /// Rows of tests.
    Table,
}

impl Kind {
    /// What a file of this name is; none for what is hidden, and for what has nothing to do with policies.
    pub fn of(name: &str) -> Option<Kind> {
        if name.starts_with('.') {
            return None;
        }
        match Path::new(name).extension().and_then(|extension| extension.to_str()) {
            Some("lictor") => Some(Kind::Policy),
            Some("txt") => Some(Kind::Data),
            _ if TABLES.iter().any(|ending| name.ends_with(ending)) => Some(Kind::Table),
            _ => None,
        }
    }
}
