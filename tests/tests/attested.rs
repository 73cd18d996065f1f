//! Who may say what: the caller asks, the host says who that is and what is attested.

mod support;

use lictor_runtime::{Engine, Scratch};
use serde_json::{Value, json};
use support::{engine, outcome};

const POLICY: &str = r#"
module shop.base
layer base

reasons { UNKNOWN_SHOP "Nobody knows this shop" HIGH "The risk is high" }

record Standing { stars: attested Int, since: attested Timestamp? }
record Shop { id: String, known: attested Bool?, standing: Standing, older: Standing? }

action shop.pay {
  shop: Shop
  amount: Money
  risk: attested Int
  device: attested String?
  default allow
}

action shop.look {
  device: attested String?
  default allow
}

fact open(shop: String) -> Bool

rule known_shops on shop.pay {
  require shop.known otherwise false else UNKNOWN_SHOP
  require open(shop.id) else UNKNOWN_SHOP
  deny when risk > 50 or shop.standing.stars < 2 as HIGH
}
"#;

fn asked() -> Value {
    json!({ "action": "shop.pay", "schema_version": 1,
            "params": { "shop": { "id": "s", "standing": {} }, "amount": { "amount": "5", "currency": "USD" } } })
}

fn said() -> Value {
    json!({ "agent": { "id": "a" }, "context": { "now": "2026-01-01T00:00:00Z" },
            "params": { "shop": { "known": true, "standing": { "stars": 4 } }, "risk": 7 },
            "facts": [{ "fact": "open", "args": { "shop": "s" }, "value": true }] })
}

fn decide(engine: &Engine, asked: &Value, said: &Value) -> Value {
    let (asked, said) = (asked.to_string(), said.to_string());
    let decision = engine.decide_asked(&mut Scratch::default(), asked.as_bytes(), said.as_bytes(), None);
    serde_json::to_value(decision).unwrap()
}

/// A document with this value at a place.
fn with(mut document: Value, place: &str, value: Value) -> Value {
    let (parent, name) = place.rsplit_once('/').unwrap();
    document.pointer_mut(parent).unwrap()[name] = value;
    document
}

/// A document without what stands at a place.
fn without(mut document: Value, place: &str) -> Value {
    let (parent, name) = place.rsplit_once('/').unwrap();
    document.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
    document
}

#[test]
fn both_parts_are_decided_like_one_request() {
    let engine = engine(&[POLICY]);
    let whole = json!({
        "action": "shop.pay", "agent": { "id": "a" }, "context": { "now": "2026-01-01T00:00:00Z" },
        "params": { "shop": { "id": "s", "known": true, "standing": { "stars": 4 } }, "risk": 7,
                    "amount": { "amount": "5", "currency": "USD" } },
        "facts": said()["facts"] });
    let together = decide(&engine, &asked(), &said());
    assert_eq!(outcome(&together), "allow OK");
    assert_eq!(together, support::decide(&engine, &whole));
    let high = with(said(), "/params/risk", json!(51));
    assert_eq!(outcome(&decide(&engine, &asked(), &high)), "deny HIGH");
    let needed = engine.facts_needed_asked(
        &mut Scratch::default(),
        asked().to_string().as_bytes(),
        without(said(), "/facts").to_string().as_bytes(),
    );
    assert_eq!(needed.len(), 1);
}

#[test]
fn what_the_other_side_says_is_refused_whatever_it_is() {
    let engine = engine(&[POLICY]);
    let now = json!({ "now": "2026-01-01T00:00:00Z" });
    let by_the_caller = [
        ("/agent", json!({ "id": "b" }), "agent: is for the host"),
        ("/user", json!({ "id": "b" }), "user: is for the host"),
        ("/mandate", json!({}), "mandate: is for the host"),
        ("/context", now, "context: is for the host"),
        ("/facts", json!([]), "facts: is for the host"),
        ("/params/risk", json!(0), "params.risk: is attested"),
        ("/params/device", json!("phone"), "params.device: is attested"),
        ("/params/shop/known", json!(true), "params.shop.known: is attested"),
        ("/params/shop/known", json!("a word of another type"), "params.shop.known: is attested"),
        ("/params/shop/standing/stars", json!(5), "params.shop.standing.stars: is attested"),
        ("/params/shop/older", json!({ "stars": 5 }), "params.shop.older.stars: is attested"),
    ];
    for (place, value, words) in by_the_caller {
        refused(&decide(&engine, &with(asked(), place, value), &said()), words);
    }
    let by_the_host = [
        ("/action", json!("shop.look"), "action: is the caller's"),
        ("/schema_version", json!(1), "schema_version: is the caller's"),
        ("/params/amount", json!({ "amount": "1", "currency": "USD" }), "params.amount: is the caller's"),
        ("/params/shop/id", json!("t"), "params.shop.id: is the caller's"),
        ("/params/shop/older", json!({ "stars": 5 }), "params.shop.older: was not sent by the caller"),
    ];
    for (place, value, words) in by_the_host {
        refused(&decide(&engine, &asked(), &with(said(), place, value)), words);
    }
}

#[test]
fn what_is_missing_on_its_side_is_refused() {
    let engine = engine(&[POLICY]);
    for (place, words) in [
        ("/agent", "agent: is missing"),
        ("/context", "context: is missing"),
        ("/params", "params.shop.standing.stars: is missing"),
        ("/params/risk", "params.risk: is missing"),
        ("/params/shop", "params.shop.standing.stars: is missing"),
        ("/params/shop/standing", "params.shop.standing.stars: is missing"),
        ("/params/shop/standing/stars", "params.shop.standing.stars: is missing"),
    ] {
        refused(&decide(&engine, &asked(), &without(said(), place)), words);
    }
    for (place, words) in [
        ("/action", "action: is missing"),
        ("/params", "params: is missing"),
        ("/params/amount", "params.amount: is missing"),
        ("/params/shop", "params.shop: is missing"),
        ("/params/shop/id", "params.shop.id: is missing"),
    ] {
        refused(&decide(&engine, &without(asked(), place), &said()), words);
    }
    // A record that the caller sends needs what only the host can say of it.
    let older = with(asked(), "/params/shop/older", json!({}));
    refused(&decide(&engine, &older, &said()), "params.shop.older.stars: is missing");
    let vouched = with(said(), "/params/shop/older", json!({ "stars": 3 }));
    assert_eq!(outcome(&decide(&engine, &older, &vouched)), "allow OK");
    // What may be absent on both sides needs no `params` at all.
    let bare = without(without(said(), "/params"), "/facts");
    assert_eq!(outcome(&decide(&engine, &json!({ "action": "shop.look" }), &bare)), "allow OK");
}

fn refused(decision: &Value, words: &str) {
    assert_eq!(outcome(decision), "deny STRUCTURE_INVALID", "{words}");
    let reason = decision["reason"].as_str().unwrap();
    assert!(reason.starts_with(words), "{reason} is not {words}");
    assert_eq!(decision["stage"], "structure");
}
