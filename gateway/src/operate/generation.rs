//! A new generation of the store: what an operator makes of it.

use lictor_evidence::error::EvidenceError;
use lictor_journal::record::Act as Done;
use lictor_store::{Job, Reads, View, Writes};

use super::host::{Host, HostError};
use super::record::Act;
use crate::clock;

impl Host {
    /// Notes that somebody has looked at what the generation of the store means: counters are relied upon again. The generation; none where there was nothing to note.
    ///
    /// # Errors
    /// The store.
    pub fn acknowledge(&self, by: &str) -> Result<Option<u64>, HostError> {
        if by.is_empty() || by.len() > 256 || by.chars().any(char::is_control) {
            return Err(HostError::Refused(
                "say who acknowledges it, in a line that can be shown".to_owned(),
            ));
        }
        let act = Act { by: by.to_owned(), ..Act::of_host(&self.tenant) };
        let job = Acknowledging { act, now: clock::system() };
        Ok(self.store.submit(self.id, job).wait()??)
    }

    /// Raises the generation of a store that was put back from a backup: tokens and requests for approval that were open are void, and what rests on counters is refused
    /// until it is acknowledged. What it is now.
    ///
    /// # Errors
    /// The store.
    pub fn raise_generation(&self) -> Result<u64, HostError> {
        Ok(self.store.raise_generation()?)
    }
}

struct Acknowledging {
    act: Act,
    now: i64,
}

impl Job for Acknowledging {
    type Answer = Result<Option<u64>, EvidenceError>;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none()
    }

    fn run(self, view: &View<'_>) -> (Writes, Self::Answer) {
        let (generation, mut writes) = (view.head().generation, Writes::none());
        if view.head().trusted() {
            return (writes, Ok(None));
        }
        match self.act.operated(view, 0, Done::Acknowledged { generation }) {
            Ok(record) => {
                writes.record(record);
                writes.acknowledge();
                (writes, Ok(Some(generation)))
            }
            Err(error) => (Writes::none(), Err(error)),
        }
    }
}
