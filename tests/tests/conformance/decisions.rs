//! Requests, and what a person who has read the policies wants of each.

use crate::bundles::Wanted;
use crate::form::{Ask, Bytes};
use crate::requests::{forms, layers, marks, raw, sides, tools};

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

fn amounts() -> Vec<Case<'static>> {
    let money = |text: &str| buy(text, "", KNOWN);
    vec![
        (
            "as a number",
            "an amount may be a number of JSON, read exactly",
            money(r#"{"amount":19.99,"currency":"USD"}"#),
            "allow OK",
        ),
        (
            "in cents",
            "the same amount in minor units has the same digest",
            money(r#"{"minor":1999,"currency":"USD"}"#),
            "allow OK",
        ),
        (
            "as a text",
            "the same amount as a text has the same digest",
            money(r#"{"amount":"19.99","currency":"USD"}"#),
            "allow OK",
        ),
        (
            "with zeros",
            "zeros behind the point change nothing",
            money(r#"{"amount":"19.9900","currency":"USD"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "with an exponent",
            "an amount is written plainly",
            money(r#"{"amount":1.999e1,"currency":"USD"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "a decimal too many",
            "there is no tenth of a cent",
            money(r#"{"amount":"19.999","currency":"USD"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "another currency",
            "the parameter has an amount for it",
            money(r#"{"amount":"19.99","currency":"EUR"}"#),
            "allow OK",
        ),
        (
            "a currency without decimals",
            "the yen has none; one parameter says nothing of it",
            money(r#"{"amount":"1999","currency":"JPY"}"#),
            "deny CURRENCY_MISMATCH",
        ),
        (
            "a currency without a limit",
            "what no parameter has an amount for is refused",
            money(r#"{"amount":"19.99","currency":"CHF"}"#),
            "deny CURRENCY_MISMATCH",
        ),
        (
            "no currency",
            "letters that are no currency",
            money(r#"{"amount":"19.99","currency":"XYZ"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "small letters",
            "a currency is written in capitals",
            money(r#"{"amount":"19.99","currency":"usd"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "negative",
            "amounts are not, unless they say signed",
            money(r#"{"amount":"-0.01","currency":"USD"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "both ways",
            "two members say how much",
            money(r#"{"amount":"1.00","minor":100,"currency":"USD"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "beyond 2^53",
            "9007199254740993 is not 9007199254740992: a reader with floats would lose a cent",
            money(r#"{"minor":9007199254740993,"currency":"USD"}"#),
            "deny TOO_DEAR",
        ),
        (
            "beyond 2^53, signed",
            "the same below zero, where it may be",
            note(r#"{"whole":1,"amount":{"minor":-9007199254740993,"currency":"USD"}}"#),
            "allow OK",
        ),
        (
            "the most",
            "the largest of 64 bits",
            note(r#"{"whole":1,"amount":{"minor":9223372036854775807,"currency":"USD"}}"#),
            "allow OK",
        ),
        (
            "more than the most",
            "one more has no room",
            note(r#"{"whole":1,"amount":{"minor":9223372036854775808,"currency":"USD"}}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "lines that add up",
            "two at 5.00 and one at 10.00 are 20.00",
            buy(
                &usd("20.00"),
                r#","lines":[{"article":"a","pieces":2,"price":{"amount":"5.00","currency":"USD"}},{"article":"b","pieces":1,"price":{"minor":1000,"currency":"USD"}}]"#,
                KNOWN,
            ),
            "allow OK",
        ),
        (
            "lines that do not",
            "a cent is missing",
            buy(
                &usd("20.01"),
                r#","lines":[{"article":"a","pieces":4,"price":{"amount":"5.00","currency":"USD"}}]"#,
                KNOWN,
            ),
            "deny WRONG_SUM",
        ),
        (
            "lines that overflow",
            "a sum without room for it is refused, and does not begin again below zero",
            buy(
                &usd("20.00"),
                r#","lines":[{"article":"a","pieces":9223372036854775807,"price":{"amount":"5.00","currency":"USD"}}]"#,
                KNOWN,
            ),
            "deny EVALUATION_ERROR",
        ),
    ]
}

fn numbers() -> Vec<Case<'static>> {
    vec![
        ("2^53", "what a float still tells apart", note(r#"{"whole":9007199254740992}"#), "allow OK"),
        (
            "2^53 + 1",
            "what a float does not: the limit is passed by one",
            note(r#"{"whole":9007199254740993}"#),
            "step_up NEEDS_A_LOOK",
        ),
        ("the least", "the smallest of 64 bits", note(r#"{"whole":-9223372036854775808}"#), "allow OK"),
        (
            "less than the least",
            "it has no room",
            note(r#"{"whole":-9223372036854775809}"#),
            "deny STRUCTURE_INVALID",
        ),
        ("one as 1.0", "a whole number is written whole", note(r#"{"whole":1.0}"#), "deny STRUCTURE_INVALID"),
        ("one as a text", "a text is no number", note(r#"{"whole":"1"}"#), "deny STRUCTURE_INVALID"),
        (
            "a decimal of nine places",
            "0.1 and 0.2 are exact",
            note(r#"{"whole":1,"share":0.300000001}"#),
            "allow OK",
        ),
        (
            "a decimal of ten places",
            "more places than there are",
            note(r#"{"whole":1,"share":0.3000000001}"#),
            "deny STRUCTURE_INVALID",
        ),
        ("not a number", "NaN is no JSON", note(r#"{"whole":NaN}"#), "deny STRUCTURE_INVALID"),
        ("a leading zero", "01 is no JSON", note(r#"{"whole":01}"#), "deny STRUCTURE_INVALID"),
    ]
}

fn texts() -> Vec<Case<'static>> {
    let kinds = r#"{"whole":1,"share":"0.5","day":"2026-02-28","time":"09:30","span":"1d 12h","host":"Bücher.Example.","page":"HTTPS://Example.com:443/a/../b","address":"::ffff:192.0.2.1","network":"192.0.2.0/24","mail":"Ann@Example.COM","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000","tags":["b","a"]}"#;
    vec![
        (
            "beyond ASCII",
            "texts of any script, shown as they were written",
            note(r#"{"whole":9007199254740993,"text":"Ω 你好 👩‍👩‍👧 é"}"#),
            "step_up NEEDS_A_LOOK",
        ),
        ("as an escape", "Stra\\u00dfe is Straße", note(r#"{"whole":1,"text":"Stra\u00dfe"}"#), "deny ODD"),
        (
            "as a pair",
            "two escapes are one character",
            note(r#"{"whole":1,"text":"\ud83d\ude00"}"#),
            "allow OK",
        ),
        (
            "half of a pair",
            "half a character is none",
            note(r#"{"whole":1,"text":"\ud83d"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "other bytes of the same letters",
            "texts compare by bytes: two letters that look alike are two",
            note(r#"{"whole":1,"text":"Straſse"}"#),
            "allow OK",
        ),
        (
            "200 bytes",
            "as long as it may be",
            note(&format!(r#"{{"whole":1,"text":"{}"}}"#, "é".repeat(100))),
            "allow OK",
        ),
        (
            "201 bytes",
            "length is counted in bytes",
            note(&format!(r#"{{"whole":1,"text":"x{}"}}"#, "é".repeat(100))),
            "deny STRUCTURE_INVALID",
        ),
        ("every kind", "what can be written in several ways is read into one", note(kinds), "allow OK"),
        (
            "a host in other letters",
            "a domain is read before it is compared",
            note(r#"{"whole":1,"host":"SHOP.ＯＤＤ.example"}"#),
            "deny ODD",
        ),
        (
            "the 29th of February",
            "2026 has none",
            note(r#"{"whole":1,"day":"2026-02-29"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "a network with more bits",
            "what is behind the prefix says something else",
            note(r#"{"whole":1,"network":"10.0.0.1/8"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "a name in the address",
            "two readers would go to two hosts",
            note(r#"{"whole":1,"page":"https://example.com@evil.example/"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "a tag twice",
            "a set has each of its values once",
            note(r#"{"whole":1,"tags":["a","a"]}"#),
            "deny STRUCTURE_INVALID",
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
