//! Digests: equal for the same request however it is written, different for any other.

mod support;

use lictor_runtime::Decision;
use serde_json::{Value, json};
use support::*;

fn decision(request: &str) -> Decision {
    let decision = Policy::new().engine().decide_once(request.as_bytes());
    assert_eq!(outcome(&decision), "allow OK", "{request}: {}", decision.reason);
    decision
}

fn digest_with(pointer: &str, value: Value) -> String {
    decision(&charge_with(&[(pointer, value)]).to_string()).request_digest.to_string()
}

#[test]
fn one_request_has_one_digest_however_it_is_written() {
    let written = [
        r#"{"action":"payment.charge","agent":{"id":"a","tier":"known"},"context":{"now":"2026-03-01T10:00:00Z"},
            "params":{"merchant":{"id":"m","mcc":1},"amount":{"amount":"19.9","currency":"USD"},"tags":["x","y"]}}"#,
        r#"{"params":{"tags":["y","x"],"amount":{"currency":"USD","amount":"19.90"},"merchant":{"mcc":1,"id":"m"}},
            "context":{"now":"2026-03-01T11:00:00.000+01:00"},"agent":{"tier":"known","id":"a"},"action":"payment.charge"}"#,
        r#"{ "schema_version": 1, "agent": {"id":"\u0061","tier":"known"}, "facts": [], "action": "payment.charge",
            "context": {"now":"2026-03-01T10:00:00Z"},
            "params": {"merchant":{"id":"m","mcc":1}, "amount": {"minor":1990,"currency":"USD"}, "tags": ["x","y"]} }"#,
        r#"{"action":"payment.charge","agent":{"id":"a","tier":"known"},"context":{"now":"2026-03-01T10:00:00Z"},
            "params":{"merchant":{"id":"m","mcc":1},"amount":{"amount":19.90,"currency":"USD"},"tags":["x","y"]}}"#,
    ];
    let first = decision(written[0]);
    for other in written {
        assert_eq!(decision(other), first, "{other}");
    }
}

#[test]
fn other_requests_have_other_digests() {
    let changes = [
        ("/agent/id", json!("shopper-8")),
        ("/agent/tier", json!("untrusted")),
        ("/user/age", json!(0)),
        ("/user", json!(null)),
        ("/mandate", json!({})),
        ("/mandate", json!({"nonce": ""})),
        ("/context/now", json!("2026-03-01T10:00:00.001Z")),
        ("/params/amount", json!({"minor": 2001, "currency": "USD"})),
        ("/params/amount", json!({"minor": 2000, "currency": "EUR"})),
        ("/params/note", json!("")),
        ("/params/lines", json!([])),
        ("/params/tags", json!([])),
        ("/params/tags", json!(["ab"])),
        ("/params/tags", json!(["a", "b"])),
        ("/params/rate", json!(0)),
        ("/params/fee", json!(0)),
        ("/params/counts", json!([1, 2])),
        ("/params/counts", json!([2, 1])),
        ("/params/gift", json!(false)),
    ];
    let mut digests: Vec<String> = changes.into_iter().map(|(at, value)| digest_with(at, value)).collect();
    digests.push(decision(&charge().to_string()).request_digest.to_string());
    let all = digests.len();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), all);
}

#[test]
fn what_is_refused_at_its_structure_is_hashed_as_it_came() {
    let engine = Policy::new().engine();
    let compact = engine.decide_once(br#"{"action":"nothing"}"#);
    let spaced = engine.decide_once(br#"{ "action":"nothing"}"#);
    assert_eq!(outcome(&compact), "deny UNKNOWN_ACTION");
    assert_ne!(compact.request_digest, spaced.request_digest);
    // A stored digest must be found again by later versions, so these never change.
    insta::assert_snapshot!(format!(
        "{}\n{}\n{}\n{}",
        compact.request_digest,
        compact.facts_digest,
        decision(&charge().to_string()).request_digest,
        decision(&charge().to_string()).facts_digest,
    ));
}
