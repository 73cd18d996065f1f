//! An agent acts on a mandate: once, and only where whoever may give one has given it.

use std::sync::Barrier;
use std::thread;

use serde_json::{Value, json};

use super::{House, Issuer, denied, mandate, reading, seconds};
use crate::life::{AUTHORIZE, VALIDATE, told, with};

#[test]
fn an_agent_acts_on_a_mandate_once_and_its_token_is_used() {
    let house = House::new();
    let server = house.serve();
    let first = house.read_on(&mandate("m-1"));
    let granted = told(&server, AUTHORIZE, &house.agent, &first);
    assert_eq!(
        (&granted["decision"], &granted["reasonCode"]),
        (&json!("allowed"), &json!("OK")),
        "{granted}"
    );
    let asked = house.service.asked.lock().unwrap().last().unwrap().clone();
    assert!(asked.contains(r#"{"args":{"nonce":"m-1"},"fact":"mandate_revoked"}"#), "{asked}");
    assert!(asked.to_lowercase().contains("authorization: bearer sesame"), "{asked}");
    // A mandate is for one thing, from the moment in which a token is granted on it.
    assert_eq!(denied(&told(&server, AUTHORIZE, &house.agent, &first)).0, "REPLAYED");
    let used = told(
        &server,
        VALIDATE,
        &house.checkout,
        &with(granted["executionToken"].as_str().unwrap(), &reading()),
    );
    assert_eq!((&used["allowed"], &used["reasonCode"]), (&json!(true), &json!("OK")), "{used}");
    assert_eq!(denied(&told(&server, AUTHORIZE, &house.agent, &first)).0, "REPLAYED");
    // Without one, and beyond what it says.
    assert_eq!(denied(&told(&server, AUTHORIZE, &house.agent, &reading())).0, "MANDATE_MISSING");
    let mut elsewhere = mandate("m-2");
    elsewhere["mandate"]["scope"] = json!(["web.*"]);
    assert_eq!(denied(&told(&server, AUTHORIZE, &house.agent, &house.read_on(&elsewhere))).0, "NOT_IN_SCOPE");
    // What the policy has no place for may be what was to hold the agent back.
    let mut more = mandate("m-3");
    more["mandate"]["only_on_sundays"] = json!(true);
    let (code, reason) = denied(&told(&server, AUTHORIZE, &house.agent, &house.read_on(&more)));
    assert_eq!(code, "STRUCTURE_INVALID");
    assert!(reason.contains("mandate.only_on_sundays"), "{reason}");
    // The log decides all of it again, from what it holds.
    drop(server);
    let log = house.dir.run(&["audit", "export", "data", "--as", "jsonl"]).ends_with(0).stdout;
    assert!(log.contains("mandate_used") && log.contains("mandate_revoked"), "{log}");
    house.dir.run(&["audit", "replay", "data"]).ends_with(0);
}

#[test]
fn an_evaluation_uses_a_mandate_up() {
    let house = House::new();
    let server = house.serve();
    let evaluation = |id: &str| {
        json!({ "subject": { "type": "agent", "id": "coder-1" }, "action": { "name": "file.read" },
            "resource": { "type": "path", "id": "src/main.rs" },
            "context": { "mandate": house.issuer.sign("mandate", &mandate(id)) } })
    };
    let ask = |id: &str| told(&server, crate::ONE, &house.agent, &evaluation(id));
    assert_eq!(ask("m-1"), json!({ "decision": true }));
    assert_eq!(ask("m-1")["context"]["reason_code"], "REPLAYED");
    let asked = house.read_on(&mandate("m-1"));
    assert_eq!(denied(&told(&server, AUTHORIZE, &house.agent, &asked)).0, "REPLAYED");
    // And the other way round.
    let granted = told(&server, AUTHORIZE, &house.agent, &house.read_on(&mandate("m-2")));
    assert_eq!(granted["decision"], "allowed", "{granted}");
    assert_eq!(ask("m-2")["context"]["reason_code"], "REPLAYED");
    drop(server);
    house.dir.run(&["audit", "verify", "data"]).ends_with(0);
    house.dir.run(&["audit", "replay", "data"]).ends_with(0);
}

#[test]
fn a_statement_is_taken_only_from_who_may_state_it_of_this_agent_here_and_now() {
    let house = House::new();
    let server = house.serve();
    let now = seconds();
    let good = mandate("m-1");
    let changed = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        house.read_on(&claims)
    };
    let stranger = Issuer::new(8);
    let mut forged = reading();
    forged["mandate"] = stranger.sign("mandate", &good).into();
    let mut other_kind = reading();
    other_kind["mandate"] = house.issuer.sign("user", &good).into();
    let user = json!({ "iss": "acme", "aud": "default", "sub": "ann", "iat": now, "exp": now + 60, "may_act": { "sub": "coder-1" } });
    let mut not_theirs = house.read_on(&good);
    not_theirs["user"] = house.issuer.sign("user", &user).into();
    let mut over = good.clone();
    (over["iat"], over["exp"]) = (json!(now - 7_200), json!(now - 1));
    let mut garbage = reading();
    garbage["mandate"] = "a.b.c".into();
    for (asked, code) in [
        (forged, "STATEMENT_INVALID"),
        (other_kind, "STATEMENT_INVALID"),
        (garbage, "STATEMENT_INVALID"),
        (changed("iat", json!(now + 120)), "STATEMENT_INVALID"),
        (changed("exp", json!(now + 367 * 86_400)), "STATEMENT_INVALID"),
        (changed("iss", json!("nobody")), "STATEMENT_FOREIGN"),
        (not_theirs, "STATEMENT_FOREIGN"),
        (changed("aud", json!("elsewhere")), "STATEMENT_NOT_FOR_HERE"),
        (changed("sub", json!("coder-2")), "STATEMENT_NOT_FOR_AGENT"),
        (changed("nbf", json!(now + 600)), "STATEMENT_NOT_YET"),
        (house.read_on(&over), "STATEMENT_EXPIRED"),
    ] {
        assert_eq!(denied(&told(&server, AUTHORIZE, &house.agent, &asked)).0, code, "{asked}");
    }
    // Who says what a statement says, without one, is nobody who may.
    for (name, value) in [("mandate", json!({ "scope": ["file.*"] })), ("user", json!({ "id": "ann" }))] {
        let mut asked = reading();
        asked[name] = value;
        let (status, code, message) = server.post(AUTHORIZE, &house.agent, &asked.to_string()).error();
        assert_eq!((status, code.as_str()), (400, "INVALID_REQUEST"));
        assert!(message.starts_with(&format!("{name}: is for a registered issuer to say")), "{message}");
    }
    // None of that has used the mandate up, and the log has what was refused.
    assert_eq!(told(&server, AUTHORIZE, &house.agent, &house.read_on(&good))["decision"], "allowed");
    drop(server);
    let log = house.dir.run(&["audit", "export", "data", "--as", "jsonl"]).ends_with(0).stdout;
    assert_eq!(log.matches(r#""code":"STATEMENT_"#).count(), 11, "{log}");
}

#[test]
fn of_many_at_once_one_is_the_first_on_a_mandate() {
    const MANY: usize = 24;
    let house = House::new();
    let server = house.serve();
    let (asked, start) = (house.read_on(&mandate("m-1")), Barrier::new(MANY));
    let codes: Vec<String> = thread::scope(|scope| {
        let ask = || {
            start.wait();
            let told = told(&server, AUTHORIZE, &house.agent, &asked);
            told["reasonCode"].as_str().unwrap().to_owned()
        };
        let threads: Vec<_> = (0..MANY).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(codes.iter().filter(|code| *code == "OK").count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| *code == "REPLAYED").count(), MANY - 1, "{codes:?}");
}
