//! Who looks at a page: the session of a browser, by its cookie.

use std::sync::Arc;

use http::header::{COOKIE, HOST, ORIGIN};
use http::{HeaderMap, HeaderName};

use super::session::Session;
use crate::clock;
use crate::gateway::Shared;
use crate::key::{Key, Right};

/// Over encrypted connections a browser takes the cookie from this very host only, and sends it nowhere else.
const SECURE_COOKIE: &str = "__Host-lictor";
/// Over others, to this machine only.
const PLAIN_COOKIE: &str = "lictor_session";
/// Where a request comes from, as browsers say it.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Somebody who is signed in.
pub(super) struct Visitor {
    /// The key that the session began with.
    pub key: Arc<Key>,
    /// The session.
    pub session: Session,
    /// What the browser holds.
    pub held: String,
}

impl Visitor {
    /// Whoever holds the cookie of a session, as long as the key that began it is in force.
    pub fn of(shared: &Shared, headers: &HeaderMap) -> Option<Visitor> {
        let held = cookie(headers, cookie_name(shared))?.to_owned();
        let now = clock::system();
        let session = shared.sessions.find(&held, now)?;
        let key = shared.keys.by_id(&session.key, now).ok().flatten();
        let key = key.filter(|key| key.role.may(Right::ReadLog))?;
        Some(Visitor { key, session, held })
    }
}

/// Whether somebody is signed in here whose browser sends these headers.
pub(crate) fn is_signed_in(shared: &Shared, headers: &HeaderMap) -> bool {
    Visitor::of(shared, headers).is_some()
}

/// Whether browsers meet this gateway over encrypted connections, also where something before it encrypts.
fn is_secure(shared: &Shared) -> bool {
    shared.is_tls || shared.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
}

fn cookie_name(shared: &Shared) -> &'static str {
    if is_secure(shared) { SECURE_COOKIE } else { PLAIN_COOKIE }
}

/// The header that gives a browser its cookie, or with nothing in it takes it away. No script reads it, no other site sends it along.
pub(super) fn set_cookie(shared: &Shared, held: &str) -> String {
    let name = cookie_name(shared);
    let secure = if is_secure(shared) { "; Secure" } else { "" };
    let end = if held.is_empty() { "; Max-Age=0" } else { "" };
    format!("{name}={held}; Path=/; HttpOnly; SameSite=Strict{secure}{end}")
}

/// The value of a cookie. One that is there twice is none: somebody else may have set the second.
fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(own, _)| *own == name).map(|(_, value)| value);
    values.next().filter(|_| values.next().is_none())
}

/// Whether a form was sent by a page of this gateway. Browsers say where a request comes from; one that says nothing, or something else, is not believed.
pub(super) fn is_own_form(shared: &Shared, headers: &HeaderMap) -> bool {
    let one = |name: &HeaderName| {
        let mut values = headers.get_all(name).iter();
        values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok())
    };
    if headers.contains_key(&FETCH_SITE) && one(&FETCH_SITE) != Some("same-origin") {
        return false;
    }
    let Some(origin) = one(&ORIGIN) else { return headers.contains_key(&FETCH_SITE) };
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    match &shared.public_url {
        Some(url) => url.split('/').take(3).eq(origin.split('/')),
        None => one(&HOST) == Some(authority) && (scheme == "https") == shared.is_tls,
    }
}

/// Whether a browser asks, and wants a page rather than JSON: whoever comes with a key or signs is a program.
pub(crate) fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(http::header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let has_key = headers.contains_key("x-api-key")
        || headers.contains_key(http::header::AUTHORIZATION)
        || headers.contains_key("signature-input");
    !has_key && accept.is_some_and(|accept| accept.contains("text/html"))
}
