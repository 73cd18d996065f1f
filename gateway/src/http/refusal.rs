//! Why a request is not served: a status, a code for programs, and a sentence that says what to do.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::json;

use super::trace::TraceId;
use crate::json::Wrong;

/// A request that is not served.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { status, code, message: message.into(), headers: Vec::new() }
    }

    /// Something of the request has not its form.
    pub fn malformed(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, "INVALID_REQUEST", message)
    }

    /// Nobody knows who asks.
    pub fn unknown_key(message: &str) -> Refusal {
        let refusal = Refusal::new(StatusCode::UNAUTHORIZED, "UNKNOWN_KEY", message);
        refusal.with(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"lictor\""))
    }

    /// Who asks may not.
    pub fn forbidden(code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::FORBIDDEN, code, message)
    }

    /// The gateway cannot say, and what it cannot say it refuses.
    pub fn unavailable(code: &'static str, message: &str) -> Refusal {
        let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, code, message);
        refusal.with(RETRY_AFTER, HeaderValue::from_static("5"))
    }

    /// It has arrived, and what it asks takes too long. Perhaps it is done yet.
    pub fn unanswered() -> Refusal {
        let code = lictor_store::ErrorKind::Unknown.code();
        let message = "this takes too long, and nobody knows whether it is done; ask again with the same Idempotency-Key";
        Refusal::unavailable(code, message)
    }

    /// It took too long to arrive.
    pub fn too_slow() -> Refusal {
        let message = "the request did not arrive in time; send it again, all at once";
        let refusal = Refusal::new(StatusCode::REQUEST_TIMEOUT, "TOO_SLOW", message);
        refusal.with(CONNECTION, HeaderValue::from_static("close"))
    }

    /// It has more bytes than are read.
    pub fn too_large(limit: usize) -> Refusal {
        let message = format!("the body has more than {limit} bytes, which is the most that is read here");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE", message)
    }

    /// It comes too soon.
    pub fn limited(seconds: u64, limit: u32) -> Refusal {
        let message = format!(
            "this key has {limit} evaluations a minute, and they are used up; try again in {seconds} s, or have the limit raised"
        );
        let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message);
        refusal.with(RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// The fault is the gateway's own.
    pub fn fault() -> Refusal {
        let message = "the gateway failed at this; tell whoever runs it the trace id";
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", message)
    }

    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Refusal {
        self.headers.push((name, value));
        self
    }

    /// The code, for the log.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Writes it into the answer that it was put in the place of.
    pub fn write(&self, answer: &mut Response, trace: TraceId) {
        let body =
            json!({ "error": { "code": self.code, "message": self.message }, "traceId": trace.to_string() });
        *answer.body_mut() = Body::from(body.to_string());
        // That of the empty one in its place, which was written down on the way here.
        answer.headers_mut().remove(CONTENT_LENGTH);
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
}

impl From<Wrong> for Refusal {
    fn from(wrong: Wrong) -> Refusal {
        Refusal::malformed(format!("{}: {}", wrong.path, wrong.what))
    }
}

/// The body is written where the trace id is known.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = self.status;
        answer.headers_mut().extend(self.headers.iter().cloned());
        answer.extensions_mut().insert(self);
        answer
    }
}
