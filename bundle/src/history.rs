//! What a policy asks of the past: a fact that is not looked up but counted, from the actions that were decided before.
//!
//! Each query belongs to a fact of the schema, whose name is the query in words and whose arguments are its keys; code reads it like
//! any other fact. What the query adds is how the answer is found: which past actions count, from when on, and what is
//! taken from each.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::currency::Currency;
use crate::instr::Reg;
use crate::schema::{ActionId, FactId};
use crate::zone::Zone;

/// The longest window, in milliseconds: 400 days.
pub const MAX_WINDOW: i64 = 400 * 86_400_000;
/// The most look-ups, of history and of declared facts, that the rules for one request may ask for.
pub const MAX_FACTS: usize = 32;
/// The length of a day, in milliseconds. Days of UTC have no other.
pub const DAY: i64 = 86_400_000;

/// What is asked of the past.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct HistoryQuery {
    /// The fact that code reads; its arguments are the keys, in their order.
    pub fact: FactId,
    /// What is asked.
    pub kind: HistoryKind,
    /// What must have become of a past action.
    pub state: HistoryState,
    /// How far back.
    pub window: Window,
    /// What is taken from a past action, one entry for each action that counts, sorted by action.
    pub sources: Vec<HistorySource>,
}

/// What is asked of past actions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum HistoryKind {
    /// How many there were: an `Int`.
    Times,
    /// The sum of an amount in this currency: `Money`. An answer in another currency says that there were amounts in it, and
    /// refuses with `CURRENCY_MISMATCH` where it is read.
    Total(Currency),
    /// How many different values a field had: an `Int`.
    Distinct,
    /// When the last one was: a `Timestamp?`.
    Latest,
}

/// What became of a past action.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum HistoryState {
    /// It was decided, whatever the decision.
    Attempted,
    /// It was allowed, and neither released nor did it fail.
    Allowed,
    /// It was settled, or is reserved and not settled yet.
    Executed,
}

/// From when on past actions count. The request's own time is the end of each window, and counts.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Window {
    /// The last so many milliseconds: what lies exactly so far back does not count.
    Over(i64),
    /// So many days of the calendar in a time zone, the last of which is the day of the request there.
    Days {
        /// How many.
        days: u16,
        /// Where they begin and end at midnight.
        zone: Zone,
    },
    /// What came after the latest action of these, with the same keys, and within so many milliseconds.
    Since {
        /// What must have become of it.
        state: HistoryState,
        /// The longest that the window may be.
        at_most: i64,
        /// The actions that begin the window, sorted by action; they have keys only.
        sources: Vec<HistorySource>,
    },
}

/// What a query takes from a past action of one kind.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct HistorySource {
    /// The action.
    pub action: ActionId,
    /// Index into the codes of [`Bundle::condition_code`](crate::program::Bundle::condition_code): whether a request counts. It is
    /// false where a key or the field is absent.
    pub filter: u16,
    /// The registers of the request that hold the keys.
    pub keys: Vec<Reg>,
    /// The register that holds the amount to be totalled, or the value to be told apart.
    pub field: Option<Reg>,
}

impl HistoryKind {
    /// Whether a field is taken from past actions.
    pub fn takes_field(self) -> bool {
        matches!(self, HistoryKind::Total(_) | HistoryKind::Distinct)
    }
}

impl HistoryState {
    /// How it is written.
    pub fn name(self) -> &'static str {
        match self {
            HistoryState::Attempted => "attempted",
            HistoryState::Allowed => "allowed",
            HistoryState::Executed => "executed",
        }
    }
}

impl Window {
    /// The time after which past actions count, where the request's own time is `now`. For a window that an action begins, the
    /// earliest that it can be. Nothing where there is no such time, and for days outside UTC.
    pub fn after(&self, now: i64) -> Option<i64> {
        match self {
            Window::Over(length) | Window::Since { at_most: length, .. } => now.checked_sub(*length),
            // When a day begins elsewhere is looked up by whoever knows the clocks.
            Window::Days { zone, .. } if *zone != Zone::utc() => None,
            Window::Days { days, .. } => {
                let midnight = now.checked_sub(now.rem_euclid(DAY))?;
                let first = midnight.checked_sub((i64::from(*days) - 1).checked_mul(DAY)?)?;
                first.checked_sub(1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_of_a_window_end_with_the_day_of_the_request() {
        for (days, now, after) in
            [(1, 0, -1), (1, DAY - 1, -1), (1, DAY, DAY - 1), (7, 10 * DAY + 5, 4 * DAY - 1)]
        {
            assert_eq!(
                Window::Days { days, zone: Zone::utc() }.after(now),
                Some(after),
                "{days} days at {now}"
            );
        }
        assert_eq!(Window::Days { days: 2, zone: Zone::utc() }.after(i64::MIN), None);
        assert_eq!(Window::Days { days: 2, zone: Zone(0) }.after(DAY), None);
        assert_eq!(Window::Over(60).after(100), Some(40));
    }
}
