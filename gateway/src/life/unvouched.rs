//! An agent comes with a statement that is not taken: it is refused, and that is recorded. Nothing is decided, since nobody knows for whom.

use std::sync::Arc;

use lictor_journal::Record;
use lictor_journal::record::{About, Refused, Step as Recorded};
use lictor_store::{Reads, View, Writes};

use super::authorize::Authorized;
use super::once::{Given, Once};
use super::past::Wanted;
use super::turn::{Step, Turn, Unwritable};
use super::write::Pen;
use crate::sources::Unvouched;
use crate::tenant::Identity;

/// Refuses an action for the statement that it came with.
pub(crate) struct RefuseStatement {
    /// When, by the gateway's clock.
    pub now: i64,
    /// The id of the request.
    pub trace: String,
    pub once: Once,
    pub identity: Arc<Identity>,
    /// Whose statement it is.
    pub agent: String,
    /// The action; empty for the call of a tool.
    pub action: String,
    /// What is wrong with it.
    pub because: Unvouched,
}

impl Step for RefuseStatement {
    type Done = Given<Authorized>;

    fn now(&self) -> i64 {
        self.now
    }

    fn wanted(&self) -> Wanted {
        Wanted::default()
    }

    fn reads(&self, _: &Wanted, _: i64) -> Reads {
        self.once.read(Reads::none())
    }

    fn run(&self, view: &View<'_>, _: &Wanted) -> Result<(Writes, Turn<Self::Done>), Unwritable> {
        if let Some(given) = self.once.before(view) {
            return Ok((Writes::none(), Turn::Done(given)));
        }
        let mut pen = Pen::new(view, &self.identity);
        let Unvouched { code, reason } = &self.because;
        let action = if self.action.is_empty() { "?" } else { &self.action };
        let refused = Refused {
            code: (*code).to_owned(),
            by: self.agent.clone(),
            of: None,
            token: None,
            about: Some(About { agent: self.agent.clone(), action: action.to_owned() }),
            judged: None,
        };
        let index = pen.put(Record::new(&self.trace, Recorded::Refused(Box::new(refused))), None)?;
        let told = Authorized::told("denied", code, Some(reason), &self.trace);
        self.once.remember(view, &mut pen.writes, index, &told);
        Ok((pen.writes, Turn::Done(Given::First(told))))
    }
}
