//! The mark of a project. A directory that has one is a project by itself; a project around it does not hold what lies in it.
//!
//! Where nothing is marked, a project is the directory that a command is given, with everything below it.

use std::path::{Path, PathBuf};

use crate::walk::{read, walk};
use crate::{Kind, Problem};

/// The name of the file that marks a directory as a project. It is empty but for comments that begin with `#`.
pub const MARKER: &str = "lictor.project";

/// Whether a directory is marked as a project.
pub fn is_marked(directory: &Path) -> bool {
    directory.join(MARKER).is_file()
}

/// The projects at a path, in the order of their names: the path itself where it holds policies, and what is marked below it.
/// A file, and a directory without anything, is the one project of which others say what is wrong with it.
///
/// # Errors
///
/// Says in words what could not be looked at, and which mark says something.
pub fn projects(path: &Path) -> Result<Vec<PathBuf>, Problem> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let found = walk(path);
    if let Some(problem) = found.problems.into_iter().next() {
        return Err(problem);
    }
    let mut all = Vec::new();
    if found.marked.is_empty() || found.entries.iter().any(|entry| entry.kind == Kind::Policy) {
        all.push(path.to_path_buf());
    }
    for directory in found.marked {
        all.extend(projects(&directory)?);
    }
    Ok(all)
}

/// What is wrong with the mark of a directory, if it has one: a mark that says something is from a time that knows what it means.
pub(crate) fn wrong(directory: &Path) -> Option<Problem> {
    let file = directory.join(MARKER);
    if !file.is_file() {
        return None;
    }
    let says = |text: &[u8]| {
        let blank = |line: &[u8]| line.trim_ascii().is_empty() || line.trim_ascii().starts_with(b"#");
        !text.split(|byte| *byte == b'\n').all(blank)
    };
    match read(&file) {
        Err(problem) => Some(problem),
        Ok(text) if says(&text) => Some(
            Problem::new("E0607", format!("{} says something that nobody understands", file.display())).help(
                "the file marks a project by being there; it is empty but for lines that begin with `#`",
            ),
        ),
        Ok(_) => None,
    }
}
