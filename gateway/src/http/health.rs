//! Whether the process lives, whether it can decide, and what it has counted: for whoever runs it, on a listener of its own.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde_json::json;

use super::refusal::Refusal;
use super::written::Json;
use crate::gateway::Shared;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> impl IntoResponse {
    Json(json!({ "alive": true }))
}

/// `GET /readyz`: it can decide.
pub(crate) async fn ready(State(shared): State<Arc<Shared>>) -> Response {
    match shared.not_ready() {
        None => {
            let failing = shared.sources.failing();
            if failing.is_empty() {
                return Json(json!({ "ready": true })).into_response();
            }
            // It decides without them, and refuses what needs them.
            Json(json!({ "ready": true, "factsWithoutAnswer": failing })).into_response()
        }
        Some(why) => {
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false, "because": why }))).into_response()
        }
    }
}

/// `GET /metrics`: in the text format of Prometheus.
pub(crate) async fn metrics(State(shared): State<Arc<Shared>>) -> Result<Response, Refusal> {
    let text = shared.metrics.text().map_err(|_| Refusal::fault())?;
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(CONTENT_TYPE, kind)], text).into_response())
}
