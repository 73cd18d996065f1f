//! A reason names the controls that its rule cites and that are in force at the time of the decision.

mod support;

use lictor_runtime::Engine;
use serde_json::{Value, json};
use support::engine;

const POLICY: &str = r#"module shop
layer base
reasons { CLOSED "We are closed" }
framework law "Laws" {
  old "The old one" until 2025-12-31 verified 2026-01-20
  new "The new one" source "Act 7" from 2026-01-01 verified 2026-01-20
  idle "Nobody cites it"
}
action sell {
  amount: Int
  price: Int
  default allow
}
rule closed on sell cites law.new, law.old {
  step_up when amount > 5 to user as CLOSED
  deny when amount div price > 9 as CLOSED
}
"#;

fn policy() -> Engine {
    engine(&[POLICY])
}

fn cited(engine: &Engine, now: &str, amount: u32, price: u32) -> Value {
    let request = json!({
        "action": "sell", "agent": { "id": "a" }, "context": { "now": now },
        "params": { "amount": amount, "price": price },
    });
    let decision = engine.decide_once(request.to_string().as_bytes());
    let reasons = serde_json::to_value(&decision).expect("a decision is JSON")["reasons"].clone();
    reasons.as_array().expect("a list").iter().map(|reason| reason["cites"].clone()).collect()
}

#[test]
fn only_what_is_in_force_at_the_time_is_named() {
    let engine = policy();
    assert_eq!(cited(&engine, "2025-12-31T23:59:59.999Z", 6, 1), json!([["law.old"]]));
    assert_eq!(cited(&engine, "2026-01-01T00:00:00Z", 6, 1), json!([["law.new"]]));
    // What refuses because it cannot be evaluated is a rule's reason as well.
    assert_eq!(cited(&engine, "2026-01-01T00:00:00Z", 6, 0), json!([["law.new"], ["law.new"]]));
    assert_eq!(cited(&engine, "2026-01-01T00:00:00Z", 2, 1), json!([]));
}

#[test]
fn the_bundle_lists_what_is_cited_and_nothing_else() {
    let engine = policy();
    let controls = &engine.bundle().manifest.controls;
    let ids: Vec<&str> = controls.iter().map(|control| control.id.as_str()).collect();
    assert_eq!(ids, ["law.new", "law.old"]);
    assert_eq!(controls[0].source.as_deref(), Some("Act 7"));
}

#[test]
fn a_citation_that_points_nowhere_is_not_loaded() {
    let mut bundle = policy().to_bundle();
    bundle.manifest.controls.pop();
    assert!(Engine::from_bundle(bundle.clone()).is_err());
    bundle.units[0].rules[0].cites = vec![0];
    assert!(Engine::from_bundle(bundle.clone()).is_ok());
    bundle.manifest.controls[0].title = "two\nlines".to_string();
    assert!(Engine::from_bundle(bundle).is_err());
}
