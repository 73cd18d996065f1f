//! Covering: what must not stand in a record as it is, is replaced by a commitment that whoever has the record's key can open.
//!
//! Covered is what the policy marks `pii` or `secret`, wherever it stands in the request, in what facts were asked and in what they answered. Whoever asks
//! a fact or counts something may do so with what was made of such a value, and nothing says so any more; so an argument stays open only where the same value stands
//! open in the request.
//!
//! What is `pii` and was covered once has one commitment in its record: where it comes again, it is seen that it is the same, and not what it is.

use std::collections::{BTreeMap, BTreeSet};

use lictor_evidence::commitment::{Commitment, RecordKey};
use lictor_evidence::json::Json;
use lictor_runtime::{Cover, Engine, Marks, Scratch, UsedFact};
use serde_json::{Map, Value};

use crate::plain;
use crate::record::Fact;

/// Covers what one record must not say. It belongs to this record alone: the next one has a key of its own.
pub struct Covering {
    key: RecordKey,
    commitments: Vec<Commitment>,
    /// Where each of them stands first, and thus the field whose key opens it.
    paths: Vec<String>,
    /// By the canonical bytes of what is covered, which commitment it is.
    known: BTreeMap<Vec<u8>, u32>,
    /// The canonical bytes of every text and number that stands open.
    open: BTreeSet<Vec<u8>>,
    /// The request, until somebody asks what stands open in it: mostly nobody does.
    request: Option<Map<String, Value>>,
    /// What may be kept beside the record, to open it: by path, and nothing that is secret.
    opened: BTreeMap<String, Json>,
}

impl Covering {
    /// Covers with this key: 32 random bytes that no other record has.
    pub fn new(key: RecordKey) -> Covering {
        Covering {
            key,
            commitments: Vec::new(),
            paths: Vec::new(),
            known: BTreeMap::new(),
            open: BTreeSet::new(),
            request: None,
            opened: BTreeMap::new(),
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
    pub fn opened(&self) -> &BTreeMap<String, Json> {
        &self.opened
    }

    /// The request that was decided last with this scratch, and the facts that it read. What could not be read as a request has no fields that could be marked,
    /// so all of it is covered: `raw` is its bytes. `told` says whether texts of the decision will be asked about ([`Covering::text`]).
    pub(crate) fn request(
        &mut self,
        engine: &Engine,
        scratch: &Scratch,
        raw: &[u8],
        told: bool,
    ) -> (Json, Vec<Fact>) {
        let Some(kept) = engine.kept(scratch, self) else {
            let number = self.commit("request", raw);
            return (plain::json(&plain::place(number), &self.commitments), Vec::new());
        };
        if told || !kept.facts.is_empty() {
            self.request = Some(kept.request.clone());
        }
        let request = plain::object(kept.request, &self.commitments);
        let facts = kept.facts.into_iter().enumerate();
        let facts = facts.map(|(number, used)| self.fact(number, used)).collect();
        (request, facts)
    }

    fn fact(&mut self, number: usize, used: UsedFact) -> Fact {
        let UsedFact { fact, args, value } = used;
        let args = args.into_iter().map(|(name, value)| {
            let path = format!("facts[{number}].args.{name}");
            let written = self.written(&path, &value);
            (name, written)
        });
        let args = Json::Object(args.collect());
        Fact { fact, args, value: plain::json(&value, &self.commitments) }
    }

    /// A text that stands in what was decided: open where it stands open elsewhere.
    pub(crate) fn text(&mut self, path: &str, text: &str) -> Json {
        self.written(path, &Value::from(text))
    }

    /// A value that nothing is known of: open where the same stands open in the request, else covered.
    fn written(&mut self, path: &str, value: &Value) -> Json {
        let Some(bytes) = canonical(value, &self.commitments) else { return Json::Bool(false) };
        let request = self.request.take();
        request.iter().flat_map(Map::values).for_each(|member| self.stands_open(member));
        let is_text = matches!(value, Value::String(_));
        let known = self.known.contains_key(&bytes);
        if !known && (!is_text || self.open.contains(&bytes)) {
            return plain::json(value, &self.commitments);
        }
        if !known {
            self.keep(path, value);
        }
        let number = self.commit_once(path, bytes);
        plain::json(&plain::place(number), &self.commitments)
    }

    fn keep(&mut self, path: &str, value: &Value) {
        self.opened.insert(path.to_owned(), plain::json(value, &self.commitments));
    }

    /// The number of the one commitment to this value.
    fn commit_once(&mut self, path: &str, value: Vec<u8>) -> u32 {
        if let Some(number) = self.known.get(&value) {
            return *number;
        }
        let number = self.commit(path, &value);
        self.known.insert(value, number);
        number
    }

    /// The number of a new commitment.
    fn commit(&mut self, path: &str, value: &[u8]) -> u32 {
        // A request has far fewer values than that.
        let number = u32::try_from(self.commitments.len()).unwrap_or(u32::MAX);
        self.commitments.push(self.key.field(path).commit(value));
        self.paths.push(path.to_owned());
        number
    }

    fn stands_open(&mut self, value: &Value) {
        match value {
            Value::Array(list) => list.iter().for_each(|element| self.stands_open(element)),
            Value::Object(members) => members.values().for_each(|member| self.stands_open(member)),
            value => {
                self.open.extend(canonical(value, &self.commitments));
            }
        }
    }
}

impl Cover for Covering {
    fn field(&mut self, path: &str, marks: Marks, value: Value) -> Value {
        let Some(bytes) = canonical(&value, &self.commitments) else { return Value::Null };
        // Nobody learns even that something secret is the same as something else.
        let number = if marks.secret {
            self.commit(path, &bytes)
        } else {
            self.keep(path, &value);
            self.commit_once(path, bytes)
        };
        plain::place(number)
    }

    fn argument(&mut self, path: &str, marks: Marks, value: Value) -> Value {
        // Those without a mark are looked at once it is known what stands open.
        if marks.pii || marks.secret { self.field(path, marks, value) } else { value }
    }
}

/// The bytes that are committed to.
fn canonical(value: &Value, covered: &[Commitment]) -> Option<Vec<u8>> {
    plain::json(value, covered).canonical().ok()
}
