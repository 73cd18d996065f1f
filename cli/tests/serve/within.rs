//! Tokens with an envelope: at most so much, decided at the most, and again at what is presented; over real connections.

use serde_json::{Value, json};

use crate::Shop;
use crate::collected::approver;
use crate::common::server::Server;
use crate::life::{AUTHORIZE, INTROSPECT, SETTLE, VALIDATE, told, with};

/// A shop that sells up to 100 USD a day, and to nobody for 13 USD.
const SELLS: &str = r#"module kiosk
layer base

import std.payments
use std.tools.commerce

tiers { fresh, known }
roles { owner "Whoever owns the shop" }
escalate to owner within 15m
reasons {
  TOO_MUCH  "It is more than one day's worth"
  LOOKED_AT "Somebody looks at it first"
  UNLUCKY   "Nothing is sold at this price"
}

set default payment.charge = allow

rule a_day on payment.charge at amount {
  let spent = total(amount of executed payment.charge per agent.id over 1d in USD)
  require spent + amount <= 100 USD else TOO_MUCH
  step_up when amount > 80 USD to owner as LOOKED_AT
  deny when amount == 13 USD as UNLUCKY
}
"#;

fn pay(dollars: &str) -> Value {
    let merchant = json!({ "id": "m-1", "name": "Kiosk", "mcc": 5942 });
    json!({ "action": "payment.charge", "params": { "merchant": merchant, "amount": { "amount": dollars, "currency": "USD" } } })
}

/// The same for at most so many dollars.
fn up_to(dollars: &str) -> Value {
    let mut body = pay("0");
    let most = body["params"].as_object_mut().unwrap().remove("amount").map(|mut amount| {
        amount["amount"] = dollars.into();
        amount
    });
    body["envelope"] = json!({ "amount": { "max": most } });
    body
}

#[track_caller]
fn token(server: &Server, shop: &Shop, body: &Value) -> String {
    let told = told(server, AUTHORIZE, &shop.agent, body);
    assert_eq!(told["decision"], "allowed", "{told}");
    told["executionToken"].as_str().unwrap().to_owned()
}

#[track_caller]
fn came(server: &Server, shop: &Shop, token: &str, body: &Value) -> String {
    told(server, VALIDATE, &shop.checkout, &with(token, body))["reasonCode"].as_str().unwrap().to_owned()
}

#[track_caller]
fn decided(server: &Server, shop: &Shop, body: &Value) -> String {
    let told = told(server, AUTHORIZE, &shop.agent, body);
    format!("{} {}", told["decision"].as_str().unwrap(), told["reasonCode"].as_str().unwrap())
}

#[test]
fn a_token_for_at_most_so_much_takes_less_and_never_more() {
    let shop = Shop::with(SELLS);
    let server = shop.serve(&[]);
    let first = token(&server, &shop, &up_to("50.00"));
    let seen = told(&server, INTROSPECT, &shop.checkout, &json!({ "executionToken": first }));
    let most = json!({ "type": "money", "minor": 5000, "currency": "USD" });
    assert_eq!(seen["claims"]["env"], json!([{ "field": "amount", "op": "<=", "bounds": [most] }]));
    // The most is reserved.
    assert_eq!(decided(&server, &shop, &pay("50.01")), "denied TOO_MUCH");
    let mut euros = pay("20.00");
    euros["params"]["amount"]["currency"] = "EUR".into();
    let mut elsewhere = pay("20.00");
    elsewhere["params"]["merchant"]["id"] = "m-2".into();
    let mut none = pay("20.00");
    none["params"].as_object_mut().unwrap().remove("amount");
    for other in [pay("50.01"), pay("1000"), euros, elsewhere] {
        assert_eq!(came(&server, &shop, &first, &other), "INTENT_MISMATCH", "{other}");
    }
    let missing = server.post(VALIDATE, &shop.checkout, &with(&first, &none).to_string());
    assert_eq!(missing.status, 400, "{missing:?}");
    // The policy decides about what is presented, and not only about the most.
    assert_eq!(came(&server, &shop, &first, &pay("13.00")), "POLICY_DENIED");
    assert_eq!(came(&server, &shop, &first, &pay("20.00")), "OK");
    assert_eq!(came(&server, &shop, &first, &pay("20.00")), "REPLAY_DETECTED");
    // What was presented is what counts, and nobody settles more.
    assert_eq!(decided(&server, &shop, &pay("80.01")), "denied TOO_MUCH");
    let settle = |amount: &str| {
        let amount = json!({ "amount": amount, "currency": "USD" });
        let body = json!({ "executionToken": first, "outcome": "executed", "amount": amount });
        server.post(SETTLE, &shop.checkout, &body.to_string())
    };
    assert_eq!(settle("20.01").error().1, "MORE_THAN_RESERVED");
    assert_eq!(settle("19.00").status, 200);
    let second = token(&server, &shop, &up_to("80.00"));
    assert_eq!(came(&server, &shop, &second, &pay("80.00")), "OK");
    assert_eq!(decided(&server, &shop, &pay("1.01")), "denied TOO_MUCH");
    assert_eq!(decided(&server, &shop, &pay("1.00")), "allowed OK");
}

#[test]
fn a_purchase_may_be_of_at_most_so_many_pieces() {
    let shop = Shop::with(SELLS);
    let server = shop.serve(&["--tenant", "store-1"]);
    let pieces = |quantity: Value| {
        let mut body = json!({
            "storeId": "store-1", "permyxProductId": "p-1", "sourceVariantId": "v-1",
            "price": { "amount": "19.99", "currency": "USD" }, "scope": "agent_exec",
        });
        match quantity {
            Value::Number(_) => body["quantity"] = quantity,
            envelope => body["envelope"] = envelope,
        }
        body
    };
    let token = token(&server, &shop, &pieces(json!({ "quantity": { "max": 4 } })));
    assert_eq!(came(&server, &shop, &token, &pieces(json!(5))), "INTENT_MISMATCH");
    let mut other = pieces(json!(3));
    other["price"]["amount"] = "19.98".into();
    assert_eq!(came(&server, &shop, &token, &other), "INTENT_MISMATCH");
    assert_eq!(came(&server, &shop, &token, &pieces(json!(3))), "OK");
    // 59.97 of 100.00 are spent.
    assert_eq!(decided(&server, &shop, &pay("40.04")), "denied TOO_MUCH");
    assert_eq!(decided(&server, &shop, &pay("40.03")), "allowed OK");
}

#[test]
fn people_are_asked_about_exact_values() {
    let shop = Shop::with(SELLS);
    approver(&shop, "dora", &[]);
    let server = shop.serve(&[]);
    assert_eq!(decided(&server, &shop, &up_to("80.01")), "denied APPROVAL_IMPOSSIBLE");
    assert_eq!(decided(&server, &shop, &pay("80.01")), "step_up LOOKED_AT");
}

#[test]
fn an_envelope_is_for_what_can_be_less() {
    let shop = Shop::with(SELLS);
    let server = shop.serve(&[]);
    let enveloped = |envelope: Value| {
        let mut body = pay("1.00");
        body["params"].as_object_mut().unwrap().remove("amount");
        body["envelope"] = envelope;
        body
    };
    let most = json!({ "amount": "50.00", "currency": "USD" });
    let mut both = pay("1.00");
    both["envelope"] = json!({ "amount": { "max": most } });
    let mut call = json!({ "tool": "commerce/authorize", "input": {} });
    call["envelope"] = json!({ "quantity": { "max": 3 } });
    let mut approved = up_to("50.00");
    approved["approval"] = format!("{}.1", "0".repeat(32)).into();
    for (body, place) in [
        (enveloped(json!("50.00")), "envelope: is not an object"),
        (enveloped(json!({})), "envelope: has 1 to 16 fields"),
        (enveloped(json!({ "amount": 50 })), "envelope.amount: is not an object"),
        (enveloped(json!({ "amount": { "min": most } })), "envelope.amount: has one member, `max`"),
        (
            enveloped(json!({ "amount": { "max": most, "min": most } })),
            "envelope.amount: has one member, `max`",
        ),
        (enveloped(json!({ "amount": { "max": 50 } })), "envelope.amount.max: is not an object"),
        (
            enveloped(json!({ "amount": { "max": { "amount": "50.001", "currency": "USD" } } })),
            "envelope.amount.max.amount: has more than 2 decimals",
        ),
        (enveloped(json!({ "note": { "max": "x" } })), "envelope.note: is no amount and no whole number"),
        (enveloped(json!({ "tip": { "max": 5 } })), "envelope.tip: is no amount and no whole number"),
        (both, "params.amount: stands in the envelope, too"),
        (call, "envelope.quantity: is no amount and no whole number"),
        (approved, "approval: people approve exact values"),
    ] {
        let (status, code, message) = server.post(AUTHORIZE, &shop.agent, &body.to_string()).error();
        assert_eq!((status, &*code), (400, "INVALID_REQUEST"), "{body}: {message}");
        assert!(message.starts_with(place), "{body}: {message}");
    }
}
