//! Whether the process lives, whether it can decide, and what it has counted: for whoever runs it, on a listener of its own.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde_json::json;

use super::refusal::Refusal;
use super::written::Json;
use crate::gateway::{Shared, Tenants};
use crate::metrics::{Metrics, Standing};

/// What is asked about.
#[derive(Clone)]
pub(crate) struct Operations {
    /// Whom the gateway serves.
    pub tenants: Tenants,
    /// What it has counted.
    pub metrics: Arc<Metrics>,
}

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> impl IntoResponse {
    Json(json!({ "alive": true }))
}

/// `GET /readyz`: it can decide, for every tenant.
pub(crate) async fn ready(State(asked): State<Operations>) -> Response {
    let not_ready: Vec<String> =
        asked.tenants.iter().filter_map(|shared| Some(of(shared, shared.not_ready()?))).collect();
    if !not_ready.is_empty() {
        let why = Json(json!({ "ready": false, "because": not_ready.join("; ") }));
        return (StatusCode::SERVICE_UNAVAILABLE, why).into_response();
    }
    let mut failing = Vec::new();
    for shared in asked.tenants.iter() {
        failing.extend(shared.sources.failing().into_iter().map(|fact| of(shared, fact)));
    }
    if failing.is_empty() {
        return Json(json!({ "ready": true })).into_response();
    }
    // It decides without them, and refuses what needs them.
    Json(json!({ "ready": true, "factsWithoutAnswer": failing })).into_response()
}

/// What is said of a tenant, with its name where there are several: whoever runs the gateway may know it.
fn of(shared: &Shared, what: &str) -> String {
    shared.called().map_or_else(|| what.to_owned(), |name| format!("{name}: {what}"))
}

/// `GET /metrics`: in the text format of Prometheus.
pub(crate) async fn metrics(State(asked): State<Operations>) -> Result<Response, Refusal> {
    asked.metrics.stands(standing(&asked.tenants));
    let text = asked.metrics.text().map_err(|_| Refusal::fault())?;
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(CONTENT_TYPE, kind)], text).into_response())
}

fn standing(tenants: &Tenants) -> Standing {
    let in_force = || tenants.iter().filter_map(|shared| shared.policy.in_force());
    Standing {
        sequence: in_force().map(|policy| policy.release().sequence).min().unwrap_or(0),
        since: in_force().map(|policy| policy.since).max().unwrap_or(0),
        keys_read: tenants.iter().all(|shared| shared.has_keys()),
        sources_failing: tenants.iter().map(|shared| shared.sources.failing().len()).sum(),
    }
}
