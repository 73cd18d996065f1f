//! The compact form of a JSON Web Signature (RFC 7515, section 7.1), narrowed to what tokens need (RFC 8725, sections 3.1 to 3.11): one type, one kind of
//! key, three members in the header. What a header could ask of a verifier beyond that is refused, so that the token never says how it wants to be verified.

use crate::base64url;
use crate::json::Json;
use crate::jwks::TokenKeys;
use crate::keys::Thumbprint;

use super::reason::{Reason, TokenError};

/// The longest token that is read, in bytes.
pub const MAX_TOKEN: usize = 8_192;
/// The type in the header (RFC 8725, section 3.11).
pub const TYPE: &str = "lictor-exec+jwt";
/// The algorithm that is written: the name that all libraries know (RFC 8037, section 3.1).
const ALGORITHM: &str = "EdDSA";
/// Those that are read. The second says the same more exactly (RFC 9864, section 2.2).
const ALGORITHMS: [&str; 2] = [ALGORITHM, "Ed25519"];

/// The header of the tokens of a key.
pub(super) fn header(kid: Thumbprint) -> String {
    format!(r#"{{"alg":"{ALGORITHM}","kid":"{kid}","typ":"{TYPE}"}}"#)
}

/// The payload of a token that was signed with one of these keys, while that was in force. Nothing of it is looked at before. `known` says of which tokens this was seen before.
pub(super) fn open(
    token: &str,
    keys: &TokenKeys,
    now: i64,
    known: impl FnOnce(&str) -> bool,
) -> Result<Vec<u8>, TokenError> {
    if token.is_empty() {
        return Err(TokenError::new(Reason::NoToken, "there is no token"));
    }
    if token.len() > MAX_TOKEN {
        return Err(TokenError::invalid(format!("it is longer than {MAX_TOKEN} bytes")));
    }
    let malformed = || TokenError::invalid("it is not three parts in base64url, each in its one form");
    let (signed, signature) = token.rsplit_once('.').ok_or_else(malformed)?;
    let (header, payload) = signed.split_once('.').ok_or_else(malformed)?;
    // A fourth part has a dot in it, and a dot is no sign of base64url.
    let [header, payload] = [header, payload].map(base64url::decode);
    let (header, payload) = header.zip(payload).ok_or_else(malformed)?;
    let signature = base64url::decode_array::<64>(signature).ok_or_else(malformed)?;

    let kid = key_of(&header)?;
    let key = keys.find(kid, now).ok_or_else(|| {
        TokenError::invalid("it names a key that is not one of the issuer's, or is retired")
    })?;
    if !known(token) && !key.verifies(signed.as_bytes(), &signature) {
        return Err(TokenError::invalid("the signature was not made with the key that it names"));
    }
    Ok(payload)
}

/// The key that a header names.
fn key_of(header: &[u8]) -> Result<Thumbprint, TokenError> {
    let header = Json::parse(header)
        .map_err(|error| TokenError::invalid(format!("the header is not what is asked for: {error}")))?;
    let Json::Object(members) = &header else {
        return Err(TokenError::invalid("the header is no object"));
    };
    // Among them `jwk`, `jku`, `x5u` and `x5c`, which bring a key along, `crit`, `b64` and `zip`, which change what is signed.
    if let Some(name) = members.keys().find(|name| !["alg", "kid", "typ"].contains(&name.as_str())) {
        return Err(TokenError::invalid(format!("the header has a member `{}`", name.escape_default())));
    }
    let text = |name| {
        let text = header.member(name).and_then(Json::text);
        text.ok_or_else(|| TokenError::invalid(format!("the header has no text `{name}`")))
    };
    if text("typ")? != TYPE {
        return Err(TokenError::invalid(format!("its type is not `{TYPE}`")));
    }
    if !ALGORITHMS.contains(&text("alg")?) {
        return Err(TokenError::invalid(format!("its algorithm is not `{ALGORITHM}`")));
    }
    text("kid")?.parse().map_err(TokenError::invalid)
}
