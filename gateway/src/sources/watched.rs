//! A file that is read again when it changes. What it said last stays until it can be read again; how long that counts is for whoever asks.

use std::fs::{self, Metadata};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use arc_swap::ArcSwap;

use crate::clock;

/// The most bytes that are read.
const MAX_BYTES: u64 = 256 << 20;

/// Reads the contents of a file, or says what is wrong with them.
pub(super) type Parse<T> = dyn Fn(&[u8]) -> Result<T, String> + Send + Sync;

/// A file and what it says.
pub(super) struct Watched<T> {
    path: PathBuf,
    parse: Box<Parse<T>>,
    kept: ArcSwap<T>,
    /// When it was last seen to be what it is, in milliseconds.
    seen_at: AtomicI64,
    state: Mutex<State>,
}

/// What the file looked like.
struct State {
    stamp: Stamp,
    /// Why it cannot be read now.
    failing: Option<String>,
}

/// What changes when a file does.
type Stamp = (Option<SystemTime>, u64, u64);

impl<T> Watched<T> {
    /// Reads a file for the first time.
    ///
    /// # Errors
    /// It cannot be read, or is not what it should be.
    pub fn open(path: PathBuf, parse: Box<Parse<T>>) -> Result<Watched<T>, String> {
        let seen_at = clock::system();
        let (stamp, kept) = load(&path, &*parse).map_err(|why| format!("{}: {why}", path.display()))?;
        let state = Mutex::new(State { stamp, failing: None });
        Ok(Watched { path, parse, kept: ArcSwap::from_pointee(kept), seen_at: seen_at.into(), state })
    }

    /// What it says, and when it was last seen to say so.
    pub fn get(&self) -> (Arc<T>, i64) {
        // The moment first: what is read after it is no older.
        let seen_at = self.seen_at.load(Ordering::Acquire);
        (self.kept.load_full(), seen_at)
    }

    /// Whether it could not be read when it was last tried.
    pub fn is_failing(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).failing.is_some()
    }

    /// Looks whether it has changed, and reads it again where it has.
    pub fn refresh(&self) {
        let now = clock::system();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let looked = fs::metadata(&self.path).map(|metadata| stamp(&metadata));
        if state.failing.is_none() && looked.as_ref().is_ok_and(|stamp| *stamp == state.stamp) {
            self.seen_at.store(now, Ordering::Release);
            return;
        }
        match load(&self.path, &*self.parse) {
            Ok((stamp, kept)) => {
                self.kept.store(Arc::new(kept));
                self.seen_at.store(now, Ordering::Release);
                *state = State { stamp, failing: None };
                tracing::info!(file = %self.path.display(), "a file of the sources was read again");
            }
            Err(why) => {
                // Told once for each way in which it fails.
                if state.failing.as_ref() != Some(&why) {
                    tracing::error!(file = %self.path.display(), why, "a file of the sources cannot be read; what it said before grows old");
                }
                state.failing = Some(why);
            }
        }
    }
}

impl<T> std::fmt::Debug for Watched<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watched").field("path", &self.path).finish_non_exhaustive()
    }
}

fn load<T>(path: &PathBuf, parse: &Parse<T>) -> Result<(Stamp, T), String> {
    // What it looks like before it is read: one that changes meanwhile is read again.
    let metadata = fs::metadata(path).map_err(|error| error.to_string())?;
    if metadata.len() > MAX_BYTES {
        return Err(format!("has more than {} MiB", MAX_BYTES >> 20));
    }
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    Ok((stamp(&metadata), parse(&bytes)?))
}

fn stamp(metadata: &Metadata) -> Stamp {
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(metadata);
    #[cfg(not(unix))]
    let inode = 0;
    (metadata.modified().ok(), metadata.len(), inode)
}
