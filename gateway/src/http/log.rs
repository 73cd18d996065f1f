//! What the log says of itself.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use super::refusal::Refusal;
use crate::gateway::Shared;

/// `GET /checkpoint`: how large the log is, and its root, signed (C2SP tlog-checkpoint). It is for everybody: whoever keeps one finds out where anything is
/// taken back.
pub(crate) async fn checkpoint(State(shared): State<Arc<Shared>>) -> Result<impl IntoResponse, Refusal> {
    // Reading the store blocks.
    let signed = tokio::task::spawn_blocking(move || shared.tenant.checkpoint()).await;
    let note = signed.map_err(|_| Refusal::fault())?.map_err(|error| {
        tracing::error!(%error, "no checkpoint could be made");
        Refusal::unavailable("STORE_UNAVAILABLE", "the store does not answer, so nothing is said of the log")
    })?;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    Ok(([(CONTENT_TYPE, kind)], note.to_string()))
}
