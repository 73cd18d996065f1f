//! Requests that agents sign: HTTP message signatures (RFC 9421), with Ed25519.
//!
//! A signature says who asks, and holds all that has an effect: the method, the target, the digest of the body (RFC 9530), the tenant, and the key of idempotency where
//! one is sent. One that covers less identifies nobody here. It is good for a minute, and once: its nonce is kept as long as it could come again.

// How clients may name this gateway.
mod names;

// What is covered, and the text that is signed.
mod message;
mod digest;

// What a request says of its signature, and whether that is so.
mod presented;
mod nonce;

use lictor_evidence::keys::Thumbprint;

pub(crate) use self::names::Names;
pub(crate) use self::nonce::{Nonce, Unusable};
pub(crate) use self::presented::Presented;

/// How signatures for this gateway are marked, apart from those that a request may carry for others.
pub(crate) const TAG: &str = "lictor";
/// The header with the tenant that a signed request is for.
pub(crate) const TENANT: &str = "lictor-tenant";

/// What a signature takes, as a request may be asked for it (RFC 9421, section 5).
pub(crate) const ASKED: &str = r#"lictor=("@method" "@authority" "@path" "content-digest" "lictor-tenant");created;alg="ed25519";tag="lictor""#;

/// How long after it was made a signature is good, in milliseconds.
const LIFE: i64 = 60_000;
/// How far the clock of whoever signs may be ahead, in milliseconds.
const AHEAD: i64 = 5_000;

/// What holds of a request because a signature was verified. Its body is to be compared with `digest` once it was read, and `nonce` to be used up.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    /// The key that it was signed with.
    pub key: Thumbprint,
    /// The SHA-256 of the body.
    pub digest: [u8; 32],
    /// What makes it good once.
    pub nonce: Nonce,
}

/// Why a signature is not taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Refused {
    /// It is none, covers too little, or was not made with the key that it names.
    Invalid(String),
    /// Its time is over, or has not come.
    Stale(String),
}

impl From<String> for Refused {
    fn from(what: String) -> Refused {
        Refused::Invalid(what)
    }
}
