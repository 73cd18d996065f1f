//! A job: what is done to the store in one step, or not at all.

use std::collections::BTreeSet;

use crate::approval::Approval;
use crate::counter::{Entry, Own, Question, Standing};
use crate::error::StoreError;
use crate::rows::{ApiKey, NewRecord, Remembered, Slot, Token, TokenState};
use crate::view::View;

/// One step of the gateway's. It is pure: what it decides rests on the view alone, since it may run beside any others.
pub trait Job: Send + 'static {
    /// What whoever waits is told once the writes will last.
    type Answer: Send + 'static;

    /// The time at the gateway when it was asked, in milliseconds. The job's own time is this, or that of the tenant's last record, or of a job
    /// before it in its batch, where one of them is later.
    fn now(&self) -> i64;

    /// What it may look at, given its time.
    fn reads(&self, now: i64) -> Reads;

    /// What it does. Its answer counts only where its writes were accepted and last; else whoever waits gets the error.
    fn run(self, view: &View<'_>) -> (Writes, Self::Answer);
}

/// What a job may look at.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Reads {
    pub(crate) tokens: BTreeSet<u64>,
    pub(crate) approvals: BTreeSet<u64>,
    pub(crate) subjects: BTreeSet<[u8; 32]>,
    pub(crate) pending: BTreeSet<Option<String>>,
    pub(crate) remembered: BTreeSet<[u8; 32]>,
    pub(crate) keys: BTreeSet<[u8; 32]>,
    pub(crate) slots: BTreeSet<String>,
    pub(crate) questions: BTreeSet<Question>,
}

impl Reads {
    /// Nothing but the head, which every job sees.
    pub fn none() -> Reads {
        Reads::default()
    }

    /// The token that was issued at this index.
    pub fn token(mut self, index: u64) -> Reads {
        self.tokens.insert(index);
        self
    }

    /// The request for approval that began at this index.
    pub fn approval(mut self, index: u64) -> Reads {
        self.approvals.insert(index);
        self
    }

    /// The newest request for approval of this subject, whatever became of it.
    pub fn subject(mut self, subject: [u8; 32]) -> Reads {
        self.subjects.insert(subject);
        self
    }

    /// How many requests for approval of an agent are pending.
    pub fn pending(mut self, agent: &str) -> Reads {
        self.pending.insert(Some(agent.to_owned()));
        self
    }

    /// How many requests for approval of the tenant are pending.
    pub fn pending_at_all(mut self) -> Reads {
        self.pending.insert(None);
        self
    }

    /// The first answer to an idempotency key.
    pub fn remembered(mut self, key: [u8; 32]) -> Reads {
        self.remembered.insert(key);
        self
    }

    /// The API key with this SHA-256: whether it was revoked is then known at the moment of the effect.
    pub fn api_key(mut self, hash: [u8; 32]) -> Reads {
        self.keys.insert(hash);
        self
    }

    /// The value under a name.
    pub fn slot(mut self, name: &str) -> Reads {
        self.slots.insert(name.to_owned());
        self
    }

    /// A question about the past. One that leaves out what something counts for also reads that.
    pub fn question(mut self, question: Question) -> Reads {
        match question.own {
            Some(Own::Token(index)) => drop(self.tokens.insert(index)),
            Some(Own::Approval(index)) => drop(self.approvals.insert(index)),
            None => {}
        }
        self.questions.insert(question);
        self
    }
}

/// What a job does. Nothing of it is done unless all of it can be.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Writes {
    pub(crate) records: Vec<NewRecord>,
    pub(crate) erased: Vec<u64>,
    pub(crate) tokens: Vec<(Option<TokenState>, Token)>,
    pub(crate) approvals: Vec<Approval>,
    pub(crate) entries: Vec<(Entry, Standing)>,
    pub(crate) remembered: Vec<Remembered>,
    pub(crate) keys: Vec<ApiKey>,
    pub(crate) slots: Vec<(String, Option<Slot>)>,
    pub(crate) acknowledges: bool,
}

impl Writes {
    /// Nothing.
    pub fn none() -> Writes {
        Writes::default()
    }

    /// Appends a record to the log.
    pub fn record(&mut self, record: NewRecord) {
        self.records.push(record);
    }

    /// Destroys body and secret of a record; its leaf stays. The tombstone is a record of its own.
    pub fn erase(&mut self, index: u64) {
        self.erased.push(index);
    }

    /// A new token, which must be [`TokenState::Issued`] and lie at a record of this job. What it counts for counts from now on; what an approval
    /// that this job uses counted for, it takes over.
    pub fn issue(&mut self, token: Token) {
        self.tokens.push((None, token));
    }

    /// A token as it is from now on, which before was in this state. A job that finds another one there, or writes one that does not follow, is
    /// refused. Whether its entries count follows from its state; where they are others than before (a smaller amount was settled than was
    /// reserved), the counters are corrected where they stood.
    pub fn advance(&mut self, from: TokenState, token: Token) {
        self.tokens.push((Some(from), token));
    }

    /// A request for approval as it is from now on: a new one has version 0 and is pending, a later one the version it was made from and one more.
    pub fn approval(&mut self, approval: Approval) {
        self.approvals.push(approval);
    }

    /// What an action without a token counts for: `Attempted` for one that was refused, `Live` for an event that happened.
    pub fn count(&mut self, entry: Entry, standing: Standing) {
        self.entries.push((entry, standing));
    }

    /// Keeps the first answer to an idempotency key. A job that finds one there that has not expired is refused.
    pub fn remember(&mut self, remembered: Remembered) {
        self.remembered.push(remembered);
    }

    /// Adds an API key, or replaces the row of the same key.
    pub fn api_key(&mut self, key: ApiKey) {
        self.keys.push(key);
    }

    /// Puts a value under a name.
    pub fn set(&mut self, name: &str, slot: Slot) {
        self.slots.push((name.to_owned(), Some(slot)));
    }

    /// Removes the value under a name.
    pub fn unset(&mut self, name: &str) {
        self.slots.push((name.to_owned(), None));
    }

    /// An operator has looked at what a new generation means: counters may be relied upon again.
    pub fn acknowledge(&mut self) {
        self.acknowledges = true;
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        *self == Writes::default()
    }
}

/// A job whose kind of answer is forgotten, so that a batch can hold several.
pub(crate) trait AnyJob: Send {
    fn now(&self) -> i64;
    fn reads(&self, now: i64) -> Reads;
    fn run(&mut self, view: &View<'_>) -> Writes;
    fn finish(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// A job, and whoever waits for it.
pub(crate) struct Waiting<J: Job> {
    pub(crate) job: Option<J>,
    pub(crate) answer: Option<J::Answer>,
    pub(crate) to: tokio::sync::oneshot::Sender<Result<J::Answer, StoreError>>,
}

impl<J: Job> AnyJob for Waiting<J> {
    fn now(&self) -> i64 {
        self.job.as_ref().map_or(i64::MIN, Job::now)
    }

    fn reads(&self, now: i64) -> Reads {
        self.job.as_ref().map_or_else(Reads::none, |job| job.reads(now))
    }

    fn run(&mut self, view: &View<'_>) -> Writes {
        let Some(job) = self.job.take() else { return Writes::none() };
        let (writes, answer) = job.run(view);
        self.answer = Some(answer);
        writes
    }

    fn finish(self: Box<Self>, outcome: Result<(), StoreError>) {
        let stopped = || StoreError::new(crate::ErrorKind::Broken, "the job came to no answer");
        let Waiting { job: _, answer, to } = *self;
        // Nobody may be waiting any more.
        let _ = to.send(outcome.and_then(|()| answer.ok_or_else(stopped)));
    }
}
