//! The life of an action over HTTP: what is asked, by whom, and what is told. What is done is in `life/`.

mod asked;
mod money;
mod purchase;
mod envelope;
mod authorize;
mod validate;
mod settle;
mod introspect;
mod observe;

use std::fmt::Display;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::post;
use http::{HeaderMap, HeaderName, Request, StatusCode};
use lictor_evidence::token::Claims;
use serde_json::{Map, Value};

pub(super) use self::asked::Asked;
use super::body;
use super::caller::Caller;
use super::refusal::Refusal;
use super::signed;
use crate::gateway::Shared;
use crate::json;
use crate::key::{Key, Right};
use crate::life::{Case, Drawn, Given, Once, Undone};
use crate::policy::{Circumstances, InForce, NoPolicy};

/// What the paths begin with.
const PREFIX: &str = "/agents/v1/exec";
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The most signs of such a key.
const MAX_KEY: usize = 255;

/// The paths.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route(&format!("{PREFIX}/authorize"), post(authorize::authorize))
        .route(&format!("{PREFIX}/validate"), post(validate::validate))
        .route(&format!("{PREFIX}/settle"), post(settle::settle))
        .route(&format!("{PREFIX}/introspect"), post(introspect::introspect))
        .route(&format!("{PREFIX}/observe"), post(observe::observe))
}

/// A request that may be made, was counted, and can be read.
struct Sent {
    body: Bytes,
    /// Its key of idempotency, where it has one.
    key: Option<String>,
}

impl Sent {
    /// Reads a request.
    async fn read(
        shared: &Shared,
        caller: &Caller,
        right: Right,
        request: Request<Body>,
    ) -> Result<Sent, Refusal> {
        caller.noted.by(&caller.key, None);
        caller.needs(right)?;
        if !body::is(request.headers(), "application/json") {
            return Err(Refusal::malformed("Content-Type: is not application/json"));
        }
        let key = idempotency_key(request.headers())?;
        let body = caller.body(request, shared.limits.body).await?;
        caller.spend(shared, 1)?;
        json::check(&body)?;
        Ok(Sent { body, key })
    }

    fn text(&self) -> Result<&str, Refusal> {
        // What was checked is UTF-8 but for texts that nobody took apart.
        std::str::from_utf8(&self.body).map_err(|_| Refusal::malformed("body: is not UTF-8"))
    }

    /// What this is to be done once for: the step that its path is called by.
    fn once(&self, caller: &Caller, step: &str) -> Once {
        once(caller, &format_args!("{PREFIX}/{step}"), self.key.as_deref(), &self.body)
    }
}

/// What a request of somebody is to be done once for, at a path.
pub(super) fn once(caller: &Caller, path: &impl Display, key: Option<&str>, body: &[u8]) -> Once {
    let Some(key) = key else { return Once::default() };
    let principal = format!("{}:{}", caller.key.role.name(), caller.key.name);
    Once::of(&principal, &path.to_string(), key, body)
}

/// The key of idempotency of a request, where it has one.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut keys = headers.get_all(&IDEMPOTENCY_KEY).iter();
    let Some(key) = keys.next() else { return Ok(None) };
    let is_key = |key: &&str| {
        (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|byte| (0x21..=0x7e).contains(&byte))
    };
    match (key.to_str().ok().filter(is_key), keys.next()) {
        (Some(key), None) => Ok(Some(key.to_owned())),
        _ => Err(Refusal::malformed("Idempotency-Key: send it once, with 1 to 255 visible signs of ASCII")),
    }
}

/// The policy that decides at this moment.
pub(crate) fn policy(shared: &Shared, now: i64) -> Result<Arc<InForce>, Refusal> {
    let told = |none: NoPolicy| format!("{}, so nothing is decided", none.message());
    shared.policy.deciding(now).map_err(|none| Refusal::unavailable(none.code(), &told(none)))
}

/// By what is decided, and when.
fn deciding(shared: &Shared) -> Result<(Arc<InForce>, i64), Refusal> {
    let now = now(shared)?;
    Ok((policy(shared, now)?, now))
}

fn now(shared: &Shared) -> Result<i64, Refusal> {
    shared.clock.now().map_err(|_| {
        Refusal::unavailable("CLOCK_WENT_BACK", "the clock of this host went back, so nothing is decided")
    })
}

pub(super) fn drawn() -> Result<Drawn, Refusal> {
    Drawn::draw().map_err(|error| {
        tracing::error!(%error, "the system gives no random numbers, so nothing is granted");
        Refusal::unavailable("NO_RANDOM_NUMBERS", "the host gives no random numbers, so nothing is granted")
    })
}

/// What is decided for an agent, by a policy that was found in force, with all that has to be looked up for it.
pub(super) async fn case(
    shared: &Shared,
    policy: Arc<InForce>,
    agent: Arc<Key>,
    wanted: Asked<'_>,
    mut known: Circumstances,
    now: i64,
) -> Case {
    shared.look_up(&policy, &agent.agent, &wanted.text, now, &mut known).await;
    Case {
        policy,
        agent,
        asked: wanted.text,
        action: wanted.action.into_owned(),
        known,
        keys_as_of: shared.keys_as_of(),
        mandate_used: Arc::clone(&shared.sources.mandate_used),
        mode: shared.mode,
        zones: shared.zones.clone(),
        identity: Arc::clone(&shared.tenant.identity),
    }
}

/// What is not of the form that the policy declares. The members of a purchase are the input of a tool for the engine only.
fn unread(of_purchase: bool, why: &str) -> Refusal {
    let input = why.strip_prefix("input.").filter(|_| of_purchase);
    Refusal::malformed(input.unwrap_or(why))
}

/// What a token says that was signed for this gateway; its time may be over.
fn claims(shared: &Shared, token: &str, now: i64) -> Option<Claims> {
    shared.tenant.claims(token, now)
}

/// What came of a step, and whether that was so before.
pub(super) fn given<T>(done: Result<Given<T>, Undone>) -> Result<(T, bool), Refusal> {
    match done {
        Ok(Given::First(told)) => Ok((told, false)),
        Ok(Given::Repeated(told)) => Ok((told, true)),
        Ok(Given::KeyReused) => {
            let message =
                "Idempotency-Key: was used for another request within the last day; send another key";
            Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "IDEMPOTENCY_KEY_REUSED", message))
        }
        Err(why) => Err(undone(&why)),
    }
}

/// Marks an answer that was given before.
fn marked(mut told: Map<String, Value>, repeated: bool) -> Map<String, Value> {
    if repeated {
        told.insert("repeated".to_owned(), true.into());
    }
    told
}

/// What could not be kept is not allowed.
pub(super) fn undone(undone: &Undone) -> Refusal {
    use lictor_store::ErrorKind::{Broken, Stopped, Undeclared, Unknown};
    if let Undone::Nonce(why) = undone {
        return signed::unusable(*why);
    }
    tracing::error!(why = %undone, "a step was not done");
    match undone {
        Undone::Store(error) if error.kind == Unknown => Refusal::unavailable(
            error.kind.code(),
            "the store was lost while it was written to, and nobody knows whether this was done; ask again with the same Idempotency-Key",
        ),
        Undone::Store(error) if error.kind == Stopped => Refusal::unavailable(
            error.kind.code(),
            "the store has stopped after a failure, so nothing was done, nor will be until whoever runs this gateway has started it again",
        ),
        Undone::Store(error) if !matches!(error.kind, Broken | Undeclared) => Refusal::unavailable(
            error.kind.code(),
            "the store does not answer, so nothing was done; try again",
        ),
        Undone::Endless => Refusal::unavailable(
            "POLICY_ENDLESS",
            "what the policy asks of the past changed with every answer; nothing was done",
        ),
        _ => Refusal::fault(),
    }
}
