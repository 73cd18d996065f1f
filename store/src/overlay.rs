//! What a batch sees: what was fetched, and over it what its jobs have done so far.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::approval::{Approval, ApprovalState};
use crate::changes::{Changes, EntryKey, Stood};
use crate::counter::Question;
use crate::counter::{Answer, Counter, What, Window};
use crate::job::Reads;
use crate::rows::{ApiKey, Head, Remembered, Slot, TenantId, Token};
use crate::tally::{Range, Tally};

/// What was fetched. What is not in it was not there.
#[derive(Clone, Default, Debug)]
pub(crate) struct Base {
    pub(crate) tokens: BTreeMap<(TenantId, u64), Token>,
    pub(crate) approvals: BTreeMap<(TenantId, u64), Approval>,
    /// The index of the newest of each subject; it is among `approvals`.
    pub(crate) subjects: BTreeMap<(TenantId, [u8; 32]), u64>,
    pub(crate) pending: BTreeMap<(TenantId, Option<String>), u64>,
    pub(crate) remembered: BTreeMap<(TenantId, [u8; 32]), Remembered>,
    pub(crate) keys: BTreeMap<(TenantId, [u8; 32]), ApiKey>,
    pub(crate) slots: BTreeMap<(TenantId, String), Slot>,
    /// By the time of the job that asks.
    pub(crate) tallies: BTreeMap<(TenantId, i64, Question), Tally>,
}

/// See the module.
#[derive(Clone, Default, Debug)]
pub(crate) struct Overlay {
    pub(crate) base: Base,
    /// The heads as the jobs so far leave them.
    pub(crate) heads: BTreeMap<TenantId, Head>,
    pub(crate) changes: Changes,
}

impl Overlay {
    pub(crate) fn token(&self, tenant: TenantId, index: u64) -> Option<&Token> {
        let changed = self.changes.tokens.get(&(tenant, index)).map(|(_, token)| token);
        changed.or_else(|| self.base.tokens.get(&(tenant, index)))
    }

    pub(crate) fn approval(&self, tenant: TenantId, index: u64) -> Option<&Approval> {
        let changed = self.changes.approvals.get(&(tenant, index)).map(|(_, approval)| approval);
        changed.or_else(|| self.base.approvals.get(&(tenant, index)))
    }

    pub(crate) fn subject(&self, tenant: TenantId, subject: &[u8; 32]) -> Option<&Approval> {
        let changed = self.changes.approvals.range((tenant, 0)..=(tenant, u64::MAX)).rev();
        let changed =
            changed.map(|(_, (_, approval))| approval).find(|approval| approval.subject == *subject);
        let fetched = || self.approval(tenant, *self.base.subjects.get(&(tenant, *subject))?);
        // Whatever was changed is what was fetched, or newer.
        changed.or_else(fetched)
    }

    pub(crate) fn pending(&self, tenant: TenantId, agent: Option<String>) -> u64 {
        let mine = |approval: &Approval| agent.as_ref().is_none_or(|agent| approval.agent == *agent);
        let changed =
            self.changes.approvals.range((tenant, 0)..=(tenant, u64::MAX)).map(|(_, changed)| changed);
        let (mut more, mut fewer) = (0u64, 0u64);
        for (before, approval) in changed.filter(|(_, approval)| mine(approval)) {
            more += u64::from(approval.state == ApprovalState::Pending);
            fewer += u64::from(before.is_some_and(|(_, state)| state == ApprovalState::Pending));
        }
        let fetched = self.base.pending.get(&(tenant, agent)).copied().unwrap_or(0);
        (fetched + more).saturating_sub(fewer)
    }

    pub(crate) fn remembered(&self, tenant: TenantId, key: &[u8; 32]) -> Option<&Remembered> {
        let key = (tenant, *key);
        self.changes.remembered.get(&key).or_else(|| self.base.remembered.get(&key))
    }

    pub(crate) fn key(&self, tenant: TenantId, hash: &[u8; 32]) -> Option<&ApiKey> {
        let key = (tenant, *hash);
        self.changes.keys.get(&key).or_else(|| self.base.keys.get(&key))
    }

    pub(crate) fn slot(&self, tenant: TenantId, name: &str) -> Option<&Slot> {
        let key = (tenant, name.to_owned());
        match self.changes.slots.get(&key) {
            Some(changed) => changed.as_ref(),
            None => self.base.slots.get(&key),
        }
    }

    pub(crate) fn answer(&self, tenant: TenantId, now: i64, question: &Question) -> Option<Answer> {
        // Copied only where something was added to it: it may hold many values.
        let mut tally = Cow::Borrowed(self.base.tallies.get(&(tenant, now, question.clone()))?);
        for (key, (from, to)) in self.changed(tenant, question.counter) {
            let (before, after) = (counted(&tally.range, key, *from), counted(&tally.range, key, *to));
            if before == after {
                continue;
            }
            before.inspect(|entry| tally.to_mut().remove(entry));
            after.inspect(|entry| tally.to_mut().add(entry));
        }
        tally.answer(question.what)
    }

    /// Whether all that a job asks of the past can be told from what was fetched and what was added since. If not, what was done so far has to be
    /// written first, and then be fetched anew.
    pub(crate) fn can_answer(&self, tenant: TenantId, now: i64, reads: &Reads) -> bool {
        reads.questions.iter().all(|question| {
            if let Window::Since { begins, .. } = question.window
                && self.changed(tenant, begins).next().is_some()
            {
                return false;
            }
            let Some(tally) = self.base.tallies.get(&(tenant, now, question.clone())) else { return false };
            // The latest, and different values, cannot be told where one is gone that counted.
            let gone = |(key, (from, to)): (&EntryKey, &(Stood, Stood))| {
                let before = counted(&tally.range, key, *from);
                before.is_some() && before != counted(&tally.range, key, *to)
            };
            !matches!(question.what, What::Distinct | What::Latest)
                || !self.changed(tenant, question.counter).any(gone)
        })
    }

    fn changed(
        &self,
        tenant: TenantId,
        counter: Counter,
    ) -> impl Iterator<Item = (&EntryKey, &(Stood, Stood))> {
        let first = EntryKey { tenant, counter, at: i64::MIN, index: 0, part: 0 };
        let last = EntryKey { tenant, counter, at: i64::MAX, index: u64::MAX, part: u16::MAX };
        self.changes.entries.range(first..=last)
    }
}

/// The entry, where it stands so that it counts in a window.
fn counted(range: &Range, key: &EntryKey, stood: Stood) -> Option<crate::counter::Entry> {
    let (standing, taken) = stood?;
    let entry = key.with(taken);
    range.holds(&entry, standing).then_some(entry)
}
