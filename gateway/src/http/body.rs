//! Bodies, of the type and the size that are read.

use axum::body::{Body, Bytes};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::refusal::Refusal;

/// Reads a body of so many bytes at most.
pub(crate) async fn read(request: Request<Body>, limit: usize) -> Result<Bytes, Refusal> {
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    // Before the first byte of it, where it says so itself.
    if announced.is_some_and(|length: u64| length > limit as u64) {
        return Err(Refusal::too_large(limit));
    }
    match Limited::new(request.into_body(), limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Refusal::too_large(limit)),
        Err(_) => Err(Refusal::malformed("body: did not arrive whole; send it again")),
    }
}

/// Whether the body is of this type, whatever parameters stand behind that.
pub(crate) fn is(headers: &HeaderMap, wanted: &str) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let only = types.next().filter(|_| types.next().is_none()).and_then(|value| value.to_str().ok());
    only.is_some_and(|value| value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(wanted))
}
