//! A record of what somebody did who runs the gateway.

use std::fmt::Write;

use lictor_evidence::error::EvidenceError;
use lictor_journal::record::{Act as Done, Operated};
use lictor_journal::{New, Record, Step};
use lictor_store::{NewRecord, View};

/// Who does something, in whose log, and under which trace id.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    /// The tenant, by name.
    pub tenant: String,
    /// Who does it: the name of an API key, or `host`.
    pub by: String,
    /// The trace id of it.
    pub trace: String,
}

impl Act {
    /// Something that the host does, under a trace id of its own.
    pub fn of_host(tenant: &str) -> Act {
        let mut random = [0u8; 16];
        // It names a record and protects nothing.
        let _ = getrandom::fill(&mut random);
        let trace = random.iter().fold(String::with_capacity(32), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        });
        Act { tenant: tenant.to_owned(), by: "host".to_owned(), trace }
    }

    /// The record that an operator did this, as the one after so many others of the job.
    pub fn operated(&self, view: &View<'_>, after: u64, act: Done) -> Result<NewRecord, EvidenceError> {
        self.step(view, after, Step::Operator(Operated { by: self.by.clone(), act }))
    }

    /// The record of a step, as the one after so many others of the job.
    pub fn step(&self, view: &View<'_>, after: u64, step: Step) -> Result<NewRecord, EvidenceError> {
        let (tenant, index) = (self.tenant.as_str(), view.next_index().saturating_add(after));
        let new = New { tenant, index, time: view.now(), covering: None, keep_opened: false };
        Record::new(&self.trace, step).row(new)
    }
}
