//! `POST /agents/v1/exec/introspect`: what a token says and whether it was used, without using it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use http::Request;
use lictor_store::TokenState;
use serde_json::{Value, json};

use super::asked;
use super::{Sent, claims, now, undone};
use crate::gateway::Shared;
use crate::http::caller::Caller;
use crate::http::refusal::Refusal;
use crate::http::written::Json;
use crate::json::Object;
use crate::key::{Right, Role};
use crate::life::{Look, Undone};

pub(super) async fn introspect(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    request: Request<Body>,
) -> Result<Json<Value>, Refusal> {
    let sent = Sent::read(&shared, &caller, Right::Introspect, request).await?;
    let now = now(&shared)?;
    let body = Object::only(sent.text()?, &["executionToken", "storeId"])?;
    let token = asked::needed_token(&body)?;
    let store = body.get("storeId").map(|_| body.text("storeId")).transpose()?;
    let identity = &shared.tenant.identity;
    let ours = claims(&shared, &token, now)
        .filter(|claims| (&claims.issuer, &claims.audience) == (&identity.issuer, &identity.name))
        // Tokens of another store are not known here.
        .filter(|_| store.is_none_or(|store| store == identity.name))
        // An agent looks at what was granted to itself, and others are told nothing of it.
        .filter(|claims| caller.key.role != Role::Agent || claims.subject == caller.key.name);
    let Some(claims) = ours else {
        return Ok(Json(json!({
            "valid": false, "expired": false, "claims": null, "replayStatus": "unknown", "policyDecision": null,
            "expiresIn": 0, "traceId": caller.trace.to_string(),
        })));
    };
    let looked = shared.tenant.store.submit(shared.tenant.id, Look { now, id: claims.id }).await;
    let looked = looked.map_err(|error| undone(&Undone::Store(error)))?;
    let left = claims.expires.saturating_mul(1_000).saturating_sub(looked.now).max(0);
    let expired = left == 0 || looked.is_void || looked.state == Some(TokenState::Released);
    let replay = match looked.state {
        None => "unknown",
        Some(TokenState::Issued | TokenState::Released) => "unused",
        Some(TokenState::Burned | TokenState::Executed | TokenState::Failed | TokenState::Unknown) => {
            "consumed"
        }
    };
    Ok(Json(json!({
        "valid": !expired && looked.state == Some(TokenState::Issued),
        "expired": expired,
        "claims": claims,
        "replayStatus": replay,
        "policyDecision": "allowed",
        "expiresIn": left.div_euclid(1_000),
        "traceId": caller.trace.to_string(),
    })))
}
