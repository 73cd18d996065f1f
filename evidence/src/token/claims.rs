//! What a token says.

use serde::{Deserialize, Serialize};

use crate::binding::Bound;
use crate::digest::Digest;
use crate::json::MAX_INTEGER;
use crate::jwks::TokenKeys;
use crate::keys::{SigningKey, Thumbprint, Token};

use super::commerce::Commerce;
use super::envelope::Envelope;
use super::id::TokenId;
use super::jws::{self, MAX_TOKEN};
use super::reason::TokenError;

/// The longest time for which a token may be good, in seconds. Keys stay published at least as long after they signed the last one.
pub const MAX_LIFETIME: i64 = 86_400;
/// The longest text of a claim, in bytes.
const MAX_TEXT: usize = 256;
/// The version of the claims.
const VERSION: u32 = 1;

/// What a token says: who may do what, where, until when, and which decision it comes from. As JSON it has the members of the token, by their names there; what is
/// read from that is sound, and proves nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(into = "Wire", try_from = "Wire")]
pub struct Claims {
    /// Who issued it: `iss`.
    pub issuer: String,
    /// The store at which it can be used: `aud`.
    pub audience: String,
    /// The agent: `sub`.
    pub subject: String,
    /// Its name: `jti`.
    pub id: TokenId,
    /// When it was issued, in seconds since 1970 UTC: `iat`.
    pub issued_at: i64,
    /// The first second in which it is good: `nbf`.
    pub not_before: i64,
    /// The first second in which it is no longer good: `exp`.
    pub expires: i64,
    /// The action: `act`.
    pub action: String,
    /// The keyed digest of the values that are bound: `bnd`.
    pub bound: Bound,
    /// The bundle that decided: `bundle`.
    pub bundle: Digest,
    /// The id of the decision: `dec`.
    pub decision: String,
    /// The generation of the store that issued it: `gen`.
    pub generation: u64,
    /// Whether the gateway that issued it enforced anything: `mode`.
    pub mode: Mode,
    /// The thumbprint of the agent's key, where it signs what it asks (RFC 7800, RFC 9449 section 6.1): `cnf.jkt`.
    pub confirmation: Option<Thumbprint>,
    /// What it is good for: `scope`.
    pub scope: String,
    /// What is permitted in place of exact values: `env`.
    pub envelope: Option<Envelope>,
    /// What is bought, where something is.
    pub commerce: Option<Commerce>,
}

/// Whether a gateway enforces what it decides.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// It decides and records, and never blocks.
    Observe,
    /// It blocks what is not allowed.
    Enforce,
}

/// The claims as they are written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    iss: String,
    aud: String,
    sub: String,
    jti: TokenId,
    iat: i64,
    nbf: i64,
    exp: i64,
    act: String,
    bnd: Bound,
    bundle: Digest,
    dec: String,
    r#gen: u64,
    mode: Mode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
    scope: String,
    ver: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    env: Option<Envelope>,
    #[serde(rename = "storeId", default, skip_serializing_if = "Option::is_none")]
    store_id: Option<String>,
    #[serde(rename = "variantId", default, skip_serializing_if = "Option::is_none")]
    variant_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    qty: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price_amount: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sku_hash: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    execution_intent_hash: Option<Digest>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    jkt: Thumbprint,
}

impl Claims {
    /// The token that says this.
    ///
    /// # Errors
    /// It says what a token cannot say: an empty or overlong text, times that contradict each other, an empty envelope, a purchase elsewhere.
    pub fn sign(&self, key: &SigningKey<Token>) -> Result<String, TokenError> {
        self.is_sound()?;
        let payload = serde_json::to_vec(self)
            .map_err(|error| TokenError::invalid(format!("the claims cannot be written: {error}")))?;
        let token = jws::sign(&payload, key)?;
        if token.len() > MAX_TOKEN {
            return Err(TokenError::invalid(format!("the token would be longer than {MAX_TOKEN} bytes")));
        }
        Ok(token)
    }

    /// What a token says that was signed with one of these keys; `now` is in milliseconds since 1970 UTC, and decides which keys are in force. Whether
    /// the token is, and is meant for whoever asks, [`Claims::check`] tells.
    ///
    /// # Errors
    /// There is none, it is not signed with such a key, or is not what a token can be.
    pub fn open(token: &str, keys: &TokenKeys, now: i64) -> Result<Claims, TokenError> {
        let payload = jws::open(token, keys, now)?;
        serde_json::from_slice(&payload)
            .map_err(|error| TokenError::invalid(format!("the claims are not those of a token: {error}")))
    }

    /// Whether they can be signed.
    ///
    /// # Errors
    /// They say what a token cannot say.
    pub fn is_sound(&self) -> Result<(), TokenError> {
        let wrong =
            |what: &str| Err(TokenError::invalid(format!("the claims are not those of a token: {what}")));
        let Claims { issued_at, not_before, expires, .. } = *self;
        let commerce = self.commerce.as_ref();
        let of_commerce =
            commerce.map(|Commerce { variant_id, price_amount, .. }| [variant_id, price_amount]);
        let mut texts =
            [&self.issuer, &self.audience, &self.subject, &self.action, &self.decision, &self.scope]
                .into_iter()
                .chain(of_commerce.into_iter().flatten());
        let shown =
            |text: &String| (1..=MAX_TEXT).contains(&text.len()) && !text.chars().any(char::is_control);
        if !texts.all(shown) {
            return wrong("a text is empty, longer than 256 bytes, or has control characters");
        }
        if !(0 <= issued_at && issued_at <= expires && not_before < expires && 0 <= not_before)
            || expires > MAX_INTEGER
            || expires - issued_at.min(not_before) > MAX_LIFETIME
        {
            return wrong("it ends before it begins, or is good for longer than a day");
        }
        if self.generation > MAX_INTEGER.unsigned_abs() || self.id.index > MAX_INTEGER.unsigned_abs() {
            return wrong("a number is beyond 2^53 - 1");
        }
        if self.envelope.as_ref().is_some_and(|envelope| !envelope.is_sound()) {
            return wrong("its constraints say nothing, or what cannot be compared");
        }
        match commerce {
            Some(purchase) if purchase.store_id != self.audience => wrong("`storeId` is not `aud`"),
            Some(purchase) if purchase.quantity == 0 => wrong("`qty` is 0"),
            Some(purchase) if lictor_bundle::decimal::parse_decimal(&purchase.price_amount).is_err() => {
                wrong("`price_amount` is no decimal number")
            }
            Some(purchase) if lictor_bundle::currency::Currency::parse(&purchase.currency).is_none() => {
                wrong("`currency` is no code of a currency")
            }
            _ => Ok(()),
        }
    }
}

impl From<Claims> for Wire {
    fn from(claims: Claims) -> Wire {
        let commerce = claims.commerce;
        let of = commerce.as_ref();
        Wire {
            iss: claims.issuer,
            aud: claims.audience,
            sub: claims.subject,
            jti: claims.id,
            iat: claims.issued_at,
            nbf: claims.not_before,
            exp: claims.expires,
            act: claims.action,
            bnd: claims.bound,
            bundle: claims.bundle,
            dec: claims.decision,
            r#gen: claims.generation,
            mode: claims.mode,
            cnf: claims.confirmation.map(|jkt| Confirmation { jkt }),
            scope: claims.scope,
            ver: VERSION,
            env: claims.envelope,
            qty: of.map(|purchase| purchase.quantity),
            sku_hash: of.map(|purchase| purchase.sku_hash),
            execution_intent_hash: of.map(|purchase| purchase.execution_intent_hash),
            price_amount: of.map(|purchase| purchase.price_amount.clone()),
            currency: of.map(|purchase| purchase.currency.clone()),
            variant_id: of.map(|purchase| purchase.variant_id.clone()),
            store_id: commerce.map(|purchase| purchase.store_id),
        }
    }
}

impl TryFrom<Wire> for Claims {
    type Error = TokenError;

    fn try_from(wire: Wire) -> Result<Claims, TokenError> {
        if wire.ver != VERSION {
            return Err(TokenError::invalid(format!("they are of version {}, not {VERSION}", wire.ver)));
        }
        let commerce = match wire {
            Wire {
                store_id: Some(store_id),
                variant_id: Some(variant_id),
                qty: Some(quantity),
                price_amount: Some(price_amount),
                currency: Some(currency),
                sku_hash: Some(sku_hash),
                execution_intent_hash: Some(execution_intent_hash),
                ..
            } => Some(Commerce {
                store_id,
                variant_id,
                quantity,
                price_amount,
                currency,
                sku_hash,
                execution_intent_hash,
            }),
            Wire {
                store_id: None,
                variant_id: None,
                qty: None,
                price_amount: None,
                currency: None,
                sku_hash: None,
                execution_intent_hash: None,
                ..
            } => None,
            _ => return Err(TokenError::invalid("the claims are those of half a purchase")),
        };
        let claims = Claims {
            issuer: wire.iss,
            audience: wire.aud,
            subject: wire.sub,
            id: wire.jti,
            issued_at: wire.iat,
            not_before: wire.nbf,
            expires: wire.exp,
            action: wire.act,
            bound: wire.bnd,
            bundle: wire.bundle,
            decision: wire.dec,
            generation: wire.r#gen,
            mode: wire.mode,
            confirmation: wire.cnf.map(|confirmation| confirmation.jkt),
            scope: wire.scope,
            envelope: wire.env,
            commerce,
        };
        claims.is_sound()?;
        Ok(claims)
    }
}
