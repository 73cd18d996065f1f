//! What a batch writes: rows as they are afterwards, beside what tells that they were as expected before.

use std::collections::{BTreeMap, BTreeSet};

use lictor_ledger::Hash;

use crate::approval::{Approval, ApprovalState};
use crate::counter::{Counter, Entry, Standing, Taken};
use crate::rows::{ApiKey, Head, Record, Remembered, Slot, TenantId, Token, TokenState};
use crate::span;

/// How an entry stands, and what is taken; none where there is no such entry.
pub(crate) type Stood = Option<(Standing, Taken)>;

/// What tells one entry from another; entries of a counter lie in the order of time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct EntryKey {
    pub(crate) tenant: TenantId,
    pub(crate) counter: Counter,
    pub(crate) at: i64,
    pub(crate) index: u64,
    pub(crate) part: u16,
}

impl EntryKey {
    pub(crate) fn of(tenant: TenantId, entry: &Entry) -> EntryKey {
        let Entry { counter, at, index, part, taken: _ } = *entry;
        EntryKey { tenant, counter, at, index, part }
    }

    pub(crate) fn with(self, taken: Taken) -> Entry {
        let EntryKey { tenant: _, counter, at, index, part } = self;
        Entry { counter, at, index, part, taken }
    }
}

/// A hash of a whole subtree of 256, 65 536 … leaves: what tiles above the lowest level are made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Node {
    pub(crate) tenant: TenantId,
    pub(crate) level: u8,
    pub(crate) index: u64,
    pub(crate) hash: Hash,
}

/// The version of a request for approval, and its state in it.
pub(crate) type Version = (u32, ApprovalState);

/// What is written.
#[derive(Clone, Default, Debug)]
pub(crate) struct Changes {
    /// The heads that move, as they are afterwards.
    pub(crate) heads: BTreeMap<TenantId, Head>,
    pub(crate) records: Vec<(TenantId, Record)>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) erased: BTreeSet<(TenantId, u64)>,
    /// Beside each its state before; none for one that is new.
    pub(crate) tokens: BTreeMap<(TenantId, u64), (Option<TokenState>, Token)>,
    /// Beside each its version and state before; none for one that is new.
    pub(crate) approvals: BTreeMap<(TenantId, u64), (Option<Version>, Approval)>,
    /// How each stood before, and how it does afterwards.
    pub(crate) entries: BTreeMap<EntryKey, (Stood, Stood)>,
    pub(crate) remembered: BTreeMap<(TenantId, [u8; 32]), Remembered>,
    pub(crate) keys: BTreeMap<(TenantId, [u8; 32]), ApiKey>,
    pub(crate) slots: BTreeMap<(TenantId, String), Option<Slot>>,
}

/// A bucket: the entries of a counter in a minute or an hour that stand the same and have the same currency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct BucketKey {
    pub(crate) tenant: TenantId,
    pub(crate) counter: Counter,
    pub(crate) span: i64,
    pub(crate) start: i64,
    pub(crate) currency: u64,
    pub(crate) standing: Standing,
}

/// What a bucket holds, or what is added to it.
///
/// A sum has two halves, `high · 2^32 + low`, each a sum of halves: so databases add them up without an overflow, and no carry is needed.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Bucket {
    pub(crate) n: i64,
    pub(crate) unclear: i64,
    pub(crate) high: i64,
    pub(crate) low: i64,
}

/// The sum whose halves were added up.
pub(crate) fn sum(high: i128, low: i128) -> i128 {
    (high << 32) + low
}

impl Bucket {
    fn put(&mut self, taken: Taken, sign: i64) {
        if taken == Taken::Unclear {
            self.unclear += sign;
            return;
        }
        self.n += sign;
        self.high += sign * (taken.minor() >> 32);
        self.low += sign * (taken.minor() & 0xffff_ffff);
    }
}

impl Changes {
    /// Whether nothing changes.
    pub(crate) fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// About how many rows it writes.
    pub(crate) fn rows(&self) -> usize {
        self.records.len()
            + self.tokens.len()
            + self.approvals.len()
            + self.entries.len()
            + self.remembered.len()
    }

    /// What is added to each bucket. What is taken away is taken from the bucket into which it was put.
    pub(crate) fn buckets(&self) -> BTreeMap<BucketKey, Bucket> {
        let mut found: BTreeMap<BucketKey, Bucket> = BTreeMap::new();
        for (key, (from, to)) in &self.entries {
            for (stood, sign) in [(from, -1), (to, 1)] {
                let Some((standing, taken)) = *stood else { continue };
                for span in span::SPANS {
                    let bucket = BucketKey {
                        tenant: key.tenant,
                        counter: key.counter,
                        span,
                        start: span::start(key.at, span),
                        currency: taken.currency(),
                        standing,
                    };
                    found.entry(bucket).or_default().put(taken, sign);
                }
            }
        }
        found.retain(|_, bucket| *bucket != Bucket::default());
        found
    }
}
