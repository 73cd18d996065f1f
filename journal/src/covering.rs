//! Covering: what must not stand in a record as it is, is replaced by a commitment that whoever has the record's key can open.
//!
//! Covered is what the policy marks `pii` or `secret`, wherever it stands in the request, in what facts were asked and in what they answered. Whoever asks
//! a fact or counts something may do so with what was made of such a value, and nothing says so any more; so an argument stays open only where the same value stands
//! open in the request.
//!
//! What is `pii` and was covered once has one commitment in its record: where it comes again, it is seen that it is the same, and not what it is.

use std::collections::BTreeMap;

use lictor_evidence::commitment::{Commitment, RecordKey};
use lictor_evidence::json::Json;
use lictor_runtime::Marks;

use crate::plain;
use crate::standing::Standing;

/// Covers what one record must not say. It belongs to this record alone: the next one has a key of its own.
pub struct Covering {
    key: RecordKey,
    /// Where each commitment stands first, and thus the field whose key opens it.
    paths: Vec<String>,
    /// By the canonical bytes of what is covered and may be seen to be the same, the commitment to it.
    known: BTreeMap<Vec<u8>, Commitment>,
    /// What stands open in the request.
    standing: Standing,
    /// What may be kept beside the record, to open it: by path, the canonical bytes, and nothing that is secret.
    opened: Vec<(String, Vec<u8>)>,
}

impl Covering {
    /// Covers with this key: 32 random bytes that no other record has.
    pub fn new(key: RecordKey) -> Covering {
        Covering {
            key,
            paths: Vec::new(),
            known: BTreeMap::new(),
            standing: Standing::new(),
            opened: Vec::new(),
        }
    }

    /// The key, for the store.
    pub fn key(&self) -> &RecordKey {
        &self.key
    }

    /// Where something was covered, in the order in which it was.
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// What is covered and not secret, by path: for a [`Body`](crate::Body) that is kept with it, where an operator wants that.
    pub fn opened(&self) -> BTreeMap<String, Json> {
        let read = |(path, bytes): &(String, Vec<u8>)| Some((path.clone(), Json::parse(bytes).ok()?));
        self.opened.iter().filter_map(read).collect()
    }

    /// What stands open in the request, as it is written.
    pub(crate) fn standing(&mut self) -> &mut Standing {
        &mut self.standing
    }

    /// Covers a value that is marked: its canonical bytes.
    pub(crate) fn marked(&mut self, path: &str, marks: Marks, value: &[u8]) -> Commitment {
        // Nobody learns even that something secret is the same as something else.
        if marks.secret {
            return self.commit(path, value);
        }
        self.opened.push((path.to_owned(), value.to_vec()));
        self.commit_once(path, value)
    }

    /// Covers a value that nothing is known of, unless the same stands open in the request: its canonical bytes.
    pub(crate) fn unmarked(&mut self, path: &str, value: &[u8]) -> Option<Commitment> {
        if let Some(commitment) = self.known.get(value) {
            return Some(*commitment);
        }
        let is_text = value.starts_with(b"\"");
        if !is_text || self.standing.has(value) {
            return None;
        }
        self.opened.push((path.to_owned(), value.to_vec()));
        Some(self.commit_once(path, value))
    }

    /// What could not be read as a request has no fields that could be marked, so all of it is covered.
    pub(crate) fn whole(&mut self, raw: &[u8]) -> Commitment {
        self.commit("request", raw)
    }

    /// A text that stands in what was decided: open where it stands open elsewhere.
    pub(crate) fn text(&mut self, path: &str, text: &str) -> Json {
        let text = Json::Text(text.to_owned());
        let bytes = text.canonical().unwrap_or_default();
        self.unmarked(path, &bytes).map_or(text, |commitment| plain::committed(&commitment))
    }

    /// The one commitment to this value.
    fn commit_once(&mut self, path: &str, value: &[u8]) -> Commitment {
        if let Some(commitment) = self.known.get(value) {
            return *commitment;
        }
        let commitment = self.commit(path, value);
        self.known.insert(value.to_vec(), commitment);
        commitment
    }

    fn commit(&mut self, path: &str, value: &[u8]) -> Commitment {
        self.paths.push(path.to_owned());
        self.key.field(path).commit(value)
    }
}
