//! Finds the files below a directory, in the order of their names, and reads single ones.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::marker::{is_marked, wrong};
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
    /// The directories that are [marked](is_marked) as projects by themselves, of which nothing is among the files.
    pub marked: Vec<PathBuf>,
    /// What could not be looked at.
    pub problems: Vec<Problem>,
}

/// How much is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// How many files and directories may be seen.
    pub seen: usize,
    /// How many policies may be found.
    pub policies: usize,
    /// How many bytes these may have together.
    pub bytes: u64,
}

impl Limits {
    /// All that is there.
    pub const NONE: Limits = Limits { seen: usize::MAX, policies: usize::MAX, bytes: u64::MAX };
}

/// Finds the files of a project: all in `root` and below it, but for what is in [other projects](crate::MARKER). What [holds no policies](is_passed_over) is not looked at.
pub fn walk(root: &Path) -> Walk {
    walk_within(root, Limits::NONE).unwrap_or_default()
}

/// The same; nothing where there is more than is looked at.
pub fn walk_within(root: &Path, limits: Limits) -> Option<Walk> {
    let mut walker = Walker { found: Walk::default(), left: limits, entered: BTreeSet::new() };
    walker.directory(root, "", 0)?;
    Some(walker.found)
}

/// Whether a directory of this name holds no policies, nor does anything below it: what is hidden, Cargo's `target`, and what npm installs.
pub fn is_passed_over(name: &str) -> bool {
    name.starts_with('.') || name == "target" || name == "node_modules"
}

/// The entries of a directory with their names, in the order of these; none of one that was entered before: links may lead in circles.
pub(crate) fn entries(
    at: &Path,
    entered: &mut BTreeSet<PathBuf>,
    problems: &mut Vec<Problem>,
) -> Vec<(PathBuf, String)> {
    let listed = fs::canonicalize(at).and_then(|real| {
        if !entered.insert(real) {
            return Ok(Vec::new());
        }
        fs::read_dir(at)?.collect::<io::Result<Vec<_>>>()
    });
    let mut listed = listed.unwrap_or_else(|error| {
        problems.push(Problem::of_reading(at, &error));
        Vec::new()
    });
    listed.sort_by_key(fs::DirEntry::file_name);
    let named = listed.into_iter().filter_map(|entry| {
        let (path, name) = (entry.path(), entry.file_name());
        let Some(name) = name.to_str() else {
            problems.push(
                Problem::new("E0605", format!("the name of {} is not UTF-8", path.display()))
                    .help("rename it; bundles record the names of files"),
            );
            return None;
        };
        Some((path, name.to_owned()))
    });
    named.collect()
}

/// Whether a directory lies so deep that nobody looks for policies in it, which is told.
pub(crate) fn is_too_deep(at: &Path, depth: usize, problems: &mut Vec<Problem>) -> bool {
    if depth > MAX_DEPTH {
        let message = format!("{} lies more than {MAX_DEPTH} directories deep", at.display());
        problems.push(
            Problem::new("E0604", message).help("move the policies up, or name a directory nearer to them"),
        );
    }
    depth > MAX_DEPTH
}

struct Walker {
    found: Walk,
    /// How much may still be looked at.
    left: Limits,
    /// The real directories that were entered.
    entered: BTreeSet<PathBuf>,
}

impl Walker {
    /// `inside` is the directory's path within what is searched. Nothing where there is too much.
    fn directory(&mut self, at: &Path, inside: &str, depth: usize) -> Option<()> {
        if is_too_deep(at, depth, &mut self.found.problems) {
            return Some(());
        }
        self.found.problems.extend(wrong(at));
        for (path, name) in entries(at, &mut self.entered, &mut self.found.problems) {
            self.left.seen = self.left.seen.checked_sub(1)?;
            if path.is_dir() {
                if is_passed_over(&name) {
                    continue;
                }
                if is_marked(&path) {
                    self.found.marked.push(path);
                } else {
                    self.directory(&path, &format!("{inside}{name}/"), depth + 1)?;
                }
            } else if let Some(kind) = Kind::of(&name) {
                if kind == Kind::Policy {
                    self.left.policies = self.left.policies.checked_sub(1)?;
                    let bytes = fs::metadata(&path).map_or(0, |metadata| metadata.len());
                    self.left.bytes = self.left.bytes.checked_sub(bytes)?;
                }
                self.found.entries.push(Entry { path, inside: format!("{inside}{name}"), kind });
            }
        }
        Some(())
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
