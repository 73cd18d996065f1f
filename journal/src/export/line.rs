//! A record as a line of an export.
//!
//! ```text
//! {"index":4,"kind":"burned","leaf":"…","record":{…},"time":"2026-03-01T10:00:00.250Z"}
//! {"erased_by":9,"index":5,"kind":"decided","leaf":"…","time":"2026-03-01T10:00:01Z"}
//! ```
//!
//! A line has one form. `record` is the canonical JSON that the log has the digest of, byte for byte; what opens it is not exported.

use std::fmt;

use lictor_evidence::time::Moment;
use lictor_ledger::Hash;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::audit::Row;
use crate::body::Body;
use crate::record::{Kind, LONGEST};

/// Its members, in the order of their names.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    erased_by: Option<u64>,
    index: u64,
    kind: String,
    leaf: String,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    record: Option<&'a RawValue>,
    time: Moment,
}

/// Why a line is none, or a record cannot be written as one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineError(pub String);

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Line<'_> {
    /// The longest line: a record, and what stands beside it.
    pub const LONGEST: usize = LONGEST + 1_024;

    /// Writes a row as a line, without its end.
    ///
    /// # Errors
    /// Its kind is not known, or its body is no JSON.
    pub fn write(row: &Row) -> Result<Vec<u8>, LineError> {
        let wrong = |what: &str| LineError(format!("record {} {what}", row.index));
        let kind = Kind::of_number(row.kind).ok_or_else(|| wrong("is of a kind that is not known"))?;
        let logged = row.body.as_deref().map(Body::logged).map(serde_json::from_slice::<&RawValue>);
        let record = logged.transpose().map_err(|_| wrong("is not JSON"))?;
        let line = Line {
            erased_by: row.erased_by,
            index: row.index,
            kind: kind.name().to_owned(),
            leaf: row.leaf.to_base64(),
            record,
            time: Moment(row.time),
        };
        serde_json::to_vec(&line).map_err(|_| wrong("cannot be written"))
    }

    /// Reads a line without its end.
    ///
    /// # Errors
    /// It is written in another way than [`Line::write`] does.
    pub fn read(bytes: &[u8]) -> Result<Row, LineError> {
        let wrong = |what: &str| LineError(what.to_owned());
        let line: Line<'_> =
            serde_json::from_slice(bytes).map_err(|error| LineError(format!("is not a record: {error}")))?;
        let Line { erased_by, index, kind, leaf, record, time } = line;
        let row = Row {
            index,
            time: time.0,
            leaf: Hash::from_base64(&leaf).ok_or_else(|| wrong("has a leaf that is no hash"))?,
            kind: Kind::of_name(&kind).ok_or_else(|| wrong("is of a kind that is not known"))?.number(),
            columns: None,
            body: record.map(|record| record.get().as_bytes().to_vec()),
            secret: None,
            erased_by,
        };
        if row.body.is_some() == row.erased_by.is_some() {
            return Err(wrong("has neither a record nor who erased it, or both"));
        }
        if Line::write(&row).as_deref() != Ok(bytes) {
            return Err(wrong("is not written as an export writes it"));
        }
        Ok(row)
    }
}
