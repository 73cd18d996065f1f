//! `POST /agents/v1/exec/authorize`: an agent asks for an action, for itself.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use http::Request;
use lictor_evidence::token::Claims;
use serde_json::{Map, Value};

use super::asked::{self, Asked};
use super::{PREFIX, Sent, case, deciding, drawn, given, marked};
use crate::approvals::ApprovalId;
use crate::ask::Outcome;
use crate::gateway::Shared;
use crate::http::caller::Caller;
use crate::http::refusal::Refusal;
use crate::http::written::Json;
use crate::json::Wrong;
use crate::key::Right;
use crate::life::{Authorize, Authorized};

pub(super) async fn authorize(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    request: Request<Body>,
) -> Result<Json<Map<String, Value>>, Refusal> {
    let sent = Sent::read(&shared, &caller, Right::Authorize, request).await?;
    let (policy, now) = deciding(&shared)?;
    let body = asked::body(sent.text()?, &["context", "approval"])?;
    asked::context(&body, &policy.said)?;
    let wanted = Asked::of(&body)?;
    let collects = match body.get("approval") {
        None => None,
        Some(_) => {
            let id = body.text("approval")?;
            Some(
                id.parse::<ApprovalId>()
                    .map_err(|what| Wrong::at("approval", format!("{what}, as it was told")))?,
            )
        }
    };
    let agent = Arc::clone(&caller.key);
    let case = case(&shared, policy, agent, wanted, caller.known.clone(), now).await;
    let rehearsed = case.rehearse(now).map_err(Refusal::malformed)?;
    let step = Authorize {
        case: Arc::new(case),
        rehearsed,
        now,
        terms: shared.terms,
        once: sent.once(&caller, &format!("{PREFIX}/authorize")),
        drawn: drawn()?,
        trace: caller.trace.to_string(),
        collects,
        keys: Arc::clone(&shared.keys),
    };
    let (Authorized { body, claims }, repeated) = given(shared.tenant.take(step).await)?;
    let mut body = marked(body, repeated);
    if let Some(claims) = claims {
        let claims = Claims::from_json(claims).map_err(|_| Refusal::fault())?;
        let token = claims.sign(&shared.tenant.token_key).map_err(|_| Refusal::fault())?;
        body.insert("executionToken".to_owned(), token.into());
    }
    let outcome = match body.get("decision").and_then(Value::as_str) {
        Some("allowed") => Outcome::Allow,
        Some("step_up") => Outcome::StepUp,
        _ => Outcome::Deny,
    };
    caller.noted.decided(outcome);
    shared.metrics.decided(outcome, shared.mode);
    Ok(Json(body))
}
