//! Who asks: the key that a request came with, or the agent that has signed it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::{Body, Bytes};
use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method, Request};
use sha2::{Digest, Sha256};

use super::frame::Noted;
use super::refusal::Refusal;
use super::trace::TraceId;
use super::{body, exec, signed};
use crate::clock;
use crate::gateway::Shared;
use crate::key::{Key, Right};
use crate::life::Spend;
use crate::policy::Circumstances;
use crate::rate::Standing;
use crate::signature::Nonce;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Who asks.
pub(crate) struct Caller {
    /// The key.
    pub key: Arc<Key>,
    /// Where it is noted.
    pub noted: Arc<Noted>,
    /// What else is known of the request.
    pub known: Circumstances,
    /// The id of the request.
    pub trace: TraceId,
    /// The SHA-256 of the body, where it was signed.
    digest: Option<[u8; 32]>,
    /// What was counted for using up their signature.
    paid: AtomicU32,
}

/// Who asks for something that has an effect: what makes their signature good once is used up with it, in one transaction.
pub(crate) struct Acting {
    /// They.
    pub caller: Caller,
    /// What is to be used up.
    pub nonce: Option<Nonce>,
}

impl Caller {
    /// Reads the body, of so many bytes at most. One that was signed is what was signed.
    pub async fn body(&self, request: Request<Body>, limit: usize) -> Result<Bytes, Refusal> {
        let bytes = body::read(request, limit).await?;
        self.has_signed(&bytes)?;
        Ok(bytes)
    }

    fn has_signed(&self, body: &[u8]) -> Result<(), Refusal> {
        match self.digest {
            Some(digest) if Sha256::digest(body)[..] != digest => Err(signed::another_body()),
            _ => Ok(()),
        }
    }

    /// Refuses what this key is not for.
    pub fn needs(&self, right: Right) -> Result<(), Refusal> {
        if self.key.role.may(right) {
            return Ok(());
        }
        let message = format!(
            "a key of the role {} may not do this; send one of the role {}",
            self.key.role.name(),
            right.roles()
        );
        Err(Refusal::forbidden("WRONG_ROLE", message))
    }

    /// Counts so many evaluations, and refuses them where the key has fewer left.
    pub fn spend(&self, shared: &Shared, evaluations: u32) -> Result<(), Refusal> {
        let paid = self.paid.swap(0, Ordering::Relaxed);
        let standing = self.take(shared, evaluations.saturating_sub(paid))?;
        self.noted.by(&self.key, standing);
        Ok(())
    }

    fn take(&self, shared: &Shared, evaluations: u32) -> Result<Option<Standing>, Refusal> {
        let limit = self.key.per_minute.unwrap_or(shared.limits.per_minute);
        if limit == 0 {
            return Ok(None);
        }
        let standing = self.key.bucket.take(limit, evaluations);
        match standing.retry_after {
            None => Ok(Some(standing)),
            Some(seconds) => {
                self.noted.by(&self.key, Some(standing));
                shared.metrics.limited.inc();
                Err(Refusal::limited(seconds, limit))
            }
        }
    }

    /// Uses up a signature by itself. That writes, so it counts as an evaluation, which goes towards what is asked.
    async fn use_up(&self, shared: &Shared, nonce: &Nonce) -> Result<(), Refusal> {
        self.take(shared, 1)?;
        self.paid.store(1, Ordering::Relaxed);
        let spend = Spend { now: clock::system() };
        shared.tenant.take_once(spend, Some(nonce)).await.map_err(|why| exec::undone(&why))
    }
}

impl FromRequestParts<Arc<Shared>> for Caller {
    type Rejection = Refusal;

    /// A signature is used up here, whatever is asked and whatever comes of it.
    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Caller, Refusal> {
        let Acting { caller, nonce } = Acting::from_request_parts(parts, shared).await?;
        if let Some(nonce) = nonce {
            // Nobody reads the body of such a request.
            if matches!(parts.method, Method::GET | Method::HEAD) {
                caller.has_signed(b"")?;
            }
            caller.use_up(shared, &nonce).await?;
        }
        Ok(caller)
    }
}

impl FromRequestParts<Arc<Shared>> for Acting {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Acting, Refusal> {
        let (key, signed) = match signed::by_signature(parts, shared)? {
            Some((key, signed)) => {
                if has_key(&parts.headers) && !is_same(&*by_key(&parts.headers, shared)?, &key) {
                    return Err(signed::of_another());
                }
                (key, Some(signed))
            }
            None => {
                let key = by_key(&parts.headers, shared)?;
                if key.signs.is_some() {
                    return Err(signed::required(&key.name));
                }
                (key, None)
            }
        };
        let noted = Noted::of(&parts.extensions);
        let known = Circumstances {
            ip: noted.peer,
            session: Some(key.id.clone()),
            signed: signed.as_ref().map(|signed| signed.key),
            ..Circumstances::default()
        };
        let digest = signed.as_ref().map(|signed| signed.digest);
        let caller = Caller { key, trace: noted.trace, noted, known, digest, paid: AtomicU32::new(0) };
        Ok(Acting { caller, nonce: signed.map(|signed| signed.nonce) })
    }
}

fn is_same(one: &Key, other: &Key) -> bool {
    (one.role, &one.name) == (other.role, &other.name)
}

/// Nobody can say who is let in.
pub(super) fn unavailable() -> Refusal {
    Refusal::unavailable("KEYS_UNAVAILABLE", "nobody can say which keys there are, so nobody is let in")
}

/// Whether a request came with a key.
fn has_key(headers: &HeaderMap) -> bool {
    headers.contains_key(&API_KEY) || headers.contains_key(AUTHORIZATION)
}

/// Whose key a request came with.
fn by_key(headers: &HeaderMap, shared: &Shared) -> Result<Arc<Key>, Refusal> {
    let found = shared.keys.find(presented(headers)?, clock::system()).map_err(|_| unavailable())?;
    found.ok_or_else(|| {
        Refusal::unknown_key("this key is not known here, or does not count any more; ask for a new one")
    })
}

/// The key of a request, from one of two headers.
pub(super) fn presented(headers: &HeaderMap) -> Result<&str, Refusal> {
    let both = "send the key once, as `Authorization: Bearer KEY` or as `X-API-Key: KEY`";
    let mut found = None;
    for value in headers.get_all(&API_KEY).iter().chain(headers.get_all(AUTHORIZATION)) {
        if found.replace(value).is_some() {
            return Err(Refusal::unknown_key(&format!("there is more than one key; {both}")));
        }
    }
    let found = found.ok_or_else(|| Refusal::unknown_key(&format!("there is no key; {both}")))?;
    let text = found.to_str().unwrap_or_default();
    if headers.contains_key(AUTHORIZATION) {
        let bearer = text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer"));
        let (_, key) =
            bearer.ok_or_else(|| Refusal::unknown_key("the header Authorization has no Bearer key"))?;
        return Ok(key.trim());
    }
    Ok(text)
}
