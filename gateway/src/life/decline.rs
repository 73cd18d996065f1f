//! Declining: what is asked is not for this store, comes with a statement that is not taken, or is about nobody and nothing that there is. No policy is asked about
//! that; that it was declined is recorded.

use std::sync::Arc;

use lictor_journal::Record;
use lictor_journal::record::{About, Refused, Step as Recorded};
use lictor_store::{Reads, View, Writes};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::once::{Given, Once};
use super::past::Wanted;
use super::turn::{Step, Turn, Unwritable};
use super::write::Pen;
use crate::tenant::Identity;

/// Something that is declined, with the answer to it.
pub(crate) struct Decline<T> {
    /// When, by the gateway's clock.
    pub now: i64,
    /// The id of the request.
    pub trace: String,
    pub once: Once,
    pub identity: Arc<Identity>,
    /// Why, as a code.
    pub code: String,
    /// Who asked.
    pub by: String,
    /// Whose action it was to be, and which, where there is such an agent.
    pub about: Option<About>,
    /// What whoever asked is told.
    pub told: T,
}

impl<T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static> Step for Decline<T> {
    type Done = Given<T>;

    fn now(&self) -> i64 {
        self.now
    }

    fn wanted(&self) -> Wanted {
        Wanted::new()
    }

    fn reads(&self, _: &Wanted, _: i64) -> Reads {
        self.once.read(Reads::none())
    }

    fn run(&self, view: &View<'_>, _: &Wanted) -> Result<(Writes, Turn<Self::Done>), Unwritable> {
        if let Some(given) = self.once.before(view) {
            return Ok((Writes::none(), Turn::Done(given)));
        }
        let mut pen = Pen::new(view, &self.identity);
        let refused = Refused {
            code: self.code.clone(),
            by: self.by.clone(),
            of: None,
            token: None,
            about: self.about.clone(),
            judged: None,
        };
        let index = pen.put(Record::new(&self.trace, Recorded::Refused(Box::new(refused))), None)?;
        self.once.remember(view, &mut pen.writes, index, &self.told);
        Ok((pen.writes, Turn::Done(Given::First(self.told.clone()))))
    }
}
