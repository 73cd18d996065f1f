//! The keys that tokens are verified with.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use crate::clock;
use crate::gateway::Shared;

/// `GET /.well-known/jwks.json`: a JWK set (RFC 7517) of keys for tokens, and of no others. It is for everybody.
pub(crate) async fn token_keys(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let keys = shared.tenant.token_keys().to_json(clock::system());
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], keys)
}
