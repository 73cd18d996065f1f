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
use crate::ask::{Outcome, Stated};
use crate::config::Mode;
use crate::gateway::Shared;
use crate::http::caller::Caller;
use crate::http::refusal::Refusal;
use crate::http::written::Json;
use crate::json::{Wrong, cut};
use crate::key::Right;
use crate::life::{Authorize, Authorized, RefuseStatement};

pub(super) async fn authorize(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    request: Request<Body>,
) -> Result<Json<Map<String, Value>>, Refusal> {
    let sent = Sent::read(&shared, &caller, Right::Authorize, request).await?;
    let (policy, now) = deciding(&shared)?;
    let body = asked::body(sent.text()?, &["context", "approval", "mandate", "user"])?;
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
    let once = sent.once(&caller, &format!("{PREFIX}/authorize"));
    let stated = Stated::read(Some(&body))?;
    let (agent, mut known) = (Arc::clone(&caller.key), caller.known.clone());
    let done = match shared.vouch(&stated, &agent.name, now, &mut known) {
        // Where nothing holds, it is as if it had not come.
        Err(because) if shared.mode == Mode::Enforce => {
            let refuse = RefuseStatement {
                now,
                trace: caller.trace.to_string(),
                once,
                identity: Arc::clone(&shared.tenant.identity),
                agent: agent.name.clone(),
                action: cut(&wanted.action),
                because,
            };
            shared.tenant.take(refuse).await
        }
        _ => {
            let case = case(&shared, policy, agent, wanted, known, now).await;
            let rehearsed = case.rehearse(now).map_err(Refusal::malformed)?;
            let step = Authorize {
                case: Arc::new(case),
                rehearsed,
                now,
                terms: shared.terms,
                once,
                drawn: drawn()?,
                trace: caller.trace.to_string(),
                collects,
                keys: Arc::clone(&shared.keys),
            };
            shared.tenant.take(step).await
        }
    };
    let (Authorized { body, claims }, repeated) = given(done)?;
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
