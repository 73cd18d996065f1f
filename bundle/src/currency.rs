//! Currencies: a code of up to eight upper-case letters or digits, packed.

use borsh::{BorshDeserialize, BorshSerialize};

/// A currency code, its bytes packed from the most significant end, so that codes sort as their text does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub struct Currency(pub u64);
