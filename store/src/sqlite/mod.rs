//! The store in SQLite: one file, one writer, and readers beside it.
//!
//! What is committed survives a loss of power: the write-ahead log is synced at each commit (`synchronous=FULL`), and only then is anybody
//! answered. Versions 3.7.0 to 3.51.2 can lose a commit when the write-ahead log is begun anew, so an older library than 3.51.3 is refused; the one
//! that is compiled in is newer.

mod schema;
mod checkpoint;
mod row;
mod fetch;
mod apply;
mod look;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use self::checkpoint::Checkpointer;
use crate::backend::{Backend, Readers, Swept, Wanted};
use crate::changes::Changes;
use crate::error::{ErrorKind, StoreError};
use crate::overlay::Base;
use crate::rows::{Head, MAX_TENANT, TenantId};
use crate::tally::{Counted, Last, Range, Values};

/// The first version of SQLite without the fault in its write-ahead log.
const SOUND: i32 = 3_051_003;
/// Pages after which the writer itself copies the write-ahead log into the file at each commit, where it could not be begun anew before: 128 MiB.
const CHECKPOINT: i64 = 32_768;

/// How often it is tried to empty the write-ahead log, which nobody else may read or copy in that moment: for ten seconds.
const EMPTIED: u32 = 500;
const BREATH: Duration = Duration::from_millis(20);

/// A store in a file.
pub(crate) struct Sqlite {
    connection: Connection,
    path: PathBuf,
    /// Whether a transaction is under way.
    open: bool,
    /// Whether a commit failed, so that nobody knows what is on the disk.
    lost: bool,
    checkpointer: Checkpointer,
    /// How many rows the transaction has written.
    rows: usize,
}

fn failed(what: &str, error: &rusqlite::Error) -> StoreError {
    StoreError::new(ErrorKind::Unavailable, format!("SQLite could not {what}: {error}"))
}

fn setup(message: String) -> StoreError {
    StoreError::new(ErrorKind::Setup, message)
}

impl Sqlite {
    /// Opens a store, and makes it where there is none.
    pub(crate) fn open(path: &Path) -> Result<Sqlite, StoreError> {
        if rusqlite::version_number() < SOUND {
            let found = rusqlite::version();
            return Err(setup(format!(
                "SQLite {found} can lose what was committed; build with 3.51.3 or later"
            )));
        }
        private(path)?;
        let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        set_up(&connection, path)?;
        schema::migrate(&mut connection)?;
        connection
            .execute(
                "INSERT INTO store (one, id, generation) VALUES (1, ?, 1) ON CONFLICT DO NOTHING",
                [crate::store::random()?],
            )
            .map_err(|error| failed("set up", &error))?;
        let checkpointer = Checkpointer::start(path)?;
        Ok(Sqlite { connection, path: path.to_owned(), open: false, lost: false, checkpointer, rows: 0 })
    }
}

/// Makes the file so that nobody else can read it.
fn private(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(path);
    opened.map(drop).map_err(|error| setup(format!("the store {} cannot be opened: {error}", path.display())))
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| setup(format!("the store {} cannot be opened: {error}", path.display())))?;
    connection.busy_timeout(Duration::from_secs(10)).map_err(|error| failed("be set up", &error))?;
    connection.set_prepared_statement_cache_capacity(96);
    Ok(connection)
}

/// Somebody who looks at a file, where no writer is wanted.
pub(crate) fn look(path: &Path) -> Result<Box<dyn crate::reader::Look>, StoreError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    schema::known(&connection)?;
    Ok(Box::new(look::Looker { connection }))
}

/// Copies a store as it is at this moment to a file that is not there yet, while a gateway may go on writing to it.
///
/// # Errors
/// It is no store of this version, or cannot be read or written.
pub(crate) fn snapshot(from: &Path, to: &Path) -> Result<(), StoreError> {
    let connection = connect(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    schema::known(&connection)?;
    private(to)?;
    // Into a file that is there and empty, which only its owner may read.
    let to = to.to_str().ok_or_else(|| setup(format!("{} cannot be named", to.display())))?;
    connection.execute("VACUUM INTO ?", [to]).map(drop).map_err(|error| failed("copy the store", &error))
}

/// Sets what durability rests on, and looks whether it is set.
fn set_up(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let wanted = |what: &str, value: &dyn rusqlite::ToSql| {
        connection.pragma_update(None, what, value).map_err(|error| failed(&format!("set {what}"), &error))
    };
    let mode: String = connection
        .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))
        .map_err(|error| failed("keep a write-ahead log", &error))?;
    wanted("synchronous", &"FULL")?;
    wanted("fullfsync", &true)?;
    wanted("checkpoint_fullfsync", &true)?;
    wanted("foreign_keys", &true)?;
    wanted("trusted_schema", &false)?;
    wanted("cell_size_check", &true)?;
    wanted("wal_autocheckpoint", &CHECKPOINT)?;
    wanted("cache_size", &-65_536)?;
    let synchronous: i64 = connection
        .pragma_query_value(None, "synchronous", |row| row.get(0))
        .map_err(|error| failed("be set up", &error))?;
    if mode != "wal" || synchronous != 2 {
        return Err(setup(format!(
            "{} cannot be written durably (journal {mode}, synchronous {synchronous}): use a local disk",
            path.display()
        )));
    }
    Ok(())
}

impl Backend for Sqlite {
    fn begin(&mut self, tenants: &BTreeSet<TenantId>) -> Result<BTreeMap<TenantId, Head>, StoreError> {
        self.checkpointer.finish(&self.connection);
        self.connection.execute_batch("BEGIN IMMEDIATE").map_err(|error| failed("begin", &error))?;
        self.open = true;
        let mut heads = BTreeMap::new();
        for tenant in tenants {
            if let Some(head) = look::head(&self.connection, *tenant)? {
                heads.insert(*tenant, head);
            }
        }
        Ok(heads)
    }

    fn rows(&mut self, wanted: &Wanted) -> Result<Base, StoreError> {
        fetch::rows(&self.connection, wanted)
    }

    fn counted(&mut self, ranges: &[Range]) -> Result<Vec<Counted>, StoreError> {
        ranges.iter().map(|range| fetch::counted(&self.connection, range)).collect()
    }

    fn values(&mut self, ranges: &[Range]) -> Result<Vec<Values>, StoreError> {
        ranges.iter().map(|range| fetch::values(&self.connection, range)).collect()
    }

    fn last(&mut self, ranges: &[Range]) -> Result<Vec<Option<Last>>, StoreError> {
        ranges.iter().map(|range| fetch::last(&self.connection, range)).collect()
    }

    fn apply(&mut self, changes: &Changes) -> Result<(), StoreError> {
        self.rows += changes.rows();
        apply::apply(&self.connection, changes)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.open = false;
        let rows = std::mem::take(&mut self.rows);
        let committed = self.connection.execute_batch("COMMIT").map_err(|error| {
            // Frames may be in the log that a later start reads as committed, or may not.
            self.lost = true;
            let message = format!(
                "SQLite could not commit ({error}), and what is on the disk is unclear: the store stops"
            );
            StoreError::new(ErrorKind::Unknown, message)
        });
        committed.map(|()| self.checkpointer.written(rows))
    }

    fn abort(&mut self) {
        self.rows = 0;
        if std::mem::take(&mut self.open) && self.connection.execute_batch("ROLLBACK").is_err() {
            // SQLite has rolled back by itself after some errors; else nothing can be relied upon.
            self.lost = !self.connection.is_autocommit();
        }
    }

    fn is_lost(&self) -> bool {
        self.lost
    }

    fn place(&mut self) -> Result<([u8; 16], BTreeMap<TenantId, Head>), StoreError> {
        let read = |row: &rusqlite::Row<'_>| crate::columns::bytes(&row::get::<Vec<u8>>(row, "id")?);
        let id = fetch::one(&self.connection, "SELECT id FROM store", (), read)?;
        let read = |row: &rusqlite::Row<'_>| Ok((TenantId(row::get(row, "tenant")?), row::head(row)?));
        let heads = fetch::all(&self.connection, "SELECT * FROM head", (), read)?;
        let id = id.ok_or_else(|| StoreError::damaged("the store has no id"))?;
        Ok((id, heads.into_iter().collect()))
    }

    fn tenant(&mut self, name: &str) -> Result<TenantId, StoreError> {
        let transaction = self.connection.transaction().map_err(|error| failed("begin", &error))?;
        let find = "SELECT number FROM tenant WHERE name = ?";
        let known: Option<u32> = transaction
            .query_row(find, [name], |row| row.get(0))
            .optional()
            .map_err(|error| failed("look for a tenant", &error))?;
        if let Some(number) = known {
            return Ok(TenantId(number));
        }
        let make = || -> rusqlite::Result<u32> {
            let next = "SELECT coalesce(max(number) + 1, 0) FROM tenant";
            let number: u32 = transaction.query_row(next, (), |row| row.get(0))?;
            transaction.execute("INSERT INTO tenant (number, name) VALUES (?, ?)", (number, name))?;
            let head = "INSERT INTO head (tenant, frontier, last_now, generation, acknowledged, serial)
                SELECT ?, ?, 0, generation, generation, 0 FROM store";
            transaction.execute(head, (number, Head::first(1).frontier.to_bytes()))?;
            Ok(number)
        };
        let number = make().map_err(|error| failed("make a tenant", &error))?;
        if number > MAX_TENANT {
            return Err(StoreError::conflict("there is no room for more tenants"));
        }
        transaction.commit().map_err(|error| failed("make a tenant", &error))?;
        Ok(TenantId(number))
    }

    fn raise(&mut self) -> Result<u64, StoreError> {
        let mut raise = || -> rusqlite::Result<i64> {
            let transaction = self.connection.transaction()?;
            transaction.execute("UPDATE store SET generation = generation + 1", ())?;
            let generation = transaction.query_row("SELECT generation FROM store", (), |row| row.get(0))?;
            transaction.execute("UPDATE head SET generation = ?", [generation])?;
            transaction.commit()?;
            Ok(generation)
        };
        raise().map(crate::columns::unsigned).map_err(|error| failed("raise the generation", &error))
    }

    fn sweep(&mut self, before: i64) -> Result<Swept, StoreError> {
        let sweep = |sql: &str| {
            let gone = self.connection.execute(sql, [before]);
            gone.map(|gone| gone as u64).map_err(|error| failed("sweep", &error))
        };
        Ok(Swept {
            remembered: sweep("DELETE FROM remembered WHERE expires_at <= ?")?,
            slots: sweep("DELETE FROM slot WHERE expires_at IS NOT NULL AND expires_at <= ?")?,
        })
    }

    fn scrub(&mut self) -> Result<(), StoreError> {
        // Pages that were split have kept what they had in their free space: all of them are written anew. What stood there before stands in the write-ahead log
        // until that is copied into the file and begun anew.
        self.connection.execute_batch("VACUUM").map_err(|error| failed("write the file anew", &error))?;
        for _ in 0..EMPTIED {
            let busy =
                self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get::<_, i64>(0));
            if busy.map_err(|error| failed("empty the write-ahead log", &error))? == 0 {
                return Ok(());
            }
            std::thread::sleep(BREATH);
        }
        let message = "SQLite could not empty the write-ahead log, since somebody reads or copies it all the time; try again";
        Err(StoreError::new(ErrorKind::Unavailable, message))
    }

    fn readers(&self) -> Readers {
        let path = self.path.clone();
        Box::new(move || {
            let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            Ok(Box::new(look::Looker { connection }))
        })
    }
}
