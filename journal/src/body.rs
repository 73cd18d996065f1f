//! What a row of the store holds of a record: its canonical bytes, and what opens it, where an operator keeps that.
//!
//! ```text
//! {"type": "lictor-step", …}                  what the log has the digest of
//! {"user.id": "u-1", "params.to": ["…"]}      a second line: values that are covered, by path
//! ```
//!
//! The second line is in no digest: each of its values proves itself against the record's commitments with the record's key. It is destroyed with the record, and an
//! export leaves it out.

use std::collections::BTreeMap;

use lictor_evidence::error::EvidenceError;
use lictor_evidence::json::Json;

use crate::record::{Record, form, typed};

/// A record as the store holds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Body {
    /// What it says.
    pub record: Record,
    /// What is covered in it and kept nevertheless, by path. Mostly nothing.
    pub opened: BTreeMap<String, Json>,
}

impl Body {
    /// Its bytes.
    ///
    /// # Errors
    /// Those of [`Record::to_bytes`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, EvidenceError> {
        self.written().map(|(bytes, _)| bytes)
    }

    /// Its bytes, and how many of them the log has the digest of.
    pub(crate) fn written(&self) -> Result<(Vec<u8>, usize), EvidenceError> {
        let mut bytes = self.record.to_bytes()?;
        let logged = bytes.len();
        if !self.opened.is_empty() {
            bytes.push(b'\n');
            bytes.extend(Json::Object(self.opened.clone()).canonical()?);
        }
        Ok((bytes, logged))
    }

    /// The line that the log has the digest of.
    pub fn logged(bytes: &[u8]) -> &[u8] {
        bytes.split(|byte| *byte == b'\n').next().unwrap_or_default()
    }

    /// Reads what a row holds.
    ///
    /// # Errors
    /// `V0101` to `V0103`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Body, EvidenceError> {
        let logged = Body::logged(bytes);
        let record = Record::from_bytes(logged)?;
        let opened = match bytes.get(logged.len()..).and_then(|rest| rest.strip_prefix(b"\n")) {
            None => BTreeMap::new(),
            Some(rest) => typed(&Json::parse(rest)?)?,
        };
        let body = Body { record, opened };
        if body.to_bytes()? != bytes {
            return Err(form("what opens the record is not written as canonical JSON"));
        }
        Ok(body)
    }
}
