//! Finds the files below a directory, in the order of their names, and reads single ones.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::{Kind, Problem};

/// The most bytes of one policy or data file.
const MAX_FILE: u64 = 64 << 20;
/// How many directories may lie inside one another.
const MAX_DEPTH: usize = 32;

/// A file that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Where it is.
    pub path: PathBuf,
    /// Its path within the directory that was searched, `/` between the parts.
    pub inside: String,
    /// What it is to a project.
    pub kind: Kind,
}

/// What was found below a directory.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Walk {
    /// The files, in the order of their names.
    pub entries: Vec<Entry>,
    /// What could not be looked at.
    pub problems: Vec<Problem>,
}

/// Finds the files of projects in `root` and below it. What is hidden, and Cargo's `target`, holds no policies.
pub fn walk(root: &Path) -> Walk {
    let mut found = Walk::default();
    found.directory(root, "", 0, &mut BTreeSet::new());
    found
}

impl Walk {
    /// `inside` is the directory's path within what is searched; `seen` are the real directories that were entered: links
    /// may lead in circles.
    fn directory(&mut self, at: &Path, inside: &str, depth: usize, seen: &mut BTreeSet<PathBuf>) {
        if depth > MAX_DEPTH {
            self.problems.push(
                Problem::new(
                    "E0604",
                    format!("{} lies more than {MAX_DEPTH} directories deep", at.display()),
                )
                .help("move the policies up, or name a directory nearer to them"),
            );
            return;
        }
        let listed = fs::canonicalize(at).and_then(|real| {
            if !seen.insert(real) {
                return Ok(Vec::new());
            }
            fs::read_dir(at)?.collect::<io::Result<Vec<_>>>()
        });
        let mut entries = match listed {
            Ok(entries) => entries,
            Err(error) => return self.problems.push(Problem::of_reading(at, &error)),
        };
        entries.sort_by_key(|entry| entry.file_name());
        for entry in entries {
            let path = entry.path();
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                self.problems.push(
                    Problem::new("E0605", format!("the name of {} is not UTF-8", path.display()))
                        .help("rename it; bundles record the names of files"),
                );
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            if path.is_dir() {
                if name != "target" {
                    self.directory(&path, &format!("{inside}{name}/"), depth + 1, seen);
                }
            } else if let Some(kind) = Kind::of(name) {
                self.entries.push(Entry { path, inside: format!("{inside}{name}"), kind });
            }
        }
    }
}

/// The files of projects in a directory, without those further below.
///
/// # Errors
///
/// Says in words what the operating system has against listing it.
pub fn beside(directory: &Path) -> Result<Vec<Entry>, Problem> {
    let listed = fs::read_dir(directory).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
    let mut listed = listed.map_err(|error| Problem::of_reading(directory, &error))?;
    listed.sort_by_key(|entry| entry.file_name());
    let entry = |entry: fs::DirEntry| {
        let inside = entry.file_name().to_str()?.to_owned();
        Some(Entry { kind: Kind::of(&inside)?, path: entry.path(), inside })
    };
    Ok(listed.into_iter().filter_map(entry).filter(|entry| !entry.path.is_dir()).collect())
}

/// Reads a file of a project.
///
/// # Errors
///
/// Says in words that it is no plain file, that it is too large, or what the operating system has against it.
pub fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let told = |error: io::Error| Problem::of_reading(path, &error);
    let metadata = fs::metadata(path).map_err(told)?;
    if !metadata.is_file() {
        return Err(Problem::new("E0603", format!("{} is not a regular file", path.display()))
            .help("policies and lists are plain files; rename this one, or move it away"));
    }
    if metadata.len() > MAX_FILE {
        let mib = metadata.len() >> 20;
        return Err(Problem::new("E0604", format!("{} has {mib} MiB", path.display()))
            .help(format!("a policy or list has at most {} MiB; split it", MAX_FILE >> 20)));
    }
    fs::read(path).map_err(told)
}
