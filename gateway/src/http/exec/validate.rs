//! `POST /agents/v1/exec/validate`: a checkout presents a token with the action that it is about to do.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use http::Request;
use lictor_evidence::token::{Claims, Envelope, Reason};

use super::asked::{self, Asked};
use super::envelope;
use super::{Sent, case, claims, deciding, drawn, given, undone, unread};
use crate::ask::Outcome;
use crate::config::Mode;
use crate::gateway::Shared;
use crate::http::caller::Caller;
use crate::http::refusal::Refusal;
use crate::http::written::Json;
use crate::json::Object;
use crate::key::Right;
use crate::life::{Case, Presented, Recall, Refuse, Undone, Validate, Validated, Within};
use crate::policy::Circumstances;

pub(super) async fn validate(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    request: Request<Body>,
) -> Result<Json<Validated>, Refusal> {
    let sent = Sent::read(&shared, &caller, Right::Execute, request).await?;
    let (policy, now) = deciding(&shared)?;
    let body = asked::body(sent.text()?, &["executionToken"])?;
    let wanted = Asked::of(&body, &policy.engine.bundle().schema)?;
    let of_purchase = wanted.purchase.is_some();
    let declined = wanted.declined(&shared.tenant.identity.name)?;
    let presented = Presented {
        now,
        by: caller.key.name.clone(),
        trace: caller.trace.to_string(),
        once: sent.once(&caller, "validate"),
        drawn: drawn()?,
        identity: Arc::clone(&shared.tenant.identity),
        observes: shared.mode == Mode::Observe,
    };
    let opened = {
        let _timing = caller.noted.timing("verify");
        opened(&shared, asked::token(&body)?.as_deref(), now)
    };
    let told = match opened {
        Err(reason) => shared.tenant.take(Refuse { presented, reason }).await,
        Ok(claims) => {
            let unavailable = || {
                let message = "nobody can say which agents there are, so nothing is decided";
                Refusal::unavailable("KEYS_UNAVAILABLE", message)
            };
            let agent = shared.keys.agent(&claims.subject, now).map_err(|_| unavailable())?;
            // A token of an agent that signs is worth nothing without its key.
            let agent = match claims.confirmation {
                None => agent,
                Some(key) => {
                    let signer = shared.keys.signer(&key, now).map_err(|_| unavailable())?;
                    agent.filter(|agent| signer.is_some_and(|signer| signer.name == agent.name))
                }
            };
            // What the agent was known by is read only where somebody else has to be asked about it; otherwise it comes with the token.
            let is_recalled = !policy.outside.is_empty();
            let mut within = None;
            let case = match agent {
                None => None,
                Some(agent) => {
                    let timing = caller.noted.timing("facts");
                    let known = if is_recalled {
                        recalled(&shared, &claims, now).await?
                    } else {
                        // With whether the agent signed, as the token says it: then what is decided now is what the token's own circumstances come to.
                        Circumstances { signed: claims.confirmation, ..Circumstances::default() }
                    };
                    let case = case(&shared, policy, agent, wanted, known, now).await;
                    drop(timing);
                    if let Some(envelope) = &claims.envelope {
                        within = Some(self::within(&case, &body, envelope, now));
                    }
                    let timing = caller.noted.timing("decide");
                    let rehearsed = case
                        .rehearse(now, &presented.drawn.record)
                        .map_err(|why| unread(of_purchase, &why))?;
                    drop(timing);
                    Some((Arc::new(case), rehearsed))
                }
            };
            let terms = shared.terms;
            let _timing = caller.noted.timing("store");
            shared
                .tenant
                .take(Validate {
                    presented,
                    claims,
                    case,
                    is_recalled,
                    sources: Arc::clone(&shared.sources),
                    keys: Arc::clone(&shared.keys),
                    terms,
                    declined,
                    within,
                })
                .await
        }
    };
    let (mut told, repeated) = given(told)?;
    told.repeated = repeated;
    let outcome = if told.allowed { Outcome::Allow } else { Outcome::Deny };
    caller.noted.decided(outcome);
    shared.metrics.decided(outcome, shared.mode);
    Ok(Json(told))
}

/// What is presented within an envelope.
fn within(case: &Case, body: &Object<'_>, envelope: &Envelope, now: i64) -> Within {
    let schema = &case.policy.engine.bundle().schema;
    let presented = envelope::presented(body, envelope, schema).unwrap_or_default();
    let value =
        |field: &str| presented.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone());
    let at_most = || {
        let text = envelope::at_most(body, envelope, schema).ok()?;
        let wanted = Asked::of(&Object::read(&text, "").ok()?, schema).ok()?;
        Case { asked: wanted.text, action: wanted.action.into_owned(), ..case.clone() }.fields(now)
    };
    Within { holds: envelope.check(value).is_ok(), at_most: at_most() }
}

/// What was known when a token was granted; nothing where the store does not know it, and then it is refused.
async fn recalled(shared: &Shared, claims: &Claims, now: i64) -> Result<Circumstances, Refusal> {
    let known = shared.tenant.store.submit(shared.tenant.id, Recall { now, id: claims.id }).await;
    Ok(known.map_err(|error| undone(&Undone::Store(error)))?.unwrap_or_default())
}

/// What a token says, where it was signed for this store; else why it is refused.
fn opened(shared: &Shared, token: Option<&str>, now: i64) -> Result<Claims, Reason> {
    let token = token.ok_or(Reason::NoToken)?;
    let identity = &shared.tenant.identity;
    let claims = claims(shared, token, now).filter(|claims| claims.issuer == identity.issuer);
    let claims = claims.ok_or(Reason::InvalidSignature)?;
    if claims.audience != identity.name {
        return Err(Reason::StoreMismatch);
    }
    Ok(claims)
}
