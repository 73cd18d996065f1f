//! That what a log tells can have happened: a token is used once and was issued before, and what one approval allows happens once.
//!
//! Whoever can write to the store can set a used token back, and the next checkout that asks is told yes. The log keeps both uses, and here they are found.

use std::collections::BTreeMap;

use super::Fault;
use crate::record::Kind;

/// What a record says of the life of a token. `of` is the index of the record with which it was issued.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Seen {
    /// It was issued by this record, after this request for approval where people were asked.
    Issued { approval: Option<u64> },
    /// It was used.
    Used { of: u64 },
    /// It was told how the action went, or nobody did in time.
    Settled { of: u64 },
    /// Nobody used it in time.
    Released { of: u64 },
    /// The content of the record is gone, and it was of this kind.
    Gone(Kind),
}

/// Where a token stands, and the record that put it there.
#[derive(Clone, Copy)]
enum Stand {
    Issued,
    Used(u64),
    Settled(u64),
    Released,
}

/// The tokens of a log, as far as it was read.
#[derive(Default)]
pub(crate) struct Lives {
    /// By the record that issued each.
    tokens: BTreeMap<u64, Stand>,
    /// By the record that asked for an approval, the one whose token it let be issued.
    approvals: BTreeMap<u64, u64>,
    /// Whether the content of a record is gone that could have said that a token was used.
    uses_unknown: bool,
}

impl Lives {
    /// The next record in the order of the log; what cannot be, where it says so.
    pub fn next(&mut self, index: u64, seen: Seen) -> Option<Fault> {
        let follows = |of: u64, why: &'static str| Some(Fault::Order { of, by: index, why });
        match seen {
            Seen::Issued { approval } => {
                self.tokens.insert(index, Stand::Issued);
                let before = approval.and_then(|asked| Some((asked, self.approvals.insert(asked, index)?)));
                before.map(|(of, before)| Fault::ApprovedTwice { of, before, by: index })
            }
            Seen::Gone(Kind::Decided) => {
                // Perhaps it issued one.
                self.tokens.insert(index, Stand::Issued);
                None
            }
            Seen::Gone(kind) => {
                self.uses_unknown |= kind == Kind::Burned;
                None
            }
            Seen::Used { of } => match self.tokens.insert(of, Stand::Used(index)) {
                Some(Stand::Issued) => None,
                Some(Stand::Used(before) | Stand::Settled(before)) => {
                    Some(Fault::UsedTwice { of, before, by: index })
                }
                Some(Stand::Released) => follows(of, "its token had been released"),
                None => follows(of, "it issued no token"),
            },
            Seen::Settled { of } => match self.tokens.insert(of, Stand::Settled(index)) {
                Some(Stand::Used(_)) => None,
                Some(Stand::Issued) if self.uses_unknown => None,
                Some(Stand::Issued | Stand::Released) => follows(of, "its token had not been used"),
                Some(Stand::Settled(_)) => follows(of, "it had been told how its action went"),
                None => follows(of, "it issued no token"),
            },
            Seen::Released { of } => match self.tokens.insert(of, Stand::Released) {
                Some(Stand::Issued) => None,
                Some(Stand::Used(_) | Stand::Settled(_)) => follows(of, "its token had been used"),
                Some(Stand::Released) => follows(of, "its token had been released"),
                None => follows(of, "it issued no token"),
            },
        }
    }
}
