//! One event, opened: what was asked and decided, its thirteen checks, the rules behind it with their texts and citations, and what came of it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use lictor_bundle::program::Bundle;
use lictor_journal::{Body, Step};
use lictor_store::{Reader, Record, StoreError, TenantId};
use maud::{Markup, html};

use super::editions::Editions;
use super::event::{because, evaluated, follows, what, why};
use super::frame::{self, At};
use super::gist::{fields, gist};
use super::judged::judged;
use super::moment::moment;
use super::receipt::approvals;
use super::visitor::Visitor;
use super::words::{framed, inline};
use super::{bar, no_store, sign, told};
use crate::approvals::desk;
use crate::gateway::Shared;
use crate::tenant::Identity;

/// How many records after one are looked through for those that follow it.
const AFTER: u64 = 2_000;
/// The most that are shown of them.
const FOLLOWING: usize = 20;

/// A record, and those that belong to the same action.
struct Found {
    record: Record,
    body: Option<Body>,
    /// Those that it follows, and those that follow it, in the order of the log.
    chain: Vec<(Record, Option<Body>)>,
}

/// `GET /events/{index}`
pub(crate) async fn page(
    State(shared): State<Arc<Shared>>,
    Path(index): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let Some(visitor) = Visitor::of(&shared, &headers) else { return sign::first(&uri) };
    let found = match index.parse::<u64>() {
        Err(_) => Some(None),
        Ok(index) => desk::look(&shared.tenant, move |reader, tenant| find(reader, tenant, index)).await,
    };
    let Some(found) = found else { return no_store(&shared, Some(&visitor)).await };
    let Some(found) = found else {
        let what = "The log has no record of this number.";
        return told(&shared, Some(&visitor), StatusCode::NOT_FOUND, "No such record", what).await;
    };
    let editions = Editions::of(&shared, found.body.iter()).await;
    let made = found.body.as_ref().and_then(|body| body.record.step.judged());
    let bundle = made.and_then(|made| editions.get(made));
    let body = html! {
        main.narrow #main {
            (head(&found, bundle))
            @match &found.body {
                None if found.record.body.is_none() => div.card { p { "What this record said was erased. Its leaf in the log stays, and a later record says by whom and why." } },
                None => div.note.bad { "What is kept of this record cannot be read here. " code { "lictor audit verify" } " says whether it was changed." },
                Some(body) => (said(&body.record.step, bundle)),
            }
            (fine(&found, &shared.tenant.identity))
        }
    };
    let title = format!("Record {}", found.record.index);
    frame::page(StatusCode::OK, &title, &bar(&shared, Some(&visitor), At::Timeline).await, &body)
}

fn read(record: &Record) -> Option<Body> {
    record.body.as_deref().and_then(|body| Body::from_bytes(body).ok())
}

fn find(reader: &mut Reader, tenant: TenantId, index: u64) -> Result<Option<Found>, StoreError> {
    let Some(record) = reader.record(tenant, index)? else { return Ok(None) };
    let body = read(&record);
    let mut chain = Vec::new();
    let mut before = body.as_ref().and_then(|body| follows(&body.record.step));
    while let Some(at) = before.filter(|at| *at < index && chain.len() < FOLLOWING) {
        let Some(record) = reader.record(tenant, at)? else { break };
        let body = read(&record);
        before = body.as_ref().and_then(|body| follows(&body.record.step)).filter(|next| *next < at);
        chain.push((record, body));
    }
    chain.reverse();
    // Those that follow are near: tokens and approvals are short-lived.
    let (agent, end) = (record.agent.clone(), index.saturating_add(AFTER));
    let filter = lictor_store::Filter { agent: Some(agent), ..lictor_store::Filter::default() };
    let mut family = vec![index];
    for record in reader.records(tenant, index.saturating_add(1)..end, &filter, false, 200)? {
        let body = read(&record);
        let of = body.as_ref().and_then(|body| follows(&body.record.step));
        if of.is_some_and(|of| family.contains(&of)) && chain.len() < FOLLOWING {
            family.push(record.index);
            chain.push((record, body));
        }
    }
    Ok(Some(Found { record, body, chain }))
}

fn head(found: &Found, bundle: Option<&Bundle>) -> Markup {
    let Found { record, body, chain } = found;
    let made = body.as_ref().and_then(|body| body.record.step.judged());
    let fields = made.and_then(|made| fields(made, bundle));
    html! {
        div.card {
            p { (what(record, body.as_ref()).tag()) " " span.aside { (moment(record.at)) } }
            h1 {
                @if record.action.is_empty() { (inline(&record.agent)) } @else { (inline(&record.agent)) ": " (inline(&record.action)) }
            }
            @if let Some((fields, _)) = &fields { (gist(fields)) }
            @if let Some(body) = body { p { (why(&body.record.step)) } }
            @if !chain.is_empty() {
                ul.chain {
                    @for (other, body) in chain {
                        li { a href={ "/events/" (other.index) } { (what(other, body.as_ref()).tag()) " " (other.index) } }
                    }
                }
            }
        }
    }
}

fn said(step: &Step, bundle: Option<&Bundle>) -> Markup {
    match step {
        Step::ApprovalAsked(asked) => html! {
            div.card {
                p { "People are asked; " a href={ "/approvals/" (asked.id) } { "the request for approval" } " says what for." }
                p.aside { "Until " (moment(asked.expires.0)) "." }
            }
        },
        Step::ApprovalAnswered(answered) => html! {
            div.card {
                p { (inline(&answered.answer.by)) " answered " a href={ "/approvals/" (answered.id) } { "a request for approval" } "." }
                @if let Some(signed) = &answered.signed { p.aside { "Signed:" } div.rule { pre { (signed.statement) } } }
                @if let Some(words) = &answered.words { p.aside { "In words that are the reviewer's, and nobody has checked:" } (framed(words, 0)) }
            }
        },
        Step::ApprovalVoid(void) => html! {
            div.card { p { a href={ "/approvals/" (void.id) } { "The request for approval" } " came to nothing: " (because(void.because)) "." } }
        },
        step => {
            html! { @if let Step::Decided(decided) = step { (evaluated(decided)) } (granted(step)) @if let Some(made) = step.judged() { (judged(made, bundle)) } }
        }
    }
}

/// The token that was granted or used, and who approved that.
fn granted(step: &Step) -> Markup {
    let approved = match step {
        Step::Decided(step) => &step.approvals[..],
        Step::Burned(step) => &step.approvals[..],
        _ => &[],
    };
    html! {
        @match step {
            Step::Decided(step) => @if let Some(issued) = &step.token {
                div.card {
                    p { "A token was granted, to be used once until " (moment(issued.expires.0)) "." }
                    @if let Some(asked) = step.approval { p.aside { "People were asked: " a href={ "/events/" (asked) } { "record " (asked) } "." } }
                }
            },
            Step::Burned(step) => div.card { p { "The token was used by " (inline(&step.by)) "." } },
            Step::Observed(step) => div.card {
                p { "It came without a token, and was reported by " (inline(&step.by)) "." }
                @if step.code.is_some() { p.aside { "Its agent has no key in force, so it is denied whatever the policy says of it." } }
            },
            _ => {},
        }
        @if !approved.is_empty() { div.card { h2 { "Who approved it" } (approvals(approved)) } }
    }
}

fn fine(found: &Found, tenant: &Identity) -> Markup {
    let record = &found.record;
    let of = found.body.as_ref().map(|body| &body.record);
    html! {
        div.fine {
            dl {
                dt { "Record" } dd { (record.index) }
                @if let Some(of) = of { dt { "Trace" } dd.code { (of.trace) } }
                @if let Some(judged) = of.and_then(|of| of.step.judged()) { dt { "Policy" } dd.code { (judged.bundle) } }
                @if let Some(receipt) = of.and_then(|of| of.receipt.as_ref()) {
                    dt { "Receipt" } dd { a href=(tenant.receipt(&receipt.id)) { (receipt.id) } }
                }
                @if let Some(index) = of.and_then(|of| of.repeats) { dt { "Repeats" } dd { a href={ "/events/" (index) } { (index) } } }
                dt { "Leaf" } dd.code { (record.leaf) }
            }
        }
    }
}
