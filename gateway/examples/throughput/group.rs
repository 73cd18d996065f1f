//! A durable write and nothing else: rows of bytes in one table, all that wait at the same time in one transaction.

use std::error::Error;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use tokio::sync::oneshot;

/// The most rows of a transaction: as many as the store has.
const GROUP: usize = 256;

/// A row, and who waits for it.
type Waiting = (Vec<u8>, oneshot::Sender<()>);

/// Whoever writes.
#[derive(Clone)]
pub struct Group(Sender<Waiting>);

impl Group {
    /// Opens a file that is written as the store writes its own.
    pub fn open(path: &Path) -> Result<Group, Box<dyn Error>> {
        let connection = rusqlite::Connection::open(path)?;
        connection.execute_batch(
            "PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA wal_autocheckpoint = 4096;
            CREATE TABLE bare (key INTEGER PRIMARY KEY, body BLOB NOT NULL)",
        )?;
        let (to, from) = channel();
        thread::Builder::new().name("bare-store".to_owned()).spawn(move || write(&connection, &from))?;
        Ok(Group(to))
    }

    /// Comes back once the row lasts.
    pub async fn write(&self, row: Vec<u8>) {
        let (to, from) = oneshot::channel();
        self.0.send((row, to)).expect("somebody writes");
        from.await.expect("the row was written");
    }
}

fn write(connection: &rusqlite::Connection, waiting: &Receiver<Waiting>) {
    let mut key = 0i64;
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        group.extend(waiting.try_iter().take(GROUP - 1));
        connection.execute_batch("BEGIN IMMEDIATE").expect("begin");
        for (row, _) in &group {
            let mut insert = connection.prepare_cached("INSERT INTO bare VALUES (?, ?)").expect("prepare");
            insert.execute((key, row)).expect("insert");
            key += 1;
        }
        connection.execute_batch("COMMIT").expect("commit");
        for (_, to) in group {
            let _ = to.send(());
        }
    }
}
