//! Medians that no run of criterion has found, but a program of its own: they are kept beside criterion's, in the same form.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde_json::json;

/// Where criterion leaves what it has measured.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/criterion")
}

/// Keeps what a contestant took in a row of a table, in nanoseconds or bytes, for the page.
///
/// # Errors
/// It cannot be written.
pub fn keep(table: &str, row: &str, contestant: &str, took: f64) -> io::Result<()> {
    let folder = folder().join(table).join(contestant).join(row.replace(' ', "_")).join("new");
    fs::create_dir_all(&folder)?;
    let benchmark = json!({ "group_id": table, "function_id": contestant, "value_str": row });
    fs::write(folder.join("benchmark.json"), benchmark.to_string())?;
    let estimates = json!({ "median": { "point_estimate": took } });
    fs::write(folder.join("estimates.json"), estimates.to_string())
}
