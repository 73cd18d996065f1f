//! Copies what the write-ahead log holds into the file, beside the writer: where the writer does it, everybody waits for it.
//!
//! As long as it is written to without a pause, only the writer finds the moment in which nothing is left in the log, so that it is begun anew and does not grow without an
//! end. Where it has grown long, the rest is copied twice in a row here, so that little is left, and then the writer is told to copy that little before its next batch, when those
//! of the last one were answered.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::{Connection, OpenFlags};

use super::{connect, failed};
use crate::error::{ErrorKind, StoreError};

/// How many rows are written until it is copied: some half a mebibyte. While much is copied, the disk makes the writer wait: with four times as many the slowest answers took half as long again.
const ROWS: usize = 512;
/// How many pages the log has when it is begun anew: 32 MiB. While that is done, everybody waits.
const LONG: i64 = 8_192;

/// A thread that copies whenever enough was written. It ends with this.
pub(super) struct Checkpointer {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    rows: usize,
    /// Whether the log is long, and all of it was copied a moment ago.
    long: Arc<AtomicBool>,
}

impl Checkpointer {
    /// Begins to copy for the writer of this file.
    pub(super) fn start(path: &Path) -> Result<Checkpointer, StoreError> {
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let wanted = |what: &str| {
            let set = connection.pragma_update(None, what, true);
            set.map_err(|error| failed(&format!("set {what}"), &error))
        };
        // As durable as where the writer does it: the log is synced before it is copied, and the file before the log is begun anew.
        connection
            .pragma_update(None, "synchronous", "FULL")
            .map_err(|error| failed("set synchronous", &error))?;
        wanted("fullfsync")?;
        wanted("checkpoint_fullfsync")?;
        let (wake, woken) = sync_channel(1);
        let long = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&long);
        let thread = std::thread::Builder::new()
            .name("lictor-copy".to_owned())
            .spawn(move || copy(&connection, &woken, &told))
            .map_err(|error| StoreError::new(ErrorKind::Setup, format!("no thread to copy with: {error}")))?;
        Ok(Checkpointer { wake: Some(wake), thread: Some(thread), rows: 0, long })
    }

    /// So many rows were committed.
    pub(super) fn written(&mut self, rows: usize) {
        self.rows += rows;
        if self.rows >= ROWS {
            self.rows = 0;
            // Where it is still copying, it will find these as well.
            let _ = self.wake.as_ref().map(|wake| wake.try_send(()));
        }
    }

    /// Copies the last of a long log with the writer's own connection, so that its next transaction begins the log anew. Not within a transaction.
    pub(super) fn finish(&self, writer: &Connection) {
        if self.long.swap(false, Ordering::Relaxed) {
            pass(writer);
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.wake = None;
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn copy(connection: &Connection, woken: &Receiver<()>, long: &AtomicBool) {
    let is_long = |log: i64| log >= LONG;
    while woken.recv().is_ok() {
        // While the first pass went on, more was written.
        if pass(connection).is_some_and(is_long) && pass(connection).is_some_and(is_long) {
            long.store(true, Ordering::Relaxed);
        }
    }
}

/// Copies what is in the log by now, and says how many pages that are, where it could copy all of them. What cannot be copied, since somebody still reads it, copies as well, or
/// the disk refuses, stays in the log, lasts there, and is tried again the next time.
fn pass(connection: &Connection) -> Option<i64> {
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
    let copied = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), row);
    copied.ok().filter(|(log, copied)| log == copied).map(|(log, _)| log)
}
