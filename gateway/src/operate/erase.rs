//! Erasing records: what they say and the keys of their commitments are destroyed, with what lies beside them for their token and their request for approval. Their entries stay in
//! the log, and a record is appended for each that says so, in the same transaction.

use std::collections::BTreeSet;

use lictor_evidence::error::EvidenceError;
use lictor_journal::record::{Erased, Kind};
use lictor_journal::{Step, row};
use lictor_ledger::Hash;
use lictor_store::{ApprovalState, Filter, Job, Reads, Record, Slot, TokenState, View, Writes};

use super::host::{Host, HostError};
use super::record::Act;
use crate::clock;

/// What the names begin with under which the store keeps which record says that another was erased.
const PREFIX: &str = "erased/";
/// The most letters of a reason.
const LONGEST: usize = 40;

impl Host {
    /// Erases records, all of them or none, in somebody's name and for a reason, which is a code such as `request`; the index of the record that says so of the first, with
    /// those of the others behind it.
    ///
    /// # Errors
    /// There is no such record, it was erased already, it holds nothing of anybody, or what it is about is not over.
    pub fn erase(&self, indices: &[u64], by: &str, because: &str) -> Result<u64, HostError> {
        let refuse = |why: String| Err(HostError::Refused(why));
        let is_code = |text: &str| {
            (1..=LONGEST).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        if !is_code(because) {
            return refuse(
                "a reason is a code of small letters and `_`, such as request or retention".to_owned(),
            );
        }
        if by.is_empty() || by.len() > 256 || by.chars().any(char::is_control) {
            return refuse("say who has it erased, in a line that can be shown".to_owned());
        }
        let mut reader = self.store.reader()?;
        let mut records = Vec::with_capacity(indices.len());
        for &index in indices {
            let Some(record) = reader.record(self.id, index)? else {
                return refuse(format!("the log has no record {index}"));
            };
            if matches!(Kind::of_number(record.kind), Some(Kind::Erased | Kind::Bundle | Kind::Operator)) {
                return refuse(format!(
                    "record {index} says what was done with the gateway itself, and nothing of anybody: it stays"
                ));
            }
            records.push((index, self.entry(&record)?));
        }
        let act = Act { by: by.to_owned(), ..Act::of_host(&self.tenant) };
        let job = Erasing { records, act, because: because.to_owned(), now: clock::system() };
        self.store.submit(self.id, job).wait()?
    }

    /// Has the database overwrite what was erased wherever it still has it: in pages that are free, in its write-ahead log, in dead rows. While that lasts nothing is written
    /// to a store of SQLite.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn scrub(&self) -> Result<(), HostError> {
        Ok(self.store.scrub()?)
    }

    /// The records of the action that a record belongs to, the last first: from its first decision, through what people were asked and answered and the decision that
    /// had that as a fact, to its outcome. What was erased already is left out, but for the record itself.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn action(&self, index: u64) -> Result<Vec<u64>, HostError> {
        let mut reader = self.store.reader()?;
        let Some(named) = reader.record(self.id, index)? else { return Ok(vec![index]) };
        let mut found = BTreeSet::from([index]);
        let mut before = self.before(&named)?;
        while let Some(record) = before.map(|at| reader.record(self.id, at)).transpose()?.flatten() {
            // An agent may have come for an answer that was given to another one.
            if record.body.is_none() || (&record.agent, &record.action) != (&named.agent, &named.action) {
                break;
            }
            before = self.before(&record)?.filter(|at| *at < record.index);
            found.insert(record.index);
        }
        let first = found.first().copied().unwrap_or(index);
        let filter = Filter { agent: Some(named.agent), action: Some(named.action), ..Filter::default() };
        for record in
            reader.records(self.id, first.saturating_add(1)..u64::MAX, &filter, false, usize::MAX)?
        {
            if self.before(&record)?.is_some_and(|of| found.contains(&of)) {
                found.insert(record.index);
            }
        }
        Ok(found.into_iter().rev().collect())
    }

    /// The record that a record follows: that of the token, of what was asked, or of the approval that it used. Nothing where it was erased.
    fn before(&self, record: &Record) -> Result<Option<u64>, HostError> {
        let Some(body) = &record.body else { return Ok(None) };
        let (body, _) = row::entry(body, &self.tenant, record.index, record.at)?;
        Ok(match &body.record.step {
            Step::Decided(step) => step.approval,
            step => step.follows().0,
        })
    }

    /// The entry that the log has hashed for a record that is there.
    fn entry(&self, record: &Record) -> Result<String, HostError> {
        let index = record.index;
        let Some(body) = &record.body else {
            return Err(HostError::Refused(format!("record {index} was erased already")));
        };
        let (_, entry) = row::entry(body, &self.tenant, index, record.at)?;
        let bytes = entry.to_bytes()?;
        if Hash::leaf(&bytes) != record.leaf {
            let why = format!(
                "record {index} is not what was logged: audit the log before anything is erased from it"
            );
            return Err(HostError::Refused(why));
        }
        Ok(String::from_utf8(bytes).unwrap_or_default())
    }
}

struct Erasing {
    /// The records, each with its entry.
    records: Vec<(u64, String)>,
    act: Act,
    because: String,
    now: i64,
}

impl Erasing {
    /// Why a record must not be erased now.
    fn kept(view: &View<'_>, index: u64) -> Option<&'static str> {
        if view.slot(&format!("{PREFIX}{index}")).is_some() {
            return Some("was erased already");
        }
        let token = view.token(index).map(|token| (token.state, token.generation));
        let open = matches!(token, Some((TokenState::Issued | TokenState::Burned, of)) if of == view.head().generation);
        let approval = view.approval(index).map(|approval| approval.state);
        let asked = matches!(approval, Some(ApprovalState::Pending | ApprovalState::Approved));
        match (open, asked) {
            (true, _) => Some(
                "has a token that may yet be used, or whose outcome may yet be told: wait until that is over",
            ),
            (_, true) => Some("has a request for approval that is not over: wait until it is"),
            _ => None,
        }
    }

    fn erased(&self, view: &View<'_>) -> Result<Writes, EvidenceError> {
        let Erasing { records, act, because, .. } = self;
        let mut writes = Writes::none();
        for (after, (of, entry)) in (0..).zip(records) {
            let (of, by) = (*of, act.by.clone());
            let step = Step::Erased(Erased { of, entry: entry.clone(), by, because: because.clone() });
            writes.record(act.step(view, after, step)?);
            writes.erase(of);
            let value = view.next_index().saturating_add(after).to_string().into_bytes();
            writes.set(&format!("{PREFIX}{of}"), Slot { value, expires_at: None });
        }
        Ok(writes)
    }
}

impl Job for Erasing {
    type Answer = Result<u64, HostError>;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        self.records.iter().fold(Reads::none(), |reads, (index, _)| {
            reads.slot(&format!("{PREFIX}{index}")).token(*index).approval(*index)
        })
    }

    fn run(self, view: &View<'_>) -> (Writes, Self::Answer) {
        let kept = self.records.iter().find_map(|(index, _)| Some((index, Erasing::kept(view, *index)?)));
        if let Some((index, why)) = kept {
            return (Writes::none(), Err(HostError::Refused(format!("record {index} {why}"))));
        }
        match self.erased(view) {
            Ok(writes) => (writes, Ok(view.next_index())),
            Err(error) => (Writes::none(), Err(HostError::Evidence(error))),
        }
    }
}
