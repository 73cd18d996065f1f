//! Who signs notes: names, and verifier keys (C2SP signed-note).

use std::fmt;

use base64ct::{Base64, Encoding};
use lictor_bundle::keys::VerifyingKey;
use sha2::{Digest, Sha256};

use crate::error::{ErrorKind, LedgerError};
use crate::text;

/// The longest name, in bytes. Other formats of C2SP write a name after one byte of length.
const MAX_NAME: usize = 255;

/// The name of a key, by custom an address without `https://`, such as `example.com/log`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct KeyName(String);

/// How a key signs notes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SignatureType {
    /// Ed25519 over the text: how logs sign.
    Ed25519,
    /// Ed25519 over a time and the text of a checkpoint (C2SP tlog-cosignature, `cosignature/v1`): how witnesses sign.
    Cosignature,
}

/// A public key by which signatures on notes are checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifierKey {
    name: KeyName,
    kind: SignatureType,
    key: VerifyingKey,
    id: u32,
}

impl KeyName {
    /// Takes a text as a name: not empty, without spaces, `+` and control characters, 255 bytes at most.
    ///
    /// # Errors
    /// [`ErrorKind::KeyName`].
    pub fn new(name: &str) -> Result<KeyName, LedgerError> {
        let refused = |sign: char| sign.is_whitespace() || sign == '+' || sign < ' ';
        if name.is_empty() || name.len() > MAX_NAME || name.contains(refused) {
            let shown: String = name.chars().take(80).collect();
            return Err(LedgerError::new(
                ErrorKind::KeyName,
                format!("{shown:?} cannot be the name of a key"),
            ));
        }
        Ok(KeyName(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl SignatureType {
    /// The byte that stands for it in verifier keys and key ids.
    pub fn byte(self) -> u8 {
        match self {
            SignatureType::Ed25519 => 0x01,
            SignatureType::Cosignature => 0x04,
        }
    }

    fn of_byte(byte: u8) -> Option<SignatureType> {
        [SignatureType::Ed25519, SignatureType::Cosignature].into_iter().find(|kind| kind.byte() == byte)
    }
}

impl VerifierKey {
    /// The key of this name.
    pub fn new(name: KeyName, kind: SignatureType, key: VerifyingKey) -> VerifierKey {
        // The first four bytes of SHA-256(name, newline, type, public key).
        let digest = Sha256::new_with_prefix(name.as_str())
            .chain_update([b'\n', kind.byte()])
            .chain_update(key.to_bytes())
            .finalize();
        let id = digest.first_chunk().map_or(0, |first| u32::from_be_bytes(*first));
        VerifierKey { name, kind, key, id }
    }

    /// Reads a key as it is written: the name, eight hexadecimal digits of its id, and in base64 its type and its 32 bytes, with `+` between.
    ///
    /// # Errors
    /// [`ErrorKind::VerifierKey`] where it is something else, of a type that is not known, or called by another id than its own;
    /// [`ErrorKind::KeyName`].
    pub fn parse(text: &str) -> Result<VerifierKey, LedgerError> {
        let wrong = |what: &str| LedgerError::new(ErrorKind::VerifierKey, what);
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong("a verifier key is a name, an id and a key with `+` between, and this is not"));
        };
        let name = KeyName::new(name)?;
        let bytes =
            text::base64(key).ok_or_else(|| wrong("the last part of the verifier key is not base64"))?;
        let Some((kind, key)) = bytes.split_first() else {
            return Err(wrong("the last part of the verifier key is empty"));
        };
        let kind = SignatureType::of_byte(*kind).ok_or_else(|| {
            wrong(&format!(
                "the verifier key is of type {kind:#04x}; known are 0x01 (Ed25519) and 0x04 (cosignature)"
            ))
        })?;
        let key = key.try_into().map_err(|_| wrong("the verifier key does not have 32 bytes"))?;
        let key = VerifyingKey::from_bytes(key).map_err(|error| wrong(&error.message))?;
        let key = VerifierKey::new(name, kind, key);
        let digits = id.len() == 8 && id.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !digits || u32::from_str_radix(id, 16) != Ok(key.id) {
            return Err(wrong(&format!(
                "the verifier key calls itself {id:?}, but its id is {:08x}",
                key.id
            )));
        }
        Ok(key)
    }

    /// The name.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The id, which with the name tells the key; it is no protection against somebody who makes another with the same.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// How it signs.
    pub fn kind(&self) -> SignatureType {
        self.kind
    }

    /// The key itself.
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// Whether these bytes are its signature on this text of a note, and the time of it in seconds since 1970 where such signatures have one.
    pub(crate) fn check(&self, text: &str, signature: &[u8]) -> Option<Option<u64>> {
        match self.kind {
            SignatureType::Ed25519 => {
                self.key.verifies(text.as_bytes(), signature.try_into().ok()?).then_some(None)
            }
            SignatureType::Cosignature => {
                let (time, signature) = signature.split_first_chunk::<8>()?;
                let time = u64::from_be_bytes(*time);
                let message = cosigned(time, text)?;
                self.key.verifies(message.as_bytes(), signature.try_into().ok()?).then_some(Some(time))
            }
        }
    }
}

/// What a cosigner signs: a line that is always the same, the time, and the checkpoint's text. None where the time is above 2^63 − 1.
pub(crate) fn cosigned(time: u64, text: &str) -> Option<String> {
    (time <= i64::MAX as u64).then(|| format!("cosignature/v1\ntime {time}\n{text}"))
}

/// As [`VerifierKey::parse`] reads it.
impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![self.kind.byte()];
        bytes.extend_from_slice(&self.key.to_bytes());
        write!(f, "{}+{:08x}+{}", self.name, self.id, Base64::encode_string(&bytes))
    }
}
