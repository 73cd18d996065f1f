//! The hashes of the tree: RFC 6962, section 2.1, with SHA-256.

use std::fmt;

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

/// A hash of the tree: of an entry, of a node, or of all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The root of a tree without entries: the SHA-256 of nothing.
    pub const EMPTY: Hash = Hash([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27,
        0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
    ]);

    /// The hash of an entry. The zero before it tells it from a node, so that no node can pass for an entry.
    pub fn leaf(entry: &[u8]) -> Hash {
        Hash(Sha256::new_with_prefix([0]).chain_update(entry).finalize().into())
    }

    /// The hash of the node above two others.
    pub fn node(left: &Hash, right: &Hash) -> Hash {
        Hash(Sha256::new_with_prefix([1]).chain_update(left.0).chain_update(right.0).finalize().into())
    }

    /// The root over peaks: whole subtrees side by side, the largest first, as the RFC splits a tree. None where there are none.
    pub(crate) fn over(peaks: &[Hash]) -> Option<Hash> {
        peaks.iter().rev().copied().reduce(|right, left| Hash::node(&left, &right))
    }

    /// How it is written in checkpoints and proofs: base64 (RFC 4648, section 4), 44 characters.
    pub fn to_base64(&self) -> String {
        Base64::encode_string(&self.0)
    }

    /// Reads what [`Hash::to_base64`] writes, and nothing else.
    pub fn from_base64(text: &str) -> Option<Hash> {
        let mut bytes = [0; 32];
        if text.len() != 44 || Base64::decode(text, &mut bytes).ok()?.len() != 32 {
            return None;
        }
        Some(Hash(bytes))
    }
}

/// 64 hexadecimal digits.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_root_is_the_digest_of_nothing() {
        assert_eq!(Hash::EMPTY.0, <[u8; 32]>::from(Sha256::digest([])));
    }

    #[test]
    fn base64_has_one_form() {
        let mut hash = Hash([0xfb; 32]);
        hash.0[31] = 0x1f;
        let text = hash.to_base64();
        assert_eq!(Hash::from_base64(&text), Some(hash));
        // The last character before the padding has two bits that must be zero.
        assert!(text.ends_with("+x8="), "{text}");
        let others = [
            text.replace("8=", "9="),
            text.replace('=', ""),
            text.replace('=', "A"),
            text.replace('+', "-").replace('/', "_"),
            format!("{text}\n"),
            format!(" {text}"),
            Base64::encode_string(&[1; 31]),
            Base64::encode_string(&[1; 33]),
            String::new(),
        ];
        for other in others {
            assert_eq!(Hash::from_base64(&other), None, "{other}");
        }
    }
}
