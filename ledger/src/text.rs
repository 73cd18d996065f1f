//! Small things that the text formats share: each has one form, and every other one is refused.

use base64ct::{Base64, Encoding};

use crate::frontier::MAX_SIZE;
use crate::hash::Hash;

/// Reads a number of entries, or an index: decimal digits without leading zeros.
pub(crate) fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    if !digits || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    text.parse().ok().filter(|number| *number <= MAX_SIZE)
}

/// Reads base64 in its canonical form (RFC 4648, sections 3.5 and 4).
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok()
}

/// Reads lines that are hashes each, no more than so many.
pub(crate) fn hashes(lines: &[&str], most: usize) -> Option<Vec<Hash>> {
    if lines.len() > most {
        return None;
    }
    lines.iter().map(|line| Hash::from_base64(line)).collect()
}
