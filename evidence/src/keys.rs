//! Ed25519 keys with one purpose each: a key for tokens cannot be given where a receipt is signed, since that would be another type.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use lictor_bundle::dedicated::{self, Dedicated};
use lictor_bundle::error::BundleError;
use lictor_bundle::keys;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

use crate::base64url;

/// What a key of a gateway signs. One key has one purpose.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Execution tokens.
    Token,
    /// Receipts.
    Receipt,
    /// Checkpoints of the log.
    Checkpoint,
    /// Bundles of policy.
    Bundle,
}

impl Purpose {
    /// Its name, as the history of keys writes it.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Token => "token",
            Purpose::Receipt => "receipt",
            Purpose::Checkpoint => "checkpoint",
            Purpose::Bundle => "bundle",
        }
    }
}

/// A purpose as a type. No bytes are a message of two of them, nor of the purposes of other crates: bundles are signed over what begins with `DSSEv1 `, checkpoints
/// over three lines.
pub trait For: dedicated::Purpose + sealed::Sealed {}

mod sealed {
    pub trait Sealed {}
}

/// What keys that sign execution tokens are for.
pub enum Token {}

impl For for Token {}
impl sealed::Sealed for Token {}

impl dedicated::Purpose for Token {
    /// Two parts in base64url with a dot between (RFC 7515, section 5.1): no space and no end of a line.
    fn takes(message: &[u8]) -> bool {
        let base64url = |byte: u8| byte.is_ascii_alphanumeric() | (byte == b'-') | (byte == b'_');
        // To the end in any case: so many bytes are looked at together.
        let part =
            |part: &[u8]| !part.is_empty() && part.iter().fold(true, |all, byte| all & base64url(*byte));
        let dot = message.iter().position(|byte| *byte == b'.');
        let parts = dot
            .and_then(|dot| message.split_at_checked(dot))
            .and_then(|(first, rest)| Some((first, rest.get(1..)?)));
        parts.is_some_and(|(first, second)| part(first) && part(second))
    }
}

/// A private key for one purpose. It is wiped when it is dropped, and never shown.
pub struct SigningKey<P> {
    key: Dedicated<P>,
    public: VerifyingKey<P>,
}

/// A public key for one purpose, known not to be weak.
pub struct VerifyingKey<P> {
    key: keys::VerifyingKey,
    /// What it is called: whoever signs says it each time.
    thumbprint: Thumbprint,
    purpose: PhantomData<fn() -> P>,
}

impl<P: For> SigningKey<P> {
    /// Gives a key up for this purpose.
    pub fn new(key: keys::SigningKey) -> SigningKey<P> {
        let key = Dedicated::new(key);
        SigningKey { public: VerifyingKey::new(key.verifying_key()), key }
    }

    /// Its public key.
    pub fn verifying_key(&self) -> VerifyingKey<P> {
        self.public
    }

    /// Signs a message; none if it is not one of this purpose.
    pub(crate) fn sign(&self, message: &[u8]) -> Option<[u8; 64]> {
        self.key.sign(message)
    }
}

impl<P: For> VerifyingKey<P> {
    /// Says what a key is for.
    pub fn new(key: keys::VerifyingKey) -> VerifyingKey<P> {
        VerifyingKey { thumbprint: Thumbprint::of_ed25519(&key.to_bytes()), key, purpose: PhantomData }
    }

    /// The key with these 32 bytes.
    ///
    /// # Errors
    /// They are no key, or one of the few under which anybody can sign.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<VerifyingKey<P>, BundleError> {
        keys::VerifyingKey::from_bytes(bytes).map(VerifyingKey::new)
    }

    /// Its 32 bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// The same in base64url, as a JWK has them.
    pub fn to_base64url(&self) -> String {
        base64url::encode(&self.to_bytes())
    }

    /// What it is called.
    pub fn thumbprint(&self) -> Thumbprint {
        self.thumbprint
    }

    /// Whether the signature is this key's on this message. Strict: weak keys and points of small order are refused, and `s` is reduced
    /// (RFC 8032, section 5.1.7), so that a signature stands for one key and one message only.
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verifies(message, signature)
    }
}

impl<P> Clone for VerifyingKey<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for VerifyingKey<P> {}

impl<P> PartialEq for VerifyingKey<P> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<P> Eq for VerifyingKey<P> {}

impl<P: For> fmt::Debug for VerifyingKey<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", self.thumbprint())
    }
}

/// What a key is called: the SHA-256 of its JWK (RFC 7638), written in base64url.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thumbprint(pub [u8; 32]);

impl Thumbprint {
    /// The thumbprint of an Ed25519 key (RFC 8037, appendix A.3).
    pub fn of_ed25519(public: &[u8; 32]) -> Thumbprint {
        let jwk = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, base64url::encode(public));
        Thumbprint(Sha256::digest(jwk).into())
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&base64url::Shown(&self.0), f)
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Thumbprint {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Thumbprint, &'static str> {
        base64url::decode_array(text).map(Thumbprint).ok_or("a thumbprint is 43 signs of base64url")
    }
}

impl Serialize for Thumbprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Thumbprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Thumbprint, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// How everything begins that keys for receipts sign.
pub(crate) const RECEIPT_LINE: &str = "lictor receipt 1\n";
/// How everything begins that root keys sign.
pub(crate) const HISTORY_LINE: &str = "lictor key history 1\n";

/// What keys that sign receipts are for.
pub enum Receipt {}

impl For for Receipt {}
impl sealed::Sealed for Receipt {}

impl dedicated::Purpose for Receipt {
    fn takes(message: &[u8]) -> bool {
        message.starts_with(RECEIPT_LINE.as_bytes())
    }
}

/// What the key is for that signs the history of all others. It is kept offline.
pub enum Root {}

impl For for Root {}
impl sealed::Sealed for Root {}

impl dedicated::Purpose for Root {
    fn takes(message: &[u8]) -> bool {
        message.starts_with(HISTORY_LINE.as_bytes())
    }
}
