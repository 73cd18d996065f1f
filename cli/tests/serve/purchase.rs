//! Purchases in the words of a shop: the same life as any action, with the claims and the codes of the commerce API; over real connections.

use serde_json::{Value, json};

use crate::Shop;
use crate::collected::approver;
use crate::common::server::Server;
use crate::life::{AUTHORIZE, INTROSPECT, OBSERVE, VALIDATE, send_once, told, with};

/// A shop that sells up to 100 USD at a time.
const SELLS: &str = r#"module kiosk
layer base

import std.payments
use std.tools.commerce

tiers { fresh, known }
roles { owner "Whoever owns the shop" }
escalate to owner within 15m
reasons {
  TOO_DEAR  "It costs more than it may"
  LOOKED_AT "Somebody looks at it first"
}

set default payment.charge = allow

rule so_much on payment.charge at amount {
  require amount <= 100 USD else TOO_DEAR "{amount} is more than 100.00 USD"
  step_up when amount > 80 USD to owner as LOOKED_AT
}
"#;

/// One piece at 19.99 USD.
fn piece() -> Value {
    json!({
        "storeId": "store-1",
        "permyxProductId": "product-1",
        "sourceVariantId": "shopify:variant:1",
        "quantity": 1,
        "price": { "amount": "19.99", "currency": "USD" },
        "scope": "agent_exec",
        "clientContext": { "page": "cart" },
    })
}

/// The same with a member of another value; a dot goes into an object.
fn but(path: &str, value: impl Into<Value>) -> Value {
    let mut body = piece();
    let place = path.split('.').fold(&mut body, |at, name| &mut at[name]);
    *place = value.into();
    body
}

fn serve(shop: &Shop) -> Server {
    shop.serve(&["--tenant", "store-1"])
}

fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[track_caller]
fn token(server: &Server, shop: &Shop, body: &Value) -> String {
    let told = told(server, AUTHORIZE, &shop.agent, body);
    assert_eq!(told["decision"], "allowed", "{told}");
    told["executionToken"].as_str().unwrap().to_owned()
}

/// Whether a presentation is allowed, whether it used the token, and why.
#[track_caller]
fn presented(server: &Server, shop: &Shop, body: &Value) -> (bool, bool, String) {
    let told = told(server, VALIDATE, &shop.checkout, body);
    let is = |name: &str| told[name].as_bool().unwrap();
    (is("allowed"), is("tokenConsumed"), told["reasonCode"].as_str().unwrap().to_owned())
}

#[test]
fn a_purchase_is_authorized_used_once_and_replay_is_refused() {
    let shop = Shop::with(SELLS);
    let server = serve(&shop);
    let granted = told(&server, AUTHORIZE, &shop.agent, &piece());
    assert_eq!(
        members(&granted),
        ["decision", "executionToken", "expiresAt", "reasonCode", "receipt", "traceId"]
    );
    assert_eq!(granted["decision"], "allowed");
    let token = granted["executionToken"].as_str().unwrap();

    let look = || told(&server, INTROSPECT, &shop.checkout, &json!({ "executionToken": token }));
    let seen = look();
    assert_eq!(
        members(&seen),
        ["claims", "expired", "expiresIn", "policyDecision", "replayStatus", "traceId", "valid"]
    );
    assert_eq!(
        [&seen["valid"], &seen["expired"], &seen["replayStatus"], &seen["policyDecision"]],
        [&json!(true), &json!(false), &json!("unused"), &json!("allowed")]
    );
    let claims = &seen["claims"];
    let asserted = json!({
        "sub": "shopper-7", "aud": "store-1", "storeId": "store-1", "variantId": "shopify:variant:1", "qty": 1,
        "price_amount": "19.99", "currency": "USD", "scope": "agent_exec", "ver": 1, "act": "payment.charge",
        // What a shop comes to by itself, from the request and what docs/receipts.md says.
        "sku_hash": "sha256:518b0b0d3dc5c60b59004b9a80e59bd94245f479874fe08c4782add029b12e2e",
        "execution_intent_hash": "sha256:d953172f4e0a15a5deb98dc206e8db2da8d9f0c27c136915d1e5c6b7e5af90c9",
    });
    for (name, value) in asserted.as_object().unwrap() {
        assert_eq!(&claims[name], value, "{name}: {claims}");
    }
    for name in ["iss", "jti", "iat", "exp"] {
        assert!(!claims[name].is_null(), "{name}: {claims}");
    }

    let used = told(&server, VALIDATE, &shop.checkout, &with(token, &piece()));
    assert_eq!(members(&used), ["allowed", "reasonCode", "receipt", "tokenConsumed", "traceId"]);
    assert_eq!([&used["allowed"], &used["tokenConsumed"]], [&json!(true), &json!(true)]);
    let again = told(&server, VALIDATE, &shop.checkout, &with(token, &piece()));
    assert_eq!(members(&again), ["allowed", "reasonCode", "tokenConsumed", "traceId"]);
    assert_eq!(
        [&again["allowed"], &again["tokenConsumed"], &again["reasonCode"]],
        [&json!(false), &json!(false), &json!("REPLAY_DETECTED")]
    );
    assert_eq!(look()["replayStatus"], "consumed");
}

#[test]
fn how_a_price_is_written_does_not_matter_and_what_it_is_does() {
    let shop = Shop::with(SELLS);
    let server = serve(&shop);
    let first = token(&server, &shop, &but("price.currency", "usd"));
    let number = but("price.amount", json!(19.99));
    for other in [
        but("price.amount", "19.98"),
        but("quantity", 2),
        but("sourceVariantId", "shopify:variant:2"),
        but("permyxProductId", "product-2"),
        but("price.currency", "EUR"),
    ] {
        let came = presented(&server, &shop, &with(&first, &other));
        assert_eq!(came, (false, false, "INTENT_MISMATCH".to_owned()), "{other}");
    }
    let mut elsewhere = with(&first, &number);
    // JSON has one type of numbers.
    elsewhere["quantity"] = json!(1.0);
    elsewhere["clientContext"] = json!({ "page": "another" });
    assert_eq!(presented(&server, &shop, &elsewhere), (true, true, "OK".to_owned()));
}

#[test]
fn what_the_policy_says_holds_for_purchases() {
    let shop = Shop::with(SELLS);
    approver(&shop, "dora", &[]);
    let server = serve(&shop);
    let dear = told(&server, AUTHORIZE, &shop.agent, &but("quantity", 6));
    assert_eq!([&dear["decision"], &dear["reasonCode"]], [&json!("denied"), &json!("TOO_DEAR")]);
    let asked = told(&server, AUTHORIZE, &shop.agent, &but("price.amount", "80.01"));
    assert_eq!([&asked["decision"], &asked["reasonCode"]], [&json!("step_up"), &json!("LOOKED_AT")]);
    assert!(asked.get("executionToken").is_none());
    // A policy that does not say what a purchase is refuses all of them.
    let silent = Shop::new();
    let denied = told(&serve(&silent), AUTHORIZE, &silent.agent, &piece());
    assert_eq!([&denied["decision"], &denied["reasonCode"]], [&json!("denied"), &json!("UNKNOWN_ACTION")]);
}

#[test]
fn a_purchase_elsewhere_or_of_more_than_goods_is_declined_and_recorded() {
    let shop = Shop::with(SELLS);
    let server = serve(&shop);
    let (elsewhere, admin) = (but("storeId", "store-2"), but("scope", "admin"));
    for (body, code) in [(&elsewhere, "STORE_MISMATCH"), (&admin, "SCOPE_RESTRICTED")] {
        let declined = told(&server, AUTHORIZE, &shop.agent, body);
        assert_eq!([&declined["decision"], &declined["reasonCode"]], [&json!("denied"), &json!(code)]);
        assert!(declined.get("executionToken").is_none(), "{declined}");
        let mut seen = body.clone();
        seen["agent"] = "shopper-7".into();
        let declined = told(&server, OBSERVE, &shop.checkout, &seen);
        assert_eq!([&declined["observed"], &declined["reasonCode"]], [&json!(false), &json!(code)]);
    }
    // The store comes before everything that a token says, the scope after that it was used.
    let first = token(&server, &shop, &piece());
    let present = |body: &Value| presented(&server, &shop, &with(&first, body)).2;
    assert_eq!(present(&elsewhere), "STORE_MISMATCH");
    assert_eq!(present(&admin), "SCOPE_RESTRICTED");
    assert_eq!(present(&piece()), "OK");
    assert_eq!(present(&elsewhere), "STORE_MISMATCH");
    assert_eq!(present(&admin), "REPLAY_DETECTED");
    assert_eq!(presented(&server, &shop, &elsewhere).2, "NO_TOKEN");
    let stranger =
        told(&server, INTROSPECT, &shop.checkout, &json!({ "executionToken": first, "storeId": "store-2" }));
    assert_eq!([&stranger["valid"], &stranger["replayStatus"]], [&json!(false), &json!("unknown")]);
    assert_eq!([&stranger["claims"], &stranger["policyDecision"]], [&Value::Null, &Value::Null]);

    // Asked again, the first answer is given once more, and nothing is written.
    let once = |body: &Value| send_once(&server, AUTHORIZE, &shop.agent, "one", body);
    let (told_first, told_again) = (once(&elsewhere).json(), once(&elsewhere).json());
    assert_eq!(told_first["traceId"], told_again["traceId"]);
    assert_eq!(told_again["repeated"], true);
    assert_eq!(once(&piece()).status, 422);
    server.signal("TERM");
    let (status, log) = server.end();
    assert_eq!(status, Some(0), "{log}");
    let export = ["audit", "export", "data", "--tenant", "store-1", "--as", "jsonl", "--agent", "shopper-7"];
    let lines = shop.dir.run(&export).ends_with(0).json_lines();
    let codes: Vec<&str> = lines
        .iter()
        .filter(|line| line["kind"] == "refused")
        .filter_map(|line| line["record"]["code"].as_str())
        .collect();
    let (store, scope) = ("STORE_MISMATCH", "SCOPE_RESTRICTED");
    assert_eq!(codes, [store, store, scope, scope, store, scope, store, "REPLAY_DETECTED", store]);
}

#[test]
fn what_happened_without_a_token_is_recorded() {
    let shop = Shop::with(SELLS);
    let server = serve(&shop);
    let mut body = piece();
    body["agent"] = "shopper-7".into();
    let seen = told(&server, OBSERVE, &shop.checkout, &body);
    assert_eq!(members(&seen), ["observed", "receipt", "traceId"]);
    assert_eq!(seen["observed"], true);
}

#[test]
fn what_is_no_purchase_is_told_with_its_place() {
    let shop = Shop::with(SELLS);
    let server = serve(&shop);
    let mut both = piece();
    both["action"] = "payment.charge".into();
    let mut call = piece();
    call["tool"] = "commerce/authorize".into();
    for (body, place) in [
        (both, "action: stands beside "),
        (call, "tool: stands beside "),
        (json!({ "storeId": "store-1" }), "permyxProductId: is missing"),
        (json!({ "clientContext": {} }), "storeId: is missing"),
        (but("discount", "5.00"), "discount: is nothing that is read here"),
        (but("storeId", 7), "storeId: is not a text"),
        (but("permyxProductId", ""), "permyxProductId: is empty"),
        (but("sourceVariantId", "a\u{7}b"), "sourceVariantId: has signs that nobody can see"),
        (but("sourceVariantId", "x".repeat(257)), "sourceVariantId: has more than 256 bytes"),
        (but("quantity", 0), "quantity: is 0; send a whole number from 1 to 50"),
        (but("quantity", 51), "quantity: is 51; "),
        (but("quantity", json!(1.5)), "quantity: is 1.5; "),
        (but("quantity", "1"), "quantity: is \"1\"; "),
        (but("quantity", -1), "quantity: is -1; "),
        (but("price", "19.99"), "price: is not an object"),
        (but("price.discount", "5.00"), "price.discount: is nothing that is read here"),
        (but("price.amount", "1e3"), "price.amount: is not a plain decimal number"),
        (but("price.amount", "19.999"), "price.amount: has more than 2 decimals"),
        (but("price.amount", "-1.00"), "price.amount: is less than nothing"),
        (but("price.amount", Value::Null), "price.amount: "),
        (but("price.currency", "XXQ"), "price.currency: is \"XXQ\""),
        (but("scope", Value::Null), "scope: is not a text"),
        (but("clientContext", "cart"), "clientContext: is not an object"),
    ] {
        for (path, key) in [(AUTHORIZE, &shop.agent), (VALIDATE, &shop.checkout)] {
            let (status, code, message) = server.post(path, key, &body.to_string()).error();
            assert_eq!((status, &*code), (400, "INVALID_REQUEST"), "{path} {body}: {message}");
            assert!(message.starts_with(place), "{path} {body}: {message}");
        }
    }
    // What the mapping of the library has no room for is told by the same places.
    for (body, place) in [
        (but("permyxProductId", "a/b"), "permyxProductId: "),
        (but("sourceVariantId", "x".repeat(65)), "sourceVariantId: "),
    ] {
        let (status, _, message) = server.post(AUTHORIZE, &shop.agent, &body.to_string()).error();
        assert!(status == 400 && message.starts_with(place), "{body}: {message}");
    }
}
