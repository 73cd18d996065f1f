//! The oracle of `examples/agent-payments`: checked by hand on both sides of every limit, and against what is committed.

#![expect(clippy::inconsistent_digit_grouping, reason = "the last group of an amount is its cents")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use lictor_tests::oracle::{Answer, decide};
use serde_json::{Value, json};

fn example(file: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/agent-payments").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_committed_decisions_are_the_oracles() {
    let requests = example("requests.ndjson");
    let answers: Vec<String> = requests.lines().map(|line| decide(line).line()).collect();
    assert!(answers.len() >= 1000);
    let committed = example("expected.ndjson");
    for (number, (answer, committed)) in answers.iter().zip(committed.lines()).enumerate() {
        assert_eq!(answer, committed, "line {}", number + 1);
    }
    assert_eq!(answers.len(), committed.lines().count());
}

#[test]
fn the_requests_meet_every_reason_of_the_policy() {
    let answers: Vec<Answer> = example("requests.ndjson").lines().map(decide).collect();
    let noticed: BTreeSet<&str> = answers.iter().flat_map(|answer| answer.noticed.iter().copied()).collect();
    let mut declared = BTreeSet::new();
    for file in ["base", "travel", "gambling", "tiers/untrusted", "users/u-2002"] {
        let text = example(&format!("policy/{file}.lictor"));
        let block = text.split("reasons {").nth(1).unwrap().split('}').next().unwrap().to_owned();
        declared.extend(block.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned));
    }
    for engine in
        ["STRUCTURE_INVALID", "UNKNOWN_ACTION", "USER_REQUIRED", "CURRENCY_MISMATCH", "FACT_UNAVAILABLE"]
    {
        declared.insert(engine.to_owned());
    }
    for engine in ["RISK_STEP_UP", "RISK_DENY", "DEFAULT_STEP_UP", "DEFAULT_DENY"] {
        declared.insert(engine.to_owned());
    }
    assert_eq!(noticed, declared.iter().map(String::as_str).collect());
}

#[test]
fn the_requests_are_a_healthy_mixture() {
    let answers: Vec<Answer> = example("requests.ndjson").lines().map(decide).collect();
    for (decision, least) in [("allow", 35), ("step_up", 15), ("deny", 25)] {
        let share = answers.iter().filter(|answer| answer.decision == decision).count() * 100 / answers.len();
        assert!(share >= least, "{decision}: {share} %");
    }
}

/// A charge of 20 dollars at the grocery, with these members set to something else; `null` takes one away.
fn charge(changes: Value) -> String {
    let mut request = json!({
        "action": "payment.charge",
        "agent": { "id": "shopper-7", "tier": "known", "registered_at": "2025-06-01T00:00:00Z" },
        "user": { "id": "u-1000" },
        "mandate": {
            "scope": ["payment.charge", "payment.transfer", "payment.refund"], "signature_valid": true, "nonce": "n-1",
            "issued_at": "2026-03-02T09:00:00Z", "expires_at": "2026-03-02T18:00:00Z"
        },
        "context": { "now": "2026-03-02T10:00:00Z", "ip_country": "DE", "card_country": "DE" },
        "params": {
            "merchant": { "id": "m-1001", "name": "Green Basket", "mcc": 5411, "country": "DE", "known": true },
            "amount": { "minor": 2000, "currency": "USD" }
        }
    });
    for (path, value) in changes.as_object().unwrap() {
        let (parent, name) = path.rsplit_once('/').unwrap();
        let parent = request.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match value {
            Value::Null => parent.remove(name),
            value => parent.insert(name.to_owned(), value.clone()),
        };
    }
    request.to_string()
}

#[track_caller]
fn check(changes: Value, expected: &str) {
    let answer = decide(&charge(changes));
    assert_eq!(format!("{} {}", answer.decision, answer.reason_code), expected, "{:?}", answer.noticed);
}

fn minor(amount: i64, currency: &str) -> Value {
    json!({ "minor": amount, "currency": currency })
}

fn cart(lines: &[(&str, i64, i64)]) -> Value {
    let line = |(sku, quantity, price): &(&str, i64, i64)| json!({ "sku": sku, "quantity": quantity, "price": minor(*price, "USD") });
    json!({ "lines": lines.iter().map(line).collect::<Vec<_>>() })
}

#[test]
fn amounts() {
    let pays = |amount, currency| json!({ "/params/amount": minor(amount, currency) });
    check(pays(50_00, "USD"), "allow OK");
    check(pays(50_01, "USD"), "step_up CART_NOT_SHOWN");
    check(pays(400_00, "USD"), "step_up CART_NOT_SHOWN");
    check(pays(400_01, "USD"), "step_up NEAR_LIMIT");
    check(pays(500_00, "USD"), "step_up NEAR_LIMIT");
    check(pays(500_01, "USD"), "deny AMOUNT_OVER_LIMIT");
    check(pays(60_000, "JPY"), "step_up CART_NOT_SHOWN");
    check(pays(60_001, "JPY"), "step_up NEAR_LIMIT");
    check(pays(75_001, "JPY"), "deny AMOUNT_OVER_LIMIT");
    check(pays(10_00, "CHF"), "deny CURRENCY_MISMATCH");
    check(json!({ "/params/amount": { "amount": "500.00", "currency": "USD" } }), "step_up NEAR_LIMIT");
    check(json!({ "/params/amount": { "amount": 500.01, "currency": "USD" } }), "deny AMOUNT_OVER_LIMIT");
    check(json!({ "/params/amount": { "amount": "20.001", "currency": "USD" } }), "deny STRUCTURE_INVALID");
    check(json!({ "/params/amount": { "amount": "20.5", "currency": "JPY" } }), "deny STRUCTURE_INVALID");
    check(pays(-1, "USD"), "deny STRUCTURE_INVALID");
}

#[test]
fn layers_hold_each_other_down() {
    let case = |tier: &str, user: &str, mcc: i64, amount: Value| {
        let age = json!({ "id": user, "age_verified": true });
        json!({ "/agent/tier": tier, "/user": age, "/params/merchant/mcc": mcc, "/params/amount": amount })
    };
    check(case("known", "u-1000", 3000, minor(2_000_00, "USD")), "step_up NEAR_LIMIT");
    check(case("known", "u-1000", 3000, minor(2_000_01, "USD")), "deny AMOUNT_OVER_LIMIT");
    check(case("known", "u-1000", 3000, minor(75_001, "JPY")), "deny AMOUNT_OVER_LIMIT");
    check(case("known", "u-4711", 3000, minor(800_00, "USD")), "step_up NEAR_LIMIT");
    check(case("known", "u-4711", 3000, minor(800_01, "USD")), "deny AMOUNT_OVER_LIMIT");
    check(case("known", "u-4711", 3000, minor(1_600_00, "GBP")), "step_up NEAR_LIMIT");
    check(case("known", "u-4711", 5411, minor(500_00, "USD")), "step_up NEAR_LIMIT");
    check(case("known", "u-4711", 5411, minor(500_01, "USD")), "deny AMOUNT_OVER_LIMIT");
    check(case("known", "u-4711", 5411, minor(20_00, "USD")), "allow OK");
    check(case("known", "u-4711", 5411, minor(20_01, "USD")), "step_up CART_NOT_SHOWN");
    check(case("untrusted", "u-1000", 3000, minor(100_01, "USD")), "deny AMOUNT_OVER_LIMIT");
    check(case("untrusted", "u-1000", 3000, minor(50_00, "USD")), "step_up TRIP_NEEDS_CONSENT");
    check(case("known", "u-1000", 7995, minor(40_00, "USD")), "allow OK");
    check(case("known", "u-1000", 7995, minor(50_00, "USD")), "step_up NEAR_LIMIT");
    check(case("known", "u-1000", 7995, minor(50_01, "USD")), "deny AMOUNT_OVER_LIMIT");
    check(case("known", "u-2002", 5411, minor(48_00, "USD")), "allow OK");
    check(case("known", "u-2002", 5411, minor(60_00, "USD")), "step_up NEAR_LIMIT");
    check(case("known", "u-2002", 5411, minor(60_01, "USD")), "deny AMOUNT_OVER_LIMIT");
    check(json!({ "/params/merchant/mcc": 7995 }), "deny AGE_NOT_VERIFIED");
    check(json!({ "/user/id": "u-2002", "/params/merchant/id": "m-1005" }), "deny MERCHANT_NOT_LISTED");
    check(json!({ "/user/id": "u-2002", "/params/merchant/country": null }), "step_up ABROAD");
    check(json!({ "/agent/tier": "untrusted", "/params/merchant/known": false }), "step_up FIRST_PAYMENT");
}

#[test]
fn mandates_and_times() {
    let ends = |time: &str| json!({ "/mandate/expires_at": time });
    check(ends("2026-03-02T10:00:01Z"), "allow OK");
    check(ends("2026-03-02T10:00:00Z"), "deny MANDATE_EXPIRED");
    check(ends("2026-04-01T09:00:00Z"), "allow OK");
    check(ends("2026-04-01T09:00:01Z"), "deny MANDATE_TOO_LONG");
    check(json!({ "/mandate/issued_at": "2026-03-02T10:01:00Z" }), "allow OK");
    check(json!({ "/mandate/issued_at": "2026-03-02T10:01:01Z" }), "deny MANDATE_NOT_YET");
    check(json!({ "/context/session_started_at": "2026-03-01T22:00:00Z" }), "allow OK");
    check(json!({ "/context/session_started_at": "2026-03-01T21:59:59Z" }), "deny SESSION_TOO_LONG");
    check(json!({ "/mandate": null }), "deny MANDATE_MISSING");
    check(json!({ "/mandate": {} }), "deny MANDATE_UNSIGNED");
    check(json!({ "/mandate/scope": ["payment.refund"] }), "deny NOT_IN_SCOPE");
    check(json!({ "/mandate/nonce": null }), "deny NONCE_MISSING");
    check(json!({ "/mandate/ceiling": minor(20_00, "USD") }), "allow OK");
    check(json!({ "/mandate/ceiling": minor(19_99, "USD") }), "deny CEILING_EXCEEDED");
    check(json!({ "/mandate/ceiling": minor(20_00, "EUR") }), "deny CURRENCY_MISMATCH");
    check(ends("2026-02-29T00:00:00Z"), "deny STRUCTURE_INVALID");
}

#[test]
fn carts() {
    let buys = |tier: &str, lines: &[(&str, i64, i64)], amount: i64| json!({ "/agent/tier": tier, "/params/cart": cart(lines), "/params/amount": minor(amount, "USD") });
    check(buys("known", &[("A", 10, 100)], 10_00), "allow OK");
    check(buys("known", &[("A", 11, 100)], 11_00), "deny QUANTITY_NOT_ALLOWED");
    check(buys("known", &[("A", 0, 100)], 0), "deny QUANTITY_NOT_ALLOWED");
    check(buys("trusted", &[("A", 25, 100)], 25_00), "allow OK");
    check(buys("trusted", &[("A", 26, 100)], 26_00), "deny QUANTITY_NOT_ALLOWED");
    check(buys("untrusted", &[("A", 3, 100)], 3_00), "allow OK");
    check(buys("untrusted", &[("A", 4, 100)], 4_00), "deny QUANTITY_NOT_ALLOWED");
    check(buys("known", &[("A", 2, 100), ("B", 1, 50)], 2_49), "deny CART_TOTAL_WRONG");
    check(buys("known", &[("A", 2, 100), ("B", 1, 50)], 2_50), "allow OK");
    check(buys("known", &[("GIFT-CARD-100", 1, 100_00)], 100_00), "deny SKU_BLOCKED");
    check(buys("known", &[], 0), "deny STRUCTURE_INVALID");
    let mut aged = cart(&[("A", 1, 20_00)]);
    aged["quoted_at"] = json!("2026-03-02T09:45:00Z");
    check(json!({ "/params/cart": aged }), "allow OK");
    aged["quoted_at"] = json!("2026-03-02T09:44:59Z");
    check(json!({ "/params/cart": aged }), "deny PRICE_STALE");
    aged["quoted_at"] = json!("2026-03-02T09:55:00Z");
    check(json!({ "/params/cart": aged, "/params/merchant/mcc": 4511 }), "allow OK");
    aged["quoted_at"] = json!("2026-03-02T09:54:59Z");
    check(json!({ "/params/cart": aged, "/params/merchant/mcc": 4511 }), "deny PRICE_STALE");
}

#[test]
fn transfers_and_refunds() {
    let transfer = |tier: &str, facts: Value| json!({ "/action": "payment.transfer", "/agent/tier": tier, "/params/account": "DE02", "/facts": facts });
    let found =
        |answer: Value| json!([{ "fact": "sanctions", "args": { "name": "Green Basket" }, "value": answer }]);
    check(transfer("known", json!([])), "deny FACT_UNAVAILABLE");
    check(transfer("known", found(json!("clear"))), "step_up DEFAULT_STEP_UP");
    check(transfer("known", found(json!("possible"))), "step_up SCREENING_UNCLEAR");
    check(transfer("known", found(Value::Null)), "step_up SCREENING_UNCLEAR");
    check(transfer("known", found(json!("listed"))), "deny SANCTIONED_PARTY");
    check(transfer("untrusted", found(json!("clear"))), "deny DEFAULT_DENY");

    let refund = |tier: &str, amount: i64| {
        let params = json!({ "merchant": { "id": "m-9", "name": "Gone", "mcc": 5411 }, "amount": minor(amount, "USD"), "charge_id": "c" });
        json!({ "/action": "payment.refund", "/agent/tier": tier, "/params": params })
    };
    check(refund("known", 200_00), "allow OK");
    check(refund("known", 200_01), "step_up REFUND_REVIEW");
    check(refund("untrusted", 200_00), "step_up DEFAULT_STEP_UP");
}

#[test]
fn scores() {
    let new = "2026-02-16T10:00:01Z";
    check(json!({ "/context/ip_country": "FR" }), "allow OK");
    check(json!({ "/context/ip_country": "FR", "/agent/registered_at": new }), "step_up RISK_STEP_UP");
    check(json!({ "/context/ip_country": "FR", "/agent/registered_at": "2026-02-16T10:00:00Z" }), "allow OK");
    check(json!({ "/agent/registered_at": null, "/params/merchant/known": null }), "step_up RISK_STEP_UP");
    let cash = |since: Value| json!({ "/context/ip_country": "FR", "/agent/registered_at": since, "/params/merchant/mcc": 6051 });
    check(cash(Value::Null), "step_up RISK_STEP_UP");
    check(cash(json!(new)), "deny RISK_DENY");
}

#[test]
fn requests_that_are_not_well_formed() {
    check(json!({ "/action": "payment.steal" }), "deny UNKNOWN_ACTION");
    check(json!({ "/user": null }), "deny USER_REQUIRED");
    check(json!({ "/agent/tier": "admin" }), "deny STRUCTURE_INVALID");
    check(json!({ "/agent/tier": null }), "deny STRUCTURE_INVALID");
    check(json!({ "/params/tip": 1 }), "deny STRUCTURE_INVALID");
    check(json!({ "/params/merchant/mcc": "5411" }), "deny STRUCTURE_INVALID");
    check(json!({ "/schema_version": 1 }), "allow OK");
    check(json!({ "/schema_version": 2 }), "deny STRUCTURE_INVALID");
    let twice = charge(json!({})).replacen("\"mcc\":", "\"mcc\":1,\"mcc\":", 1);
    assert_eq!(decide(&twice).reason_code, "STRUCTURE_INVALID");
    assert_eq!(decide("{").reason_code, "STRUCTURE_INVALID");
}
