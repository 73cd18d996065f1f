//! A unit as it stands in a file, for whoever keeps many of them: encoded, one takes a fraction of the memory.

use crate::codec;
use crate::error::BundleError;
use crate::program::Unit;

/// The variant of `UnitKey` that an encoded unit begins with where it is a user's.
const USER: u8 = 3;

/// Encodes a unit. Fails for a text or list that is longer than 32 bits can count.
pub fn encode(unit: &Unit) -> Result<Vec<u8>, BundleError> {
    codec::encode(unit, "a unit")
}

/// Decodes a unit, and refuses bytes that it would not be written as again. Nothing else of it is verified.
pub fn decode(bytes: &[u8]) -> Result<Unit, BundleError> {
    codec::decode(bytes, "a unit")
}

/// The id of the user whose unit is encoded so; none for another layer's, or for bytes that are no unit.
pub fn user(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.strip_prefix(&[USER])?.split_first_chunk::<4>()?;
    rest.get(..usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::UnitKey;

    #[test]
    fn the_user_is_the_one_of_the_key() {
        let of = |key: &UnitKey| borsh::to_vec(key).unwrap();
        assert_eq!(user(&of(&UnitKey::User("u-4711".to_owned()))), Some(&b"u-4711"[..]));
        for key in [UnitKey::Base, UnitKey::Category(3), UnitKey::Agent(3)] {
            assert_eq!(user(&of(&key)), None);
        }
        let bytes = of(&UnitKey::User("u".to_owned()));
        for cut in 0..bytes.len() {
            assert_eq!(user(&bytes[..cut]), None, "{cut}");
        }
    }
}
