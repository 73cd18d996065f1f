//! Names, and tables sorted by them.

use crate::error::{BundleError, ErrorKind};

use super::ensure;

/// The most bytes of a name.
const MAX_NAME: usize = 512;

/// Names stand in messages and logs, so they must not be empty, endless, or able to disturb a terminal.
pub(super) fn check(name: &str, what: &str) -> Result<(), BundleError> {
    ensure(
        !name.is_empty() && name.len() <= MAX_NAME && !name.chars().any(char::is_control),
        ErrorKind::Schema,
        || {
            format!(
                "the name of {what} is empty, longer than {MAX_NAME} bytes, or has control characters in it"
            )
        },
    )
}

/// Checks the names of a table, which is sorted by them.
pub(super) fn check_sorted<'a>(
    names: impl Iterator<Item = &'a str> + Clone,
    what: &str,
) -> Result<(), BundleError> {
    for name in names.clone() {
        check(name, what)?;
    }
    ensure(names.is_sorted_by(|left, right| left < right), ErrorKind::Schema, || {
        format!("the table of each {what} is not sorted by name, or has a name twice")
    })
}

/// Checks names that stand in an order of their own, each once.
pub(super) fn check_distinct<'a>(
    names: impl Iterator<Item = &'a str>,
    what: &str,
) -> Result<(), BundleError> {
    let mut sorted: Vec<&str> = names.collect();
    sorted.sort_unstable();
    for name in &sorted {
        check(name, what)?;
    }
    ensure(sorted.is_sorted_by(|left, right| left < right), ErrorKind::Schema, || {
        format!("two of the names of {what} are the same")
    })
}
