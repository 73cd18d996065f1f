//! The public keys of somebody who states something, as a JWK set (RFC 7517).

use lictor_bundle::keys::VerifyingKey;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use super::{StatementError, wrong};
use crate::base64url;
use crate::error::{ErrorKind, EvidenceError};
use crate::json::Json;

/// The most keys of a set.
const MAX_KEYS: usize = 64;

/// The keys of one issuer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct IssuerKeys(Vec<(String, Key)>);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Key {
    /// For Ed25519 (RFC 8037).
    Ed25519([u8; 32]),
    /// For ECDSA with P-256 and SHA-256 (RFC 7518, section 3.4): the point, uncompressed.
    P256(Vec<u8>),
}

impl IssuerKeys {
    /// Reads a set. Keys for something else are passed over (RFC 7517, section 5).
    ///
    /// # Errors
    /// It is no set, has no key that is for this, a private one, one without a name, one that is none, or a name twice.
    pub fn from_json(bytes: &[u8]) -> Result<IssuerKeys, EvidenceError> {
        let wrong = |what: &str| EvidenceError::new(ErrorKind::Keys, format!("the set of keys {what}"));
        let set = Json::parse(bytes)?;
        let Some(Json::List(keys)) = set.member("keys") else { return Err(wrong("has no list `keys`")) };
        let mut found: Vec<(String, Key)> = Vec::new();
        for jwk in keys {
            if jwk.member("d").is_some() {
                return Err(wrong("has a private key in it"));
            }
            let is = |name, value| jwk.member(name).is_none_or(|member| member.text() == Some(value));
            let named = |name| jwk.member(name).and_then(Json::text).unwrap_or_default();
            if !is("use", "sig") {
                continue;
            }
            let coordinate = |name| base64url::decode_array::<32>(named(name));
            let key = match (named("kty"), named("crv")) {
                ("OKP", "Ed25519") if is("alg", "EdDSA") || is("alg", "Ed25519") => {
                    let public = coordinate("x").ok_or_else(|| wrong("has a key that is not 32 bytes"))?;
                    VerifyingKey::from_bytes(&public)
                        .map_err(|error| wrong(&format!("has a key that is none: {}", error.message)))?;
                    Key::Ed25519(public)
                }
                ("EC", "P-256") if is("alg", "ES256") => {
                    let point = coordinate("x").zip(coordinate("y"));
                    let (x, y) =
                        point.ok_or_else(|| wrong("has a point whose coordinates are not 32 bytes"))?;
                    Key::P256([&[4][..], &x, &y].concat())
                }
                _ => continue,
            };
            let kid = named("kid");
            if kid.is_empty() || kid.len() > 256 {
                return Err(wrong("has a key without a name `kid`"));
            }
            if found.iter().any(|(known, _)| known == kid) {
                return Err(wrong("has two keys of one name"));
            }
            found.push((kid.to_owned(), key));
        }
        if found.is_empty() || found.len() > MAX_KEYS {
            return Err(wrong("has no key for Ed25519 or ES256, or more than 64"));
        }
        Ok(IssuerKeys(found))
    }

    /// Whether there is a key of this name.
    pub fn has(&self, kid: &str) -> bool {
        self.0.iter().any(|(known, _)| known == kid)
    }

    /// Whether a message was signed with the key of this name. Which algorithm it is for, the key says; what the header says must be the same.
    pub(super) fn verifies(
        &self,
        kid: &str,
        algorithm: &str,
        message: &[u8],
        signature: &[u8; 64],
    ) -> Result<bool, StatementError> {
        let found = self.0.iter().find(|(known, _)| known == kid);
        let (_, key) = found.ok_or_else(|| wrong("names a key that its issuer does not have"))?;
        match (key, algorithm) {
            (Key::Ed25519(public), "EdDSA" | "Ed25519") => {
                Ok(VerifyingKey::from_bytes(public).is_ok_and(|key| key.verifies(message, signature)))
            }
            (Key::P256(point), "ES256") => {
                let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
                Ok(key.verify(message, signature).is_ok())
            }
            _ => Err(wrong("names an algorithm that its key is not for; EdDSA and ES256 are taken")),
        }
    }
}
