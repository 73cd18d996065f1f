//! Obligations, codes that are told as others, and rules with dates.

mod support;

use serde_json::{Value, json};
use support::{decide_at, engine, outcome};

const POLICY: &str = r#"
module desk
layer base
roles { boss "Whoever runs it" }
reasons {
  LARGE    "Large payments are receipted"
  LISTED   "The payee is on a watch list"
  REFUSED  "The payment cannot be made"
  CHECKED  "It is looked at"
}
param soon: Duration = 2d
  range 1h to 30d
  stricter when lower
action pay {
  amount: Int
  payee: String
  due: Timestamp?
  default allow
}
rule receipts on pay {
  oblige send_receipt by context.now + soon when amount > 100 as LARGE "{payee} gets a receipt for {amount}"
  oblige keep_record when amount > 10 as LARGE told as CHECKED
  step_up when amount > 1_000 to boss as LARGE
}
rule watched on pay at counterparty {
  deny when payee == "m" as LISTED told as REFUSED "{payee} is on the list of the bank"
}
rule campaign on pay from 2026-03-01 until 2026-03-02 {
  risk +40 when payee == "k" as CHECKED told as REFUSED
}
"#;

fn pay(amount: i64, payee: &str) -> Value {
    decide_at(&engine(&[POLICY]), "2026-02-01T10:00:00Z", json!({ "amount": amount, "payee": payee }))
}

#[test]
fn obligations_come_with_what_may_happen() {
    let decision = pay(101, "k");
    assert_eq!(outcome(&decision), "allow OK");
    assert_eq!(
        decision["obligations"],
        json!([
            { "id": "send_receipt", "by": "2026-02-03T10:00:00Z", "code": "LARGE",
              "reason": "k gets a receipt for 101", "rule": "desk.receipts", "layer": "base" },
            { "id": "keep_record", "code": "LARGE", "reason": "Large payments are receipted",
              "told_as": "CHECKED", "told_reason": "It is looked at",
              "rule": "desk.receipts", "layer": "base" },
        ])
    );
    assert_eq!(pay(100, "k")["obligations"].as_array().unwrap().len(), 1);
    assert_eq!(pay(10, "k")["obligations"], json!([]));
    let asked = pay(1_001, "k");
    assert_eq!(outcome(&asked), "step_up LARGE");
    assert_eq!(asked["obligations"].as_array().unwrap().len(), 2);
}

#[test]
fn what_is_refused_obliges_nobody_and_the_agent_is_told_the_other_code() {
    let decision = pay(101, "m");
    assert_eq!(outcome(&decision), "deny LISTED");
    assert_eq!(decision["obligations"], json!([]));
    assert_eq!(decision["reason"], "m is on the list of the bank");
    for told in [&decision, &decision["reasons"][0]] {
        assert_eq!(told["told_as"], "REFUSED");
        assert_eq!(told["told_reason"], "The payment cannot be made");
    }
    assert!(pay(1, "k").get("told_as").is_none());
}

#[test]
fn a_rule_says_something_from_its_first_day_to_the_end_of_its_last() {
    let engine = engine(&[POLICY]);
    let at = |now: &str| outcome(&decide_at(&engine, now, json!({ "amount": 1, "payee": "k" })));
    assert_eq!(at("2026-02-28T23:59:59.999Z"), "allow OK");
    assert_eq!(at("2026-03-01T00:00:00Z"), "step_up RISK_STEP_UP");
    assert_eq!(at("2026-03-02T23:59:59.999Z"), "step_up RISK_STEP_UP");
    assert_eq!(at("2026-03-03T00:00:00Z"), "allow OK");
    // The day is one of UTC, wherever the clock stands.
    assert_eq!(at("2026-03-01T00:30:00+01:00"), "allow OK");
}

#[test]
fn points_name_what_the_agent_is_told() {
    let decision =
        decide_at(&engine(&[POLICY]), "2026-03-01T00:00:00Z", json!({ "amount": 1, "payee": "k" }));
    assert_eq!(decision["risk"]["points"][0]["code"], "CHECKED");
    assert_eq!(decision["risk"]["points"][0]["told_as"], "REFUSED");
}
