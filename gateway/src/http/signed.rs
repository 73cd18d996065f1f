//! Who has signed a request, and what a request is told that is not signed as it must be.

use std::sync::Arc;

use http::header::WWW_AUTHENTICATE;
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode};

use super::caller::unavailable;
use super::refusal::Refusal;
use crate::clock;
use crate::gateway::Shared;
use crate::key::Key;
use crate::signature::{ASKED, Presented, Refused, Signed, Unusable};

const ACCEPT_SIGNATURE: HeaderName = HeaderName::from_static("accept-signature");

/// The agent that has signed a request, and what holds because it has; nothing where it is not signed.
///
/// # Errors
/// There is a signature that is not taken. Whatever key came beside it does not count then.
pub(super) fn by_signature(parts: &Parts, shared: &Shared) -> Result<Option<(Arc<Key>, Signed)>, Refusal> {
    let Some(presented) = Presented::of(parts, &shared.names).map_err(not_taken)? else { return Ok(None) };
    let unknown = || {
        let message =
            "Signature: nobody signs with the key that keyid names; `lictor keys list` shows who does";
        refused("UNKNOWN_KEY", message)
    };
    let found = shared.keys.signer(&presented.key, clock::system()).map_err(|_| unavailable())?;
    let (key, signer) = found.and_then(|key| key.signs.map(|signer| (key, signer))).ok_or_else(unknown)?;
    if presented.tenant != shared.tenant.identity.name {
        return Err(not_taken(Refused::Invalid("it is for another tenant than this one".to_owned())));
    }
    let now = shared.clock.now().map_err(|_| {
        Refusal::unavailable(
            "CLOCK_WENT_BACK",
            "the clock of this host went back, so nobody can say how old a signature is",
        )
    })?;
    Ok(Some((key, presented.verify(&signer, now).map_err(not_taken)?)))
}

/// An agent that signs has sent a request that it has not signed.
pub(super) fn required(agent: &str) -> Refusal {
    let message =
        format!("{agent} signs its requests, and this one is not signed; send Signature-Input and Signature");
    refused("SIGNATURE_REQUIRED", &message)
}

/// The key that came beside a signature is somebody else's.
pub(super) fn of_another() -> Refusal {
    refused("SIGNATURE_INVALID", "Signature: the key beside it is not this agent's; leave the key out")
}

/// The body is not what was signed.
pub(super) fn another_body() -> Refusal {
    refused(
        "DIGEST_MISMATCH",
        "Content-Digest: is not the SHA-256 of the body, of which not a byte may change",
    )
}

/// The nonce cannot be used.
pub(super) fn unusable(why: Unusable) -> Refusal {
    match why {
        Unusable::Used => {
            refused("SIGNATURE_REPLAYED", "Signature: its nonce was used before; sign with another one")
        }
        Unusable::Over => not_taken(Refused::Stale(
            "it is good for a minute after it was made, by the clock of the store; sign anew".to_owned(),
        )),
    }
}

fn not_taken(why: Refused) -> Refusal {
    match why {
        Refused::Invalid(what) => refused("SIGNATURE_INVALID", &format!("Signature: {what}")),
        Refused::Stale(what) => refused("SIGNATURE_STALE", &format!("Signature: {what}")),
    }
}

/// Says, too, what a signature takes (RFC 9421, section 5.1).
fn refused(code: &'static str, message: &str) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, code, message)
        .with(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"lictor\""))
        .with(ACCEPT_SIGNATURE, HeaderValue::from_static(ASKED))
}
