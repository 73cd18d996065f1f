//! Counters: what actions count for, and what is asked of the past. The model is `lictor_runtime`'s memory of history; a test holds this
//! against it.
//!
//! An action that is decided counts for some counters, an [`Entry`] for each. An entry stands as attempted or as live; a token's entries
//! are live while it may still come to something, so a reservation counts from the moment it is made. A counter is a question's kind and its
//! keys, under a keyed digest: the store never learns whom it counts.

use borsh::{BorshDeserialize, BorshSerialize};

/// A counter: 128 bits of a keyed digest over the query (not its number, which changes with the bundle) and its keys. Where the same
/// actions also begin a query's window, that is a counter of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub struct Counter(pub [u8; 16]);

/// What is taken from an action for a counter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum Taken {
    /// That it was there.
    Presence,
    /// An amount: the packed code of its currency (not zero), and minor units.
    Amount(u64, i64),
    /// A value to be told from others: 128 bits of a keyed digest.
    Value([u8; 16]),
    /// It cannot be said whether it counts: nothing that includes it can be answered.
    Unclear,
}

/// What one action counts for in one counter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct Entry {
    /// The counter.
    pub counter: Counter,
    /// When the action was decided, in milliseconds. It stays the same whatever becomes of it, so what is released is taken from the bucket
    /// into which it was put.
    pub at: i64,
    /// The index of the record with which it was first counted.
    pub index: u64,
    /// Its number among the entries of that action.
    pub part: u16,
    /// What is taken.
    pub taken: Taken,
}

/// How an entry stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Standing {
    /// The action was decided.
    Attempted,
    /// The action is reserved or was done.
    Live,
}

/// What is asked of the past. The window ends with the time of the job that asks, which counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Question {
    /// The counter.
    pub counter: Counter,
    /// What is asked.
    pub what: What,
    /// Which entries count: all of them (`Attempted`), or only live ones.
    pub standing: Standing,
    /// How far back.
    pub window: Window,
    /// Whose own entries do not count.
    pub own: Option<Own>,
}

/// What is decided again: it does not count against itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Own {
    /// A token that was issued at this index, before it burns.
    Token(u64),
    /// A request for approval that began at this index, before it is used.
    Approval(u64),
}

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum What {
    /// How many entries there are.
    Times,
    /// The sum of their amounts, all of which must be in this currency.
    Total(u64),
    /// How many different values there are.
    Distinct,
    /// When the last one was.
    Latest,
}

/// How far back a question goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Window {
    /// Entries after this moment count, in milliseconds; not that moment itself. For the last hour it is the job's time less an hour, for days
    /// of a calendar the millisecond before the first of them begins.
    After(i64),
    /// What came after the latest entry of another counter, if that lies after a moment; else what came after that moment.
    Since {
        /// The counter that begins the window.
        begins: Counter,
        /// Which of its entries do.
        standing: Standing,
        /// The earliest beginning, in milliseconds.
        after: i64,
    },
}

/// What a question is answered. Where there is no answer at all, the rule that asks must refuse.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// For `Times` and `Distinct`.
    Count(i64),
    /// For `Total`, in minor units.
    Total(i64),
    /// For `Total`: there are amounts in another currency, of this packed code.
    OtherCurrency(u64),
    /// For `Latest`, in milliseconds.
    Latest(Option<i64>),
}

/// The most different values that are told apart within a window. Beyond it there is no answer.
pub const MAX_DISTINCT: usize = 100_000;

impl Taken {
    /// The code of the currency, zero where it is no amount.
    pub(crate) fn currency(self) -> u64 {
        match self {
            Taken::Amount(currency, _) => currency,
            Taken::Presence | Taken::Value(_) | Taken::Unclear => 0,
        }
    }

    /// The amount, zero where it is none.
    pub(crate) fn minor(self) -> i64 {
        match self {
            Taken::Amount(_, minor) => minor,
            Taken::Presence | Taken::Value(_) | Taken::Unclear => 0,
        }
    }
}

impl Standing {
    /// Whether an entry that stands like this counts where `wanted` is asked for.
    pub(crate) fn counts_as(self, wanted: Standing) -> bool {
        self >= wanted
    }
}
