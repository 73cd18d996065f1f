//! Who may not approve: the ids come with the decision, each once, and an absent one is nobody's.

mod support;

use serde_json::{Value, json};
use support::{decide, engine, outcome};

const POLICY: &str = r#"
module desk
layer base
roles { boss "Whoever runs it" }
reasons { LARGE "It is a lot" }
fact owner(agent: String) -> String?
action pay {
  amount: Int
  payee: String
  default allow
}
rule large on pay {
  step_up when amount > 100 to boss quorum 2 other than agent.id, user.id, owner(agent.id) as LARGE "{payee} gets {amount}"
}
"#;

fn pay(amount: i64, user: Value, facts: Value) -> Value {
    let mut request = json!({ "action": "pay", "agent": { "id": "a-1" }, "context": { "now": "2026-06-01T10:00:00Z" },
        "params": { "amount": amount, "payee": "p" }, "facts": facts });
    if !user.is_null() {
        request["user"] = user;
    }
    decide(&engine(&[POLICY]), &request)
}

fn owner(value: Value) -> Value {
    json!([{ "fact": "owner", "args": { "agent": "a-1" }, "value": value }])
}

#[test]
fn they_are_named_once_each_in_the_order_of_the_policy() {
    let asked = pay(101, json!({ "id": "u-1" }), owner(json!("u-9")));
    assert_eq!(outcome(&asked), "step_up LARGE");
    assert_eq!(asked["reasons"][0]["other_than"], json!(["a-1", "u-1", "u-9"]));
    assert_eq!(asked["reasons"][0]["reason"], json!("p gets 101"));
    let same = pay(101, json!({ "id": "u-9" }), owner(json!("u-9")));
    assert_eq!(same["reasons"][0]["other_than"], json!(["a-1", "u-9"]));
}

#[test]
fn who_is_absent_is_nobody_and_who_is_not_known_refuses() {
    let asked = pay(101, Value::Null, owner(Value::Null));
    assert_eq!(asked["reasons"][0]["other_than"], json!(["a-1"]));
    assert_eq!(outcome(&pay(101, Value::Null, json!([]))), "deny FACT_UNAVAILABLE");
    assert_eq!(outcome(&pay(100, Value::Null, json!([]))), "allow OK");
}
