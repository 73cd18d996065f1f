//! The life of an action: authorized, its token used once, settled; over real connections.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::Shop;
use crate::common::server::{Answer, Server, until};

pub const AUTHORIZE: &str = "/agents/v1/exec/authorize";
pub const VALIDATE: &str = "/agents/v1/exec/validate";
pub const SETTLE: &str = "/agents/v1/exec/settle";
pub const INTROSPECT: &str = "/agents/v1/exec/introspect";
pub const OBSERVE: &str = "/agents/v1/exec/observe";

/// A purchase for so many dollars.
pub fn buy(dollars: &str) -> Value {
    let seller = json!({ "id": "s-1", "name": "Kiosk" });
    json!({ "action": "shop.buy", "params": { "seller": seller, "price": { "amount": dollars, "currency": "USD" } } })
}

/// What is counted, three times a day.
pub fn count() -> Value {
    json!({ "action": "shop.count", "params": {} })
}

/// The same with a token.
pub fn with(token: &str, asked: &Value) -> Value {
    let mut body = asked.clone();
    body["executionToken"] = token.into();
    body
}

/// A request with a key of idempotency.
pub fn send_once(server: &Server, path: &str, key: &str, once: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {key}");
    let head = [("authorization", &*bearer), ("content-type", "application/json"), ("idempotency-key", once)];
    server.send("POST", path, &head, body.to_string().as_bytes())
}

/// A request that is served.
#[track_caller]
pub fn told(server: &Server, path: &str, key: &str, body: &Value) -> Value {
    let answer = server.post(path, key, &body.to_string());
    assert_eq!(answer.status, 200, "{body}: {answer:?}");
    answer.json()
}

/// A token for what is asked.
#[track_caller]
pub fn granted(server: &Server, shop: &Shop, asked: &Value) -> String {
    let told = told(server, AUTHORIZE, &shop.agent, asked);
    assert_eq!(told["decision"], "allowed", "{told}");
    told["executionToken"].as_str().unwrap().to_owned()
}

/// Whether it is allowed, and the code.
fn came_to(told: &Value) -> (bool, &str) {
    (told["allowed"].as_bool().unwrap(), told["reasonCode"].as_str().unwrap())
}

fn another(shop: &Shop, name: &str, role: &str) -> String {
    shop.dir
        .run(&["keys", "add", name, "--role", role, "--data", "data"])
        .ends_with(0)
        .stdout
        .trim()
        .to_owned()
}

#[test]
fn a_token_is_used_once_and_settled_by_whoever_used_it() {
    let shop = Shop::new();
    let stranger = another(&shop, "till-2", "checkout");
    let server = shop.serve(&[]);
    let answer = server.post(AUTHORIZE, &shop.agent, &buy("19.99").to_string());
    let first = answer.json();
    assert_eq!(
        (first["decision"].as_str(), first["reasonCode"].as_str()),
        (Some("allowed"), Some("OK")),
        "{first}"
    );
    assert_eq!(first["traceId"].as_str(), answer.field("x-trace-id"));
    assert_eq!(first["obligations"][0]["id"], "keep_record");
    let token = first["executionToken"].as_str().unwrap();
    let look = |key: &str| told(&server, INTROSPECT, key, &json!({ "executionToken": token }));
    let seen = look(&shop.checkout);
    assert_eq!(
        (&seen["valid"], &seen["replayStatus"], &seen["expired"]),
        (&json!(true), &json!("unused"), &json!(false))
    );
    let claims = &seen["claims"];
    assert_eq!(
        (&claims["sub"], &claims["aud"], &claims["act"], &claims["scope"], &claims["mode"]),
        (&json!("shopper-7"), &json!("default"), &json!("shop.buy"), &json!("agent_exec"), &json!("enforce"))
    );
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 120);
    // Nobody settles what was not used.
    let settle = |key: &str| {
        server.post(SETTLE, key, &json!({ "executionToken": token, "outcome": "executed" }).to_string())
    };
    assert_eq!(settle(&shop.checkout).error().1, "NOT_BURNED");

    let presented = with(token, &buy("19.99"));
    let used = told(&server, VALIDATE, &shop.checkout, &presented);
    assert_eq!((came_to(&used), &used["tokenConsumed"]), ((true, "OK"), &json!(true)));
    for key in [&shop.checkout, &stranger] {
        let again = told(&server, VALIDATE, key, &presented);
        assert_eq!((came_to(&again), &again["tokenConsumed"]), ((false, "REPLAY_DETECTED"), &json!(false)));
    }
    // Also with another action: that it was used comes first.
    assert_eq!(
        came_to(&told(&server, VALIDATE, &shop.checkout, &with(token, &buy("20.00")))).1,
        "REPLAY_DETECTED"
    );
    let seen = look(&shop.agent);
    assert_eq!((&seen["valid"], &seen["replayStatus"]), (&json!(false), &json!("consumed")));

    assert_eq!(settle(&stranger).error(), (403, "NOT_YOURS".to_owned(), settle(&stranger).error().2));
    let settled = settle(&shop.checkout);
    assert_eq!((settled.status, &settled.json()["settled"]), (200, &json!("executed")));
    let (status, code, _) = settle(&shop.checkout).error();
    assert_eq!((status, &*code), (409, "ALREADY_SETTLED"));
}

#[test]
fn a_token_is_for_what_was_decided_and_nothing_else() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let token = granted(&server, &shop, &buy("19.99"));
    let mut elsewhere = buy("19.99");
    elsewhere["params"]["seller"]["id"] = "s-2".into();
    for other in [buy("19.98"), buy("20.00"), elsewhere, count()] {
        let refused = told(&server, VALIDATE, &shop.checkout, &with(&token, &other));
        assert_eq!(
            (came_to(&refused), &refused["tokenConsumed"]),
            ((false, "INTENT_MISMATCH"), &json!(false)),
            "{other}"
        );
    }
    let refused = |body: &Value| came_to(&told(&server, VALIDATE, &shop.checkout, body)).1.to_owned();
    assert_eq!(refused(&buy("19.99")), "NO_TOKEN");
    assert_eq!(refused(&with("a.b.c", &buy("19.99"))), "INVALID_SIGNATURE");
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let turned: String = signature.chars().rev().collect();
    assert_eq!(refused(&with(&format!("{signed}.{turned}"), &buy("19.99"))), "INVALID_SIGNATURE");
    // None of this has used it up; the same amount may be written in another way.
    let mut same = buy("19.99");
    same["params"]["price"] = json!({ "minor": 1999, "currency": "USD" });
    assert_eq!(came_to(&told(&server, VALIDATE, &shop.checkout, &with(&token, &same))), (true, "OK"));
}

#[test]
fn of_two_hundred_at_once_one_uses_it() {
    let shop = Shop::new();
    let server = shop.serve(&["--rate", "0"]);
    for one_key in [false, true] {
        let token = granted(&server, &shop, &buy("19.99"));
        let body = with(&token, &buy("19.99"));
        let start = Barrier::new(200);
        let told: Vec<Value> = thread::scope(|scope| {
            let all: Vec<_> = (0..200)
                .map(|number| {
                    let (server, shop, body, start) = (&server, &shop, &body, &start);
                    scope.spawn(move || {
                        let once = if one_key { "the-order".to_owned() } else { format!("order-{number}") };
                        start.wait();
                        let answer = send_once(server, VALIDATE, &shop.checkout, &once, body);
                        assert_eq!(answer.status, 200, "{answer:?}");
                        answer.json()
                    })
                })
                .collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let first = |told: &&Value| told["allowed"] == true && told["repeated"] != true;
        assert_eq!(told.iter().filter(first).count(), 1);
        let rest: Vec<&Value> = told.iter().filter(|told| !first(told)).collect();
        assert_eq!(rest.len(), 199);
        // The same key gets the first answer, marked; any other is a replay.
        let is_right = |told: &&Value| match one_key {
            true => told["repeated"] == true && came_to(told) == (true, "OK"),
            false => came_to(told) == (false, "REPLAY_DETECTED"),
        };
        assert!(rest.iter().all(is_right), "{rest:?}");
    }
}

#[test]
fn what_is_reserved_counts_and_no_window_is_overshot() {
    let shop = Shop::new();
    let server = shop.serve(&["--rate", "0"]);
    let start = Barrier::new(40);
    let told: Vec<Value> = thread::scope(|scope| {
        let all: Vec<_> = (0..40)
            .map(|_| {
                let (server, shop, start) = (&server, &shop, &start);
                scope.spawn(move || {
                    start.wait();
                    told(server, AUTHORIZE, &shop.agent, &count())
                })
            })
            .collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let allowed: Vec<&Value> = told.iter().filter(|told| told["decision"] == "allowed").collect();
    assert_eq!(allowed.len(), 3);
    assert!(
        told.iter().filter(|told| told["decision"] == "denied").all(|told| told["reasonCode"] == "TOO_OFTEN")
    );
    // Its own reservation does not stand in the way of a token.
    for told in &allowed {
        let token = told["executionToken"].as_str().unwrap();
        let used = self::told(&server, VALIDATE, &shop.checkout, &with(token, &count()));
        assert_eq!(came_to(&used), (true, "OK"));
    }
    // One that failed is free again, and what was done is not.
    let settle = |told: &Value, outcome: &str| {
        let body = json!({ "executionToken": told["executionToken"], "outcome": outcome });
        assert_eq!(self::told(&server, SETTLE, &shop.checkout, &body)["settled"], outcome);
    };
    settle(allowed[0], "executed");
    settle(allowed[1], "unknown");
    assert_eq!(self::told(&server, AUTHORIZE, &shop.agent, &count())["decision"], "denied");
    settle(allowed[2], "failed");
    assert_eq!(self::told(&server, AUTHORIZE, &shop.agent, &count())["decision"], "allowed");
    assert_eq!(self::told(&server, AUTHORIZE, &shop.agent, &count())["decision"], "denied");
}

#[test]
fn what_is_not_used_in_time_is_released() {
    let shop = Shop::new();
    let server = shop.serve(&["--token-lifetime", "1", "--settle-within", "1"]);
    let tokens: Vec<String> = (0..3).map(|_| granted(&server, &shop, &count())).collect();
    let used = granted(&server, &shop, &buy("5.00"));
    assert_eq!(came_to(&told(&server, VALIDATE, &shop.checkout, &with(&used, &buy("5.00")))), (true, "OK"));
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &count())["decision"], "denied");
    thread::sleep(Duration::from_millis(2_100));
    let late = told(&server, VALIDATE, &shop.checkout, &with(&tokens[0], &count()));
    assert_eq!(came_to(&late), (false, "TOKEN_EXPIRED"));
    // What was used is a replay for ever, also after its time.
    let again = told(&server, VALIDATE, &shop.checkout, &with(&used, &buy("5.00")));
    assert_eq!(came_to(&again), (false, "REPLAY_DETECTED"));
    until("the reservations are free again", || {
        let looked = told(&server, INTROSPECT, &shop.checkout, &json!({ "executionToken": tokens[0] }));
        assert_eq!(
            (&looked["valid"], &looked["expired"], &looked["replayStatus"]),
            (&json!(false), &json!(true), &json!("unused"))
        );
        told(&server, AUTHORIZE, &shop.agent, &count())["decision"] == "allowed"
    });
    // Nobody said in time how the other one went.
    let settle = server.post(
        SETTLE,
        &shop.checkout,
        &json!({ "executionToken": used, "outcome": "executed" }).to_string(),
    );
    assert_eq!(settle.error().1, "ALREADY_SETTLED");
}

#[test]
fn what_is_refused_is_refused_with_what_is_for_an_agent() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let ask = |body: Value| told(&server, AUTHORIZE, &shop.agent, &body);
    let denied = ask(buy("100.01"));
    assert_eq!(
        (&denied["decision"], &denied["reasonCode"], &denied["reason"]),
        (&json!("denied"), &json!("TOO_DEAR"), &json!("100.01 USD is more than 100.00 USD"))
    );
    assert!(denied.get("executionToken").is_none());
    let mut watched = buy("1.00");
    watched["params"]["seller"]["id"] = "s-13".into();
    let hidden = ask(watched);
    assert_eq!(
        (&hidden["reasonCode"], &hidden["reason"]),
        (&json!("NOT_OPEN"), &json!("This shop is closed"))
    );
    assert!(!hidden.to_string().contains("investigation"));
    assert_eq!(ask(json!({ "action": "shop.burn", "params": {} }))["reasonCode"], "UNKNOWN_ACTION");
    assert_eq!(
        ask(json!({ "action": "shop.ask_facts", "params": { "seller": "s-1" } }))["reasonCode"],
        "FACT_UNAVAILABLE"
    );

    // What is not of the form that is declared is malformed, with its place.
    let refused = |body: Value| {
        let (status, code, message) = server.post(AUTHORIZE, &shop.agent, &body.to_string()).error();
        assert_eq!((status, &*code), (400, "INVALID_REQUEST"), "{body}");
        message
    };
    let mut bad = buy("1.00");
    bad["params"]["seller"]["rating"] = 5.into();
    assert!(refused(bad).starts_with("params.seller.rating: "));
    let mut bad = buy("1.00");
    bad["params"]["price"] = json!("much");
    assert!(refused(bad).starts_with("params.price: "));
    let mut bad = buy("1.00");
    bad["agent"] = json!({ "id": "shopper-8" });
    assert_eq!(refused(bad), "agent: is nothing that is read here; leave it out");
    let mut bad = buy("1.00");
    bad["context"] = json!({ "now": "2020-01-01T00:00:00Z" });
    assert!(refused(bad).starts_with("context.now: "));
    assert_eq!(refused(json!({ "params": {} })), "action: is missing");
    assert!(refused(json!({ "action": "shop.look", "tool": "x" })).starts_with("action: stands beside tool"));
}

#[test]
fn a_request_that_is_repeated_has_one_effect() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let ask = |once: &str, body: &Value| send_once(&server, AUTHORIZE, &shop.agent, once, body);
    let first = ask("k-1", &count()).json();
    for _ in 0..5 {
        let again = ask("k-1", &count()).json();
        assert_eq!(again["repeated"], true);
        assert_eq!(
            (&again["executionToken"], &again["traceId"]),
            (&first["executionToken"], &first["traceId"])
        );
    }
    // Five of the six counted for nothing.
    assert_eq!(ask("k-2", &count()).json()["decision"], "allowed");
    assert_eq!(ask("k-3", &count()).json()["decision"], "allowed");
    assert_eq!(ask("k-4", &count()).json()["decision"], "denied");
    let (status, code, _) = ask("k-1", &buy("1.00")).error();
    assert_eq!((status, &*code), (422, "IDEMPOTENCY_KEY_REUSED"));
    assert_eq!(ask("with space", &count()).error().0, 400);
    // Another one's key of the same text is another key.
    let other = another(&shop, "shopper-8", "agent");
    until("the key is known", || send_once(&server, AUTHORIZE, &other, "k-9", &count()).status != 401);
    let told = send_once(&server, AUTHORIZE, &other, "k-1", &count());
    assert_eq!((told.status, told.json().get("repeated")), (200, None));
    // Nothing is known of its tier, which is no fault of what it sent.
    assert_eq!(
        (&told.json()["decision"], &told.json()["reasonCode"]),
        (&json!("denied"), &json!("STRUCTURE_INVALID"))
    );
}

#[test]
fn each_role_does_its_part_and_no_other() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let token = granted(&server, &shop, &buy("1.00"));
    let token = json!({ "executionToken": token });
    for (path, keys) in [
        (AUTHORIZE, [&shop.checkout, &shop.auditor, &shop.admin]),
        (VALIDATE, [&shop.agent, &shop.auditor, &shop.admin]),
        (SETTLE, [&shop.agent, &shop.auditor, &shop.admin]),
        (OBSERVE, [&shop.agent, &shop.auditor, &shop.admin]),
        (INTROSPECT, [&shop.auditor, &shop.admin, &shop.admin]),
    ] {
        for key in keys {
            let (status, code, _) = server.post(path, key, &token.to_string()).error();
            assert_eq!((status, &*code), (403, "WRONG_ROLE"), "{path}");
        }
        assert_eq!(server.post(path, "nobody", "{}").status, 401);
    }
    // What was granted to one agent is nothing to another.
    let other = another(&shop, "shopper-8", "agent");
    until("the key is known", || server.post(INTROSPECT, &other, &token.to_string()).status != 401);
    let seen = told(&server, INTROSPECT, &other, &token);
    assert_eq!(
        (&seen["valid"], &seen["replayStatus"], seen.get("claims")),
        (&json!(false), &json!("unknown"), Some(&Value::Null))
    );
}

#[test]
fn an_action_is_decided_again_when_its_token_is_used() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let (dear, cheap) = (granted(&server, &shop, &buy("70.00")), granted(&server, &shop, &buy("5.00")));
    let stricter = crate::SHOP
        .replace("price <= 100 USD", "price <= 60 USD")
        .replace("more than 100.00", "more than 60.00");
    shop.dir.write("shop/shop.lictor", stricter.as_bytes());
    server.signal("HUP");
    server.logs("was read again");
    let refused = told(&server, VALIDATE, &shop.checkout, &with(&dear, &buy("70.00")));
    assert_eq!(came_to(&refused), (false, "POLICY_DENIED"));
    assert_eq!(
        (&refused["policy"]["reasonCode"], &refused["policy"]["outcome"]),
        (&json!("TOO_DEAR"), &json!("deny"))
    );
    // An agent that was revoked does nothing any more.
    shop.dir.run(&["keys", "revoke", "shopper-7", "--data", "data"]).ends_with(0);
    until("it is noticed", || server.post(AUTHORIZE, &shop.agent, &count().to_string()).status == 401);
    let refused = told(&server, VALIDATE, &shop.checkout, &with(&cheap, &buy("5.00")));
    assert_eq!(came_to(&refused), (false, "POLICY_DENIED"));
}

#[test]
fn what_was_acknowledged_is_there_after_a_start() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let (used, open) = (granted(&server, &shop, &count()), granted(&server, &shop, &count()));
    assert_eq!(came_to(&told(&server, VALIDATE, &shop.checkout, &with(&used, &count()))), (true, "OK"));
    // As it is when the process is killed.
    drop(server);
    let server = shop.serve(&[]);
    assert_eq!(
        came_to(&told(&server, VALIDATE, &shop.checkout, &with(&used, &count()))).1,
        "REPLAY_DETECTED"
    );
    assert_eq!(came_to(&told(&server, VALIDATE, &shop.checkout, &with(&open, &count()))), (true, "OK"));
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &count())["decision"], "allowed");
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &count())["decision"], "denied");
}

#[test]
fn where_it_only_observes_nothing_is_blocked_and_its_tokens_are_good_for_nothing_else() {
    let shop = Shop::new();
    let server = shop.serve(&["--mode", "observe"]);
    let told_all = told(&server, AUTHORIZE, &shop.agent, &buy("500.00"));
    assert_eq!((&told_all["decision"], &told_all["reasonCode"]), (&json!("allowed"), &json!("OK")));
    let token = told_all["executionToken"].as_str().unwrap().to_owned();
    let left = granted(&server, &shop, &buy("5.00"));
    let used = told(&server, VALIDATE, &shop.checkout, &with(&token, &buy("500.00")));
    assert_eq!((came_to(&used), &used["tokenConsumed"]), ((true, "OK"), &json!(true)));
    let again = told(&server, VALIDATE, &shop.checkout, &with(&token, &buy("500.00")));
    assert_eq!((came_to(&again), &again["tokenConsumed"]), ((true, "REPLAY_DETECTED"), &json!(false)));
    drop(server);
    let server = shop.serve(&[]);
    let refused = told(&server, VALIDATE, &shop.checkout, &with(&left, &buy("5.00")));
    assert_eq!(came_to(&refused), (false, "ENFORCE_NOT_AVAILABLE"));
}
