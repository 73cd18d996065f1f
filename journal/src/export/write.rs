//! Writing a log as a directory.

use std::collections::BTreeMap;
use std::io::{self, Write};

use lictor_ledger::tile::encode_entries;
use lictor_ledger::{LedgerError, TreeHead};
use lictor_store::{Filter, Reader, StoreError, TenantId};

use super::line::{Line, LineError};
use super::tiles::{Made, Tiles, paths};
use crate::audit::{Peek, Row, entry_bytes};
use crate::body::Body;
use crate::record::Kind;
use crate::source::{SourceError, StoredLog};

/// The records that say that another was erased: by the erased one their index, and the entry that the log has hashed.
pub type Erasures = BTreeMap<u64, (u64, String)>;

/// The records of a store that say that another was erased.
///
/// # Errors
/// The store cannot be read.
pub fn erasures(log: &mut StoredLog) -> Result<Erasures, SourceError> {
    Ok(erased(log.of_kind(Kind::Erased)?.into_iter()))
}

/// The same of a tenant, with somebody who looks already.
///
/// # Errors
/// The store cannot be read.
pub fn tombstones(reader: &mut Reader, tenant: TenantId) -> Result<Erasures, StoreError> {
    let filter = Filter { kind: Some(Kind::Erased.number()), ..Filter::default() };
    let found = reader.records(tenant, 0..u64::MAX, &filter, false, usize::MAX)?;
    Ok(erased(found.into_iter().map(Row::from)))
}

fn erased(rows: impl Iterator<Item = Row>) -> Erasures {
    let mut found = BTreeMap::new();
    for row in rows {
        let logged = row.body.as_deref().map(Body::logged).unwrap_or_default();
        if let Some((of, entry)) = Peek::into(logged).as_ref().and_then(Peek::erased) {
            found.entry(of).or_insert((row.index, entry.to_owned()));
        }
    }
    found
}

/// The entry that the log has hashed for a row; none where nothing can be made of it, or it is gone and no record says so.
pub fn entry(tenant: &str, row: Row, erasures: &Erasures) -> Option<Vec<u8>> {
    match &row.body {
        Some(_) => entry_bytes(tenant, &row),
        None => erasures.get(&row.index).map(|(_, entry)| entry.clone().into_bytes()),
    }
}

/// Writes the records of a log and its tiles, while its rows go by.
pub struct Exporter<'w> {
    tenant: String,
    erasures: Erasures,
    records: &'w mut dyn Write,
    /// Writes a file below the directory of the export.
    file: &'w mut dyn FnMut(&str, &[u8]) -> io::Result<()>,
    tiles: Tiles,
    /// The entries whose hashes are in the tile of level 0 that is not full yet.
    entries: Vec<Vec<u8>>,
}

/// Why a log cannot be exported.
#[derive(Debug)]
pub enum ExportError {
    /// A record cannot be written: the log is not whole.
    Record(LineError),
    /// It cannot be written where it should.
    Io(io::Error),
    /// The log.
    Ledger(LedgerError),
}

impl From<io::Error> for ExportError {
    fn from(error: io::Error) -> ExportError {
        ExportError::Io(error)
    }
}

impl From<LedgerError> for ExportError {
    fn from(error: LedgerError) -> ExportError {
        ExportError::Ledger(error)
    }
}

impl From<LineError> for ExportError {
    fn from(error: LineError) -> ExportError {
        ExportError::Record(error)
    }
}

impl<'w> Exporter<'w> {
    /// Writes the log of a tenant, in which these records were erased.
    pub fn new(
        tenant: &str,
        erasures: Erasures,
        records: &'w mut dyn Write,
        file: &'w mut dyn FnMut(&str, &[u8]) -> io::Result<()>,
    ) -> Exporter<'w> {
        Exporter {
            tenant: tenant.to_owned(),
            erasures,
            records,
            file,
            tiles: Tiles::default(),
            entries: Vec::new(),
        }
    }

    /// The next row.
    ///
    /// # Errors
    /// It is no record, or was removed without a record that says so; or it cannot be written.
    pub fn row(&mut self, mut row: Row) -> Result<(), ExportError> {
        let entry = match &row.body {
            Some(_) => entry_bytes(&self.tenant, &row),
            None => self.erasures.get(&row.index).map(|(by, entry)| {
                row.erased_by = Some(*by);
                entry.clone().into_bytes()
            }),
        };
        let lost = || LineError(format!("record {} is not whole", row.index));
        self.entries.push(entry.ok_or_else(lost)?);
        self.records.write_all(&Line::write(&row)?)?;
        self.records.write_all(b"\n")?;
        let done = self.tiles.add(row.leaf)?;
        self.put(done)
    }

    /// Writes what is left, and says what was written.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self) -> Result<TreeHead, ExportError> {
        let (rest, head) = std::mem::take(&mut self.tiles).finish()?;
        self.put(rest)?;
        self.records.flush()?;
        Ok(head)
    }

    fn put(&mut self, tiles: Made) -> Result<(), ExportError> {
        for (tile, bytes) in tiles {
            let (hashes, entries) = paths(tile);
            (self.file)(&hashes, &bytes)?;
            if tile.level() == 0 {
                let bytes = encode_entries(self.entries.iter().map(Vec::as_slice))?;
                (self.file)(&entries, &bytes)?;
                self.entries.clear();
            }
        }
        Ok(())
    }
}
