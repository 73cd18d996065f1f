//! What the log holds of a record: which it is, and the digests of what it says. The record itself stands in the store, and can be erased; this cannot.
//!
//! Its canonical JSON is the entry whose hash is the leaf (RFC 6962, section 2.1). It holds no value of any request, and is far below the 65,535 bytes that an entry may have.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::document::{marked, unmarked};
use crate::error::{ErrorKind, EvidenceError};
use crate::history::shown;
use crate::json::{Json, MAX_INTEGER};
use crate::time::Moment;

const TYPE: &str = "lictor-record";
/// The longest entry, in bytes.
const LONGEST: usize = 4_096;

/// An entry of the log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogEntry<'e> {
    /// The digest of the record.
    pub body: Digest,
    /// Where in it.
    pub index: u64,
    /// What step it records.
    pub kind: Cow<'e, str>,
    /// The digest of the signed bytes of the receipt, where the step has one: [`crate::receipt::Receipt::digest`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Digest>,
    /// Whose log it is.
    pub tenant: Cow<'e, str>,
    /// When.
    pub time: Moment,
}

impl LogEntry<'_> {
    /// The bytes that the log hashes.
    ///
    /// # Errors
    /// `V0102`, `V0103` for an index beyond 2^53 − 1, a time beyond the year 9999, or texts that are empty, longer than 256 bytes or not shown.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EvidenceError> {
        self.is_sound()?;
        Ok(Json::canonical_of(&marked(TYPE, self))?)
    }

    /// Reads the bytes that the log hashes, in their one form.
    ///
    /// # Errors
    /// `V0101` to `V0103`.
    pub fn from_bytes(bytes: &[u8]) -> Result<LogEntry<'static>, EvidenceError> {
        if bytes.len() > LONGEST {
            return Err(EvidenceError::new(
                ErrorKind::TooLarge,
                format!("the entry is longer than {LONGEST} bytes"),
            ));
        }
        let json = Json::parse(bytes)?;
        if json.canonical()? != bytes {
            return Err(EvidenceError::new(ErrorKind::Form, "the entry is not canonical JSON"));
        }
        let entry: LogEntry<'static> = unmarked(TYPE, &json)?;
        entry.is_sound()?;
        Ok(entry)
    }

    fn is_sound(&self) -> Result<(), EvidenceError> {
        if shown(&self.tenant) && shown(&self.kind) && self.index <= MAX_INTEGER.unsigned_abs() {
            return Ok(());
        }
        Err(EvidenceError::new(ErrorKind::Form, "the entry has values that no record has"))
    }
}
