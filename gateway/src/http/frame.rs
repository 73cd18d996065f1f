//! What every request goes through, whatever its path: it gets an id, a time limit, an answer in any case, and one line in the log.

use std::convert::Infallible;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::extract::MatchedPath;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::header::{CACHE_CONTROL, CONNECTION, X_CONTENT_TYPE_OPTIONS};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request};
use hyper::body::Incoming;
use tower::Service as _;

use super::BUNDLES;
use super::approvals::{APPROVALS, LONGEST_WAIT, WAIT};
use super::lent::Lent;
use super::refusal::Refusal;
use super::trace::{Parent, TraceId};
use crate::ask::Outcome;
use crate::config::Limits;
use crate::key::Key;
use crate::metrics::Metrics;
use crate::rate::Standing;
use crate::traces::{Answered, Part, Traces};

const TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The most bytes of a caller's own id that are sent back.
const MAX_REQUEST_ID: usize = 128;

/// The paths of a listener, with what they share.
pub(crate) struct Service {
    /// They.
    pub router: Router,
    /// What is refused for being too much.
    pub limits: Limits,
    /// Where requests are counted.
    pub metrics: Arc<Metrics>,
    /// Where its spans are sent to, where they are.
    pub traces: Option<Arc<Traces>>,
}

/// What is known of a request, and learned of it on its way for what is told of it.
#[derive(Debug, Default)]
pub(crate) struct Noted {
    /// Its id.
    pub trace: TraceId,
    /// The address that it came from; none where it did not come over a connection.
    pub peer: Option<IpAddr>,
    path: OnceLock<MatchedPath>,
    key: OnceLock<Arc<Key>>,
    standing: OnceLock<Standing>,
    outcome: OnceLock<Outcome>,
    /// What its parts took, where somebody asks for that.
    parts: Option<Mutex<Vec<Part>>>,
}

/// Times a part of a request, until it is dropped.
pub(crate) struct Timing<'a> {
    of: Option<(&'a Mutex<Vec<Part>>, SystemTime)>,
    name: &'static str,
}

impl Drop for Timing<'_> {
    fn drop(&mut self) {
        if let Some((parts, from)) = self.of.take() {
            let part = Part { name: self.name, from, to: SystemTime::now() };
            parts.lock().unwrap_or_else(PoisonError::into_inner).push(part);
        }
    }
}

impl Noted {
    /// The path that it has.
    pub fn at(&self, path: MatchedPath) {
        let _ = self.path.set(path);
    }

    /// Those of a request on its way.
    pub fn of(extensions: &Extensions) -> Arc<Noted> {
        extensions.get::<Arc<Noted>>().cloned().unwrap_or_default()
    }

    /// The key that it came with, and what that has left.
    pub fn by(&self, key: &Arc<Key>, standing: Option<Standing>) {
        self.key.get_or_init(|| Arc::clone(key));
        if let Some(standing) = standing {
            let _ = self.standing.set(standing);
        }
    }

    /// Times a part, until what this gives is dropped.
    pub fn timing(&self, name: &'static str) -> Timing<'_> {
        Timing { of: self.parts.as_ref().map(|parts| (parts, SystemTime::now())), name }
    }

    /// What was decided.
    pub fn decided(&self, outcome: Outcome) {
        let _ = self.outcome.set(outcome);
    }
}

/// Answers a request.
pub(crate) async fn answer(
    service: Arc<Service>,
    peer: IpAddr,
    mut request: Request<Incoming>,
) -> Result<Response, Infallible> {
    let (started, from) = (Instant::now(), SystemTime::now());
    let trace = TraceId::of(request.headers());
    let parent = service.traces.as_ref().and_then(|_| Parent::of(request.headers()));
    let own_id = own_id(request.headers());
    let method = method(request.method());
    let parts = service.traces.as_ref().map(|_| Mutex::default());
    let noted = Arc::new(Noted { trace, peer: Some(peer), parts, ..Noted::default() });
    request.extensions_mut().insert(Arc::clone(&noted));

    let limit = limit(request.uri().path(), &service.limits);
    let mut lent = None;
    let request = request.map(|body| {
        let (kept, body) = Lent::lend(body);
        lent = Some(kept);
        body
    });
    let routed = service.router.clone().call(request);
    let answered = AssertUnwindSafe(tokio::time::timeout(limit, routed)).catch_unwind().await;
    let mut answer = match answered {
        Ok(Ok(Ok(answer))) => answer,
        Ok(Ok(Err(never))) => match never {},
        // What has arrived may have been handed to the store, which does it in its turn, whether or not anybody waits.
        Ok(Err(_)) if lent.as_ref().is_some_and(Lent::is_over) => Refusal::unanswered().into_response(),
        Ok(Err(_)) => Refusal::too_slow().into_response(),
        Err(_) => Refusal::fault().into_response(),
    };

    if let Some(lent) = lent
        && !lent.finish().await
    {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    let refusal = answer.extensions_mut().remove::<Refusal>();
    if let Some(refusal) = &refusal {
        refusal.write(&mut answer, trace);
    }
    write_headers(answer.headers_mut(), trace, own_id, noted.standing.get());

    let path = noted.path.get().map_or("other", MatchedPath::as_str);
    let (status, took) = (answer.status(), started.elapsed());
    service.metrics.request(method, path, status, took);
    if let Some((traces, parts)) = service.traces.as_ref().zip(noted.parts.as_ref()) {
        traces.note(Answered {
            trace,
            parent,
            method,
            path,
            from,
            status: status.as_u16(),
            outcome: noted.outcome.get().map(|outcome| outcome.name()),
            error: refusal.as_ref().map(Refusal::code),
            parts: std::mem::take(&mut *parts.lock().unwrap_or_else(PoisonError::into_inner)),
        });
    }
    tracing::info!(
        trace_id = %trace,
        method,
        path,
        status = status.as_u16(),
        micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        key = noted.key.get().map(|key| key.id.as_str()),
        outcome = noted.outcome.get().map(|outcome| outcome.name()),
        error = refusal.as_ref().map(Refusal::code),
        "request"
    );
    Ok(answer)
}

/// How long a request may take: who sends a bundle, or waits for a person, has longer.
fn limit(path: &str, limits: &Limits) -> Duration {
    match path {
        BUNDLES => limits.upload,
        path if path.starts_with(APPROVALS) && path.ends_with(WAIT) => {
            limits.time.saturating_add(LONGEST_WAIT)
        }
        _ => limits.time,
    }
}

fn write_headers(
    headers: &mut HeaderMap,
    trace: TraceId,
    own_id: Option<HeaderValue>,
    standing: Option<&Standing>,
) {
    if let Ok(trace) = HeaderValue::from_str(&trace.to_string()) {
        headers.insert(TRACE_ID, trace);
    }
    if let Some(own_id) = own_id {
        headers.insert(REQUEST_ID, own_id);
    }
    if let Some(standing) = standing {
        headers.insert(LIMIT, HeaderValue::from(standing.limit));
        headers.insert(REMAINING, HeaderValue::from(standing.remaining));
        headers.insert(RESET, HeaderValue::from(standing.reset));
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

/// The caller's own id of the request, where it is short and can be seen.
fn own_id(headers: &HeaderMap) -> Option<HeaderValue> {
    let id = headers.get(&REQUEST_ID)?;
    let is_plain = id.as_bytes().iter().all(|byte| matches!(byte, 0x20..=0x7e));
    (is_plain && id.len() <= MAX_REQUEST_ID).then(|| id.clone())
}

/// The method as it is told: those that there are by their names, whatever somebody makes up as one.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "PATCH" => "PATCH",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
