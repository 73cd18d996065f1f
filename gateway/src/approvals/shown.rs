//! A request for approval as JSON: all of it for people, and for the agent what it needs to go on.

use lictor_bundle::time::render_timestamp;
use lictor_store::{Approval, ApprovalState};
use serde_json::{Map, Value as Json, json};

use super::asked::{Asked, Demand, Risk};
use super::evidence::{Evidence, Proof};
use super::field::{By, Field, Value};
use super::id::ApprovalId;
use super::tally::given;

/// What became of it, as it is written. One whose time is over is so, whether or not anybody has written it down yet.
pub(crate) fn state(approval: &Approval, now: i64) -> ApprovalState {
    match approval.state {
        ApprovalState::Pending | ApprovalState::Approved if approval.expires_at < now => {
            ApprovalState::Expired
        }
        state => state,
    }
}

/// How a state is written.
fn name(state: ApprovalState) -> &'static str {
    match state {
        ApprovalState::Pending => "pending",
        ApprovalState::Approved => "approved",
        ApprovalState::Denied => "denied",
        ApprovalState::Expired => "expired",
        ApprovalState::Used => "used",
        ApprovalState::Void => "void",
    }
}

/// For the agent that asked: neither who answered, nor what the policy says only to people.
pub(crate) fn for_agent(approval: &Approval, now: i64) -> Json {
    Json::Object(of_agent(approval, now))
}

fn of_agent(approval: &Approval, now: i64) -> Map<String, Json> {
    let mut shown = Map::new();
    shown.insert("id".to_owned(), ApprovalId::of(approval).to_string().into());
    shown.insert("state".to_owned(), name(state(approval, now)).into());
    shown.insert("expiresAt".to_owned(), render_timestamp(approval.expires_at).into());
    if let Some(until) = approval.cools_until.filter(|until| *until > now) {
        shown.insert("askAgainAfter".to_owned(), render_timestamp(until).into());
    }
    shown
}

/// For people.
pub(crate) fn for_people(approval: &Approval, now: i64) -> Json {
    let mut shown = of_agent(approval, now);
    let mut put = |name: &str, value: Json| shown.insert(name.to_owned(), value);
    put("version", approval.version.into());
    put("agent", approval.agent.clone().into());
    put("answers", approval.votes.iter().map(vote).collect());
    if let Some(asked) = Asked::from_bytes(&approval.body) {
        let demands = asked.demands.iter().enumerate();
        put("askedAt", render_timestamp(asked.at).into());
        put("action", asked.action.clone().into());
        put("bundle", asked.bundle.clone().into());
        put("requestDigest", asked.request_digest.clone().into());
        put("owner", asked.asker.owner.clone().into());
        put("user", asked.asker.user.clone().into());
        put("signatureNeeded", asked.signed.into());
        put("fields", asked.fields.iter().map(field).collect());
        put(
            "asks",
            demands.map(|(number, one)| demand(one, given(&asked, &approval.votes, number))).collect(),
        );
        put("risk", asked.risk.as_ref().map_or(Json::Null, risk));
    }
    Json::Object(shown)
}

pub(super) fn risk(risk: &Risk) -> Json {
    let points = risk.points.iter().map(|(code, points)| json!({ "code": code, "points": points }));
    json!({ "score": risk.score, "flags": risk.flags, "points": points.collect::<Vec<_>>() })
}

fn vote(vote: &lictor_store::Vote) -> Json {
    let evidence = Evidence::read(&vote.evidence);
    let words = match evidence.as_ref().map(|evidence| &evidence.proof) {
        Some(Proof::Reviewer { words }) => words.clone(),
        _ => None,
    };
    let mut shown = json!({
        "person": vote.person,
        "answer": if vote.approves { "approved" } else { "denied" },
        "at": render_timestamp(vote.at),
        "record": vote.index,
        "evidence": evidence.map(|evidence| evidence.proof.name()),
    });
    if let Some((members, words)) = shown.as_object_mut().zip(words) {
        members.insert("words".to_owned(), words.into());
    }
    shown
}

pub(super) fn field(field: &Field) -> Json {
    let by = match field.by {
        By::Agent => "agent",
        By::Host => "host",
    };
    let (kind, value) = match &field.value {
        Value::Amount(amount, currency) => ("amount", json!({ "amount": amount, "currency": currency })),
        Value::Plain(text) => ("plain", Json::from(text.clone())),
        Value::Words(text, _) => ("words", Json::from(text.clone())),
        Value::Secret => ("secret", Json::Null),
        Value::Personal => ("personal", Json::Null),
    };
    match field.value {
        Value::Words(_, cut @ 1..) => {
            json!({ "path": field.path, "by": by, "kind": kind, "value": value, "cut": cut })
        }
        _ => json!({ "path": field.path, "by": by, "kind": kind, "value": value }),
    }
}

fn demand(demand: &Demand, given: usize) -> Json {
    json!({
        "code": demand.code, "reason": demand.reason, "rule": demand.rule, "stage": demand.stage, "to": demand.to,
        "quorum": demand.quorum, "approved": given, "otherThan": demand.other_than, "cites": demand.cites,
    })
}
