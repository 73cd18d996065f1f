//! The id of a request for approval: its random bits, which nobody can guess, and its place in the log, by which it is found.

use std::fmt;
use std::str::FromStr;

use lictor_bundle::hex::Hex;
use lictor_store::{Approval, MAX_INDEX};
use subtle::ConstantTimeEq;

/// The id of a request for approval: 32 digits, a dot, and the index of the record with which it began.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ApprovalId {
    /// The random bits.
    pub random: [u8; 16],
    /// The index.
    pub index: u64,
}

impl ApprovalId {
    /// That of a row.
    pub fn of(approval: &Approval) -> ApprovalId {
        ApprovalId { random: approval.id, index: approval.index }
    }

    /// Whether it is that of a row. Whoever guesses learns nothing from how long it takes.
    pub fn is_of(&self, approval: &Approval) -> bool {
        self.index == approval.index && bool::from(self.random.ct_eq(&approval.id))
    }
}

impl fmt::Display for ApprovalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", Hex(&self.random), self.index)
    }
}

/// It has one form only.
impl FromStr for ApprovalId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<ApprovalId, &'static str> {
        let read = || {
            let (random, index) = text.split_once('.').filter(|(random, _)| random.len() == 32)?;
            let random = u128::from_str_radix(random, 16).ok()?.to_be_bytes();
            let index = index.parse().ok().filter(|index| *index <= MAX_INDEX)?;
            Some(ApprovalId { random, index }).filter(|id| id.to_string() == text)
        };
        read().ok_or("the id of a request for approval is 32 digits, a dot and a number")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_form() {
        let id = ApprovalId { random: [0xab; 16], index: 7 };
        assert_eq!(id.to_string().parse(), Ok(id));
        let digits = "ab".repeat(16);
        for bad in [
            String::new(),
            digits.clone(),
            format!("{digits}."),
            format!("{digits}.07"),
            format!("{digits}.+7"),
            format!("{}.7", digits.to_uppercase()),
            format!("{}.7", &digits[1..]),
            format!("+{}.7", &digits[1..]),
            format!("{digits}.1099511627776"),
        ] {
            assert!(bad.parse::<ApprovalId>().is_err(), "{bad}");
        }
    }
}
