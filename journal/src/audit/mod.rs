//! Verifying a log with its records: that nothing was edited, removed, put elsewhere or cut off since a checkpoint that was kept elsewhere, and that what
//! is gone was erased by a record that says so.
//!
//! Which checkpoints count, and what is fixed by none, is for [`lictor_ledger::audit`] to say. Here each entry is held against its record: the entry follows
//! from the tenant, the index, the time and the record's bytes, and what a row can be found by follows from the record, so that no column can be changed alone.
//! And what the records tell is held against what can happen: that no token was used twice.

mod lives;
pub(crate) mod peek;
mod report;

use std::collections::BTreeMap;
use std::num::NonZero;
use std::thread;

use lictor_evidence::Digest;
use lictor_evidence::commitment::RecordKey;
use lictor_evidence::record::LogEntry;
use lictor_evidence::time::Moment;
use lictor_ledger::audit::Anchor;
use lictor_ledger::{Hash, audit};

use self::lives::{Lives, Seen};
pub(crate) use self::peek::Peek;
pub use self::report::{Erasure, Fault, Findings};
use crate::body::Body;
use crate::record::Kind;
use crate::row::Columns;

/// A record as somebody keeps it, not yet believed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its index.
    pub index: u64,
    /// Its time, in milliseconds.
    pub time: i64,
    /// The hash of its leaf.
    pub leaf: Hash,
    /// What kind of step it is, as it stands beside it.
    pub kind: u16,
    /// What else it is found by, where that is kept beside it.
    pub columns: Option<Columns>,
    /// Its body. None where it was erased.
    pub body: Option<Vec<u8>>,
    /// The key of its commitments, where that is kept beside it.
    pub secret: Option<[u8; 32]>,
    /// The record that says that it was erased, where that is kept beside it.
    pub erased_by: Option<u64>,
}

/// A record without content, as it stands in its row.
struct Gone {
    leaf: Hash,
    time: i64,
    kind: u16,
    erased_by: Option<u64>,
}

/// A log that is being verified, row by row. Its memory grows with tokens and with what was erased, by some fifty bytes for each, and not with what records say.
pub struct Audit {
    tenant: String,
    log: audit::Audit,
    faults: Vec<Fault>,
    /// Records without content.
    gone: BTreeMap<u64, Gone>,
    /// Which record says that one was erased, and the entry that it says the log had hashed.
    tombstones: BTreeMap<u64, (u64, Option<LogEntry<'static>>)>,
    /// What became of each token.
    lives: Lives,
    /// Up to where rows came.
    records: u64,
}

/// What one row comes to by itself.
#[derive(Default)]
struct Looked {
    /// The hash of the entry that its body gives; none where nothing can be made of it.
    entry: Option<Hash>,
    /// Whether it is found by what it says.
    found: bool,
    /// Whether what opens it does.
    opens: bool,
    tombstone: Option<(u64, Option<LogEntry<'static>>)>,
    /// What it says of the life of a token.
    seen: Option<Seen>,
}

impl Audit {
    /// Verifies the log of a tenant against these checkpoints.
    pub fn new(tenant: &str, anchors: Vec<Anchor>) -> Audit {
        Audit {
            tenant: tenant.to_owned(),
            log: audit::Audit::new(anchors),
            faults: Vec::new(),
            gone: BTreeMap::new(),
            tombstones: BTreeMap::new(),
            lives: Lives::default(),
            records: 0,
        }
    }

    /// The next rows, in the order of the log. Several processors share the work.
    pub fn rows(&mut self, rows: &[Row]) {
        let share = rows.len().div_ceil(thread::available_parallelism().map_or(1, NonZero::get)).max(64);
        let tenant = self.tenant.as_str();
        let looked: Vec<Looked> = thread::scope(|scope| {
            let each = |rows: &[Row]| rows.iter().map(|row| look(tenant, row)).collect::<Vec<_>>();
            let mut parts = rows.chunks(share);
            let own = parts.next().unwrap_or_default();
            let others: Vec<_> = parts.map(|part| scope.spawn(move || each(part))).collect();
            let mut all = each(own);
            for other in others {
                // A thread that ended before its time has seen nothing, and so every row of it is at fault.
                all.extend(other.join().unwrap_or_default());
            }
            all
        });
        let mut looked = looked.into_iter();
        for row in rows {
            self.row(row, looked.next().unwrap_or_default());
        }
    }

    fn row(&mut self, row: &Row, looked: Looked) {
        self.records += 1;
        if let Some(fault) = looked.seen.and_then(|seen| self.lives.next(row.index, seen)) {
            self.fault(fault);
        }
        if row.body.is_none() {
            let Row { leaf, time, kind, erased_by, .. } = *row;
            self.gone.insert(row.index, Gone { leaf, time, kind, erased_by });
            self.log.entry(row.index, row.leaf);
            return;
        }
        // What nothing can be made of is not what was logged: another hash than its own stands for it.
        let of_content = looked.entry.unwrap_or_else(|| Hash::leaf(&row.leaf.0));
        self.log.entry_with_content(row.index, row.leaf, of_content);
        if looked.entry.is_some() && !looked.found {
            self.fault(Fault::Columns(row.index));
        }
        if looked.entry.is_some() && !looked.opens {
            self.fault(Fault::Opening(row.index));
        }
        if let Some((of, entry)) = looked.tombstone {
            // The first one counts; nothing is erased twice.
            self.tombstones.entry(of).or_insert((row.index, entry));
        }
    }

    /// Notes that a row, or something beside the rows, is not what it should be.
    pub fn fault(&mut self, fault: Fault) {
        if self.faults.len() < lictor_ledger::audit::MAX_FAULTS {
            self.faults.push(fault);
        }
    }

    /// What was found, once there are no more rows.
    pub fn finish(self) -> Findings {
        let Audit { tenant, log, mut faults, gone, tombstones, records, lives: _ } = self;
        let mut erased = Vec::new();
        for (index, gone) in &gone {
            match tombstones.get(index) {
                Some((by, entry)) if by > index && gone.is(*index, *by, entry.as_ref(), &tenant) => {
                    erased.push(Erasure { record: *index, by: *by });
                }
                Some((by, _)) => faults.push(Fault::Tombstone { of: *index, by: *by }),
                None => faults.push(Fault::Gone(*index)),
            }
        }
        let still = tombstones.iter().filter(|(of, _)| !gone.contains_key(of));
        faults.extend(still.map(|(of, (by, _))| Fault::NotErased { of: *of, by: *by }));
        faults.truncate(lictor_ledger::audit::MAX_FAULTS);
        Findings { log: log.finish(), faults, erased, records }
    }
}

impl Gone {
    /// Whether it is the record whose entry a tombstone names.
    fn is(&self, index: u64, by: u64, entry: Option<&LogEntry<'_>>, tenant: &str) -> bool {
        entry.is_some_and(|entry| {
            let said = (&*entry.tenant, entry.index, entry.time.0, Kind::of_name(&entry.kind));
            said == (tenant, index, self.time, Kind::of_number(self.kind))
                && entry.to_bytes().is_ok_and(|bytes| Hash::leaf(&bytes) == self.leaf)
                && self.erased_by.is_none_or(|said| said == by)
        })
    }
}

/// What one row comes to.
fn look(tenant: &str, row: &Row) -> Looked {
    let Some(body) = &row.body else {
        return Looked { seen: Kind::of_number(row.kind).map(Seen::Gone), ..Looked::default() };
    };
    let logged = Body::logged(body);
    let Some(peek) = Peek::into(logged) else { return Looked::default() };
    let Some(kind) = peek.kind() else { return Looked::default() };
    let entry = entry_of(tenant, row, logged, &peek).map(|bytes| Hash::leaf(&bytes));
    let found = row.kind == kind.number()
        && row.columns.as_ref().is_none_or(|columns| peek.columns().as_ref() == Some(columns));
    let tombstone = peek.erased().map(|(of, entry)| (of, LogEntry::from_bytes(entry.as_bytes()).ok()));
    let opens = body.len() == logged.len() || opens(row.secret, logged, body);
    Looked { entry, found, opens, tombstone, seen: peek.seen() }
}

/// Whether each value that is kept to open a record is one that the record has a commitment to.
fn opens(secret: Option<[u8; 32]>, logged: &[u8], body: &[u8]) -> bool {
    let (Some(secret), Ok(Body { opened, .. })) = (secret, Body::from_bytes(body)) else { return false };
    let (key, logged) = (RecordKey::new(secret), String::from_utf8_lossy(logged));
    opened.iter().all(|(path, value)| {
        let bytes = value.canonical();
        bytes.is_ok_and(|bytes| logged.contains(&key.field(path).commit(&bytes).to_string()))
    })
}

/// The bytes that the log hashes for a record, from its row; none where nothing can be made of it.
pub(crate) fn entry_bytes(tenant: &str, row: &Row) -> Option<Vec<u8>> {
    let logged = Body::logged(row.body.as_ref()?);
    entry_of(tenant, row, logged, &Peek::into(logged)?)
}

fn entry_of(tenant: &str, row: &Row, logged: &[u8], peek: &Peek<'_>) -> Option<Vec<u8>> {
    let kind = peek.kind()?.name().into();
    let (body, receipt) = (Digest::of(logged), peek.receipt());
    let (index, time) = (row.index, Moment(row.time));
    LogEntry { tenant: tenant.into(), index, time, kind, body, receipt }.to_bytes().ok()
}
