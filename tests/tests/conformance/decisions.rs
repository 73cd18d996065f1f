//! Requests, and what a person who has read the policies wants of each: what decides, and what is known. What values may be, how requests are written, and
//! who says what of them stand in files of their own.

use crate::bundles::Wanted;
use crate::form::{Ask, Bytes};
use crate::forms::{forms, raw};
use crate::layers::layers;
use crate::sides::{marks, sides};
use crate::tools::tools;
use crate::values::{amounts, numbers, texts};

pub const AGENT: &str = r#""agent":{"id":"a-1"},"context":{"now":"2026-03-01T10:00:00Z"}"#;
pub const KNOWN: &str = r#"{"fact":"seller_blocked","args":{"seller":"s-1"},"value":false}"#;

/// A purchase of this price, with whatever else its fields are, by these facts.
pub fn buy(price: &str, more: &str, facts: &str) -> String {
    let speed = if more.contains("\"speed\"") { "" } else { r#","speed":"normal""# };
    let params = format!(r#"{{"seller":{{"id":"s-1","name":"Nell"}},"price":{price}{speed}{more}}}"#);
    format!(r#"{{"action":"market.buy",{AGENT},"params":{params},"facts":[{facts}]}}"#)
}

pub fn usd(amount: &str) -> String {
    format!(r#"{{"amount":"{amount}","currency":"USD"}}"#)
}

/// A seller who is known, and rated so.
fn rated(rating: &str) -> String {
    format!(r#"{KNOWN},{{"fact":"rating","args":{{"seller":"s-1"}},"value":{rating}}}"#)
}

pub fn note(params: &str) -> String {
    format!(r#"{{"action":"ledger.note",{AGENT},"params":{params}}}"#)
}

/// One list: a name, why it is there, the request, and what is wanted.
pub type Case<'a> = (&'a str, &'a str, String, &'a str);

fn asked(about: &str, bundle: &str, cases: Vec<Case<'_>>) -> impl Iterator<Item = Wanted> {
    let (about, bundle) = (about.to_owned(), bundle.to_owned());
    let owned: Vec<_> = cases
        .into_iter()
        .map(|(name, why, request, want)| (name.to_owned(), why.to_owned(), request, want.to_owned()))
        .collect();
    owned.into_iter().map(move |(name, why, request, want)| {
        let ask = Ask::Decide { bundle: bundle.clone(), request: Bytes::Text(request), said: None };
        (format!("{about}: {name}"), why, ask, want)
    })
}

pub fn decisions() -> Vec<Wanted> {
    let mut all: Vec<Wanted> = Vec::new();
    all.extend(asked("kinds", "market", kinds()));
    all.extend(asked("amounts", "market", amounts()));
    all.extend(asked("numbers", "market", numbers()));
    all.extend(asked("texts", "market", texts()));
    all.extend(asked("facts", "market", facts()));
    all.extend(asked("form", "market", forms()));
    all.extend(asked("marks", "market", marks()));
    all.extend(asked("tools", "market", tools()));
    all.extend(asked("layers", "layers", layers()));
    all.extend(raw());
    all.extend(sides());
    all
}

fn kinds() -> Vec<Case<'static>> {
    let close = format!(r#"{{"action":"market.close",{AGENT},"params":{{"because":"rain"}}}}"#);
    let refund = |amount: &str| {
        format!(
            r#"{{"action":"market.refund",{AGENT},"params":{{"charge":"c-1","amount":{}}}}}"#,
            usd(amount)
        )
    };
    let both = buy(
        &usd("120.00"),
        "",
        r#"{"fact":"seller_blocked","args":{"seller":"s-1"},"value":true},{"fact":"rating","args":{"seller":"s-1"},"value":{"state":"verified","value":1}}"#,
    );
    vec![
        ("nothing objects", "the smallest yes", buy(&usd("20.00"), "", KNOWN), "allow OK"),
        ("an obligation", "a yes with something to do", buy(&usd("40.00"), "", KNOWN), "allow OK"),
        (
            "a rule asks",
            "a yes once two people approved it",
            buy(&usd("85.00"), "", &rated(r#"{"state":"verified","value":7}"#)),
            "step_up NEEDS_A_LOOK",
        ),
        (
            "a rule refuses",
            "a no that nobody can approve",
            buy(&usd("120.00"), "", &rated(r#"{"state":"verified","value":7}"#)),
            "deny TOO_DEAR",
        ),
        (
            "several refuse",
            "all causes are told, and the first in the order of stages decides",
            both,
            "deny BLOCKED",
        ),
        (
            "the default refuses",
            "no rule speaks, and the action is refused by itself",
            close,
            "deny DEFAULT_DENY",
        ),
        (
            "the default asks",
            "no rule speaks, and a person is asked",
            refund("20.00"),
            "step_up DEFAULT_STEP_UP",
        ),
        (
            "a rule refuses where the default asks",
            "the stricter of the two",
            refund("500.01"),
            "deny TOO_DEAR",
        ),
        (
            "a score",
            "risk and an amplifier, below what asks",
            buy(&usd("20.00"), r#","speed":"express""#, KNOWN),
            "allow OK",
        ),
    ]
}

fn facts() -> Vec<Case<'static>> {
    let dear = |facts: &str| buy(&usd("60.00"), "", facts);
    vec![
        ("missing", "what is not known refuses", buy(&usd("20.00"), "", ""), "deny FACT_UNAVAILABLE"),
        (
            "of another seller",
            "what is known of another says nothing of this one",
            buy(&usd("20.00"), "", r#"{"fact":"seller_blocked","args":{"seller":"s-2"},"value":false}"#),
            "deny FACT_UNAVAILABLE",
        ),
        (
            "true",
            "the fact refuses",
            buy(&usd("20.00"), "", r#"{"fact":"seller_blocked","args":{"seller":"s-1"},"value":true}"#),
            "deny BLOCKED",
        ),
        (
            "of another type",
            "a text is no yes",
            buy(&usd("20.00"), "", r#"{"fact":"seller_blocked","args":{"seller":"s-1"},"value":"false"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "that nobody declared",
            "a fact that the policy does not know",
            buy(&usd("20.00"), "", &format!(r#"{KNOWN},{{"fact":"weather","args":{{}},"value":true}}"#)),
            "deny STRUCTURE_INVALID",
        ),
        (
            "twice",
            "two answers to one question",
            buy(&usd("20.00"), "", &format!("{KNOWN},{KNOWN}")),
            "deny STRUCTURE_INVALID",
        ),
        (
            "verified",
            "a source vouches for it",
            dear(&rated(
                r#"{"state":"verified","value":7,"verified_at":"2026-02-01T00:00:00Z","confidence":"0.93"}"#,
            )),
            "allow OK",
        ),
        (
            "stale",
            "it was verified, too long ago",
            dear(&rated(r#"{"state":"stale","value":7}"#)),
            "deny NOT_WELL_RATED",
        ),
        (
            "inferred",
            "somebody says so",
            dear(&rated(r#"{"state":"inferred","value":7}"#)),
            "deny NOT_WELL_RATED",
        ),
        (
            "withheld",
            "who has it does not give it",
            dear(&rated(r#"{"state":"withheld"}"#)),
            "deny NOT_WELL_RATED",
        ),
        (
            "withheld with a value",
            "the parts do not go together",
            dear(&rated(r#"{"state":"withheld","value":7}"#)),
            "deny STRUCTURE_INVALID",
        ),
        ("nothing", "it is known that there is none", dear(&rated("null")), "deny NOT_WELL_RATED"),
    ]
}
