//! Evaluations: OpenID AuthZEN Authorization API 1.0. Who asks about whom, and what, is read here; `recorded` and `advised` are the two forms in which it is answered.

mod asked;
mod advised;
mod recorded;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Request};
use serde::Serialize;

use self::asked::{Asked, Sent};
use super::caller::{Acting, Caller};
use super::refusal::Refusal;
use super::written::Json;
use super::{EVALUATION, EVALUATIONS};
use crate::ask::{AGENT, Answer, Batch, Beside, Entities, Subject, refuse_attested};
use crate::config::Evaluations;
use crate::gateway::Shared;
use crate::json::{Object, cut};
use crate::key::{Key, Role};
use crate::policy::{Circumstances, InForce};
use crate::signature::Nonce;

/// Says of an answer that it was given before, to the same `Idempotency-Key`. It stands in the head, since clients compare what is in the body.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// `POST /access/v1/evaluation`
pub(crate) async fn one(
    State(shared): State<Arc<Shared>>,
    Acting { caller, nonce }: Acting,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    let sent = Sent::read(&shared, &caller, EVALUATION, request).await?;
    let desk = Desk::open(&shared, &caller, nonce)?;
    caller.spend(&shared, 1)?;
    let item = Object::read(sent.checked()?, "")?;
    let beside = Beside::read(item.object("options")?.as_ref())?;
    desk.single(&item, &sent, beside).await
}

/// `POST /access/v1/evaluations`
pub(crate) async fn several(
    State(shared): State<Arc<Shared>>,
    Acting { caller, nonce }: Acting,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    let sent = Sent::read(&shared, &caller, EVALUATIONS, request).await?;
    let desk = Desk::open(&shared, &caller, nonce)?;
    let batch = sent.checked().and_then(|text| Ok(Batch::read(text, shared.limits.evaluations)?));
    // What cannot be read costs as much as one that can.
    let count = batch.as_ref().map_or(1, |batch| batch.items.len().max(1));
    caller.spend(&shared, u32::try_from(count).unwrap_or(u32::MAX))?;
    let batch = batch?;
    if batch.items.is_empty() {
        return desk.single(&batch.defaults, &sent, batch.beside).await;
    }
    // All are read before the first is decided: a batch with a mistake in it is no batch.
    Entities::check_defaults(&batch.defaults, &desk.policy.said)?;
    let asked = batch.items.iter().map(|item| desk.read(item, Some(&batch.defaults)));
    let asked = asked.collect::<Result<Vec<_>, _>>()?;
    let told = desk.all(&batch, &asked, &sent).await?;
    let evaluations = told.iter().map(|told| told.answer.told(batch.beside)).collect();
    let answer = Json(Evaluated { evaluations }).into_response();
    Ok(marked(answer, told.iter().all(|told| told.repeated)))
}

#[derive(Serialize)]
struct Evaluated<T> {
    evaluations: Vec<T>,
}

/// What somebody is told.
#[derive(Clone)]
struct Told {
    answer: Answer,
    /// Whether this was told before.
    repeated: bool,
}

impl Told {
    fn first(answer: Answer) -> Told {
        Told { answer, repeated: false }
    }
}

fn marked(mut answer: Response, repeated: bool) -> Response {
    if repeated {
        answer.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    answer
}

/// Where one request is decided: by one policy, at one moment.
struct Desk<'a> {
    shared: &'a Shared,
    caller: &'a Caller,
    /// What makes the signature of the request good once. It is used up with the first answer.
    nonce: Option<Nonce>,
    policy: Arc<InForce>,
    now: i64,
}

impl<'a> Desk<'a> {
    fn open(shared: &'a Shared, caller: &'a Caller, nonce: Option<Nonce>) -> Result<Desk<'a>, Refusal> {
        let now = shared.clock.now().map_err(|_| {
            Refusal::unavailable("CLOCK_WENT_BACK", "the clock of this host went back, so nothing is decided")
        })?;
        let policy = crate::http::exec::policy(shared, now)?;
        Ok(Desk { shared, caller, nonce, policy, now })
    }

    /// Answers a request that is one evaluation.
    async fn single(&self, item: &Object<'_>, sent: &Sent, beside: Beside) -> Result<Response, Refusal> {
        let asked = self.read(item, None)?;
        let Told { answer, repeated } = self.answer(&asked, sent, None).await?;
        self.caller.noted.decided(answer.outcome);
        Ok(marked(Json(answer.told(beside.with_reasons())).into_response(), repeated))
    }

    /// Answers a batch, one after another: each sees what those before it have reserved, and what comes after its end is not looked at.
    async fn all(&self, batch: &Batch<'_>, asked: &[Asked<'_>], sent: &Sent) -> Result<Vec<Told>, Refusal> {
        let mut all = Vec::with_capacity(asked.len());
        let mut lost: Option<Told> = None;
        for (at, asked) in asked.iter().enumerate() {
            let told = match &lost {
                Some(denied) => {
                    self.count(&denied.answer);
                    denied.clone()
                }
                None => match self.answer(asked, sent, Some(at)).await {
                    // What was told before counts already, so whoever asked must hear of it. The rest is refused.
                    Err(refusal) if at > 0 && self.records() => {
                        let denied =
                            Told::first(Answer::denied(refusal.code(), refusal.message().to_owned()));
                        self.count(&denied.answer);
                        lost.insert(denied).clone()
                    }
                    told => told?,
                },
            };
            let ends = batch.semantic.ends_with(told.answer.is_allowed());
            all.push(told);
            if ends {
                break;
            }
        }
        Ok(all)
    }

    /// Reads an evaluation and finds whom it is about; nobody, where there is no such agent.
    fn read<'b>(&self, item: &Object<'b>, defaults: Option<&Object<'b>>) -> Result<Asked<'b>, Refusal> {
        let entities = Entities::read(item, defaults, &self.policy.said)?;
        let agent = self.agent(&entities.subject)?;
        if self.records() {
            // Before anything is recorded. Otherwise it is looked for only where it was refused.
            refuse_attested(&entities, &self.policy.engine.bundle().schema)?;
        }
        Ok(Asked { entities, agent })
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
                subject.path(),
                key.name,
                key.name
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

    fn records(&self) -> bool {
        self.shared.evaluations == Evaluations::Recorded
    }

    /// Answers one evaluation: the only one of its request, or the one at this place in it.
    async fn answer(&self, asked: &Asked<'_>, sent: &Sent, at: Option<usize>) -> Result<Told, Refusal> {
        let nonce = self.nonce.as_ref().filter(|_| at.unwrap_or_default() == 0);
        let told = match self.shared.evaluations {
            Evaluations::Recorded => self.record(asked, sent.once(self.caller, at), nonce).await?,
            Evaluations::Advisory => Told::first(self.advise(asked, nonce).await?),
        };
        self.count(&told.answer);
        Ok(told)
    }

    fn count(&self, answer: &Answer) {
        self.shared.metrics.decided(answer.outcome, self.shared.mode);
    }

    /// What is known of the request beside what it says: the address and the session of the agent itself, and of nobody who asks for it.
    fn known(&self) -> Circumstances {
        let is_own = self.caller.key.role == Role::Agent;
        if is_own { self.caller.known.clone() } else { Circumstances::default() }
    }

    /// The answer about an agent that there is not.
    fn nobody(&self, subject: &Subject<'_>) -> Answer {
        let reason = format!("there is no agent \"{}\" with a key in force", cut(&subject.id));
        Answer::denied("UNKNOWN_AGENT", reason).counting(self.holds())
    }

    /// Whether what is decided holds.
    fn holds(&self) -> bool {
        self.shared.mode == crate::config::Mode::Enforce
    }
}
