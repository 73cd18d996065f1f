//! What an audit found, in words.

use std::fmt;
use std::ops::Range;

use crate::frontier::TreeHead;

/// The most faults of entries that are kept; more are counted. Those that checkpoints tell are all kept.
pub const MAX_FAULTS: usize = 1_000;

/// What an audit found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// The tree over the entries that were compared.
    pub head: TreeHead,
    /// Every entry below this index is what it was when a checkpoint was made that was kept elsewhere.
    pub vouched: u64,
    /// The last checkpoint that says so.
    pub by: Option<String>,
    /// What is wrong: first what was seen entry by entry, then what checkpoints say.
    pub faults: Vec<Fault>,
    /// How many faults of entries were found beyond [`MAX_FAULTS`].
    pub more: u64,
}

/// Something that is wrong with a log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The content of this entry is not what was logged.
    Content(u64),
    /// These entries are not there, and later ones are. Later ones were not compared.
    Missing(Range<u64>),
    /// An entry came again, or out of its place. Later ones were not compared.
    OutOfOrder {
        /// Which would have been next.
        expected: u64,
        /// Which came.
        found: u64,
    },
    /// Of these entries at least one is not what it was when the checkpoint was made: changed, removed, added or put elsewhere.
    Altered {
        /// Where.
        entries: Range<u64>,
        /// Which checkpoint says so.
        anchor: String,
    },
    /// A checkpoint that is not of this history, although one of the same size or a later one is: two histories were shown.
    Forked {
        /// Which one.
        anchor: String,
        /// Its size.
        size: u64,
        /// The one that is of this history.
        by: String,
    },
    /// The log ends before these entries, which it had.
    Truncated {
        /// Which are gone.
        entries: Range<u64>,
        /// Which checkpoint says so.
        anchor: String,
    },
    /// A checkpoint that could not be compared, since the order of the entries is broken before.
    NotCompared {
        /// Its size.
        size: u64,
        /// Which one.
        anchor: String,
    },
}

impl Default for Report {
    fn default() -> Report {
        Report { head: TreeHead::EMPTY, vouched: 0, by: None, faults: Vec::new(), more: 0 }
    }
}

impl Report {
    /// Whether nothing is wrong, as far as it can be known: see [`Report::open`].
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    /// Notes a fault. However many entries are at fault, they must not hide what a checkpoint tells.
    pub(super) fn found(&mut self, fault: Fault) {
        if self.faults.len() < MAX_FAULTS || !matches!(fault, Fault::Content(_)) {
            self.faults.push(fault);
        } else {
            self.more += 1;
        }
    }
}

impl Fault {
    /// Its code, `L02xx`.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::Content(_) => "L0201",
            Fault::Missing(_) => "L0202",
            Fault::OutOfOrder { .. } => "L0203",
            Fault::Altered { .. } => "L0204",
            Fault::Forked { .. } => "L0205",
            Fault::Truncated { .. } => "L0206",
            Fault::NotCompared { .. } => "L0207",
        }
    }
}

/// A sentence, without the code.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Content(index) => write!(f, "the content of entry {index} is not what was logged"),
            Fault::Missing(range) => write!(f, "{} missing", Entries(range)),
            Fault::OutOfOrder { expected, found } => {
                write!(f, "entry {found} stands where entry {expected} should")
            }
            Fault::Altered { entries, anchor } => write!(
                f,
                "{} not what was logged: at least one was changed, removed, added or put elsewhere, by the checkpoint of {anchor}",
                Entries(entries)
            ),
            Fault::Forked { anchor, size, by } => write!(
                f,
                "the checkpoint of {anchor}, of {size} entries, is of another history than that of {by}: keep both"
            ),
            Fault::Truncated { entries, anchor } => {
                write!(f, "{} cut off, by the checkpoint of {anchor}", Entries(entries))
            }
            Fault::NotCompared { size, anchor } => {
                write!(f, "the checkpoint of {anchor}, of {size} entries, could not be compared")
            }
        }
    }
}

/// The subject of a sentence.
struct Entries<'r>(&'r Range<u64>);

impl fmt::Display for Entries<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Range { start, end } = *self.0;
        match end.saturating_sub(1) {
            last if last <= start => write!(f, "entry {start} is"),
            last => write!(f, "entries {start} to {last} are"),
        }
    }
}

/// All of it, a sentence on each line; the last ones say what cannot be known.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.faults {
            writeln!(f, "{}: {fault}", fault.code())?;
        }
        if self.more > 0 {
            writeln!(f, "L0201: the content of {} more is not what was logged", self.more)?;
        }
        match &self.by {
            Some(by) => {
                writeln!(f, "{} as logged, by the checkpoint of {by}", Entries(&(0..self.vouched)))?;
            }
            None => writeln!(f, "no checkpoint that was kept elsewhere vouches for any entry")?,
        }
        let open = self.open();
        if !open.is_empty() {
            writeln!(
                f,
                "{} vouched for by nothing kept elsewhere: changes cannot be excluded",
                Entries(&open)
            )?;
        }
        writeln!(
            f,
            "that entries after the first {} were cut off cannot be excluded",
            self.head.size.max(self.vouched)
        )
    }
}
