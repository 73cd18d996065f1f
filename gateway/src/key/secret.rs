//! The secret itself: `lictor_`, sixteen digits that name it, and 256 random bits.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What every key begins with, so that it is found where it should not be.
const PREFIX: &str = "lictor_";
/// The digits of its name.
const ID: usize = 16;
/// The digits of its random bits.
const BITS: usize = 64;

/// A key as it is handed out. It is shown once, and kept nowhere.
pub struct Secret(String);

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn draw() -> Result<Secret, getrandom::Error> {
        let mut bytes = [0u8; (ID + BITS) / 2];
        getrandom::fill(&mut bytes)?;
        let digits = hex(&bytes);
        let (id, bits) = digits.split_at(ID);
        Ok(Secret(format!("{PREFIX}{id}_{bits}")))
    }

    /// The text, to be shown.
    pub fn show(&self) -> &str {
        &self.0
    }

    /// What names it.
    pub fn id(&self) -> &str {
        id(&self.0).unwrap_or_default()
    }

    /// What is kept of it.
    pub fn digest(&self) -> String {
        hex(&digest(&self.0))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.id())
    }
}

/// What names a key that was presented; nothing where it has not the form of one.
pub(crate) fn id(presented: &str) -> Option<&str> {
    let (id, bits) = presented.strip_prefix(PREFIX)?.split_once('_')?;
    let digits = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (id.len() == ID && bits.len() == BITS && digits(id) && digits(bits)).then_some(id)
}

/// The digest of a key that was presented.
pub(crate) fn digest(presented: &str) -> [u8; 32] {
    Sha256::digest(presented.as_bytes()).into()
}

/// Whether two digests are the same. It takes as long wherever they differ.
pub(crate) fn same(left: &[u8; 32], right: &[u8; 32]) -> bool {
    left.ct_eq(right).into()
}

/// Bytes as digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Digits as 32 bytes.
pub(crate) fn unhex(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0u8; 32];
    if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_its_form_and_no_two_are_alike() {
        let (one, other) = (Secret::draw().unwrap(), Secret::draw().unwrap());
        assert_ne!(one.show(), other.show());
        assert_eq!(one.show().len(), 7 + 16 + 1 + 64);
        assert_eq!(id(one.show()), Some(one.id()));
        assert_eq!(unhex(&one.digest()), Some(digest(one.show())));
        assert!(!format!("{one:?}").contains(&one.show()[24..]));
    }

    #[test]
    fn what_has_not_the_form_names_nothing() {
        let good = Secret::draw().unwrap();
        let good = good.show();
        for bad in
            ["", "lictor_", &good[1..], &good[..good.len() - 1], &good.to_uppercase(), &format!("{good}0")]
        {
            assert_eq!(id(bad), None, "{bad}");
        }
        assert_eq!(id(&good.replace('_', "-")), None);
    }
}
