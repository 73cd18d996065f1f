//! Ed25519 keys (RFC 8032), as PEM files (RFC 8410).

use std::fmt;
use std::ops::Deref;

use ed25519_dalek::Signer;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{
    DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, KeypairBytes,
};
use sha2::{Digest, Sha256};

use crate::error::{BundleError, ErrorKind};
use crate::hex::Hex;

/// A private key. It is wiped when it is dropped, and never shown.
pub struct SigningKey(ed25519_dalek::SigningKey);

/// A public key, known not to be weak.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

/// What a key is called: the SHA-256 of the public key's 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 32]);

impl SigningKey {
    /// The key that grows from 32 random bytes.
    pub fn from_seed(seed: [u8; 32]) -> SigningKey {
        SigningKey(ed25519_dalek::SigningKey::from_bytes(&seed))
    }

    /// Reads a PKCS#8 PEM file.
    pub fn from_pem(text: &str) -> Result<SigningKey, BundleError> {
        match label(text) {
            Some("PRIVATE KEY") => {}
            Some("PUBLIC KEY") => {
                return Err(BundleError::new(
                    ErrorKind::WrongKey,
                    "this is a public key, but signing takes the private key",
                ));
            }
            Some("ENCRYPTED PRIVATE KEY") => {
                return Err(BundleError::new(
                    ErrorKind::Key,
                    "this private key is encrypted; decrypt it first",
                ));
            }
            Some(label) => {
                return Err(BundleError::new(
                    ErrorKind::Key,
                    format!("this is a PEM file of kind \"{label}\", not \"PRIVATE KEY\""),
                ));
            }
            None => return Err(BundleError::new(ErrorKind::Key, "this is not a private key in PEM form")),
        }
        ed25519_dalek::SigningKey::from_pkcs8_pem(text).map(SigningKey).map_err(|_| {
            BundleError::new(ErrorKind::Key, "this private key is not a well-formed Ed25519 key (PKCS#8)")
        })
    }

    /// Writes a PKCS#8 PEM file, as text that is wiped when it is dropped.
    pub fn to_pem(&self) -> Result<impl Deref<Target = String> + use<>, BundleError> {
        // Without the public key, which makes it version 1 of PKCS#8: the one that every tool reads.
        let pair = KeypairBytes { secret_key: self.0.to_bytes(), public_key: None };
        pair.to_pkcs8_pem(LineEnding::LF)
            .map_err(|error| BundleError::new(ErrorKind::Key, format!("the key cannot be written: {error}")))
    }

    /// Its public key.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl VerifyingKey {
    /// The key with these 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<VerifyingKey, BundleError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes)
            .map_err(|_| BundleError::new(ErrorKind::Key, "these bytes are not an Ed25519 public key"))?;
        VerifyingKey::strong(key)
    }

    /// Reads an SPKI PEM file.
    pub fn from_pem(text: &str) -> Result<VerifyingKey, BundleError> {
        match label(text) {
            Some("PUBLIC KEY") => {}
            Some(label) if label.ends_with("PRIVATE KEY") => {
                return Err(BundleError::new(
                    ErrorKind::WrongKey,
                    "this is a private key, but verifying takes the public key; keep the private one to yourself",
                ));
            }
            Some(label) => {
                return Err(BundleError::new(
                    ErrorKind::Key,
                    format!("this is a PEM file of kind \"{label}\", not \"PUBLIC KEY\""),
                ));
            }
            None => return Err(BundleError::new(ErrorKind::Key, "this is not a public key in PEM form")),
        }
        let key = ed25519_dalek::VerifyingKey::from_public_key_pem(text).map_err(|_| {
            BundleError::new(ErrorKind::Key, "this public key is not a well-formed Ed25519 key (SPKI)")
        })?;
        VerifyingKey::strong(key)
    }

    /// Writes an SPKI PEM file.
    pub fn to_pem(&self) -> Result<String, BundleError> {
        self.0
            .to_public_key_pem(LineEnding::LF)
            .map_err(|error| BundleError::new(ErrorKind::Key, format!("the key cannot be written: {error}")))
    }

    /// Its 32 bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// What it is called.
    pub fn id(&self) -> KeyId {
        KeyId(Sha256::digest(self.0.as_bytes()).into())
    }

    /// Whether the signature is this key's on this message. Strict: of all the ways to verify Ed25519, the one in which a
    /// signature stands for one key and one message only.
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }

    fn strong(key: ed25519_dalek::VerifyingKey) -> Result<VerifyingKey, BundleError> {
        if key.is_weak() {
            return Err(BundleError::new(
                ErrorKind::WeakKey,
                "this public key is one of the few under which anybody can sign",
            ));
        }
        Ok(VerifyingKey(key))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", self.id())
    }
}

/// 64 hexadecimal digits.
impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// What a PEM text says it holds.
fn label(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.trim().strip_prefix("-----BEGIN ")?.strip_suffix("-----"))
}
