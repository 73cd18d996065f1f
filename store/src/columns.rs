//! How values stand in columns: the same in every database.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::approval::ApprovalState;
use crate::counter::{Standing, Taken};
use crate::error::StoreError;
use crate::rows::TokenState;

/// The first byte of a list in a column: how it is encoded.
const ENCODING: u8 = 1;

/// A list of entries or votes, in one column.
pub(crate) fn list<T: BorshSerialize>(items: &[T]) -> Result<Vec<u8>, StoreError> {
    let mut bytes = vec![ENCODING];
    let written = items.serialize(&mut bytes);
    written.map_err(|error| StoreError::conflict(format!("a list is too long to be kept: {error}")))?;
    Ok(bytes)
}

/// Reads what [`list`] writes.
pub(crate) fn read_list<T: BorshDeserialize>(bytes: &[u8]) -> Result<Vec<T>, StoreError> {
    match bytes.split_first() {
        Some((&ENCODING, items)) => {
            borsh::from_slice(items).map_err(|error| StoreError::damaged(format!("a list in a row: {error}")))
        }
        _ => Err(StoreError::damaged("a list in a row was written by a later version")),
    }
}

/// Fixed bytes of a column.
pub(crate) fn bytes<const N: usize>(bytes: &[u8]) -> Result<[u8; N], StoreError> {
    let wrong = |_| StoreError::damaged(format!("{} bytes where there must be {N}", bytes.len()));
    bytes.try_into().map_err(wrong)
}

/// What is taken: its kind, currency, amount and value.
pub(crate) fn taken(taken: Taken) -> (i16, i64, i64, Option<[u8; 16]>) {
    match taken {
        Taken::Presence => (0, 0, 0, None),
        Taken::Amount(currency, minor) => (1, signed(currency), minor, None),
        Taken::Value(value) => (2, 0, 0, Some(value)),
        Taken::Unclear => (3, 0, 0, None),
    }
}

/// The kind of an entry that is unclear.
pub(crate) const UNCLEAR: i16 = 3;

/// How an entry stands.
pub(crate) fn standing(standing: Standing) -> i16 {
    match standing {
        Standing::Attempted => 0,
        Standing::Live => 1,
    }
}

/// What became of a token.
pub(crate) fn token(state: TokenState) -> i16 {
    number(&TokenState::ALL, state)
}

/// Reads what [`token`] writes.
pub(crate) fn read_token(number: i16) -> Result<TokenState, StoreError> {
    numbered(&TokenState::ALL, number)
}

/// What became of a request for approval.
pub(crate) fn approval(state: ApprovalState) -> i16 {
    number(&ApprovalState::ALL, state)
}

/// Reads what [`approval`] writes.
pub(crate) fn read_approval(number: i16) -> Result<ApprovalState, StoreError> {
    numbered(&ApprovalState::ALL, number)
}

/// States stand as their places in a list that is only ever added to.
fn number<T: PartialEq + Copy>(all: &[T], state: T) -> i16 {
    all.iter()
        .position(|known| *known == state)
        .and_then(|place| i16::try_from(place).ok())
        .unwrap_or(i16::MAX)
}

fn numbered<T: Copy>(all: &[T], number: i16) -> Result<T, StoreError> {
    let state = usize::try_from(number).ok().and_then(|number| all.get(number));
    state
        .copied()
        .ok_or_else(|| StoreError::damaged(format!("a row is in a state {number} that is not known")))
}

/// The same 64 bits with a sign, as databases have them.
pub(crate) fn signed(number: u64) -> i64 {
    number.cast_signed()
}

/// The same 64 bits without.
pub(crate) fn unsigned(number: i64) -> u64 {
    number.cast_unsigned()
}
