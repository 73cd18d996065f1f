//! Requests for approval: the list of those that wait, one of them, and answering it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, Request, StatusCode, Uri};
use lictor_bundle::program::Bundle;
use lictor_store::{Approval, ApprovalState};
use maud::{Markup, html};

use super::asked::{demands, listed, main_amount, risk, says, tag, votes, who};
use super::form::Form;
use super::frame::{self, At};
use super::moment::{length, moment};
use super::sign;
use super::visitor::{Visitor, is_own_form};
use super::words::inline;
use super::{bar, no_store, to, told};
use crate::approvals::{
    ApprovalId, Asked, Means, Outcome, People, Person, Refused, Said, Statement, desk, state,
};
use crate::clock;
use crate::gateway::Shared;
use crate::http::{Noted, Refusal};
use crate::key::Right;
use crate::policy::InForce;

/// How many requests wait for somebody.
pub(super) async fn pending(shared: &Shared) -> usize {
    let now = clock::system();
    let all = desk::listed(shared, ApprovalState::Pending).await.unwrap_or_default();
    all.iter().filter(|approval| approval.expires_at >= now).count()
}

/// `GET /approvals`, for a browser
pub(crate) async fn list(shared: &Arc<Shared>, uri: &Uri, headers: &HeaderMap) -> Response {
    let Some(visitor) = Visitor::of(shared, headers) else { return sign::first(uri) };
    let now = clock::system();
    let states = [ApprovalState::Pending, ApprovalState::Approved, ApprovalState::Denied];
    let mut found = Vec::new();
    for wanted in states {
        let Some(some) = desk::listed(shared, wanted).await else {
            return no_store(shared, Some(&visitor)).await;
        };
        found.extend(some);
    }
    found.sort_by_key(|approval| std::cmp::Reverse(approval.index));
    let (waiting, past): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|approval| state(approval, now) == ApprovalState::Pending);
    let policy = shared.policy.in_force();
    let body = html! {
        main.narrow #main {
            h1 { "Approvals" }
            @if waiting.is_empty() {
                div.card { p { "Nothing waits for anybody." } p.aside { "Where a policy says step_up, what an agent asks waits here until enough people have answered." } }
            }
            @for approval in &waiting { (entry(approval, policy.as_deref(), now)) }
            @if !past.is_empty() {
                h2 { "Answered" }
                @for approval in past.iter().take(50) { (entry(approval, policy.as_deref(), now)) }
            }
        }
    };
    frame::page(StatusCode::OK, "Approvals", &bar(shared, Some(&visitor), At::Approvals).await, &body)
}

/// The bundle in force, where it is the one that asked.
fn of<'p>(policy: Option<&'p InForce>, asked: &Asked) -> Option<&'p Bundle> {
    let same = policy.filter(|policy| policy.engine.id().to_string() == asked.bundle);
    same.map(|policy| policy.engine.bundle())
}

fn entry(approval: &Approval, policy: Option<&InForce>, now: i64) -> Markup {
    let asked = Asked::from_bytes(&approval.body);
    html! {
        div.card {
            p {
                (tag(state(approval, now))) " "
                @if approval.state == ApprovalState::Pending && approval.expires_at >= now {
                    span.aside { (length(approval.expires_at - now)) " left" }
                } @else if let Some(asked) = &asked { span.aside { (moment(asked.at)) } }
            }
            h3 {
                a href={ "/approvals/" (ApprovalId::of(approval)) } {
                    (inline(&approval.agent)) ": " (asked.as_ref().map_or("?", |asked| asked.action.as_str()))
                }
            }
            @if let Some(asked) = &asked {
                (main_amount(&asked.fields))
                @for demand in &asked.demands { (says(demand, of(policy, asked))) }
            }
        }
    }
}

/// `GET /approvals/{id}`, for a browser
pub(crate) async fn one(shared: &Arc<Shared>, uri: &Uri, headers: &HeaderMap, id: &str) -> Response {
    let Some(visitor) = Visitor::of(shared, headers) else { return sign::first(uri) };
    shown(shared, &visitor, id, StatusCode::OK, None).await
}

/// `POST /approvals/{id}/approve` and `deny`, from a form
pub(crate) async fn answer(
    State(shared): State<Arc<Shared>>,
    Path((id, word)): Path<(String, String)>,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    let headers = request.headers().clone();
    let trace = Noted::of(request.extensions()).trace.to_string();
    let form = Form::read(request).await?;
    let parsed = id.parse::<ApprovalId>();
    let Some(visitor) = Visitor::of(&shared, &headers) else {
        let back = parsed.map(|id| format!("{}?next=/approvals/{id}", sign::SIGN_IN));
        return Ok(to(&back.unwrap_or_else(|_| sign::SIGN_IN.to_owned())));
    };
    let approves = word == "approve";
    let seen = form.get("seen").and_then(|seen| seen.parse().ok());
    let is_ours = seen.is_some_and(|seen| {
        visitor.session.has_sent(form.get("nonce").unwrap_or_default(), &purpose(&word, &id, seen))
    });
    if !is_ours || !is_own_form(&shared, &headers) {
        return Ok(sign::foreign(&shared, Some(&visitor)).await);
    }
    let Ok(parsed) = parsed else { return Ok(unknown(&shared, &visitor).await) };
    if !visitor.key.role.may(Right::Approve) {
        let why = "You are signed in with a key that reads and does not approve.";
        return Ok(shown(&shared, &visitor, &id, StatusCode::FORBIDDEN, Some(why)).await);
    }
    let signature = form.get("signature").map(|text| text.split_whitespace().collect());
    let means = signature.map_or(Means::Session, Means::Signature);
    let said = Said { id: parsed, seen, approves, means, trace };
    Ok(match desk::answer(&shared, &visitor.key, said).await {
        // Shown with GET, so that a page that is loaded again answers nothing again.
        Ok(Outcome::Counted(_)) => to(&format!("/approvals/{parsed}")),
        Ok(Outcome::Refused(Refused::Unknown)) => unknown(&shared, &visitor).await,
        Ok(Outcome::Refused(why)) => {
            shown(&shared, &visitor, &id, StatusCode::CONFLICT, Some(why.message())).await
        }
        Err(why) => shown(&shared, &visitor, &id, StatusCode::SERVICE_UNAVAILABLE, Some(why.message())).await,
    })
}

/// What the nonce of an answer is for: this answer to this request as it was seen.
fn purpose(word: &str, id: &str, seen: u32) -> String {
    format!("{word} {id} {seen}")
}

async fn unknown(shared: &Shared, visitor: &Visitor) -> Response {
    let what = "There is no such request for approval. The list shows those that wait.";
    told(shared, Some(visitor), StatusCode::NOT_FOUND, "No such request", what).await
}

async fn shown(
    shared: &Shared,
    visitor: &Visitor,
    id: &str,
    status: StatusCode,
    wrong: Option<&str>,
) -> Response {
    let Ok(parsed) = id.parse::<ApprovalId>() else { return unknown(shared, visitor).await };
    let approval = match desk::found(shared, parsed).await {
        None => return no_store(shared, Some(visitor)).await,
        Some(None) => return unknown(shared, visitor).await,
        Some(Some(approval)) => approval,
    };
    let Some(asked) = Asked::from_bytes(&approval.body) else {
        let what = Refused::Unreadable.message();
        return told(shared, Some(visitor), StatusCode::CONFLICT, "It cannot be read", what).await;
    };
    let body = page(shared, visitor, &approval, &asked, wrong);
    frame::page(status, &asked.action, &bar(shared, Some(visitor), At::Approvals).await, &body)
}

fn page(
    shared: &Shared,
    visitor: &Visitor,
    approval: &Approval,
    asked: &Asked,
    wrong: Option<&str>,
) -> Markup {
    let now = clock::system();
    let policy = shared.policy.in_force();
    let bundle = of(policy.as_deref(), asked);
    html! {
        main.narrow #main {
            @if let Some(wrong) = wrong { div.note.bad role="alert" { (wrong) } }
            div.card {
                p { (tag(state(approval, now))) }
                h1 { (inline(&asked.asker.agent)) " asks for " (asked.action) }
                (main_amount(&asked.fields))
                (listed(&asked.fields, asked.left_out))
            }
            div.card { h2 { "Why the policy stopped it" } (demands(asked, &approval.votes, bundle)) }
            @if let Some(score) = &asked.risk { div.card { h2 { "Risk" } (risk(score)) } }
            div.card { h2 { "Who asks" } (who(approval, asked, now)) }
            @if !approval.votes.is_empty() { div.card { h2 { "Answers" } (votes(&approval.votes)) } }
            (your_answer(shared, visitor, approval, asked, now))
            div.fine {
                dl {
                    dt { "Request" } dd.code { (asked.request_digest) }
                    dt { "Policy" } dd.code { (asked.bundle) }
                    dt { "Record" } dd { a href={ "/events/" (approval.index) } { (approval.index) } }
                }
            }
        }
    }
}

/// The form, or why there is none.
fn your_answer(shared: &Shared, visitor: &Visitor, approval: &Approval, asked: &Asked, now: i64) -> Markup {
    if state(approval, now) != ApprovalState::Pending {
        return html! {};
    }
    let person = Person::of(&visitor.key).and_then(|person| {
        let all = shared.keys.approvers(now).ok()?;
        Some(person.known_among(&People::of(all.iter().map(|key| &**key))))
    });
    let Some(person) = person else {
        return html! { div.note { "You are signed in with a key that reads and does not approve." } };
    };
    if approval.votes.iter().any(|vote| person.is_called(&vote.person)) {
        return html! { div.note.good { "You have answered. It waits for others." } };
    }
    if let Err(why) = person.may_answer(asked, &Means::Session) {
        return html! { div.note { "You cannot answer this one: " (why.message()) "." } };
    }
    let id = ApprovalId::of(approval).to_string();
    let key = visitor.key.approves.as_ref().and_then(|approves| approves.signing.as_ref());
    let form = |word: &str, class: &str, label: &str, signature: Markup| {
        html! {
            form method="post" action={ "/approvals/" (id) "/" (word) } {
                input type="hidden" name="seen" value=(approval.version);
                input type="hidden" name="nonce" value=(visitor.session.nonce(&purpose(word, &id, approval.version)));
                (signature)
                button type="submit" class=(class) { (label) }
            }
        }
    };
    let tenant = &shared.tenant.identity.name;
    let statement = Statement { approval, asked, tenant, person: &person.name, approves: true };
    let signing = || {
        html! {
            p.aside { "Sign these lines, for instance with " code { "openssl pkeyutl -sign -rawin -inkey YOUR.key -in lines.txt | base64 -w0" } }
            div.rule { pre { (statement.text()) } }
            label for="signature" { "The signature, in base64" }
            textarea #signature name="signature" required spellcheck="false" autocapitalize="off" {}
        }
    };
    html! {
        @match (asked.signed, key) {
            (true, None) => {
                div.note { "The policy takes a signature only, and you have registered no key to sign with. Whoever runs this gateway registers one with " code { "lictor keys add … --signing-key FILE" } ". You can deny it." }
                div.card { div.answer { (form("deny", "no", "Deny", html! {})) } }
            }
            (true, Some(_)) => {
                div.card {
                    h2 { "Your answer" }
                    p { "The policy takes a signature only." }
                    (form("approve", "yes", "Approve with this signature", signing()))
                }
                div.card { div.answer { (form("deny", "no", "Deny", html! {})) } }
            }
            (false, key) => {
                @if key.is_some() {
                    div.card {
                        details {
                            summary { "Approve with a signature" }
                            (form("approve", "yes", "Approve with this signature", signing()))
                        }
                    }
                }
                div.card {
                    h2 { "Your answer" }
                    div.answer {
                        (form("deny", "no", "Deny", html! {}))
                        (form("approve", "yes", "Approve", html! {}))
                    }
                }
            }
        }
    }
}
