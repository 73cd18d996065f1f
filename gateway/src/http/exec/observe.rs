//! `POST /agents/v1/exec/observe`: an action that came without a token is recorded.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use http::Request;
use serde_json::{Map, Value};

use super::asked::{self, Asked};
use super::{PREFIX, Sent, case, deciding, drawn, given, marked};
use crate::gateway::Shared;
use crate::http::caller::Caller;
use crate::http::refusal::Refusal;
use crate::http::written::Json;
use crate::json::{Wrong, cut};
use crate::key::Right;
use crate::life::Observe;
use crate::policy::Circumstances;

pub(super) async fn observe(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    request: Request<Body>,
) -> Result<Json<Map<String, Value>>, Refusal> {
    let sent = Sent::read(&shared, &caller, Right::Execute, request).await?;
    let (policy, now) = deciding(&shared)?;
    let body = asked::body(sent.text()?, &["agent", "context"])?;
    asked::context(&body, &policy.said)?;
    let wanted = Asked::of(&body)?;
    let name = body.text("agent")?;
    let agent = shared.keys.agent(&name, now).map_err(|_| {
        Refusal::unavailable(
            "KEYS_UNAVAILABLE",
            "nobody can say which agents there are, so nothing is recorded",
        )
    })?;
    let agent = agent.ok_or_else(|| {
        Wrong::at("agent", format!("there is no agent \"{}\" with a key in force", cut(&name)))
    })?;
    let case = case(&shared, policy, agent, wanted, Circumstances::default(), now).await;
    let rehearsed = case.rehearse(now).map_err(Refusal::malformed)?;
    let step = Observe {
        case: Arc::new(case),
        rehearsed,
        now,
        once: sent.once(&caller, &format!("{PREFIX}/observe")),
        drawn: drawn()?,
        trace: caller.trace.to_string(),
        by: caller.key.name.clone(),
    };
    let (told, repeated) = given(shared.tenant.take(step).await)?;
    Ok(Json(marked(told, repeated)))
}
