//! What the tests share: keys that grow from a number, and a token that is good.

#![allow(dead_code)]

pub mod log;

use std::collections::BTreeMap;

use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::Signer;
use lictor_bundle::keys;
use lictor_evidence::Digest;
use lictor_evidence::binding::{BindingSecret, BoundFields};
use lictor_evidence::jwks::TokenKeys;
use lictor_evidence::keys::SigningKey;
use lictor_evidence::token::{Claims, Commerce, Expected, Mode, Purchase, TokenId, TokenSigner};

/// 2026-03-01T10:00:00Z, in milliseconds.
pub const NOW: i64 = 1_772_359_200_000;

pub fn plain_key(seed: u8) -> keys::SigningKey {
    keys::SigningKey::from_seed([seed; 32])
}

/// A signature with a key on whatever it is: what somebody could do who has it.
pub fn sign(seed: u8, message: &[u8]) -> [u8; 64] {
    ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).sign(message).to_bytes()
}

pub fn token_key(seed: u8) -> TokenSigner {
    TokenSigner::new(SigningKey::new(plain_key(seed)))
}

pub fn token_keys(seed: u8) -> TokenKeys {
    TokenKeys::new(token_key(seed).verifying_key())
}

pub fn base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// The bytes of a part of a token.
pub fn part(token: &str, number: usize) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(token.split('.').nth(number).unwrap()).unwrap()
}

/// A token with this header and payload, whatever they are, with a signature that is right.
pub fn forged(header: &[u8], payload: &[u8], seed: u8) -> String {
    let signed = format!("{}.{}", base64url(header), base64url(payload));
    let signature = sign(seed, signed.as_bytes());
    format!("{signed}.{}", base64url(&signature))
}

pub fn secret() -> BindingSecret {
    BindingSecret::new([9; 32])
}

pub fn bound_fields() -> BoundFields<'static> {
    let fields = BTreeMap::from([("amount", &b"1999 USD"[..]), ("payee", &b"m-1"[..])]);
    BoundFields { action: "payment.charge", fields }
}

pub fn claims() -> Claims {
    Claims {
        issuer: "https://gateway.example".to_owned(),
        audience: "store-1".to_owned(),
        subject: "agent-7".to_owned(),
        id: TokenId { random: *b"0123456789abcdef", index: 41 },
        issued_at: NOW / 1_000,
        not_before: NOW / 1_000,
        expires: NOW / 1_000 + 120,
        action: "payment.charge".to_owned(),
        bound: secret().bind(&bound_fields()),
        bundle: Digest::of(b"bundle"),
        decision: "d-41".to_owned(),
        generation: 1,
        mode: Mode::Enforce,
        confirmation: None,
        scope: "agent_exec".to_owned(),
        envelope: None,
        commerce: None,
    }
}

pub fn purchase() -> Commerce {
    let purchase = Purchase {
        store: "store-1",
        product: "product-1",
        variant: "shopify:variant:1",
        quantity: 2,
        amount: "19.99",
        currency: "USD",
        scope: "agent_exec",
    };
    purchase.claims().expect("claims")
}

pub fn expected() -> Expected<'static> {
    Expected {
        issuer: "https://gateway.example",
        audience: "store-1",
        scope: "agent_exec",
        mode: Mode::Enforce,
        now: NOW,
        skew: 0,
    }
}
