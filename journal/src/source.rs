//! Where records come from: the store of a gateway.

use std::path::Path;

use lictor_evidence::error::EvidenceError;
use lictor_ledger::TreeHead;
use lictor_ledger::audit::{Anchor, Kept};
use lictor_store::{Filter, Reader, Record as Stored, StoreError, TenantId};

use crate::audit::Row;
use crate::record::Kind;
use crate::row::Columns;

/// What a gateway calls its store in its data directory.
pub const STORE: &str = "store.db";
/// Where the store keeps what the log is called.
pub const ORIGIN: &str = "log-origin";
/// Where the data directory keeps the bundles that have decided, each under its id: `bundles/HEX.bundle`.
pub const BUNDLES: &str = "bundles";
/// How many rows are read at a time.
const CHUNK: usize = 4_096;

/// The log of a tenant in a store, as it was when it was opened.
pub struct StoredLog {
    reader: Reader,
    id: TenantId,
    tenant: String,
    origin: Option<String>,
    head: TreeHead,
    next: u64,
    beyond: Option<u64>,
}

/// Why a log cannot be read.
#[derive(Debug)]
pub enum SourceError {
    /// The store.
    Store(StoreError),
    /// There is no such tenant; these are there.
    Tenant(Vec<String>),
    /// What is read cannot be written again.
    Evidence(EvidenceError),
}

impl From<StoreError> for SourceError {
    fn from(error: StoreError) -> SourceError {
        SourceError::Store(error)
    }
}

impl From<EvidenceError> for SourceError {
    fn from(error: EvidenceError) -> SourceError {
        SourceError::Evidence(error)
    }
}

impl StoredLog {
    /// The log of a tenant in a file of SQLite, which is only read. Without a name, the only tenant there is.
    ///
    /// # Errors
    /// The store cannot be read, or it is not clear whose log is meant.
    pub fn open(path: &Path, tenant: Option<&str>) -> Result<StoredLog, SourceError> {
        StoredLog::of(Reader::sqlite(path)?, tenant)
    }

    /// The same in a database of PostgreSQL: `postgres://USER:PASSWORD@HOST/DATABASE`.
    ///
    /// # Errors
    /// As [`StoredLog::open`].
    pub fn postgres(url: &str, tenant: Option<&str>) -> Result<StoredLog, SourceError> {
        StoredLog::of(Reader::postgres(url)?, tenant)
    }

    /// The same with somebody who looks already.
    ///
    /// # Errors
    /// As [`StoredLog::open`].
    pub fn of(mut reader: Reader, tenant: Option<&str>) -> Result<StoredLog, SourceError> {
        let tenants = reader.tenants()?;
        let found = match tenant {
            Some(name) => tenants.iter().find(|(_, known)| known == name),
            None => tenants.first().filter(|_| tenants.len() == 1),
        };
        let Some((id, tenant)) = found.cloned() else {
            return Err(SourceError::Tenant(tenants.into_iter().map(|(_, name)| name).collect()));
        };
        // The head first: what is appended after it is not looked at.
        let head = reader.head(id)?.map_or(TreeHead::EMPTY, |head| head.frontier.head());
        let slots = reader.slots(id, ORIGIN)?;
        let origin = slots.into_iter().find(|(name, _)| name == ORIGIN);
        let origin = origin.and_then(|(_, slot)| String::from_utf8(slot.value).ok());
        Ok(StoredLog { reader, id, tenant, origin, head, next: 0, beyond: None })
    }

    /// Whose it is.
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// What the log is called, once a gateway has given it a name.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// Its size and root, as the store's own head says them.
    pub fn head(&self) -> TreeHead {
        self.head
    }

    /// The same as a checkpoint that lies beside the log.
    pub fn anchor(&self) -> Anchor {
        Anchor { name: "the head of the store".to_owned(), head: self.head, kept: Kept::Here }
    }

    /// The next rows; none at the end.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn rows(&mut self) -> Result<Vec<Row>, SourceError> {
        let found = self.reader.records(self.id, self.next..u64::MAX, &Filter::default(), false, CHUNK)?;
        // A gateway may have appended since: then the head has moved as well, in one step with the rows. Rows that no head has are none of the log.
        if let Some(first) = found.iter().map(|row| row.index).find(|index| *index >= self.head.size) {
            let now = self.reader.head(self.id)?.map_or(0, |head| head.frontier.size());
            self.beyond = self.beyond.or(Some(first).filter(|first| *first >= now));
        }
        let rows: Vec<Row> =
            found.into_iter().filter(|row| row.index < self.head.size).map(Row::from).collect();
        match rows.last() {
            Some(last) => self.next = last.index.saturating_add(1),
            None => self.next = u64::MAX,
        }
        Ok(rows)
    }

    /// The first row that was met after the end of the log, where one was: nobody appended it.
    pub fn beyond(&self) -> Option<u64> {
        self.beyond
    }

    /// All rows of a kind, in the order of the log.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn of_kind(&mut self, kind: Kind) -> Result<Vec<Row>, SourceError> {
        let filter = Filter { kind: Some(kind.number()), ..Filter::default() };
        let found = self.reader.records(self.id, 0..self.head.size, &filter, false, usize::MAX)?;
        Ok(found.into_iter().map(Row::from).collect())
    }

    /// One row.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn row(&mut self, index: u64) -> Result<Option<Row>, SourceError> {
        Ok(self.reader.record(self.id, index)?.map(Row::from))
    }
}

impl From<Stored> for Row {
    fn from(stored: Stored) -> Row {
        let Stored { index, at, leaf, kind, agent, action, decision, cites, secret, body } = stored;
        let columns = Columns { kind, agent, action, decision, cites };
        Row { index, time: at, leaf, kind, columns: Some(columns), body, secret, erased_by: None }
    }
}
