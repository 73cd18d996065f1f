//! What a witness has vouched for last, in a file: for each log a tree, and never a smaller one after a larger.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use lictor_ledger::{Hash, TreeHead};
use serde::{Deserialize, Serialize};

/// The file of a witness, which no other process changes at the same time.
pub struct State {
    path: PathBuf,
    seen: BTreeMap<String, Seen>,
    /// Held as long as this lasts.
    _lock: File,
}

/// A tree, as the file has it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    size: u64,
    /// In base64.
    root: String,
}

impl State {
    /// What was vouched for until now; nothing where there is no file yet.
    ///
    /// # Errors
    /// Another process has it, or it cannot be read: a witness that forgot what it saw would vouch for anything.
    pub fn open(path: &Path) -> io::Result<State> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".lock");
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(beside)?;
        fs4::FileExt::try_lock(&lock)
            .map_err(|_| io::Error::other("another witness has this state: each needs a file of its own"))?;
        let seen: BTreeMap<String, Seen> = match fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(io::Error::from)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error),
        };
        if seen.values().any(|seen| seen.head().is_none()) {
            return Err(io::Error::other("it holds a root that is no hash"));
        }
        Ok(State { path: path.to_owned(), seen, _lock: lock })
    }

    /// What was vouched for last of a log.
    pub fn latest(&self, origin: &str) -> Option<TreeHead> {
        self.seen.get(origin).and_then(Seen::head)
    }

    /// Puts a tree in the place of another, and says whether that one stood there. Once this returns, it survives a loss of power.
    ///
    /// # Errors
    /// The file cannot be written; then nothing has changed.
    pub fn exchange(&mut self, origin: &str, from: Option<TreeHead>, to: TreeHead) -> io::Result<bool> {
        if self.latest(origin) != from {
            return Ok(false);
        }
        if from == Some(to) {
            return Ok(true);
        }
        let mut next = self.seen.clone();
        next.insert(origin.to_owned(), Seen { size: to.size, root: to.root.to_base64() });
        self.write(&next)?;
        self.seen = next;
        Ok(true)
    }

    fn write(&self, seen: &BTreeMap<String, Seen>) -> io::Result<()> {
        let mut beside = self.path.as_os_str().to_owned();
        beside.push(".part");
        let mut file = File::create(&beside)?;
        file.write_all(&serde_json::to_vec_pretty(seen).map_err(io::Error::from)?)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        // The name survives a loss of power once its directory was synced.
        #[cfg(unix)]
        File::open(self.path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new(".")))?
            .sync_all()?;
        Ok(())
    }
}

impl Seen {
    fn head(&self) -> Option<TreeHead> {
        Some(TreeHead { size: self.size, root: Hash::from_base64(&self.root)? })
    }
}
