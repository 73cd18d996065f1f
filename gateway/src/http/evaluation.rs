//! Evaluations: OpenID AuthZEN Authorization API 1.0, in `advisory` form.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::Request;
use serde::Serialize;

use super::body;
use super::caller::Caller;
use super::refusal::Refusal;
use super::written::Json;
use crate::ask::{AGENT, Answer, Batch, Entities, Outcome, Subject, decide, written};
use crate::config::Mode;
use crate::gateway::Shared;
use crate::json::{self, Object, cut};
use crate::key::{Key, Right, Role};
use crate::policy::{Circumstances, InForce, Moment};

/// `POST /access/v1/evaluation`
pub(crate) async fn one(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    let body = taken(&shared, &caller, request).await?;
    let desk = Desk::open(&shared, &caller)?;
    caller.spend(&shared, 1)?;
    let text = checked(&body)?;
    let answer = desk.decide(&Object::read(text, "")?, None).await?;
    caller.noted.decided(answer.outcome);
    Ok(Json(answer.told(true)).into_response())
}

/// `POST /access/v1/evaluations`
pub(crate) async fn several(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    let body = taken(&shared, &caller, request).await?;
    let desk = Desk::open(&shared, &caller)?;
    let batch = checked(&body).and_then(|text| Ok(Batch::read(text, shared.limits.evaluations)?));
    // What cannot be read costs as much as one that can.
    let count = batch.as_ref().map_or(1, |batch| batch.items.len().max(1));
    caller.spend(&shared, u32::try_from(count).unwrap_or(u32::MAX))?;
    let batch = batch?;
    if batch.items.is_empty() {
        let answer = desk.decide(&batch.defaults, None).await?;
        caller.noted.decided(answer.outcome);
        return Ok(Json(answer.told(true)).into_response());
    }
    // All are read before the first is decided: a batch with a mistake in it is no batch.
    Entities::check_defaults(&batch.defaults, &desk.policy.said)?;
    let asked = batch.items.iter().map(|item| desk.read(item, Some(&batch.defaults)));
    let asked = asked.collect::<Result<Vec<_>, _>>()?;
    let mut answers = Vec::with_capacity(asked.len());
    for (entities, agent) in &asked {
        let answer = desk.answer(entities, agent.as_deref()).await?;
        let ends = batch.semantic.ends_with(answer.is_allowed());
        answers.push(answer);
        if ends {
            break;
        }
    }
    let evaluations = answers.iter().map(|answer| answer.told(batch.reasons)).collect();
    Ok(Json(Evaluations { evaluations }).into_response())
}

#[derive(Serialize)]
struct Evaluations<T> {
    evaluations: Vec<T>,
}

/// The body of a request that may ask.
async fn taken(shared: &Shared, caller: &Caller, request: Request<Body>) -> Result<Bytes, Refusal> {
    caller.noted.by(&caller.key.id, None);
    caller.needs(Right::Evaluate)?;
    // AuthZEN calls a wrong type a malformed request.
    if !body::is(request.headers(), "application/json") {
        return Err(Refusal::malformed("Content-Type: is not application/json"));
    }
    caller.body(request, shared.limits.body).await
}

fn checked(body: &Bytes) -> Result<&str, Refusal> {
    json::check(body)?;
    // What was checked is UTF-8 but for texts that nobody took apart.
    std::str::from_utf8(body).map_err(|_| Refusal::malformed("body: is not UTF-8"))
}

/// Where one request is decided: by one policy, at one moment.
struct Desk<'a> {
    shared: &'a Shared,
    caller: &'a Caller,
    policy: Arc<InForce>,
    now: i64,
}

impl<'a> Desk<'a> {
    fn open(shared: &'a Shared, caller: &'a Caller) -> Result<Desk<'a>, Refusal> {
        let policy = shared.policy.in_force().ok_or_else(|| {
            Refusal::unavailable("NO_BUNDLE", "there is no policy in force, so nothing is decided")
        })?;
        let now = shared.clock.now().map_err(|_| {
            Refusal::unavailable("CLOCK_WENT_BACK", "the clock of this host went back, so nothing is decided")
        })?;
        Ok(Desk { shared, caller, policy, now })
    }

    async fn decide(&self, item: &Object<'_>, defaults: Option<&Object<'_>>) -> Result<Answer, Refusal> {
        let (entities, agent) = self.read(item, defaults)?;
        self.answer(&entities, agent.as_deref()).await
    }

    /// Reads an evaluation and finds whom it is about; nobody, where there is no such agent.
    fn read<'b>(
        &self,
        item: &Object<'b>,
        defaults: Option<&Object<'b>>,
    ) -> Result<(Entities<'b>, Option<Arc<Key>>), Refusal> {
        let entities = Entities::read(item, defaults, &self.policy.said)?;
        let agent = self.agent(&entities.subject)?;
        Ok((entities, agent))
    }

    /// An agent asks for itself; who carries out what agents ask for names the agent.
    fn agent(&self, subject: &Subject<'_>) -> Result<Option<Arc<Key>>, Refusal> {
        let key = &self.caller.key;
        let is_agent = subject.kind == AGENT;
        if key.role == Role::Agent {
            if is_agent && subject.id == key.name {
                return Ok(Some(Arc::clone(key)));
            }
            let message = format!(
                "{}: this key is that of the agent {}, and an agent asks for itself only; send {{\"type\": \"agent\", \"id\": \"{}\"}}",
                subject.path, key.name, key.name
            );
            return Err(Refusal::forbidden("NOT_THIS_AGENT", message));
        }
        if !is_agent {
            return Ok(None);
        }
        self.shared.keys.agent(&subject.id, self.now).map_err(|_| {
            Refusal::unavailable(
                "KEYS_UNAVAILABLE",
                "nobody can say which agents there are, so nothing is decided",
            )
        })
    }

    async fn answer(&self, entities: &Entities<'_>, agent: Option<&Key>) -> Result<Answer, Refusal> {
        let Shared { mode, zones, metrics, .. } = self.shared;
        let answer = match agent {
            Some(agent) => {
                let (now, keys_as_of) = (self.now, self.shared.keys_as_of());
                // The address and the session of the agent itself, and of nobody who asks for it.
                let is_own = self.caller.key.role == Role::Agent;
                let mut known = if is_own { self.caller.known.clone() } else { Circumstances::default() };
                let vouched = self.shared.vouch(&entities.stated, &agent.name, now, &mut known);
                if let (Err(why), Mode::Enforce) = (vouched, mode) {
                    metrics.decided(Outcome::Deny, *mode);
                    return Ok(Answer::denied(why.code, why.reason));
                }
                if !self.policy.outside.is_empty()
                    && let Some(asked) = written(&self.policy, entities)
                {
                    self.shared.look_up(&self.policy, &agent.agent, &asked, now, &mut known).await;
                }
                let moment = Moment { now, keys_as_of, known: &known, counted: &[] };
                decide(&self.policy, *mode, zones, agent, entities, &moment)?
            }
            None => {
                let reason =
                    format!("there is no agent \"{}\" with a key in force", cut(&entities.subject.id));
                let denied = Answer::denied("UNKNOWN_AGENT", reason);
                denied.counting(*mode == Mode::Enforce)
            }
        };
        metrics.decided(answer.outcome, *mode);
        Ok(answer)
    }
}
