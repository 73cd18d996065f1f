//! What criterion has measured: the median of each benchmark, by table, row and contestant.
//!
//! A benchmark is called `TABLE/ROW/CONTESTANT` (its group being `TABLE/ROW`) or `TABLE/CONTESTANT/ROW` (its row being the parameter).

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A table of times in nanoseconds, or of bytes.
#[derive(Default)]
pub struct Table {
    /// The rows in the order in which they were measured, then by contestant.
    pub rows: Vec<Row>,
}

/// What was measured of one thing.
pub struct Row {
    /// What it is called.
    pub name: String,
    /// The median of each contestant, by its id.
    pub medians: BTreeMap<String, f64>,
    /// The pattern that chooses a contestant in this row, `#` standing for it.
    pub id: String,
}

#[derive(Deserialize)]
struct Benchmark {
    group_id: String,
    function_id: Option<String>,
    value_str: Option<String>,
}

#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    point_estimate: f64,
}

/// Reads everything below criterion's folder; the tables by their names.
///
/// # Errors
/// A file that criterion wrote cannot be read.
pub fn read(folder: &Path) -> io::Result<BTreeMap<String, Table>> {
    let mut found = Vec::new();
    collect(folder, &mut found)?;
    // Criterion keeps no order, but files are as old as what they hold.
    found.sort_by_key(|(written, ..)| *written);
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for (_, benchmark, median) in found {
        let Benchmark { group_id, function_id, value_str } = benchmark;
        let (Some(contestant), Some((table, row, id))) = (function_id, place(&group_id, value_str)) else {
            continue;
        };
        let rows = &mut tables.entry(table).or_default().rows;
        let at = rows.iter().position(|known| known.name == row).unwrap_or_else(|| {
            rows.push(Row { name: row, medians: BTreeMap::new(), id });
            rows.len() - 1
        });
        rows[at].medians.insert(contestant, median);
    }
    Ok(tables)
}

/// The table, the row and the pattern of a benchmark.
fn place(group: &str, value: Option<String>) -> Option<(String, String, String)> {
    match (group.split_once('/'), value) {
        (Some((table, row)), None) => Some((table.to_owned(), row.to_owned(), format!("{group}/#"))),
        (None, Some(row)) => Some((group.to_owned(), row.clone(), format!("{group}/#/{row}"))),
        _ => None,
    }
}

fn collect(folder: &Path, into: &mut Vec<(std::time::SystemTime, Benchmark, f64)>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    for path in entries.into_iter().filter(|path| path.is_dir()) {
        let estimates = path.join("estimates.json");
        if path.ends_with("new") && estimates.is_file() {
            let written = fs::metadata(&estimates)?.modified()?;
            let Estimates { median } = json(&estimates)?;
            into.push((written, json(&path.join("benchmark.json"))?, median.point_estimate));
        } else {
            collect(&path, into)?;
        }
    }
    Ok(())
}

fn json<T: DeserializeOwned>(path: &Path) -> io::Result<T> {
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}
