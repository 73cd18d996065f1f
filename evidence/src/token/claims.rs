//! What a token says.

use std::borrow::Cow;

use serde::{Deserialize, Serialize, Serializer};

use crate::binding::Bound;
use crate::digest::Digest;
use crate::json::MAX_INTEGER;
use crate::jwks::TokenKeys;
use crate::keys::Thumbprint;

use super::commerce::Commerce;
use super::envelope::Envelope;
use super::id::TokenId;
use super::jws::{self, MAX_TOKEN};
use super::reason::TokenError;
use super::signer::TokenSigner;

/// The longest time for which a token may be good, in seconds. Keys stay published at least as long after they signed the last one.
pub const MAX_LIFETIME: i64 = 86_400;
/// The longest text of a claim, in bytes.
const MAX_TEXT: usize = 256;
/// How many bytes claims mostly have at most.
const USUAL: usize = 1_024;
/// The version of the claims.
const VERSION: u32 = 1;

/// What a token says: who may do what, where, until when, and which decision it comes from. As JSON it has the members of the token, by their names there; what is
/// read from that is sound, and proves nothing.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "Wire")]
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
struct Wire<'c> {
    iss: Cow<'c, str>,
    aud: Cow<'c, str>,
    sub: Cow<'c, str>,
    jti: TokenId,
    iat: i64,
    nbf: i64,
    exp: i64,
    act: Cow<'c, str>,
    bnd: Bound,
    bundle: Digest,
    dec: Cow<'c, str>,
    r#gen: u64,
    mode: Mode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
    scope: Cow<'c, str>,
    ver: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    env: Option<Cow<'c, Envelope>>,
    #[serde(rename = "storeId", default, skip_serializing_if = "Option::is_none")]
    store_id: Option<Cow<'c, str>>,
    #[serde(rename = "variantId", default, skip_serializing_if = "Option::is_none")]
    variant_id: Option<Cow<'c, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    qty: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price_amount: Option<Cow<'c, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currency: Option<Cow<'c, str>>,
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
    pub fn sign(&self, signer: &TokenSigner) -> Result<String, TokenError> {
        self.is_sound()?;
        let mut payload = Vec::with_capacity(USUAL);
        serde_json::to_writer(&mut payload, self)
            .map_err(|error| TokenError::invalid(format!("the claims cannot be written: {error}")))?;
        let token = signer.sign(&payload)?;
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
        Claims::open_known(token, keys, now, |_| false)
    }

    /// The same for whoever may know already that the signature of exactly this token is good: `known` is asked in the place of verifying it, with all of the token, and must say yes only of
    /// what was signed or verified before. All else is looked at as in [`Claims::open`], and a token of which it says no is verified.
    ///
    /// # Errors
    /// As [`Claims::open`].
    pub fn open_known(
        token: &str,
        keys: &TokenKeys,
        now: i64,
        known: impl FnOnce(&str) -> bool,
    ) -> Result<Claims, TokenError> {
        let payload = jws::open(token, keys, now, known)?;
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

impl Serialize for Claims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let of = self.commerce.as_ref();
        Wire {
            iss: (&self.issuer).into(),
            aud: (&self.audience).into(),
            sub: (&self.subject).into(),
            jti: self.id,
            iat: self.issued_at,
            nbf: self.not_before,
            exp: self.expires,
            act: (&self.action).into(),
            bnd: self.bound,
            bundle: self.bundle,
            dec: (&self.decision).into(),
            r#gen: self.generation,
            mode: self.mode,
            cnf: self.confirmation.map(|jkt| Confirmation { jkt }),
            scope: (&self.scope).into(),
            ver: VERSION,
            env: self.envelope.as_ref().map(Cow::Borrowed),
            store_id: of.map(|purchase| (&purchase.store_id).into()),
            variant_id: of.map(|purchase| (&purchase.variant_id).into()),
            qty: of.map(|purchase| purchase.quantity),
            price_amount: of.map(|purchase| (&purchase.price_amount).into()),
            currency: of.map(|purchase| (&purchase.currency).into()),
            sku_hash: of.map(|purchase| purchase.sku_hash),
            execution_intent_hash: of.map(|purchase| purchase.execution_intent_hash),
        }
        .serialize(serializer)
    }
}

impl TryFrom<Wire<'_>> for Claims {
    type Error = TokenError;

    fn try_from(wire: Wire<'_>) -> Result<Claims, TokenError> {
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
                store_id: store_id.into_owned(),
                variant_id: variant_id.into_owned(),
                quantity,
                price_amount: price_amount.into_owned(),
                currency: currency.into_owned(),
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
            issuer: wire.iss.into_owned(),
            audience: wire.aud.into_owned(),
            subject: wire.sub.into_owned(),
            id: wire.jti,
            issued_at: wire.iat,
            not_before: wire.nbf,
            expires: wire.exp,
            action: wire.act.into_owned(),
            bound: wire.bnd,
            bundle: wire.bundle,
            decision: wire.dec.into_owned(),
            generation: wire.r#gen,
            mode: wire.mode,
            confirmation: wire.cnf.map(|confirmation| confirmation.jkt),
            scope: wire.scope.into_owned(),
            envelope: wire.env.map(Cow::into_owned),
            commerce,
        };
        claims.is_sound()?;
        Ok(claims)
    }
}
