//! What is secret is in nothing that the runtime says, whatever is sent in its place.

mod support;

use lictor_runtime::{Engine, Scratch};
use support::engine;

const POLICY: &str = r#"
module vault.base
layer base

reasons { CLOSED "It stays closed" }

record Card { number: secret String max 12, limit: secret Money, holder: String max 20 }
record Found { name: String, notes: secret String }

action vault.open {
  card: Card
  codes: secret List<Card, max 2>
  pin: secret Int
  since: secret Timestamp?
  default allow
}

fact lost(number: secret String) -> Bool
fact owner(holder: String) -> Found?
fact hint(holder: String) -> secret String

rule checks on vault.open {
  deny when lost(card.number) as CLOSED
  deny when hint(card.holder) == "no" as CLOSED
  let found = owner(card.holder)
  deny when found is present and found.name == "x" as CLOSED
}
"#;

/// A word that is not in the policy and must not be in any answer.
const CANARY: &str = "canary";

const GOOD: &str = r#"{"action":"vault.open","agent":{"id":"a"},"context":{"now":"2026-01-01T00:00:00Z"},
  "params":{"card":CARD,"codes":[CARD],"pin":7},
  "facts":[{"fact":"lost","args":{"number":"canary"},"value":false},
           {"fact":"hint","args":{"holder":"Ada"},"value":"canary"},
           {"fact":"owner","args":{"holder":"Ada"},"value":{"name":"Ada","notes":"canary"}}]}"#;
const CARD: &str = r#"{"number":"canary","limit":{"amount":"1","currency":"USD"},"holder":"Ada"}"#;

fn good() -> String {
    GOOD.replace("CARD", CARD)
}

fn said(engine: &Engine, request: &str) -> (String, String) {
    let mut scratch = Scratch::default();
    let decision = engine.decide(&mut scratch, request.as_bytes());
    let facts = engine.facts_used(&scratch);
    (decision.reason_code.to_string(), serde_json::to_string(&(decision, facts)).unwrap())
}

#[test]
fn a_good_request_is_decided_and_its_secret_facts_are_withheld() {
    let engine = engine(&[POLICY]);
    let (code, said) = said(&engine, &good());
    assert_eq!(code, "OK");
    assert!(!said.contains(CANARY), "{said}");
    assert!(
        said.contains(
            r#"{"fact":"lost","args":{"number":{"withheld":"secret"}},"value":{"withheld":"secret"}}"#
        ),
        "{said}"
    );
    assert!(said.contains(r#""value":{"name":"Ada","notes":{"withheld":"secret"}}"#), "{said}");
}

#[test]
fn whoever_looks_a_fact_up_is_told_what_to_look_up() {
    let engine = engine(&[POLICY]);
    let request = good();
    let (bare, _) = request.split_once(",\n  \"facts\"").unwrap();
    let without = format!("{bare}}}");
    let needed = engine.facts_needed(&mut Scratch::default(), without.as_bytes());
    let lost = needed.iter().find(|query| query.fact == "lost").unwrap();
    assert_eq!(lost.args["number"], CANARY);
}

#[test]
fn no_refusal_repeats_what_is_secret() {
    let engine = engine(&[POLICY]);
    let bad = [
        (r#""pin":7"#, r#""pin":"canary""#, "params.pin"),
        (r#""pin":7"#, r#""pin":{"canary":1}"#, "params.pin"),
        (r#""pin":7"#, r#""pin":canary"#, ""),
        (r#""pin":7"#, r#""pin":7,"since":"canary""#, "params.since"),
        (r#""pin":7"#, r#""pin":7,"since":"2026-01-01T00:00:00canary""#, "params.since"),
        (r#""number":"canary""#, r#""number":"canary is too long for it""#, "params.card.number"),
        (r#""number":"canary""#, r#""number":["canary"]"#, "params.card.number"),
        (r#""USD""#, r#""canary""#, "params.card.limit"),
        (r#"{"amount":"1","currency":"USD"}"#, r#"{"canary":"1","currency":"USD"}"#, "params.card.limit"),
        (
            r#"{"amount":"1","currency":"USD"}"#,
            r#"{"amount":"canary","currency":"USD"}"#,
            "params.card.limit",
        ),
        (r#"[{"number""#, r#"[{"canary":1,"number""#, "params.codes"),
        (r#"[{"number""#, r#"["canary",{"number""#, "params.codes"),
        (r#""value":"canary""#, r#""value":{"canary":1}"#, "facts[1].value"),
        (r#""notes":"canary""#, r#""notes":{"canary":1}"#, "facts[2].value.notes"),
        (
            r#"{"number":"canary"},"value""#,
            r#"{"number":{"canary":"canary"}},"value""#,
            "facts[0].args.number",
        ),
    ];
    for (from, to, path) in bad {
        let request = good();
        assert!(request.contains(from), "{from}");
        let (code, said) = said(&engine, &request.replacen(from, to, 1));
        assert_eq!(code, "STRUCTURE_INVALID", "{to}: {said}");
        assert!(!said.contains(CANARY), "{to}: {said}");
        assert!(said.contains(&format!("\"{path}")), "{to}: {said}");
    }
}
