//! Requests for approval, for programs and for browsers: the same addresses, and pages for whoever asks for pages.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{Request, StatusCode};
use lictor_store::{Approval, ApprovalState};
use serde_json::{Value, json};

use super::body;
use super::caller::Caller;
use super::refusal::Refusal;
use super::written::Json;
use crate::approvals::{
    ApprovalId, Means, Outcome, Refused, Said, Unanswered, desk, for_agent, for_people, state,
};
use crate::clock;
use crate::gateway::Shared;
use crate::json::{self, Object, Wrong};
use crate::key::{Key, Right, Role};
use crate::pages;

/// Where requests for approval are, and how the path of a wait ends.
pub(crate) const APPROVALS: &str = "/approvals";
/// What a request may be answered with that was answered in a form: the name of that evidence, and of the role it is for.
const LOCAL_OPERATOR: &str = lictor_evidence::receipt::LOCAL_OPERATOR;
/// See [`APPROVALS`].
pub(crate) const WAIT: &str = "/wait";
/// The longest that anybody waits; what is asked beyond that is cut.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The paths.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route(APPROVALS, get(list))
        .route("/approvals/{id}", get(one))
        .route("/approvals/{id}/wait", get(wait))
        .route("/approvals/{id}/form", get(form))
        .route("/approvals/{id}/{answer}", post(answer))
}

/// `GET /approvals`
async fn list(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Result<Response, Refusal> {
    let (mut parts, _) = request.into_parts();
    if pages::wants_page(&parts.headers) {
        return Ok(pages::list(&shared, &parts.uri, &parts.headers).await);
    }
    let caller = Caller::from_request_parts(&mut parts, &shared).await?;
    caller.noted.by(&caller.key, None);
    caller.needs(Right::ReadLog)?;
    let wanted = parts.uri.query().map_or(Ok(ApprovalState::Pending), wanted)?;
    let found = desk::listed(&shared, wanted).await.ok_or_else(no_store)?;
    let now = clock::system();
    // What is over by now waits for nobody, whether or not anybody has written that down.
    let found = found.iter().filter(|approval| state(approval, now) == wanted);
    Ok(Json(json!({ "approvals": found.map(|approval| for_people(approval, now)).collect::<Vec<_>>() }))
        .into_response())
}

/// The state that is asked for: `state=denied`.
fn wanted(query: &str) -> Result<ApprovalState, Refusal> {
    let states = [
        ("pending", ApprovalState::Pending),
        ("approved", ApprovalState::Approved),
        ("denied", ApprovalState::Denied),
        ("expired", ApprovalState::Expired),
        ("used", ApprovalState::Used),
        ("void", ApprovalState::Void),
    ];
    let named = query.strip_prefix("state=");
    let found = states.into_iter().find(|(name, _)| Some(*name) == named);
    let found = found.map(|(_, state)| state);
    found.ok_or_else(|| {
        Refusal::malformed("query: ask for state=pending, approved, denied, expired, used or void")
    })
}

/// `GET /approvals/{id}`
async fn one(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    let (mut parts, _) = request.into_parts();
    if pages::wants_page(&parts.headers) {
        return Ok(pages::one(&shared, &parts.uri, &parts.headers, &id).await);
    }
    let caller = Caller::from_request_parts(&mut parts, &shared).await?;
    let approval = seen(&shared, &caller, &id).await?;
    Ok(Json(shown(&caller.key, &approval)).into_response())
}

/// `GET /approvals/{id}/wait`
async fn wait(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    caller: Caller,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    let longest = at_most(request.uri().query())?;
    let mut waiter = shared.bell.waiter().ok_or_else(|| {
        Refusal::unavailable(
            "TOO_MANY_WAIT",
            "too many wait already; ask for it without waiting, now and then",
        )
    })?;
    let started = Instant::now();
    loop {
        let approval = seen(&shared, &caller, &id).await?;
        let left = longest.saturating_sub(started.elapsed());
        let is_over = shared.ending.load(std::sync::atomic::Ordering::Relaxed);
        if state(&approval, clock::system()) != ApprovalState::Pending || left.is_zero() || is_over {
            return Ok(Json(shown(&caller.key, &approval)).into_response());
        }
        waiter.wait(left).await;
    }
}

/// `GET /approvals/{id}/form`
async fn form(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Response, Refusal> {
    caller.noted.by(&caller.key, None);
    caller.needs(Right::Approve)?;
    let form = desk::form(&shared, &caller.key, parse(&id)?).await.ok_or_else(no_store)?;
    Ok(Json(form.map_err(refusal)?).into_response())
}

/// How long somebody waits: `seconds=20`.
fn at_most(query: Option<&str>) -> Result<Duration, Refusal> {
    let Some(query) = query else { return Ok(LONGEST_WAIT) };
    let seconds: Option<u64> = query.strip_prefix("seconds=").and_then(|seconds| seconds.parse().ok());
    let wrong = || Refusal::malformed("query: say how long to wait as seconds=20");
    seconds.map(|seconds| Duration::from_secs(seconds).min(LONGEST_WAIT)).ok_or_else(wrong)
}

/// An answer as JSON. An empty body is one without anything in it.
struct Answer {
    /// How it is given.
    means: Means,
    /// The version that was seen.
    version: Option<u32>,
}

impl Default for Answer {
    fn default() -> Answer {
        Answer { means: Means::Session, version: None }
    }
}

impl Answer {
    fn read(body: &[u8]) -> Result<Answer, Refusal> {
        json::check(body)?;
        let text = std::str::from_utf8(body).map_err(|_| Refusal::malformed("body: is not UTF-8"))?;
        let body = Object::only(text, &["signature", "evidence", "version"])?;
        let said = |name| body.get(name).filter(|value| *value != "null");
        let text = |name| said(name).map(|_| body.text(name)).transpose();
        let (signature, evidence) = (text("signature")?, text("evidence")?);
        let means = match (evidence.as_deref(), signature) {
            (None, None) => Means::Session,
            (None, Some(signature)) => Means::Signature(signature.into_owned()),
            (Some(LOCAL_OPERATOR), None) => Means::LocalOperator,
            (Some(LOCAL_OPERATOR), Some(_)) => {
                return Err(Wrong::at(
                    "signature",
                    "stands beside an answer from a form; send one of the two",
                )
                .into());
            }
            (Some(_), _) => {
                let why = "is none that can be said; send \"local_operator\" for an answer from a form at the agent's machine";
                return Err(Wrong::at("evidence", why).into());
            }
        };
        let version = said("version").map(|number| {
            let version = json::whole(number).and_then(|number| u32::try_from(number).ok());
            version.ok_or_else(|| {
                Wrong::at("version", "is none; send the `version` of the request as it was read")
            })
        });
        Ok(Answer { means, version: version.transpose()? })
    }
}

/// `POST /approvals/{id}/approve` and `deny`
async fn answer(
    State(shared): State<Arc<Shared>>,
    Path((id, word)): Path<(String, String)>,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    if word != "approve" && word != "deny" {
        return Err(Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", "answer with /approve or /deny"));
    }
    if body::is(request.headers(), pages::FORM) {
        return pages::answer(State(shared), Path((id, word)), request).await;
    }
    let (mut parts, sent) = request.into_parts();
    // A cookie alone answers nothing here: only what a browser never sends by itself does.
    let caller = Caller::from_request_parts(&mut parts, &shared).await?;
    caller.noted.by(&caller.key, None);
    caller.needs(Right::Approve)?;
    let parsed = parse(&id)?;
    let is_json = body::is(&parts.headers, "application/json");
    let bytes = caller.body(Request::from_parts(parts, sent), shared.limits.body).await?;
    let Answer { means, version } = match (bytes.is_empty(), is_json) {
        (true, _) => Answer::default(),
        (false, false) => return Err(Refusal::malformed("Content-Type: is not application/json")),
        (false, true) => Answer::read(&bytes)?,
    };
    let (approves, trace) = (word == "approve", caller.trace.to_string());
    let said = Said { id: parsed, seen: version, approves, means, trace };
    match desk::answer(&shared, &caller.key, said).await {
        Ok(Outcome::Counted(approval)) => Ok(Json(for_people(&approval, clock::system())).into_response()),
        Ok(Outcome::Refused(why)) => Err(refusal(why)),
        Err(Unanswered::Store(_)) => Err(no_store()),
        Err(why) => Err(Refusal::unavailable("NOT_READY", why.message())),
    }
}

/// The request, where this key may see it: people all of them, and an agent its own.
async fn seen(shared: &Shared, caller: &Caller, id: &str) -> Result<Approval, Refusal> {
    caller.noted.by(&caller.key, None);
    let is_agent = caller.key.role == Role::Agent;
    if !is_agent {
        caller.needs(Right::ReadLog)?;
    }
    let found = desk::found(shared, parse(id)?).await.ok_or_else(no_store)?;
    // That of another agent is none.
    let own = found.filter(|approval| !is_agent || approval.agent == caller.key.name);
    own.ok_or_else(|| refusal(Refused::Unknown))
}

fn shown(key: &Key, approval: &Approval) -> Value {
    let now = clock::system();
    if key.role == Role::Agent { for_agent(approval, now) } else { for_people(approval, now) }
}

fn parse(id: &str) -> Result<ApprovalId, Refusal> {
    id.parse().map_err(|_| refusal(Refused::Unknown))
}

fn refusal(why: Refused) -> Refusal {
    let status = match why {
        Refused::Unknown => StatusCode::NOT_FOUND,
        Refused::Voted | Refused::Changed | Refused::Over(_) | Refused::Unreadable => StatusCode::CONFLICT,
        Refused::NotRecorded => StatusCode::SERVICE_UNAVAILABLE,
        Refused::NotAsked
        | Refused::OwnRequest
        | Refused::Owner
        | Refused::User
        | Refused::Excluded
        | Refused::NotLocal
        | Refused::NotSigned
        | Refused::WrongSignature => StatusCode::FORBIDDEN,
    };
    Refusal::new(status, why.code(), why.message())
}

fn no_store() -> Refusal {
    Refusal::unavailable("STORE_UNAVAILABLE", "the store does not answer; try again in a moment")
}
