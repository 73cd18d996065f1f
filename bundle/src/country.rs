//! Countries: an ISO 3166-1 alpha-2 code, packed.

use borsh::{BorshDeserialize, BorshSerialize};

/// A country's two letters, the first in the higher byte.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub struct Country(pub u16);
