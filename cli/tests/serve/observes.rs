//! Actions that came without a token: whoever did them, they have happened.

use serde_json::{Value, json};

use crate::Shop;
use crate::common::server::{Server, until};
use crate::life::{AUTHORIZE, OBSERVE, count, told};

/// What is counted, as that of an agent.
fn counted(agent: &str) -> Value {
    let mut body = count();
    body["agent"] = agent.into();
    body
}

fn observed(server: &Server, shop: &Shop, query: &str) -> Vec<Value> {
    let found = server.get(&format!("/audit/events?kind=observed{query}"), &shop.auditor).json();
    found["events"].as_array().unwrap().iter().map(|event| event["record"].clone()).collect()
}

#[test]
fn what_came_without_a_token_is_recorded_and_counts() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    for _ in 0..3 {
        let seen = told(&server, OBSERVE, &shop.checkout, &counted("shopper-7"));
        assert_eq!((&seen["observed"], &seen["reasonCode"]), (&json!(true), &Value::Null));
    }
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &count())["reasonCode"], "TOO_OFTEN");
    assert_eq!(observed(&server, &shop, "&decision=allow").len(), 3);
}

#[test]
fn an_agent_whose_key_was_revoked_is_seen_all_the_more() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    shop.dir.run(&["keys", "revoke", "shopper-7", "--data", "data"]).ends_with(0);
    until("the key is gone", || server.get("/approvals", &shop.agent).status == 401);
    for _ in 0..3 {
        let seen = told(&server, OBSERVE, &shop.checkout, &counted("shopper-7"));
        assert_eq!((&seen["observed"], &seen["reasonCode"]), (&json!(true), &json!("UNKNOWN_AGENT")));
    }
    // It is what its last key said, and denied, whatever the policy would have said of it.
    let found = observed(&server, &shop, "&agent=shopper-7&decision=deny&cites=UNKNOWN_AGENT");
    assert_eq!(found.len(), 3);
    assert_eq!(found[0]["code"], "UNKNOWN_AGENT");
    assert_eq!(found[0]["judged"]["agent"], json!({ "id": "shopper-7", "authenticated": "reported" }));
    assert_eq!(found[0]["judged"]["request"]["agent"]["tier"], "known");
    assert_eq!(found[0]["judged"]["outcome"]["decision"], "allow");
    assert_eq!(observed(&server, &shop, "&decision=allow").len(), 0);
    let csv = server.get("/audit/export?as=csv&kind=observed", &shop.auditor).body;
    assert_eq!(csv.matches(",shopper-7,shop.count,deny,UNKNOWN_AGENT,").count(), 3, "{csv}");

    // It counts: a new key of this name has used up its day.
    let args = ["keys", "add", "shopper-7", "--role", "agent", "--agent", "agent.json", "--data", "data"];
    let new = shop.dir.run(&args).ends_with(0).stdout.trim().to_owned();
    until("the new key is let in", || server.post(AUTHORIZE, &new, &count().to_string()).status == 200);
    assert_eq!(told(&server, AUTHORIZE, &new, &count())["reasonCode"], "TOO_OFTEN");
    assert_eq!(told(&server, OBSERVE, &shop.checkout, &counted("shopper-7"))["reasonCode"], Value::Null);

    shop.dir.run(&["audit", "verify", "data"]).ends_with(0);
    let replayed = shop.dir.run(&["audit", "replay", "data", "--format", "json"]).ends_with(0).json();
    assert_eq!((&replayed["good"], &replayed["same"]), (&json!(true), &json!(6)), "{replayed}");
}

#[test]
fn an_agent_that_there_never_was_is_recorded_under_its_name() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let seen = told(&server, OBSERVE, &shop.checkout, &counted("nobody"));
    assert_eq!((&seen["observed"], &seen["reasonCode"]), (&json!(true), &json!("UNKNOWN_AGENT")));
    let path = seen["receipt"].as_str().unwrap();
    let receipt = server.send("GET", path, &[("accept", "application/json")], b"").json();
    let said = &receipt["receipt"];
    assert_eq!((&said["event"], &said["decision"]), (&json!("observed"), &json!("deny")), "{receipt}");
    assert_eq!(said["reason_code"], "UNKNOWN_AGENT");
    assert_eq!(said["causes"][0], json!({ "effect": "deny", "code": "UNKNOWN_AGENT", "cites": [] }));
    assert_eq!(said["agent"], json!({ "id": "nobody", "authenticated": "reported" }));
    let found = observed(&server, &shop, "&agent=nobody&decision=deny");
    assert_eq!(found.len(), 1);
    // Its name has the form of names, and what it did that of the policy.
    for name in ["", "a b", "a\u{202e}b", &"x".repeat(65)] {
        let (status, _, message) = server.post(OBSERVE, &shop.checkout, &counted(name).to_string()).error();
        assert_eq!(
            (status, message.starts_with("agent: is the name of no agent;")),
            (400, true),
            "{message}"
        );
    }
    let mut wrong = counted("nobody");
    wrong["params"]["colour"] = "red".into();
    assert_eq!(server.post(OBSERVE, &shop.checkout, &wrong.to_string()).status, 400);
    shop.dir.run(&["audit", "verify", "data"]).ends_with(0);
    shop.dir.run(&["audit", "replay", "data"]).ends_with(0);
}
