//! Writing records: each at the next index, with the entry that the log hashes.

use lictor_evidence::error::EvidenceError;
use lictor_journal::record::{Issuer, Judged};
use lictor_journal::{Covering, New, Record};
use lictor_store::{View, Writes};

use crate::tenant::Identity;

/// Writes the records of one job.
pub(super) struct Pen<'a, 'v> {
    pub view: &'a View<'v>,
    pub identity: &'a Identity,
    pub writes: Writes,
    written: u64,
}

impl<'a, 'v> Pen<'a, 'v> {
    pub fn new(view: &'a View<'v>, identity: &'a Identity) -> Pen<'a, 'v> {
        Pen { view, identity, writes: Writes::none(), written: 0 }
    }

    /// The index that the next record gets.
    pub fn next(&self) -> u64 {
        self.view.next_index().saturating_add(self.written)
    }

    /// Writes a record; its index.
    pub fn put(&mut self, record: Record, covering: Option<&Covering>) -> Result<u64, EvidenceError> {
        let index = self.next();
        let Identity { name: tenant, keep_opened, .. } = self.identity;
        let new = New { tenant, index, time: self.view.now(), covering, keep_opened: *keep_opened };
        self.writes.record(record.row(new)?);
        self.written += 1;
        Ok(index)
    }

    /// The same record with a receipt, which is called by these random bits and the index.
    pub fn with_receipt(
        &self,
        record: Record,
        random: [u8; 16],
        decided: Option<&Judged>,
    ) -> Result<(Record, String), EvidenceError> {
        let Identity { name, issuer, origin, .. } = self.identity;
        let index = self.next();
        let id = lictor_evidence::token::TokenId { random, index }.to_string();
        let issuer = Issuer { issuer, tenant: name, origin, index, time: self.view.now() };
        Ok((record.with_receipt(issuer, &id, decided)?, id))
    }
}
