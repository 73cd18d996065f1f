//! What a job sees: the store as the jobs before it leave it.

use std::cell::Cell;

use crate::approval::Approval;
use crate::counter::{Answer, Question};
use crate::job::Reads;
use crate::overlay::Overlay;
use crate::rows::{ApiKey, Head, Remembered, Slot, TenantId, Token};

/// The store as a job sees it. What the job did not say it would read is not there, and a job that asks for it is refused.
pub struct View<'a> {
    pub(crate) overlay: &'a Overlay,
    pub(crate) tenant: TenantId,
    pub(crate) now: i64,
    pub(crate) head: &'a Head,
    pub(crate) reads: &'a Reads,
    /// Whether something was asked for that had not been declared.
    pub(crate) undeclared: &'a Cell<bool>,
}

impl View<'_> {
    /// The tenant.
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The job's time, in milliseconds: it is not before that of any record.
    pub fn now(&self) -> i64 {
        self.now
    }

    /// The head of the tenant's log.
    pub fn head(&self) -> &Head {
        self.head
    }

    /// The index of the first record that this job appends.
    pub fn next_index(&self) -> u64 {
        self.head.frontier.size()
    }

    /// The token that was issued at this index.
    pub fn token(&self, index: u64) -> Option<&Token> {
        self.declared(self.reads.tokens.contains(&index))?;
        self.overlay.token(self.tenant, index)
    }

    /// The request for approval that began at this index.
    pub fn approval(&self, index: u64) -> Option<&Approval> {
        self.declared(self.reads.approvals.contains(&index))?;
        self.overlay.approval(self.tenant, index)
    }

    /// The newest request for approval of this subject, whatever became of it.
    pub fn subject(&self, subject: &[u8; 32]) -> Option<&Approval> {
        self.declared(self.reads.subjects.contains(subject))?;
        self.overlay.subject(self.tenant, subject)
    }

    /// How many requests for approval of an agent are pending.
    pub fn pending(&self, agent: &str) -> u64 {
        self.count_pending(Some(agent.to_owned()))
    }

    /// How many requests for approval of the tenant are pending.
    pub fn pending_at_all(&self) -> u64 {
        self.count_pending(None)
    }

    fn count_pending(&self, agent: Option<String>) -> u64 {
        // As many as there can be, so that a mistake does not open a door.
        let declared = self.declared(self.reads.pending.contains(&agent));
        declared.map_or(u64::MAX, |()| self.overlay.pending(self.tenant, agent))
    }

    /// The first answer to an idempotency key, unless it has expired.
    pub fn remembered(&self, key: &[u8; 32]) -> Option<&Remembered> {
        self.declared(self.reads.remembered.contains(key))?;
        self.overlay.remembered(self.tenant, key).filter(|first| first.expires_at > self.now)
    }

    /// The API key with this SHA-256, revoked and expired ones too.
    pub fn api_key(&self, hash: &[u8; 32]) -> Option<&ApiKey> {
        self.declared(self.reads.keys.contains(hash))?;
        self.overlay.key(self.tenant, hash)
    }

    /// The value under a name, unless it has expired.
    pub fn slot(&self, name: &str) -> Option<&[u8]> {
        self.declared(self.reads.slots.contains(name))?;
        let slot = self.overlay.slot(self.tenant, name)?;
        let kept = |slot: &&Slot| slot.expires_at.is_none_or(|end| end > self.now);
        Some(slot).filter(kept).map(|slot| slot.value.as_slice())
    }

    /// The answer to a question about the past. None where it cannot be given: then the rule that asks must refuse.
    pub fn answer(&self, question: &Question) -> Option<Answer> {
        self.declared(self.reads.questions.contains(question))?;
        self.overlay.answer(self.tenant, self.now, question)
    }

    fn declared(&self, declared: bool) -> Option<()> {
        if !declared {
            self.undeclared.set(true);
        }
        declared.then_some(())
    }
}
