//! A decision on a page: its causes, its thirteen checks, what was asked and what was known.

use std::collections::BTreeMap;

use lictor_bundle::program::{Bundle, Stage};
use lictor_evidence::json::Json;
use lictor_evidence::token::Mode;
use lictor_journal::record::{Judged, Outcome};
use maud::{Markup, html};

use super::asked::listed;
use super::event::{known, verdict};
use super::gist::fields;
use super::rule;
use super::words::{framed, inline};

/// The most values of a request or of a fact that are shown.
const MOST: usize = 100;

/// A decision: why, its checks, its score, what was asked and what was known.
pub(super) fn judged(judged: &Judged, bundle: Option<&Bundle>) -> Markup {
    // What was read from the store can be read.
    let Ok(outcome) = &judged.outcome.read() else { return html! {} };
    let facts = judged.facts.read().unwrap_or_default();
    // The texts of another edition are not those that decided.
    html! {
        @if judged.mode == Mode::Observe { div.note { "Decisions only observed then: nothing was refused by this." } }
        (causes(outcome, bundle))
        div.card { h2 { "Checks" } (checks(outcome)) }
        @if let Some(risk) = &outcome.risk {
            div.card {
                h2 { "Risk" }
                p { span.score { (risk.score) } meter min="0" max="100" value=(risk.score) { (risk.score) " of 100" } " " span.aside { "of 100" } }
                @if !risk.flags.is_empty() { p { @for flag in risk.flags.iter() { span.tag { (flag) } " " } } }
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
            (request(judged, bundle))
            (withheld(&judged.withheld))
        }
        @if !facts.is_empty() {
            div.card {
                h2 { "Facts" }
                dl { @for fact in &facts { dt { (inline(&fact.fact)) } dd { (value(&fact.value)) } } }
            }
        }
    }
}

fn causes(outcome: &Outcome<'_>, bundle: Option<&Bundle>) -> Markup {
    html! {
        @if !outcome.causes.is_empty() {
            div.card {
                h2 { "Why" }
                @if let Some(code) = &outcome.told_as { p.aside { "The agent was told another reason, " code { (code) } @if outcome.message.is_some() { ", in these words" } ":" } }
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
fn told_words(outcome: &Outcome<'_>, message: &str, bundle: Option<&Bundle>) -> Markup {
    let rule = outcome.causes.iter().find(|cause| cause.code == outcome.reason_code);
    let rule = rule.and_then(|cause| cause.rule.as_deref());
    html! {
        @if rule::is_own(bundle, rule, &outcome.reason_code, message) { p { (inline(message)) } } @else { (framed(message, 0)) }
    }
}

/// The thirteen stages, in their order; a record leaves out those in which no rule stands.
fn checks(outcome: &Outcome<'_>) -> Markup {
    let result = |stage: Stage| match outcome.checks.get(stage.name()) {
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

/// What was asked, by the types that the policy declares, and what the gateway knew of it. Where the policy that decided is not kept here, all of it by its paths.
fn request(judged: &Judged, bundle: Option<&Bundle>) -> Markup {
    let mut rest = judged.request.read().unwrap_or(Json::Bool(false));
    let declared = fields(judged, bundle);
    if let (Some(_), Json::Object(members)) = (&declared, &mut rest) {
        members.remove("params");
        members.remove("action");
    }
    html! {
        @if let Some((fields, left_out)) = &declared {
            (listed(fields, *left_out))
            details { summary { "What the gateway knew" } (json(&rest)) }
        } @else { (json(&rest)) }
    }
}

/// A request by its paths: words of the agent in their frame, everything else as it is.
fn json(request: &Json) -> Markup {
    let mut fields = Vec::new();
    flatten(request, String::new(), &mut fields, 0);
    html! {
        dl {
            @for (path, value) in fields.iter().take(MOST) {
                dt { (inline(path)) }
                dd {
                    @match value {
                        Json::Text(text) if path.starts_with("params.") => (framed(text, 0)),
                        value => code { (shown(value)) },
                    }
                }
            }
        }
        @if fields.len() > MOST { p.aside { (fields.len() - MOST) " more fields are in an export of the log." } }
    }
}

/// What a fact says: a single value, or its parts a line each.
fn value(json: &Json) -> Markup {
    let mut parts = Vec::new();
    flatten(json, String::new(), &mut parts, 0);
    html! {
        @for (path, part) in parts.iter().take(MOST) {
            div { @if !path.is_empty() { span.faint { (inline(path)) " " } } code { (shown(part)) } }
        }
        @if parts.len() > MOST { p.aside { (parts.len() - MOST) " more are in an export of the log." } }
    }
}

/// Single values by their paths. What stands for a value that is covered stays whole.
fn flatten(json: &Json, path: String, into: &mut Vec<(String, Json)>, depth: usize) {
    match json {
        // An amount is one value. What the agent wrote stays apart from it.
        Json::Object(members) if is_amount(members) && !path.starts_with("params") => {
            into.push((path, json.clone()))
        }
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

/// Whether these are the members of an amount, and no others.
fn is_amount(members: &BTreeMap<String, Json>) -> bool {
    members.keys().map(|result| &**result).eq(["amount", "currency"])
        && members.values().all(|value| value.text().is_some())
}

fn shown(json: &Json) -> Markup {
    match json {
        Json::Object(members) if is_amount(members) => {
            let texts: Vec<&str> = members.values().filter_map(Json::text).collect();
            inline(&texts.join(" "))
        }
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
