//! Who asks: the key that a request came with.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, HeaderName};

use super::frame::{Noted, Peer};
use super::refusal::Refusal;
use super::trace::TraceId;
use crate::clock;
use crate::gateway::Shared;
use crate::key::{Key, Right};
use crate::policy::Circumstances;
use crate::rate::Standing;

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
}

impl Caller {
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
        let limit = self.key.per_minute.unwrap_or(shared.limits.per_minute);
        if limit == 0 {
            self.noted.by(&self.key.id, None);
            return Ok(());
        }
        let standing = self.key.bucket.take(limit, evaluations);
        self.noted.by(&self.key.id, Some(standing));
        match standing {
            Standing { retry_after: None, .. } => Ok(()),
            Standing { retry_after: Some(seconds), limit, .. } => {
                shared.metrics.limited.inc();
                Err(Refusal::limited(seconds, limit))
            }
        }
    }
}

impl FromRequestParts<Arc<Shared>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Caller, Refusal> {
        let presented = presented(&parts.headers)?;
        let found = shared.keys.find(presented, clock::system());
        let found = found.map_err(|_| {
            Refusal::unavailable(
                "KEYS_UNAVAILABLE",
                "nobody can say which keys there are, so nobody is let in",
            )
        })?;
        let key = found.ok_or_else(|| {
            Refusal::unknown_key("this key is not known here, or does not count any more; ask for a new one")
        })?;
        let noted = parts.extensions.get::<Arc<Noted>>().cloned().unwrap_or_default();
        let ip = parts.extensions.get::<Peer>().map(|peer| peer.0);
        let known = Circumstances { ip, session: Some(key.id.clone()), ..Circumstances::default() };
        let trace = parts.extensions.get::<TraceId>().copied().unwrap_or_else(|| TraceId::of(&parts.headers));
        Ok(Caller { key, noted, known, trace })
    }
}

/// The key of a request, from one of two headers.
fn presented(headers: &HeaderMap) -> Result<&str, Refusal> {
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
