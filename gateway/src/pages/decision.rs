//! One event, opened: what was asked and decided, its thirteen checks, the rules behind it with their texts and citations, and what came of it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use lictor_bundle::program::{Bundle, Stage};
use lictor_evidence::json::Json;
use lictor_evidence::token::Mode;
use lictor_journal::record::{Judged, Outcome};
use lictor_journal::{Body, Step};
use lictor_store::{Reader, Record, StoreError, TenantId};
use maud::{Markup, html};

use super::event::{because, evaluated, follows, known, verdict, what, why};
use super::frame::{self, At};
use super::moment::moment;
use super::receipt::approvals;
use super::visitor::Visitor;
use super::words::{framed, inline};
use super::{bar, no_store, rule, sign, told};
use crate::approvals::desk;
use crate::gateway::Shared;
use crate::policy::Ever;
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
    let decided = found.body.as_ref().and_then(|body| body.record.step.judged()).map(|made| made.bundle.0);
    let policy = match decided {
        None => None,
        Some(id) => {
            let at = Arc::clone(&shared);
            // One that is not in force is read.
            tokio::task::spawn_blocking(move || at.policy.ever(id)).await.ok().flatten()
        }
    };
    let bundle = policy.as_ref().map(Ever::bundle);
    let body = html! {
        main.narrow #main {
            (head(&found))
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

fn head(found: &Found) -> Markup {
    let Found { record, body, chain } = found;
    html! {
        div.card {
            p { (what(record, body.as_ref()).tag()) " " span.aside { (moment(record.at)) } }
            h1 {
                @if record.action.is_empty() { (inline(&record.agent)) } @else { (inline(&record.agent)) ": " (inline(&record.action)) }
            }
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
            _ => {},
        }
        @if !approved.is_empty() { div.card { h2 { "Who approved it" } (approvals(approved)) } }
    }
}

fn judged(judged: &Judged, bundle: Option<&Bundle>) -> Markup {
    let outcome = &judged.outcome;
    // The texts of another edition are not those that decided.
    html! {
        @if judged.mode == Mode::Observe { div.note { "Decisions only observed then: nothing was refused by this." } }
        (causes(outcome, bundle))
        div.card { h2 { "Checks" } (checks(outcome)) }
        @if let Some(risk) = &outcome.risk {
            div.card {
                h2 { "Risk" }
                p { span.score { (risk.score) } meter min="0" max="100" value=(risk.score) { (risk.score) " of 100" } " " span.aside { "of 100" } }
                @if !risk.flags.is_empty() { p { @for flag in &risk.flags { span.tag { (flag) } " " } } }
                @if !risk.points.is_empty() { dl { @for points in &risk.points { dt { (points.code) } dd { "+" (points.points) " " span.faint { (points.rule) } } } } }
            }
        }
        @if let Some(shadow) = &outcome.shadow {
            div.card {
                h2 { "What is only observed" }
                p { (verdict(shadow.decision).tag()) " " code { (shadow.reason_code) } " " span.aside { "by " (shadow.layers.join(", ")) ", and it did not count" } }
            }
        }
        div.card {
            h2 { "Request" }
            p.aside {
                "Of " (inline(&judged.agent.id)) ", " (known(judged.agent.authenticated))
                @if let Some(key) = judged.agent.key { " with the key " code { (key) } }
                "."
            }
            (json(&judged.request))
            (withheld(&judged.withheld))
        }
        @if !judged.facts.is_empty() {
            div.card {
                h2 { "Facts" }
                dl { @for fact in &judged.facts { dt { (inline(&fact.fact)) } dd { code { (shown(&fact.value)) } } } }
            }
        }
    }
}

fn causes(outcome: &Outcome, bundle: Option<&Bundle>) -> Markup {
    html! {
        @if !outcome.causes.is_empty() {
            div.card {
                h2 { "Why" }
                @if let Some(message) = &outcome.message { (told_words(outcome, message, bundle)) }
                @for cause in &outcome.causes {
                    div.demand {
                        p { (verdict(cause.effect).tag()) " " code { (cause.code) } @if let Some(layer) = &cause.layer { " " span.aside { "layer " (layer) } } }
                        (rule::cites(bundle, &cause.cites))
                        @match (&cause.rule, bundle) {
                            (Some(name), Some(bundle)) => details { summary { "The rule" } (rule::text(bundle, name, &cause.code)) },
                            (Some(name), None) => p.aside { "Rule " code { (name) } ", of an edition of the policy that is not kept here." },
                            (None, _) => {},
                        }
                    }
                }
            }
        }
        @if !outcome.exceptions.is_empty() {
            div.card { h2 { "Exceptions" } @for one in &outcome.exceptions { p { code { (one.name) } " lifted " code { (one.rule) } ", until " (one.expires) } } }
        }
        @if !outcome.obligations.is_empty() {
            div.card { h2 { "Obligations" } @for one in &outcome.obligations { p { code { (one.id) } @if let Some(by) = &one.by { " by " (by) } " " span.aside { (one.code) } } } }
        }
    }
}

/// What was told. Where it may repeat texts of the request it stands in the frame of an agent's words.
fn told_words(outcome: &Outcome, message: &str, bundle: Option<&Bundle>) -> Markup {
    let rule = outcome.causes.iter().find(|cause| cause.code == outcome.reason_code);
    let rule = rule.and_then(|cause| cause.rule.as_deref());
    html! {
        @if rule::is_own(bundle, rule, &outcome.reason_code, message) { p { (inline(message)) } } @else { (framed(message, 0)) }
    }
}

/// The thirteen stages, in their order; a record leaves out those in which no rule stands.
fn checks(outcome: &Outcome) -> Markup {
    let result = |stage: Stage| match outcome.checks.get(stage.name()).map(String::as_str) {
        Some("pass") => ("allow", "pass"),
        Some("step_up") => ("ask", "asks"),
        Some("fail") => ("deny", "fails"),
        Some("not_evaluated") => ("", "not reached"),
        _ => ("", "no rule"),
    };
    html! {
        ol.checks {
            @for stage in Stage::ALL {
                @let (class, word) = result(stage);
                li { span.still[class.is_empty()] { (title(stage)) } span.tag.(class) { (word) } }
            }
        }
    }
}

/// What a stage asks.
fn title(stage: Stage) -> &'static str {
    match stage {
        Stage::SchemaVersion => "Form of the request",
        Stage::Structure => "What the request holds",
        Stage::Signature => "Who signed",
        Stage::Expiry => "Still valid",
        Stage::Issuance => "When and how issued",
        Stage::TimeWindow => "Time of day",
        Stage::Scope => "Covered by the mandate",
        Stage::Counterparty => "With whom",
        Stage::Amount => "How much",
        Stage::Replay => "Seen before",
        Stage::Freshness => "Freshness of facts",
        Stage::Policy => "Policy",
        Stage::Risk => "Risk",
    }
}

/// A request by its fields: words of the agent in their frame, everything else as it is.
fn json(request: &Json) -> Markup {
    let mut fields = Vec::new();
    flatten(request, String::new(), &mut fields, 0);
    html! {
        dl {
            @for (path, value) in fields.iter().take(100) {
                dt { (inline(path)) }
                dd {
                    @match value {
                        Json::Text(text) if path.starts_with("params.") => (framed(text, 0)),
                        value => code { (shown(value)) },
                    }
                }
            }
        }
        @if fields.len() > 100 { p.aside { (fields.len() - 100) " more fields are in an export of the log." } }
    }
}

/// Single values by their paths. What stands for a value that is covered stays whole.
fn flatten(json: &Json, path: String, into: &mut Vec<(String, Json)>, depth: usize) {
    match json {
        Json::Object(members) if depth < 16 && !members.keys().any(|name| name.starts_with('$')) => {
            for (name, member) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(member, path, into, depth + 1);
            }
        }
        Json::List(elements) if depth < 16 && !elements.is_empty() => {
            for (at, element) in elements.iter().enumerate() {
                flatten(element, format!("{path}[{at}]"), into, depth + 1);
            }
        }
        value => into.push((path, value.clone())),
    }
}

fn shown(json: &Json) -> Markup {
    match json {
        Json::Text(text) => inline(text),
        Json::Object(members) if members.contains_key("$committed") => {
            html! { span.faint title="Covered: the log has a commitment to it" { "covered" } }
        }
        value => {
            let text = value.canonical().ok().and_then(|bytes| String::from_utf8(bytes).ok());
            inline(&text.unwrap_or_default())
        }
    }
}

fn withheld(paths: &[String]) -> Markup {
    html! {
        @if !paths.is_empty() {
            p.aside { "Covered, since the policy marks it as personal or secret: " (paths.join(", ")) "." }
        }
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
