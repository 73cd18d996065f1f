//! Erasing a record: what it says and the key of its commitments are destroyed, with what lies beside it for its token and its request for approval. Its entry stays in
//! the log, and a record is appended that says so, in the same transaction.

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
    /// Erases a record, in somebody's name and for a reason, which is a code such as `request`; the index of the record that says so.
    ///
    /// # Errors
    /// There is no such record, it was erased already, it holds nothing of anybody, or what it is about is not over.
    pub fn erase(&self, index: u64, by: &str, because: &str) -> Result<u64, HostError> {
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
        let Some(record) = self.store.reader()?.record(self.id, index)? else {
            return refuse(format!("the log has no record {index}"));
        };
        if matches!(Kind::of_number(record.kind), Some(Kind::Erased | Kind::Bundle | Kind::Operator)) {
            return refuse(format!(
                "record {index} says what was done with the gateway itself, and nothing of anybody: it stays"
            ));
        }
        let entry = self.entry(&record)?;
        let act = Act { by: by.to_owned(), ..Act::of_host(&self.tenant) };
        let job = Erasing { index, entry, act, because: because.to_owned(), now: clock::system() };
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

    /// The record and those that follow it, the last first: an action from its decision to its outcome.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn action(&self, index: u64) -> Result<Vec<u64>, HostError> {
        let mut reader = self.store.reader()?;
        let Some(first) = reader.record(self.id, index)? else { return Ok(vec![index]) };
        let filter = Filter { agent: Some(first.agent), action: Some(first.action), ..Filter::default() };
        let mut found = vec![index];
        for record in
            reader.records(self.id, index.saturating_add(1)..u64::MAX, &filter, false, usize::MAX)?
        {
            let Some(body) = &record.body else { continue };
            let (body, _) = row::entry(body, &self.tenant, record.index, record.at)?;
            let (of, _) = body.record.step.follows();
            if of.is_some_and(|of| found.contains(&of)) {
                found.push(record.index);
            }
        }
        found.reverse();
        Ok(found)
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
    index: u64,
    entry: String,
    act: Act,
    because: String,
    now: i64,
}

impl Erasing {
    /// Why it must not be erased now.
    fn kept(&self, view: &View<'_>) -> Option<&'static str> {
        if view.slot(&format!("{PREFIX}{}", self.index)).is_some() {
            return Some("was erased already");
        }
        let token = view.token(self.index).map(|token| (token.state, token.generation));
        let open = matches!(token, Some((TokenState::Issued | TokenState::Burned, of)) if of == view.head().generation);
        let approval = view.approval(self.index).map(|approval| approval.state);
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
        let Erasing { index, entry, act, because, .. } = self;
        let mut writes = Writes::none();
        let (of, by) = (*index, act.by.clone());
        let step = Step::Erased(Erased { of, entry: entry.clone(), by, because: because.clone() });
        writes.record(act.step(view, 0, step)?);
        writes.erase(of);
        let value = view.next_index().to_string().into_bytes();
        writes.set(&format!("{PREFIX}{of}"), Slot { value, expires_at: None });
        Ok(writes)
    }
}

impl Job for Erasing {
    type Answer = Result<u64, HostError>;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none().slot(&format!("{PREFIX}{}", self.index)).token(self.index).approval(self.index)
    }

    fn run(self, view: &View<'_>) -> (Writes, Self::Answer) {
        if let Some(why) = self.kept(view) {
            return (Writes::none(), Err(HostError::Refused(format!("record {} {why}", self.index))));
        }
        match self.erased(view) {
            Ok(writes) => (writes, Ok(view.next_index())),
            Err(error) => (Writes::none(), Err(HostError::Evidence(error))),
        }
    }
}
