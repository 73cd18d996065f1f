//! `POST /agents/v1/exec/observe`: an action that came without a token is recorded.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use http::Request;
use lictor_journal::record::About;
use serde_json::{Map, Value, json};

use super::asked::{self, Asked};
use super::purchase::ACTION;
use super::{Sent, case, deciding, drawn, given, marked, unread};
use crate::gateway::Shared;
use crate::http::caller::Caller;
use crate::http::refusal::Refusal;
use crate::http::written::Json;
use crate::json::Wrong;
use crate::key::{Key, Right};
use crate::life::{Decline, Observe};
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
    let wanted = Asked::of(&body, &policy.engine.bundle().schema)?;
    let name = body.text("agent")?;
    let (agent, of_nobody) = whose(&shared, &name, now)?;
    let once = sent.once(&caller, "observe");
    let (by, trace) = (caller.key.name.clone(), caller.trace.to_string());
    let of_purchase = wanted.purchase.is_some();
    let identity = &shared.tenant.identity;
    if let Some(reason) = wanted.declined(&identity.name)? {
        let told = json!({ "observed": false, "reasonCode": reason.code(), "traceId": trace });
        let told = told.as_object().cloned().unwrap_or_default();
        let about = Some(About { agent: agent.name.clone(), action: ACTION.to_owned() });
        let (identity, code) = (Arc::clone(identity), reason.code().to_owned());
        let step = Decline { now, trace, once, identity, code, by, about, told };
        let (told, repeated) = given(shared.tenant.take(step).await)?;
        return Ok(Json(marked(told, repeated)));
    }
    let case = case(&shared, policy, agent, wanted, Circumstances::default(), now).await;
    let drawn = drawn()?;
    let rehearsed = case.rehearse(now, &drawn.record).map_err(|why| unread(of_purchase, &why))?;
    let step = Observe { case: Arc::new(case), rehearsed, now, once, drawn, trace, by, of_nobody };
    let (told, repeated) = given(shared.tenant.take(step).await)?;
    Ok(Json(marked(told, repeated)))
}

/// The agent of this name, and whether it has no key in force. What such an agent has done has happened as well: it is recorded as of the agent that its last key
/// made of it, or of one of which nobody knows more than its name.
fn whose(shared: &Shared, name: &str, now: i64) -> Result<(Arc<Key>, bool), Refusal> {
    let unavailable = |_| {
        Refusal::unavailable(
            "KEYS_UNAVAILABLE",
            "nobody can say which agents there are, so nothing is recorded",
        )
    };
    if let Some(agent) = shared.keys.agent(name, now).map_err(unavailable)? {
        return Ok((agent, false));
    }
    let agent = match shared.keys.last_known(name).map_err(unavailable)? {
        Some(agent) => Some(agent),
        None => Key::unknown(name).map(Arc::new),
    };
    let what = "is the name of no agent; send one of 1 to 64 letters, digits and `- _ . : @ /`";
    Ok((agent.ok_or_else(|| Wrong::at("agent", what))?, true))
}
