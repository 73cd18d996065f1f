//! The keys that tokens are verified with: which one signs now, and until when each of the others is still good. Published as a JWK set (RFC 7517).
//!
//! A key is published before it signs, so that whoever keeps a copy of the set has it in time; and after it signed its last token it stays for as
//! long as that is good. There is no key for anything else in it.

use crate::base64url;
use crate::error::{ErrorKind, EvidenceError};
use crate::json::Json;
use crate::keys::{Thumbprint, Token, VerifyingKey};
use crate::token::MAX_LIFETIME;

/// The most keys of a set.
const MAX_KEYS: usize = 64;

/// A key, and its time. Moments are milliseconds since 1970 UTC.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TokenKey {
    /// The key.
    pub key: VerifyingKey<Token>,
    /// The first moment at which it signs, while no later key does.
    pub signs_from: i64,
    /// The first moment at which it no longer verifies: it is retired.
    pub retired_at: Option<i64>,
}

/// The keys of one issuer, none of them twice, in the order in which they came to sign.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TokenKeys(Vec<TokenKey>);

impl TokenKeys {
    /// The set of one key, which signs from the beginning of time.
    pub fn new(key: VerifyingKey<Token>) -> TokenKeys {
        TokenKeys(vec![TokenKey { key, signs_from: i64::MIN, retired_at: None }])
    }

    /// The set of these keys, as a store kept them.
    ///
    /// # Errors
    /// One stands there twice, is retired before it signs, or there are more than 64.
    pub fn of(mut keys: Vec<TokenKey>) -> Result<TokenKeys, EvidenceError> {
        let wrong =
            |what: &str| Err(EvidenceError::new(ErrorKind::Keys, format!("the keys for tokens {what}")));
        keys.sort_by_key(|key| (key.signs_from, key.key.thumbprint()));
        if keys.len() > MAX_KEYS {
            return wrong("are more than 64");
        }
        if keys.iter().any(|key| key.retired_at.is_some_and(|retired| retired < key.signs_from)) {
            return wrong("include one that is retired before it signs");
        }
        let mut ids: Vec<Thumbprint> = keys.iter().map(|key| key.key.thumbprint()).collect();
        ids.sort();
        ids.dedup();
        if ids.len() < keys.len() {
            return wrong("include one twice");
        }
        Ok(TokenKeys(keys))
    }

    /// The set in which a new key signs from a moment on. It is published at once; those before it verify until every token is expired that
    /// they can have signed by then.
    ///
    /// # Errors
    /// As [`TokenKeys::of`].
    pub fn rotated(&self, key: VerifyingKey<Token>, signs_from: i64) -> Result<TokenKeys, EvidenceError> {
        let last = signs_from.saturating_add(MAX_LIFETIME * 1_000);
        let retire = |known: &TokenKey| {
            let earlier = known.retired_at.map_or(last, |retired| retired.min(last));
            TokenKey { retired_at: Some(earlier.max(known.signs_from)), ..*known }
        };
        let new = TokenKey { key, signs_from, retired_at: None };
        TokenKeys::of(self.0.iter().map(retire).chain([new]).collect())
    }

    /// The set without the keys that are retired at this moment.
    pub fn pruned(&self, now: i64) -> TokenKeys {
        TokenKeys(self.in_force(now).copied().collect())
    }

    /// All keys.
    pub fn keys(&self) -> &[TokenKey] {
        &self.0
    }

    /// The key that signs at this moment.
    pub fn current(&self, now: i64) -> Option<VerifyingKey<Token>> {
        let signs = self.in_force(now).filter(|key| key.signs_from <= now).last()?;
        Some(signs.key)
    }

    /// The key of this name, where it is not retired.
    pub fn find(&self, kid: Thumbprint, now: i64) -> Option<VerifyingKey<Token>> {
        self.in_force(now).map(|key| key.key).find(|key| key.thumbprint() == kid)
    }

    /// The JWK set to be published at this moment: `/.well-known/jwks.json`. Each key is named by its thumbprint (RFC 7638), and is for signatures with
    /// Ed25519 only (RFC 8037, section 2).
    pub fn to_json(&self, now: i64) -> String {
        let jwk = |key: &TokenKey| {
            let (x, kid) = (base64url::encode(&key.key.to_bytes()), key.key.thumbprint());
            format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","kid":"{kid}","use":"sig","alg":"EdDSA"}}"#)
        };
        let keys: Vec<String> = self.in_force(now).map(jwk).collect();
        format!(r#"{{"keys":[{}]}}"#, keys.join(","))
    }

    /// Reads a published set, to verify tokens with. All its keys verify for as long as the set is kept; which one signs it does not say. Keys for
    /// something else are passed over (RFC 7517, section 5).
    ///
    /// # Errors
    /// It is no set of keys, has a private key in it, or a key whose name is not its thumbprint or that is weak.
    pub fn from_json(bytes: &[u8]) -> Result<TokenKeys, EvidenceError> {
        let wrong = |what: &str| EvidenceError::new(ErrorKind::Keys, format!("the set of keys {what}"));
        let set = Json::parse(bytes)?;
        let Some(Json::List(keys)) = set.member("keys") else {
            return Err(wrong("has no list `keys`"));
        };
        let mut found = Vec::new();
        for key in keys {
            if key.member("d").is_some() {
                return Err(wrong("has a private key in it"));
            }
            let is = |name, value| key.member(name).is_none_or(|member| member.text() == Some(value));
            let ours =
                key.member("crv").is_some() && is("kty", "OKP") && is("crv", "Ed25519") && is("use", "sig");
            if !ours {
                continue;
            }
            let public = key.member("x").and_then(Json::text).and_then(base64url::decode_array);
            let public = public.ok_or_else(|| wrong("has a key that is not 32 bytes"))?;
            let public = VerifyingKey::from_bytes(&public)
                .map_err(|error| wrong(&format!("has a key that is none: {}", error.message)))?;
            if !is("kid", &public.thumbprint().to_string()) {
                return Err(wrong("has a key whose `kid` is not its thumbprint"));
            }
            found.push(TokenKey { key: public, signs_from: i64::MIN, retired_at: None });
        }
        TokenKeys::of(found)
    }

    fn in_force(&self, now: i64) -> impl Iterator<Item = &TokenKey> {
        self.0.iter().filter(move |key| key.retired_at.is_none_or(|retired| now < retired))
    }
}
