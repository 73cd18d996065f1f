//! What is asked, and why: the parts of the page of a request for approval.

use lictor_bundle::program::Bundle;
use lictor_store::{Approval, ApprovalState, Vote};
use maud::{Markup, html};

use super::gist::amount;
use super::moment::{length, moment};
use super::rule;
use super::words::{framed, inline};
use crate::approvals::{Asked, By, Demand, Evidence, Field, Proof, Risk, Value, given};

/// The word for a state, with its colour.
pub(super) fn tag(state: ApprovalState) -> Markup {
    let (class, word) = match state {
        ApprovalState::Pending => ("ask", "waits"),
        ApprovalState::Approved => ("allow", "approved"),
        ApprovalState::Used => ("allow", "approved and used"),
        ApprovalState::Denied => ("deny", "denied"),
        ApprovalState::Expired => ("", "expired"),
        ApprovalState::Void => ("", "void"),
    };
    html! { span.tag.(class) { (word) } }
}

/// The amount that the action is about, large: what the policy declares as money, and no text that claims to be some. Others stand among the fields.
pub(super) fn main_amount(fields: &[Field]) -> Markup {
    html! {
        @if let Some((field, amount, currency)) = amount(fields) {
            div.amounts { div { strong { (inline(amount)) " " (inline(currency)) } span { (field.path) } } }
        }
    }
}

/// All fields by their paths. What is in words is the agent's, and looks like it.
pub(super) fn listed(fields: &[Field], left_out: usize) -> Markup {
    html! {
        dl {
            @for field in fields {
                dt { (field.path) @if field.by == By::Host { " " span.tag { "attested" } } }
                dd {
                    @match &field.value {
                        Value::Amount(amount, currency) => { (inline(amount)) " " (inline(currency)) }
                        Value::Plain(text) => (inline(text)),
                        Value::Words(text, beyond) if field.by == By::Agent => (framed(text, *beyond)),
                        Value::Words(text, _) => (inline(text)),
                        Value::Secret => span.faint { "secret: shown to nobody" },
                        Value::Personal => span.faint { "about a person, and erased" },
                    }
                }
            }
        }
        @if fields.is_empty() { p.aside { "The action has no fields." } }
        @if left_out > 0 { p.warn { (left_out) " more fields are not shown. The digest of the request is over all of them." } }
        @if fields.iter().any(|field| matches!(field.value, Value::Words(..)) && field.by == By::Agent) {
            p.aside { "What stands beside a coloured line are the agent's own words, or repeats them. Nobody has checked them." }
        }
    }
}

/// Why the policy stopped it: each statement that asks, with its rule and what that cites.
pub(super) fn demands(asked: &Asked, votes: &[Vote], bundle: Option<&Bundle>) -> Markup {
    html! {
        @for (number, demand) in asked.demands.iter().enumerate() {
            div.demand {
                (says(demand, bundle))
                p { span.tag.ask { (demand.code) } " " span.aside { (people(demand)) (so_far(asked, votes, number, demand)) } }
                (rule::cites(bundle, &demand.cites))
                @match (bundle, &demand.rule) {
                    (Some(bundle), Some(name)) => {
                        details { summary { "The rule" } (rule::text(bundle, name, &demand.code)) }
                    }
                    (None, Some(name)) => p.aside { "Rule " code { (name) } ", of an edition of the policy that is no longer in force." },
                    (_, None) => p.aside { "No single rule: the policy asks this of the action, or of its score." },
                }
            }
        }
    }
}

/// What a statement says. Where that may repeat texts of the request, what its code means comes first, and the rest stands in the frame of an agent's words.
pub(super) fn says(demand: &Demand, bundle: Option<&Bundle>) -> Markup {
    let Demand { code, reason, rule, .. } = demand;
    html! {
        @if rule::is_own(bundle, rule.as_deref(), code, reason) { p.says { (inline(reason)) } }
        @else {
            @if let Some(meaning) = rule::meaning(bundle, code) { p.says { (meaning) } }
            (framed(reason, 0))
        }
    }
}

fn people(demand: &Demand) -> String {
    match (demand.to.as_str(), demand.quorum) {
        ("user", _) => "The person in whose name the agent acts decides".to_owned(),
        (role, 1) => format!("One person of the role {role} decides"),
        (role, count) => format!("{count} persons of the role {role} decide"),
    }
}

fn so_far(asked: &Asked, votes: &[Vote], number: usize, demand: &Demand) -> String {
    match given(asked, votes, number) {
        0 => String::new(),
        count if count >= usize::from(demand.quorum) => ", and have".to_owned(),
        count => format!(", {count} of {} so far", demand.quorum),
    }
}

/// The score.
pub(super) fn risk(risk: &Risk) -> Markup {
    html! {
        p { span.score { (risk.score) } meter min="0" max="100" value=(risk.score) { (risk.score) " of 100" } " " span.aside { "of 100" } }
        @if !risk.flags.is_empty() { p { @for flag in &risk.flags { span.tag { (flag) } " " } } }
        @if !risk.points.is_empty() {
            dl { @for (code, points) in &risk.points { dt { (code) } dd { "+" (points) } } }
        }
    }
}

/// Who asks, for whom, and since when.
pub(super) fn who(approval: &Approval, asked: &Asked, now: i64) -> Markup {
    let asker = &asked.asker;
    html! {
        dl {
            dt { "Agent" } dd { (inline(&asker.agent)) }
            @if let Some(requester) = &asker.requester { dt { "Asked by" } dd { (inline(requester)) } }
            @if let Some(owner) = &asker.owner { dt { "Answers for it" } dd { (inline(owner)) } }
            @if let Some(user) = &asker.user { dt { "In the name of" } dd { (inline(user)) } }
            dt { "Asked" } dd { (moment(asked.at)) span.aside { ", " (length(now - asked.at)) " ago" } }
            dt { "Until" }
            dd {
                (moment(approval.expires_at))
                @if approval.expires_at > now { span.aside { ", in " (length(approval.expires_at - now)) } }
            }
        }
    }
}

/// What was answered so far.
pub(super) fn votes(votes: &[Vote]) -> Markup {
    html! {
        ul.votes {
            @for vote in votes {
                li {
                    @if vote.approves { span.tag.allow { "approved" } } @else { span.tag.deny { "denied" } }
                    " " (inline(&vote.person)) " " span.aside {
                        (moment(vote.at)) ", "
                        @match Evidence::read(&vote.evidence) {
                            Some(Evidence { proof: Proof::LocalOperator, .. }) => "in a form at the agent's machine",
                            Some(evidence) => { "by " (evidence.proof.name()) }
                            None => "by evidence that cannot be read",
                        }
                    }
                    @if let Some(words) = words_of(vote) {
                        p.aside { "In words that are the reviewer's, and nobody has checked:" }
                        (framed(&words, 0))
                    }
                }
            }
        }
    }
}

/// What a reviewer said, where it was one that answered, and it gave a reason.
fn words_of(vote: &Vote) -> Option<String> {
    match Evidence::read(&vote.evidence)?.proof {
        Proof::Reviewer { words } => words,
        Proof::Session | Proof::Signature { .. } | Proof::LocalOperator => None,
    }
}
