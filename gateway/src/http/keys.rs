//! The history of the keys that receipts and checkpoints are verified with.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

use super::refusal::Refusal;
use crate::gateway::Shared;
use crate::operate::{HISTORY, SIGNED};

/// `GET /.well-known/lictor-keys.json`: which key signed what, from when until when, and which are revoked; signed by the root where one has signed it. It is for
/// everybody: a receipt is verified with it and nothing else.
pub(crate) async fn history(State(shared): State<Arc<Shared>>) -> Result<impl IntoResponse, Refusal> {
    let tenant = Arc::clone(&shared.tenant);
    // Reading the store blocks.
    let read = tokio::task::spawn_blocking(move || tenant.look(|reader, id| reader.slots(id, HISTORY))).await;
    let slots = read.map_err(|_| Refusal::fault())?.map_err(|error| {
        tracing::error!(%error, "the history of keys could not be read");
        Refusal::unavailable("STORE_UNAVAILABLE", "the store does not answer; try again")
    })?;
    let named = |wanted: &str| slots.iter().find(|(name, _)| name == wanted).map(|(_, slot)| &slot.value);
    let document = named(SIGNED).or_else(|| named(HISTORY)).cloned().ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, "NO_HISTORY", "this gateway has noted no keys yet")
    })?;
    Ok(([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], document))
}
