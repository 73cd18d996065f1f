//! SHA-256 digests as evidence names them.

use std::fmt;
use std::str::FromStr;

use lictor_bundle::digest::BundleId;
use lictor_bundle::hex::{self, Hex};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

const PREFIX: &str = "sha256:";

/// A SHA-256 digest, written as `sha256:` and 64 lower-case hexadecimal digits, in no other way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// The digest of these bytes behind a line that says what they are.
    pub fn under(line: &[u8], bytes: &[u8]) -> Digest {
        Digest(Sha256::new_with_prefix(line).chain_update(bytes).finalize().into())
    }
}

impl From<BundleId> for Digest {
    fn from(id: BundleId) -> Digest {
        Digest(id.0)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", Hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Digest, &'static str> {
        let digits =
            text.strip_prefix(PREFIX).filter(|digits| !digits.bytes().any(|b| b.is_ascii_uppercase()));
        digits
            .and_then(hex::parse)
            .map(Digest)
            .ok_or("a digest is `sha256:` and 64 lower-case hexadecimal digits")
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // As it is shown, put together at once: each record has several.
        let mut text = [0; PREFIX.len() + 64];
        let (prefix, digits) = text.split_at_mut(PREFIX.len());
        prefix.copy_from_slice(PREFIX.as_bytes());
        for (byte, pair) in self.0.iter().zip(digits.as_chunks_mut().0) {
            *pair = hex::digits(*byte);
        }
        serializer.serialize_str(std::str::from_utf8(&text).map_err(serde::ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
