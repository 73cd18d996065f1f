//! Copies what the write-ahead log holds into the file, beside the writer: where the writer does it, everybody waits for it.
//!
//! The writer's own connection still does it where the log has grown long, so that it never grows without an end: as long as it is written to without a pause, only the
//! writer finds the moment in which nothing is left in it. Little is left then.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::{Connection, OpenFlags};

use super::{connect, failed};
use crate::error::{ErrorKind, StoreError};

/// How many rows are written until it is copied: some half a mebibyte. While much is copied, the disk makes the writer wait: with four times as many the slowest answers took half as long again.
const ROWS: usize = 512;

/// A thread that copies whenever enough was written. It ends with this.
pub(super) struct Checkpointer {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    rows: usize,
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
        let thread = std::thread::Builder::new()
            .name("lictor-copy".to_owned())
            .spawn(move || copy(&connection, &woken))
            .map_err(|error| StoreError::new(ErrorKind::Setup, format!("no thread to copy with: {error}")))?;
        Ok(Checkpointer { wake: Some(wake), thread: Some(thread), rows: 0 })
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
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.wake = None;
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn copy(connection: &Connection, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        // What is not copied now, since somebody still reads it or copies as well, is copied the next time, or by the writer, who tells what goes wrong.
        let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(()));
    }
}
