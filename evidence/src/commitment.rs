//! What a record holds in place of a value that must not stand in it: a keyed commitment, which shows nothing, and can be opened later.
//!
//! Each record has a key of its own, kept apart from the log, and each field of a record a key that comes from it. So one field can be opened without
//! helping anybody to guess another, and destroying the record's key destroys what all of them could be opened with.
//!
//! ```text
//! field key  = HMAC-SHA-256( record key, "lictor field key 1\n" ‖ name of the field )
//! commitment = HMAC-SHA-256( field key, "lictor commitment 1\n" ‖ value )
//! ```
//!
//! With keys of 32 bytes, HMAC-SHA-256 does not collide in key and value together, as far as SHA-256 does not (RFC 2104; keys are not hashed or padded in two ways),
//! so that nobody can open a commitment to another value with another key.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, Mac};
use lictor_bundle::hex::{self, Hex};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::mac::keyed;

const FIELD_DOMAIN: &[u8] = b"lictor field key 1\n";
const VALUE_DOMAIN: &[u8] = b"lictor commitment 1\n";
const PREFIX: &str = "hmac-sha256:";

/// The key of the commitments of one record: 32 random bytes. It is wiped when it is dropped, and never shown.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct RecordKey([u8; 32]);

/// The key of one field of one record: what is handed over, with the value, to open the field.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct FieldKey([u8; 32]);

/// A commitment to the value of a field. Written as `hmac-sha256:` and 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Commitment([u8; 32]);

impl RecordKey {
    /// The key of these random bytes.
    pub fn new(random: [u8; 32]) -> RecordKey {
        RecordKey(random)
    }

    /// Its bytes, for the store.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key of a field.
    pub fn field(&self, name: &str) -> FieldKey {
        FieldKey(mac(&self.0, FIELD_DOMAIN, name.as_bytes()).finalize().into_bytes().into())
    }
}

impl FieldKey {
    /// The key of these bytes, as somebody handed them over.
    pub fn new(bytes: [u8; 32]) -> FieldKey {
        FieldKey(bytes)
    }

    /// Its bytes, to hand them over.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Commits to a value: its canonical bytes.
    pub fn commit(&self, value: &[u8]) -> Commitment {
        Commitment(mac(&self.0, VALUE_DOMAIN, value).finalize().into_bytes().into())
    }

    /// Whether a commitment is to this value.
    pub fn opens(&self, commitment: &Commitment, value: &[u8]) -> bool {
        mac(&self.0, VALUE_DOMAIN, value).verify_slice(&commitment.0).is_ok()
    }
}

fn mac(key: &[u8; 32], domain: &[u8], message: &[u8]) -> Hmac<Sha256> {
    keyed(key, domain).chain_update(message)
}

impl fmt::Display for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", Hex(&self.0))
    }
}

impl fmt::Debug for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Commitment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Commitment, &'static str> {
        let commitment = text.strip_prefix(PREFIX).and_then(hex::parse).map(Commitment);
        commitment
            .filter(|commitment| commitment.to_string() == text)
            .ok_or("a commitment is `hmac-sha256:` and 64 lower-case hexadecimal digits")
    }
}

impl Serialize for Commitment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Commitment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Commitment, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
