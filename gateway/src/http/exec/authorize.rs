//! `POST /agents/v1/exec/authorize`: an agent asks for an action, for itself.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use http::Request;
use lictor_evidence::token::Reason;
use lictor_journal::record::{About, UNREAD};

use super::asked::{self, Asked};
use super::envelope;
use super::purchase::ACTION;
use super::{Sent, case, deciding, drawn, given, unread};
use crate::approvals::{ApprovalId, review};
use crate::ask::{Outcome, Stated};
use crate::config::Mode;
use crate::gateway::Shared;
use crate::http::caller::{Acting, Caller};
use crate::http::refusal::Refusal;
use crate::http::written::Json;
use crate::json::{Object, Wrong, cut};
use crate::key::Right;
use crate::life::{Authorize, Authorized, Decline, Told};
use crate::sources::Unvouched;

pub(super) async fn authorize(
    State(shared): State<Arc<Shared>>,
    Acting { caller, nonce }: Acting,
    request: Request<Body>,
) -> Result<Json<Told>, Refusal> {
    let sent = Sent::read(&shared, &caller, Right::Authorize, request).await?;
    let (policy, now) = deciding(&shared)?;
    let body = asked::body(sent.text()?, &["context", "approval", "mandate", "user", envelope::MEMBER])?;
    asked::context(&body, &policy.said)?;
    let schema = &policy.engine.bundle().schema;
    let envelope = envelope::asked(&body, schema)?;
    let at_most = envelope.as_ref().map(|envelope| envelope::at_most(&body, envelope, schema)).transpose()?;
    let at_most = at_most.as_deref().map(|text| Object::read(text, "")).transpose()?;
    let mut wanted = Asked::of(at_most.as_ref().unwrap_or(&body), schema)?;
    let collects = match body.get("approval") {
        None => None,
        Some(_) if envelope.is_some() => {
            return Err(Wrong::at("approval", "people approve exact values; leave out the envelope").into());
        }
        Some(_) => {
            let id = body.text("approval")?;
            Some(
                id.parse::<ApprovalId>()
                    .map_err(|what| Wrong::at("approval", format!("{what}, as it was told")))?,
            )
        }
    };
    let once = sent.once(&caller, "authorize");
    let trace = caller.trace.to_string();
    let identity = Arc::clone(&shared.tenant.identity);
    if let Some(reason) = wanted.declined(&identity.name)? {
        let told = declined(reason, shared.mode, &trace);
        let (agent, by) = (caller.key.name.clone(), caller.key.name.clone());
        let (code, about) = (reason.code().to_owned(), Some(About { agent, action: ACTION.to_owned() }));
        let step = Decline { now, trace, once, identity, code, by, about, told };
        let done = shared.tenant.take_once(step, nonce.as_ref()).await;
        let (Authorized { body, .. }, repeated) = given(done)?;
        return Ok(answered(&shared, &caller, Told { repeated, ..body }));
    }
    let of_purchase = wanted.purchase.is_some();
    let purchase = wanted.purchase.take().map(|purchase| purchase.claims()).transpose()?;
    let stated = Stated::read(Some(&body))?;
    let (agent, mut known) = (Arc::clone(&caller.key), caller.known.clone());
    let done = match shared.vouch(&stated, &agent.name, now, &mut known) {
        // Where nothing holds, it is as if it had not come.
        Err(Unvouched { code, reason }) if shared.mode == Mode::Enforce => {
            let told = Told::new("denied", code, Some(&reason), &trace).into();
            let action = if wanted.action.is_empty() { UNREAD.to_owned() } else { cut(&wanted.action) };
            let (by, code) = (agent.name.clone(), code.to_owned());
            let about = Some(About { agent: by.clone(), action });
            let step = Decline { now, trace, once, identity, code, by, about, told };
            shared.tenant.take_once(step, nonce.as_ref()).await
        }
        _ => {
            let timing = caller.noted.timing("facts");
            let case = case(&shared, policy, agent, wanted, known, now).await;
            drop(timing);
            let timing = caller.noted.timing("decide");
            let drawn = drawn()?;
            let rehearsed = case.rehearse(now, &drawn.record).map_err(|why| unread(of_purchase, &why))?;
            drop(timing);
            let step = Authorize {
                case: Arc::new(case),
                rehearsed,
                now,
                terms: shared.terms,
                once,
                drawn,
                trace,
                collects,
                keys: Arc::clone(&shared.keys),
                purchase,
                envelope,
            };
            let _timing = caller.noted.timing("store");
            shared.tenant.take_once(step, nonce.as_ref()).await
        }
    };
    let (Authorized { body, claims, asks }, repeated) = given(done)?;
    if let Some(fresh) = asks {
        review(&shared, *fresh, caller.trace.to_string());
    }
    let execution_token = match claims {
        None => None,
        Some(claims) => {
            let _timing = caller.noted.timing("sign");
            Some(shared.tenant.sign(&claims).map_err(|_| Refusal::fault())?)
        }
    };
    Ok(answered(&shared, &caller, Told { execution_token, repeated, ..body }))
}

/// Counts what was decided, and answers it.
fn answered(shared: &Shared, caller: &Caller, told: Told) -> Json<Told> {
    let outcome = match &*told.decision {
        "allowed" => Outcome::Allow,
        "step_up" => Outcome::StepUp,
        _ => Outcome::Deny,
    };
    caller.noted.decided(outcome);
    shared.metrics.decided(outcome, shared.mode);
    Json(told)
}

/// What an agent is told of a purchase that this store does not look at. Where nothing holds it is let through, and has no token: none could say this.
fn declined(reason: Reason, mode: Mode, trace: &str) -> Authorized {
    let decision = if mode == Mode::Observe { "allowed" } else { "denied" };
    let why = match reason {
        Reason::StoreMismatch => "storeId is not the store that this key is for",
        _ => "scope asks for more than to buy; send \"agent_exec\"",
    };
    Told::new(decision, reason.code(), Some(why), trace).into()
}
