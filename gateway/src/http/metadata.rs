//! What this decision point can do, as AuthZEN asks for it.

use std::sync::Arc;

use axum::extract::State;
use http::HeaderMap;
use http::header::HOST;
use http::uri::Authority;
use serde_json::{Value, json};

use super::refusal::Refusal;
use super::written::Json;
use super::{EVALUATION, EVALUATIONS};
use crate::gateway::Shared;

/// `GET /.well-known/authzen-configuration`
pub(crate) async fn authzen(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let base = base(&shared, &headers)?;
    Ok(Json(json!({
        "policy_decision_point": base,
        "access_evaluation_endpoint": format!("{base}{EVALUATION}"),
        "access_evaluations_endpoint": format!("{base}{EVALUATIONS}"),
    })))
}

/// Where the client has found us.
pub(crate) fn base(shared: &Shared, headers: &HeaderMap) -> Result<String, Refusal> {
    Ok(match &shared.public_url {
        Some(url) => url.clone(),
        None => format!("{}://{}", if shared.is_tls { "https" } else { "http" }, host(headers)?),
    })
}

/// The name under which the client has found us.
fn host(headers: &HeaderMap) -> Result<Authority, Refusal> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let host = host.filter(|host| !host.as_str().contains('@'));
    host.ok_or_else(|| Refusal::malformed("Host: is missing, or names no host"))
}
