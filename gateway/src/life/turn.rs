//! A step is done as often as it takes until all that it reads was declared.

use std::fmt;
use std::sync::Arc;

use lictor_evidence::error::EvidenceError;
use lictor_evidence::token::TokenError;
use lictor_store::{Job, Reads, StoreError, View, Writes};

use super::past::Wanted;
use crate::signature::{Nonce, Unusable};
use crate::tenant::Tenant;

/// How often a step is done again because an answer made it ask something else. Policies ask for little because of answers.
const ROUNDS: usize = 4;

/// What came of a turn.
pub(crate) enum Turn<T> {
    /// It is done.
    Done(T),
    /// It has to be done again with this read as well. Nothing was written.
    Again(Wanted),
}

/// What would have to be written cannot be. Nothing was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Unwritable(String);

impl From<EvidenceError> for Unwritable {
    fn from(error: EvidenceError) -> Unwritable {
        Unwritable(error.to_string())
    }
}

impl From<TokenError> for Unwritable {
    fn from(error: TokenError) -> Unwritable {
        Unwritable(error.to_string())
    }
}

/// A step upon the store: what it reads and what it does, pure, and done more than once where its policy asks more than was known.
pub(crate) trait Step: Send + Sync + 'static {
    /// What comes of it.
    type Done: Send + 'static;

    /// When it was asked.
    fn now(&self) -> i64;

    /// What it is known to ask of the past.
    fn wanted(&self) -> Wanted;

    /// What it reads.
    fn reads(&self, wanted: &Wanted, now: i64) -> Reads;

    /// What it does.
    ///
    /// # Errors
    /// What it would have to write cannot be written.
    fn run(&self, view: &View<'_>, wanted: &Wanted) -> Result<(Writes, Turn<Self::Done>), Unwritable>;
}

/// One turn of a step.
struct Turning<S> {
    step: Arc<S>,
    wanted: Wanted,
    /// What is used up with it.
    nonce: Option<Nonce>,
}

impl<S: Step> Job for Turning<S> {
    type Answer = Result<Turn<S::Done>, Undone>;

    fn now(&self) -> i64 {
        self.step.now()
    }

    fn reads(&self, now: i64) -> Reads {
        let reads = self.step.reads(&self.wanted, now);
        self.nonce.iter().fold(reads, |reads, nonce| nonce.read(reads))
    }

    fn run(self, view: &View<'_>) -> (Writes, Self::Answer) {
        // Before anything else, an answer that was given before included: whoever has only listened is told nothing.
        if let Some(Err(why)) = self.nonce.as_ref().map(|nonce| nonce.usable(view)) {
            return (Writes::none(), Err(Undone::Nonce(why)));
        }
        match self.step.run(view, &self.wanted) {
            Ok((mut writes, turn)) => {
                if let (Turn::Done(_), Some(nonce)) = (&turn, &self.nonce) {
                    nonce.use_up(&mut writes);
                }
                (writes, Ok(turn))
            }
            Err(error) => (Writes::none(), Err(Undone::Unwritable(error))),
        }
    }
}

/// Why a step was not done.
#[derive(Debug)]
pub(crate) enum Undone {
    /// The store.
    Store(StoreError),
    /// It could not be written.
    Unwritable(Unwritable),
    /// Its signature is good once, and was used, or is over.
    Nonce(Unusable),
    /// Its policy went on asking.
    Endless,
}

impl fmt::Display for Undone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Undone::Store(error) => write!(f, "{error}"),
            Undone::Unwritable(Unwritable(why)) => write!(f, "a record could not be written: {why}"),
            Undone::Nonce(Unusable::Used) => f.write_str("the nonce of its signature was used before"),
            Undone::Nonce(Unusable::Over) => f.write_str("the time of its signature is over"),
            Undone::Endless => f.write_str("what the policy asks of the past changed with every answer"),
        }
    }
}

impl Tenant {
    /// Does a step.
    ///
    /// # Errors
    /// It was not done, or nobody knows whether it was.
    pub async fn take<S: Step>(&self, step: S) -> Result<S::Done, Undone> {
        self.take_once(step, None).await
    }

    /// The same, and uses up the nonce of what was signed, where something was: in the transaction of the step.
    ///
    /// # Errors
    /// As [`Tenant::take`]; or the nonce cannot be used.
    pub async fn take_once<S: Step>(&self, step: S, nonce: Option<&Nonce>) -> Result<S::Done, Undone> {
        let (mut wanted, step) = (step.wanted(), Arc::new(step));
        for _ in 0..ROUNDS {
            let turning = Turning { step: Arc::clone(&step), wanted: wanted.clone(), nonce: nonce.cloned() };
            match self.store.submit(self.id, turning).await.map_err(Undone::Store)?? {
                Turn::Done(done) => return Ok(done),
                Turn::Again(more) => wanted.extend(more),
            }
        }
        Err(Undone::Endless)
    }
}
