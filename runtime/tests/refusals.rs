//! Requests that are not of the declared shape: each is refused with the path and a sentence.

mod support;

use lictor_bundle::program::{Effect, Stage, UnitKey};
use lictor_runtime::{Class, MAX_REQUEST};
use serde_json::{Value, json};
use support::*;

/// A good request as text, with `from` put in the place of `to`.
fn edited(from: &str, to: &str) -> String {
    let request = charge().to_string();
    assert!(request.contains(from), "{from} is not in {request}");
    request.replacen(from, to, 1)
}

/// Requests as text, where what is wrong cannot be said in a JSON value.
fn texts() -> Vec<String> {
    vec![
        String::new(),
        "null".to_owned(),
        "[]".to_owned(),
        "\"payment.charge\"".to_owned(),
        "{}".to_owned(),
        "{\"action\": \"payment.charge\"".to_owned(),
        format!("\u{feff}{}", charge()),
        format!("{} x", charge()),
        format!("{}{}", charge(), charge()),
        format!("{}{}", charge(), " ".repeat(MAX_REQUEST)),
        edited("\"action\":", "\"action\":\"payment.charge\",\"action\":"),
        edited("\"id\":\"m-1\"", "\"id\":\"m-1\",\"id\":\"m-1\""),
        edited("\"currency\":\"USD\"", "\"currency\":\"USD\",\"currency\":\"EUR\""),
        edited("\"m-1\"", "\"\\ud800\""),
        edited("\"shopper-7\"", "\"\\udc00\\ud800\""),
        edited("\"20.00\"", "\"\\ud8002\""),
        edited("\"m-1\"", "\"a\u{1}b\""),
        edited("5942", "05942"),
        edited("5942", "0x10"),
        edited("5942", "NaN"),
        edited("5942", "5942.0"),
        edited("5942", "1e3"),
        edited("5942", "99999999999999999999"),
        edited("\"20.00\"", "1e2"),
        edited("\"20.00\"", "20.001"),
        edited("\"20.00\"", "-20"),
        edited("\"20.00\"", "[20]"),
        edited("{\"id\":\"m-1\"", &format!("{}{{\"id\":\"m-1\"", "[".repeat(100_000 / 2))),
        edited("\"u-4711\"", &format!("{}{}", "[".repeat(500), "]".repeat(500))),
        edited(",", ",,"),
        edited("\"US\"", "'US'"),
    ]
}

/// Changes of the good request.
fn changes() -> Vec<(&'static str, Value)> {
    let money = |amount: Value, currency: &str| json!({"amount": amount, "currency": currency});
    let line = json!({"sku": "a", "price": {"minor": 1, "currency": "USD"}, "quantity": 1});
    vec![
        ("/action", json!("payment.chrage\u{202e}")),
        ("/action", json!(7)),
        ("/schema_version", json!(2)),
        ("/schema_version", json!("1")),
        ("/note", json!("here")),
        ("/agent", json!(null)),
        ("/agent", json!([])),
        ("/agent/id", json!(null)),
        ("/agent/tier", json!("trusted")),
        ("/agent/tier", json!(1)),
        ("/user/email", json!("a@example.com")),
        ("/user/id", json!("x".repeat(65))),
        ("/user/age", json!(-1)),
        ("/mandate", json!({"scope": ["payment.charge"]})),
        ("/context", json!(null)),
        ("/context/now", json!("2026-02-30T10:00:00Z")),
        ("/context/now", json!("yesterday")),
        ("/context/now", json!(1_772_359_200)),
        ("/context/ip_country", json!("UK")),
        ("/context/ip_country", json!(true)),
        ("/params", json!(null)),
        ("/params", json!([])),
        ("/params/merchant", json!({"id": "m-1"})),
        ("/params/merchant/known", json!("yes")),
        ("/params/merchant/very_long_name_of_a_member_that_goes_on_and_on_and_on_without_an_end", json!(1)),
        ("/params/amount", json!(20)),
        ("/params/amount", json!("20.00 USD")),
        ("/params/amount", json!({"amount": "20"})),
        ("/params/amount", json!({"currency": "USD"})),
        ("/params/amount", json!({"amount": "20", "minor": 2000, "currency": "USD"})),
        ("/params/amount", json!({"minor": 20.5, "currency": "USD"})),
        ("/params/amount", json!({"minor": "2000", "currency": "USD"})),
        ("/params/amount", json!({"minor": -1, "currency": "USD"})),
        ("/params/amount", json!({"amount": "20", "currency": "USD", "tax": "1"})),
        ("/params/amount", money(json!("20.001"), "USD")),
        ("/params/amount", money(json!("20.0"), "JPY")),
        ("/params/amount", money(json!("1.0000001"), "USDC")),
        ("/params/amount", money(json!("20"), "usd")),
        ("/params/amount", money(json!("20"), "XXX")),
        ("/params/amount", money(json!("twenty"), "USD")),
        ("/params/amount", money(json!("-0.01"), "USD")),
        ("/params/amount", money(json!("92233720368547758.08"), "USD")),
        ("/params/note", json!("seventeen bytes!!")),
        ("/params/lines", json!({})),
        ("/params/lines", json!([line, {"sku": "b"}])),
        ("/params/lines", json!([line, line, line, line, line, line])),
        ("/params/tags", json!(["b", "a", "b"])),
        ("/params/tags", json!(["a", 1])),
        ("/params/tags", json!(["a", "b", "c", "d", "e"])),
        ("/params/prices", json!([{"minor": 5, "currency": "USD"}, {"amount": "0.05", "currency": "USD"}])),
        ("/params/prices", json!([])),
        ("/params/counts", json!([1, 2, 3, 4])),
        ("/params/counts", json!([])),
        ("/params/counts", json!([1.5])),
        ("/params/rate", json!("0.1234567891")),
        ("/params/rate", json!("1000000000000000000")),
        ("/params/fee", json!("-0.5")),
        ("/params/fee", json!(true)),
        ("/params/wait", json!("-15m")),
        ("/params/wait", json!("PT15M")),
        ("/params/wait", json!(15)),
        ("/params/due", json!("2026-03-01T10:00:00")),
        ("/params/from", json!("us")),
        ("/params/gift", json!(0)),
        ("/facts", json!({})),
        ("/facts", json!([7])),
        ("/facts", json!([{"fact": "weather", "args": {}, "value": 1}])),
        ("/facts", json!([{"fact": "known_since", "args": {}}])),
        ("/facts", json!([{"fact": "known_since", "args": {}, "value": null}])),
        ("/facts", json!([{"fact": "screening", "args": {"name": "m-1"}, "value": null}])),
        ("/facts", json!([{"fact": "screening", "args": {"name": "m-1", "mcc": 1, "x": 1}, "value": null}])),
        ("/facts", json!([{"fact": "screening", "args": [], "value": null}])),
        ("/facts", json!([{"fact": "screening", "args": {"name": "m-1", "mcc": 1}, "value": 1}])),
        (
            "/facts",
            json!([
                {"fact": "screening", "args": {"name": "m-1", "mcc": 1}, "value": null},
                {"value": "x", "args": {"mcc": 1, "name": "m-1"}, "fact": "screening"},
            ]),
        ),
    ]
}

#[test]
fn every_wrong_request_is_refused_with_its_path() {
    let engine = Policy::new().engine();
    let mut table = String::new();
    let requests = changes().into_iter().map(|change| charge_with(&[change]).to_string());
    for request in texts().into_iter().chain(requests) {
        let decision = engine.decide_once(request.as_bytes());
        assert_eq!(decision.class, Class::HardRuleFailed, "{request}");
        assert!(decision.risk.is_none() && decision.reasons.len() == 1);
        let stage = decision.stage.unwrap().name();
        table += &format!("{} at {stage}: {}\n", decision.reason_code, decision.reason);
    }
    insta::assert_snapshot!(table);
}

#[test]
fn null_is_refused_where_a_value_may_be_left_out() {
    let engine = Policy::new().engine();
    let mut request = charge();
    request["mandate"] = Value::Null;
    let refused = "mandate: must be an object, not null; leave it out where there is none";
    assert_eq!(decide(&engine, &request).reason, refused);
    let mut request = charge();
    request["params"]["note"] = Value::Null;
    let refused = "params.note: must be a text, not null; leave it out where there is none";
    assert_eq!(decide(&engine, &request).reason, refused);
    let mut request = charge();
    request["params"]["merchant"]["id"] = Value::Null;
    assert_eq!(decide(&engine, &request).reason, "params.merchant.id: must be a text, not null");
}

#[test]
fn the_user_is_required_where_users_have_rules() {
    let mut policy = Policy::new();
    policy.rule(UnitKey::User("u-1".to_owned()), Stage::Policy, "noted", always(Effect::Risk(1), NOTED));
    let engine = policy.engine();
    assert_eq!(outcome(&decide(&engine, &charge())), "allow OK");
    let decision = decide(&engine, &charge_with(&[("/user", json!(null))]));
    assert_eq!(outcome(&decision), "deny USER_REQUIRED");
    assert!(checks(&decision).starts_with("structure=fail signature=not_evaluated"));
}

#[test]
fn a_version_is_refused_before_the_structure() {
    let decision = decide(&Policy::new().engine(), &charge_with(&[("/schema_version", json!(2))]));
    assert!(checks(&decision).starts_with("schema_version=fail structure=not_evaluated"));
    let decision = decide(&Policy::new().engine(), &charge_with(&[("/schema_version", json!(1))]));
    assert_eq!(outcome(&decision), "allow OK");
}

#[test]
fn values_are_taken_in_all_their_forms() {
    let engine = Policy::new().engine();
    let good = [
        ("/params/amount", json!({"currency": "USD", "minor": 2000})),
        ("/params/amount", json!({"currency": "USD", "amount": 20.5})),
        ("/params/amount", json!({"currency": "USDC", "amount": "0.000001"})),
        ("/params/rate", json!("-0.123456789")),
        ("/params/rate", json!(-12)),
        ("/params/wait", json!("1d 12h")),
        ("/params/shift", json!("-90s")),
        ("/params/due", json!("2026-03-01T11:00:00.5+01:00")),
        ("/params/refund", json!({"minor": -5, "currency": "EUR"})),
        ("/params/counts", json!([-3])),
        ("/params/lines", json!([])),
        ("/mandate", json!({})),
    ];
    for (pointer, value) in good {
        let request = charge_with(&[(pointer, value)]);
        assert_eq!(outcome(&decide(&engine, &request)), "allow OK", "{request}");
    }
    let escaped = edited("\"m-1\"", "\"\\u006d-1\\ud83d\\ude00\"").replacen("20.00", "\\u0032", 1);
    assert_eq!(outcome(&engine.decide_once(escaped.as_bytes())), "allow OK");
}

#[test]
fn what_is_not_utf8_is_refused() {
    let mut request = charge().to_string().into_bytes();
    request[40] = 0xff;
    let decision = Policy::new().engine().decide_once(&request);
    assert_eq!(decision.reason, "the request: is not UTF-8 from byte 40 on");
}
