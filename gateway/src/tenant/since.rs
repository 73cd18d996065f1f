//! From when on what policies count was counted, without a gap.
//!
//! A policy that asks of the past what no policy before it counted cannot be answered by what is kept: nobody noted it. So it is kept since when each thing was counted by
//! whatever decided, and a question that looks back further has no answer. It changes with the first action that another bundle decides, in the same step; where two
//! gateways decide by two bundles, what only one of them counts begins anew with each change.

use lictor_bundle::history::{DAY, HistoryQuery, Window};
use lictor_store::{Reader, Reads, Slot, StoreError, TenantId, View, Writes};

use crate::policy::{Counts, InForce};

/// Where the store keeps it.
const SLOT: &str = "counted-since";
/// The first byte of it: how it is encoded.
const ENCODING: u8 = 1;
/// The length of what precedes the list: the encoding, a bundle, and a moment.
const HEAD: usize = 1 + 32 + 8;
/// The length of one of the list.
const ONE: usize = 16 + 8;
/// The bundle where none has decided yet.
const NOBODY: [u8; 32] = [0; 32];

/// From when on what is counted was counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Since {
    /// The bundle that decided last; zeros, where none has.
    bundle: [u8; 32],
    /// The moment after which nothing was decided that was not counted, as long as none has.
    first: i64,
    /// What it counts, sorted, and the moment after which it was always counted.
    counted: Vec<(Counts, i64)>,
    /// Whether it is kept like this.
    is_kept: bool,
}

impl Since {
    /// What a job reads for it.
    pub fn read(reads: Reads) -> Reads {
        reads.slot(SLOT)
    }

    /// What a tenant begins with: where nothing was ever decided, all that a first policy counts is known.
    pub fn founding(view: &View<'_>, writes: &mut Writes) {
        if view.slot(SLOT).is_none() {
            let first = if view.next_index() == 0 { i64::MIN } else { view.now() };
            Since { bundle: NOBODY, first, counted: Vec::new(), is_kept: false }.keep(view, writes);
        }
    }

    /// How it is once this policy decides. `from_nothing` is for an operator who says that what was not counted did not happen.
    pub fn deciding(view: &View<'_>, policy: &InForce, from_nothing: bool) -> Since {
        Since::next(view.slot(SLOT), policy, from_nothing, view.now())
    }

    fn next(kept: Option<&[u8]>, policy: &InForce, from_nothing: bool, now: i64) -> Since {
        // What is not there or cannot be read was not counted.
        let kept = kept.and_then(Since::parse);
        let none = Since { bundle: NOBODY, first: now, counted: Vec::new(), is_kept: false };
        let kept = kept.unwrap_or(none);
        let bundle = policy.engine.id().0;
        if kept.bundle == bundle && !from_nothing {
            return kept;
        }
        let begins = if kept.bundle == NOBODY { kept.first } else { now };
        let since = |counts: &Counts| match from_nothing {
            true => i64::MIN,
            false => kept.of(counts).unwrap_or(begins),
        };
        let counted = policy.counting.all().iter().map(|counts| (*counts, since(counts))).collect();
        Since { bundle, first: begins, counted, is_kept: false }
    }

    /// Writes it, where it is not kept so already.
    pub fn keep(&self, view: &View<'_>, writes: &mut Writes) {
        if self.is_kept {
            return;
        }
        let value = self.to_bytes();
        if view.slot(SLOT) != Some(&value) {
            writes.set(SLOT, Slot { value, expires_at: None });
        }
    }

    /// What this policy asks that cannot be answered yet, in its words, and from when on it can.
    pub fn unanswered<'p>(
        reader: &mut Reader,
        tenant: TenantId,
        policy: &'p InForce,
        from_nothing: bool,
        now: i64,
    ) -> Result<Vec<(&'p str, i64)>, StoreError> {
        let kept = reader.slots(tenant, SLOT)?.into_iter().find(|(name, _)| name == SLOT);
        let value = kept.as_ref().map(|(_, slot)| slot.value.as_slice());
        let since = Since::next(value, policy, from_nothing, now);
        let schema = &policy.engine.bundle().schema;
        let from = |number: usize, query: &'p HistoryQuery| {
            let length = match &query.window {
                Window::Over(length) | Window::Since { at_most: length, .. } => *length,
                Window::Days { days, .. } => i64::from(*days) * DAY,
            };
            let counts =
                [false, true].into_iter().filter_map(|begins| policy.counting.counts(number, begins));
            let begun = counts.map(|counts| since.of(counts).unwrap_or(now)).max().unwrap_or(now);
            let fact = schema.facts.get(usize::from(query.fact))?;
            Some((fact.name.as_str(), begun.saturating_add(length))).filter(|(_, from)| *from > now)
        };
        Ok(schema.history.iter().enumerate().filter_map(|(number, query)| from(number, query)).collect())
    }

    /// The moment after which this was always counted; nothing where it is not.
    pub fn of(&self, counts: &Counts) -> Option<i64> {
        let place = self.counted.binary_search_by_key(counts, |(counts, _)| *counts).ok()?;
        self.counted.get(place).map(|(_, since)| *since)
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut value = Vec::with_capacity(HEAD + ONE * self.counted.len());
        value.push(ENCODING);
        value.extend(self.bundle);
        value.extend(self.first.to_be_bytes());
        for (counts, since) in &self.counted {
            value.extend(counts);
            value.extend(since.to_be_bytes());
        }
        value
    }

    fn parse(bytes: &[u8]) -> Option<Since> {
        let (head, list) = bytes.split_first_chunk::<HEAD>()?;
        let (encoding, head) = head.split_first()?;
        let (bundle, first) = head.split_first_chunk()?;
        let mut counted = Vec::with_capacity(list.len() / ONE);
        for one in list.chunks(ONE) {
            let (counts, since) = one.split_first_chunk()?;
            counted.push((*counts, i64::from_be_bytes(since.try_into().ok()?)));
        }
        let first = i64::from_be_bytes(first.try_into().ok()?);
        (*encoding == ENCODING).then_some(Since { bundle: *bundle, first, counted, is_kept: true })
    }
}
