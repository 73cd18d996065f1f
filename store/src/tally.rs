//! What was found in a window, in a form to which later entries can be added.

use std::collections::{BTreeMap, BTreeSet};

use crate::counter::{Answer, Counter, Entry, MAX_DISTINCT, Standing, Taken, What};
use crate::rows::TenantId;

/// A window of a counter that is looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Range {
    pub(crate) tenant: TenantId,
    pub(crate) counter: Counter,
    pub(crate) standing: Standing,
    /// Excluded.
    pub(crate) after: i64,
    /// Included.
    pub(crate) until: i64,
    /// Entries with this index do not count.
    pub(crate) except: Option<u64>,
}

impl Range {
    pub(crate) fn holds(&self, entry: &Entry, standing: Standing) -> bool {
        entry.counter == self.counter
            && entry.at > self.after
            && entry.at <= self.until
            && standing.counts_as(self.standing)
            && self.except != Some(entry.index)
    }
}

/// How many entries there are, and their sums.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Counted {
    /// By currency (zero where it is no amount): how many, and their sum.
    pub(crate) by: BTreeMap<u64, (i64, i128)>,
    /// How many there are of which nobody knows whether they count.
    pub(crate) unclear: i64,
}

impl Counted {
    /// Adds an entry, or takes one away.
    pub(crate) fn put(&mut self, taken: Taken, sign: i64) {
        if taken == Taken::Unclear {
            self.unclear = self.unclear.saturating_add(sign);
            return;
        }
        let sum = i128::from(taken.minor()) * i128::from(sign);
        self.sum(taken.currency(), sign, sum);
    }

    /// Adds what a bucket holds.
    pub(crate) fn sum(&mut self, currency: u64, n: i64, sum: i128) {
        let (count, total) = self.by.entry(currency).or_default();
        *count = count.saturating_add(n);
        *total = total.saturating_add(sum);
    }
}

/// The latest entry of a window.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Last {
    pub(crate) at: i64,
    pub(crate) index: u64,
    pub(crate) part: u16,
    pub(crate) clear: bool,
}

impl Last {
    pub(crate) fn of(entry: &Entry) -> Last {
        Last { at: entry.at, index: entry.index, part: entry.part, clear: entry.taken != Taken::Unclear }
    }
}

/// Different values of a window; more than [`MAX_DISTINCT`] are not told apart.
pub(crate) type Values = BTreeSet<[u8; 16]>;

/// What was found for a question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Tally {
    pub(crate) range: Range,
    /// Whether it can be said when the window begins.
    pub(crate) begins_clearly: bool,
    pub(crate) counted: Counted,
    pub(crate) values: Values,
    pub(crate) last: Option<Last>,
}

impl Tally {
    /// Adds an entry of the window that was not there when it was looked at.
    pub(crate) fn add(&mut self, entry: &Entry) {
        self.counted.put(entry.taken, 1);
        if let Taken::Value(value) = entry.taken {
            self.values.insert(value);
        }
        self.last = self.last.max(Some(Last::of(entry)));
    }

    /// Takes one away: only counts and sums stay right.
    pub(crate) fn remove(&mut self, entry: &Entry) {
        self.counted.put(entry.taken, -1);
    }

    /// The answer. None where it cannot be given.
    pub(crate) fn answer(&self, what: What) -> Option<Answer> {
        if !self.begins_clearly || self.counted.unclear != 0 {
            return None;
        }
        match what {
            What::Times => Some(Answer::Count(self.counted.by.values().map(|(n, _)| n).sum())),
            What::Distinct if self.values.len() > MAX_DISTINCT => None,
            What::Distinct => i64::try_from(self.values.len()).ok().map(Answer::Count),
            What::Latest => Some(Answer::Latest(self.last.map(|last| last.at))),
            What::Total(currency) => {
                let other = self.counted.by.iter().find(|(other, (n, _))| **other != currency && *n != 0);
                match other {
                    // Entries without an amount have no total.
                    Some((0, _)) => None,
                    Some((other, _)) => Some(Answer::OtherCurrency(*other)),
                    None => {
                        let sum = self.counted.by.get(&currency).map_or(0, |(_, sum)| *sum);
                        i64::try_from(sum).ok().map(Answer::Total)
                    }
                }
            }
        }
    }
}
