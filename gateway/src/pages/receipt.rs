//! A receipt as a page that a person can read and pass on. Whoever has its address may see it; nobody can guess one.

use std::sync::Arc;

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use lictor_evidence::receipt::{Approval, Approved, Event, Evidence, Receipt, State as Became};
use lictor_evidence::token::{Mode, TokenId};
use lictor_journal::record::Judged;
use lictor_journal::{Body, Step};
use lictor_store::{Reader, Record, StoreError, TenantId};
use maud::{Markup, html};

use super::event::{Word, became, known, verdict};
use super::frame::{self, At};
use super::moment::moment;
use super::visitor::Visitor;
use super::words::inline;
use super::{bar, no_store, told};
use crate::approvals::desk;
use crate::gateway::Shared;
use crate::http::metadata;
use crate::tenant::Identity;

/// `GET /r/{id}`, for a browser
pub(crate) async fn page(shared: &Arc<Shared>, headers: &HeaderMap, id: &str) -> Response {
    let visitor = Visitor::of(shared, headers);
    let tenant = shared.tenant.identity.name.clone();
    let (asked, name) = (id.parse::<TokenId>(), id.to_owned());
    let lines = verifying(&base(shared, headers), &shared.tenant.identity, id);
    let found = match asked {
        Err(_) => Some(None),
        Ok(id) => {
            let at = id.index;
            desk::look(&shared.tenant, move |reader, number| find(reader, number, &tenant, at, &name, &lines))
                .await
        }
    };
    match found {
        None => no_store(shared, visitor.as_ref()).await,
        Some(None) => {
            let what = "There is no receipt of this name. One whose record was erased is gone for good.";
            told(shared, visitor.as_ref(), StatusCode::NOT_FOUND, "No such receipt", what).await
        }
        Some(Some(receipt)) => {
            let bar = bar(shared, visitor.as_ref(), At::Elsewhere).await;
            frame::page(StatusCode::OK, "Receipt", &bar, &receipt)
        }
    }
}

/// What a receipt says, by the record at its index, and how it is verified.
fn find(
    reader: &mut Reader,
    number: TenantId,
    tenant: &str,
    index: u64,
    name: &str,
    lines: &str,
) -> Result<Option<Markup>, StoreError> {
    let Some(record) = reader.record(number, index)? else { return Ok(None) };
    let Some(body) = body(&record) else { return Ok(None) };
    if body.record.receipt.as_ref().is_none_or(|receipt| receipt.id != name) {
        return Ok(None);
    }
    let decided = decided(reader, number, &record)?;
    let receipt = body.record.receipt_at(tenant, index, record.at, decided.as_ref()).ok().flatten();
    Ok(receipt.map(|receipt| shown(&receipt, lines)))
}

/// The decision that a record is about which made none itself: some steps are receipted together with it. It may be two steps back.
pub(crate) fn decided(
    reader: &mut Reader,
    number: TenantId,
    record: &Record,
) -> Result<Option<Judged>, StoreError> {
    let (mut at, mut step) = (record.index, body(record).map(|body| body.record.step));
    while let Some(before) = step.as_ref().and_then(super::event::follows).filter(|before| *before < at) {
        (at, step) =
            (before, reader.record(number, before)?.as_ref().and_then(body).map(|body| body.record.step));
        if let Some(judged) = step.as_ref().and_then(Step::judged) {
            return Ok(Some(judged.clone()));
        }
    }
    Ok(None)
}

fn body(record: &Record) -> Option<Body> {
    record.body.as_deref().and_then(|body| Body::from_bytes(body).ok())
}

/// Where the reader has found this gateway, as it may stand in a command: names of hosts have no other signs.
fn base(shared: &Shared, headers: &HeaderMap) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]".contains(c);
    let base = metadata::base(shared, headers).ok().filter(|base| base.chars().all(is_plain));
    base.unwrap_or_else(|| "https://THIS-GATEWAY".to_owned())
}

/// The commands that verify a receipt, as they can be pasted.
fn verifying(base: &str, tenant: &Identity, id: &str) -> String {
    let (receipt, keys) = (tenant.receipt(id), tenant.published("/.well-known/lictor-keys.json"));
    [
        format!("curl -H 'Accept: application/json' {base}{receipt} > receipt.json"),
        format!("curl {base}{keys} > keys.json"),
        "lictor receipt verify receipt.json --keys keys.json --root root.pub".to_owned(),
    ]
    .join("\n")
}

fn shown(receipt: &Receipt<'_>, lines: &str) -> Markup {
    let event = match receipt.event {
        Event::Decided => "An action was decided on",
        Event::Approved => "A person answered",
        Event::Burned => "A permission was used, once",
        Event::Settled => "It was reported how an action went",
        Event::Observed => "An action was observed",
    };
    html! {
        main.narrow #main {
            div.card {
                p { (happened(receipt).tag()) " " span.aside { (moment(receipt.time.0)) } }
                h1 { "Receipt" }
                p { (event) @if receipt.mode == Mode::Observe { ", where decisions only observe" } "." }
                dl {
                    dt { "Action" } dd { (inline(&receipt.action)) }
                    dt { "Agent" }
                    dd {
                        (inline(&receipt.agent.id)) " " span.aside {
                            (known(receipt.agent.authenticated))
                        }
                    }
                    dt { "Reason" } dd { code { (receipt.reason_code) } }
                    @if let Some(token) = &receipt.token { dt { "Token" } dd { (state(token.state)) } }
                    dt { "Issuer" } dd { (inline(&receipt.issuer)) " for " (inline(&receipt.tenant)) }
                }
            }
            @if !receipt.causes.is_empty() {
                div.card {
                    h2 { "Which policy decided" }
                    @for cause in &receipt.causes {
                        div.demand {
                            p { (verdict(cause.effect).tag()) " " code { (cause.code) } }
                            @if let Some(rule) = &cause.rule { p.aside { "Rule " code { (rule) } @if let Some(layer) = &cause.layer { ", layer " (layer) } } }
                            @if !cause.cites.is_empty() { p.aside { "Cites " (cause.cites.join(", ")) } }
                        }
                    }
                }
            }
            @if !receipt.approvals.is_empty() { div.card { h2 { "Who answered" } (approvals(&receipt.approvals)) } }
            div.card {
                h2 { "How to verify it" }
                p { "This page is the gateway's word. The signed receipt stands at the same address for whoever asks for JSON, and is verified without the gateway, with the keys that it has published:" }
                div.rule { pre { (lines) } }
                p.aside { code { "root.pub" } " is the issuer's public root key, from somewhere else than here: it signs the history of keys. Without " code { "--root" } " the history is taken on the word of this gateway." }
            }
            div.fine {
                dl {
                    dt { "Name" } dd.code { (receipt.id) }
                    dt { "Policy" } dd.code { (receipt.bundle) }
                    dt { "Request" } dd.code { (receipt.request_digest) }
                    dt { "Facts" } dd.code { (receipt.facts_digest) }
                    dt { "Log" } dd.code { "record " (receipt.log.index) " of " (receipt.log.origin) }
                }
            }
        }
    }
}

/// The word for what happened. What people approved was granted, though the policy by itself held it.
fn happened(receipt: &Receipt<'_>) -> Word {
    match (&receipt.token, receipt.event) {
        (Some(token), Event::Decided | Event::Burned | Event::Settled) => became(token.state),
        _ => verdict(receipt.decision),
    }
}

/// Who answered, as what, and by which evidence.
pub(super) fn approvals(approvals: &[Approval]) -> Markup {
    html! {
        ul.votes {
            @for approval in approvals {
                li {
                    @match approval.answer {
                        Approved::Approved => span.tag.allow { "approved" },
                        Approved::Denied => span.tag.deny { "denied" },
                        Approved::Left => span.tag.ask { "left to people" },
                    }
                    " " (inline(&approval.by)) " as " (approval.role) " "
                    span.aside {
                        (moment(approval.time.0)) ", "
                        @match approval.evidence {
                            Evidence::Session => "signed in, on the gateway's word",
                            Evidence::Signature => "with a signature of their own",
                            Evidence::LocalOperator => "in a form at the agent's machine, on the word of the programs there",
                            Evidence::Reviewer => "no person but a service that the operator asks, on the gateway's word",
                        }
                    }
                }
            }
        }
    }
}

fn state(state: Became) -> &'static str {
    match state {
        Became::Issued => "was issued",
        Became::Burned => "was used",
        Became::Executed => "was used, and the action was done",
        Became::Failed => "was used, and the action failed",
        Became::Unknown => "was used, and nobody said how it went",
        Became::Released => "was never used",
    }
}
