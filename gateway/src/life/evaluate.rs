//! Evaluating: somebody wants to know yes or no, and no token. Whoever is told yes goes and does the action, and nobody will report it; so a yes is spent in the step that
//! gives it, like an action whose outcome stays unknown, and a no counts as an attempt.
//!
//! No person is asked: there is nothing here by which an answer of theirs could be collected, and what they approve is good for one token.

use std::sync::Arc;

use lictor_evidence::receipt::State;
use lictor_journal::Record;
use lictor_journal::record::{Decided, Evaluated, Step as Recorded};
use lictor_store::counter::Standing;
use lictor_store::{Reads, View, Writes};

use super::case::{Case, Found, Ground, Rehearsed};
use super::drawn::Drawn;
use super::once::{Given, Once};
use super::past::Wanted;
use super::turn::{Step, Turn, Unwritable};
use super::write::Pen;
use crate::ask::Answer;
use crate::config::Mode;

/// Somebody wants to know whether an agent may do something.
pub(crate) struct Evaluate {
    pub case: Arc<Case>,
    pub rehearsed: Rehearsed,
    /// When, by the gateway's clock.
    pub now: i64,
    pub once: Once,
    pub drawn: Drawn,
    /// The id of the request.
    pub trace: String,
    /// Whose key asks.
    pub by: String,
}

impl Step for Evaluate {
    type Done = Given<Answer>;

    fn now(&self) -> i64 {
        self.now
    }

    fn wanted(&self) -> Wanted {
        self.rehearsed.wanted.clone()
    }

    fn reads(&self, wanted: &Wanted, now: i64) -> Reads {
        self.case.counters(None).read(self.once.read(Reads::none()), wanted, now)
    }

    fn run(&self, view: &View<'_>, wanted: &Wanted) -> Result<(Writes, Turn<Self::Done>), Unwritable> {
        if let Some(given) = self.once.before(view) {
            return Ok((Writes::none(), Turn::Done(given)));
        }
        let (known, record) = (&self.case.known, &self.drawn.record);
        let ground = Ground { view, wanted, known, own: None, record, rehearsed: &self.rehearsed };
        let Found { made, since, missing } = self.case.find(ground);
        if !missing.is_empty() {
            return Ok((Writes::none(), Turn::Again(missing)));
        }
        let mut pen = Pen::new(view, &self.case.identity);
        since.keep(view, &mut pen.writes);
        let answer = Answer::of(made.decision.clone(), self.case.mode == Mode::Enforce);
        let lets = answer.is_allowed();
        let standing = if lets { Standing::Live } else { Standing::Attempted };
        for entry in self.case.counters(None).entries(&made.counts_for, view.now(), pen.next()) {
            pen.writes.count(entry, standing);
        }
        let evaluated = Evaluated { by: self.by.clone(), outcome: lets.then_some(State::Unknown) };
        let decided = Decided {
            judged: made.judged.clone(),
            token: None,
            approval: None,
            approvals: Vec::new(),
            evaluated: Some(evaluated),
        };
        let record = Record::new(&self.trace, Recorded::Decided(Box::new(decided)));
        let (record, receipt) = pen.with_receipt(record, self.drawn.receipt, None)?;
        let index = pen.put(record, Some(&made.covering))?;
        let answer = answer.with_receipt(self.case.identity.receipt(receipt));
        self.once.remember(view, &mut pen.writes, index, &answer);
        Ok((pen.writes, Turn::Done(Given::First(answer))))
    }
}
