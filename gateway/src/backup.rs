//! A backup of a data directory: all that survives, but for private keys, which are made again.
//!
//! The store is copied as it was at one moment, by its own means, while a gateway goes on writing to it. What lies beside it is copied after: an edition or a bundle that
//! is newer than the store does no harm.

use std::fs;
use std::io;
use std::path::Path;

use lictor_store::{Options, Store, snapshot};

use crate::file::Dir;
use crate::operate::HostError;

/// The file of the store.
const STORE: &str = "store.db";
/// What is copied beside it, where it is there.
const BESIDE: [&str; 3] = ["keys.json", "edition.json", "current.bundle"];
/// The directory of bundles that were in force.
const BUNDLES: &str = "bundles";

/// Copies a data directory to one that is not there yet; how many files.
///
/// # Errors
/// No gateway has begun there, or something cannot be read or written.
pub fn save(data: &Path, to: &Path) -> Result<usize, HostError> {
    if !data.join(STORE).is_file() {
        return Err(HostError::Nothing(data.display().to_string()));
    }
    let made = made(to)?;
    snapshot(&data.join(STORE), &to.join(STORE))?;
    Ok(1 + beside(data, &made)?)
}

/// Makes a data directory of what was saved, and raises the generation of its store; what that is now.
///
/// # Errors
/// It is no backup, the directory is there already, or something cannot be read or written.
pub fn restore(from: &Path, data: &Path) -> Result<u64, HostError> {
    if !from.join(STORE).is_file() {
        return Err(HostError::Nothing(from.display().to_string()));
    }
    let made = made(data)?;
    snapshot(&from.join(STORE), &data.join(STORE))?;
    beside(from, &made)?;
    // Before anybody can use it: what was acknowledged since is missing from it.
    let store = Store::sqlite(
        &data.join(STORE),
        &Options { anchor: Some(made.path("store.anchor")), ..Options::default() },
    )?;
    Ok(store.raise_generation()?)
}

/// A directory that was not there, for its owner alone.
fn made(path: &Path) -> Result<Dir, HostError> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(HostError::Refused(format!(
            "{} is there already: name another directory",
            path.display()
        )));
    }
    Dir::open(path).map_err(|error| failed(path, &error))
}

fn beside(from: &Path, to: &Dir) -> Result<usize, HostError> {
    let mut count = 0;
    for name in BESIDE {
        count += copied(&from.join(name), to, name)?;
    }
    let bundles = from.join(BUNDLES);
    let entries = match fs::read_dir(&bundles) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(count),
        Err(error) => return Err(failed(&bundles, &error)),
    };
    let kept = Dir::open(&to.path(BUNDLES)).map_err(|error| failed(&to.path(BUNDLES), &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| failed(&bundles, &error))?;
        let name = entry.file_name();
        // One that is being written has another name, and belongs to no decision yet.
        if let Some(name) = name.to_str().filter(|name| name.ends_with(".bundle")) {
            count += copied(&entry.path(), &kept, name)?;
        }
    }
    Ok(count)
}

fn copied(from: &Path, to: &Dir, name: &str) -> Result<usize, HostError> {
    match fs::read(from) {
        Ok(bytes) => to.replace(name, &bytes).map(|()| 1).map_err(|error| failed(&to.path(name), &error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(failed(from, &error)),
    }
}

fn failed(path: &Path, error: &io::Error) -> HostError {
    HostError::Refused(format!("{}: {error}", path.display()))
}
