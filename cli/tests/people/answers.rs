//! Answers over HTTP, with keys.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::desk::Desk;

#[test]
fn two_of_three_approve_what_an_agent_waits_for() {
    let desk = Desk::new();
    let id = desk.wait_for(&desk.asked());
    let server = desk.serve();
    let path = format!("/approvals/{id}");
    let approve = |name: &str| server.post(&format!("{path}/approve"), desk.key(name), "");

    let listed = server.get("/approvals", desk.key("ann")).json();
    assert_eq!(listed["approvals"][0]["id"], json!(id));
    assert_eq!(listed["approvals"][0]["asks"][0]["quorum"], 2);
    assert_eq!(
        listed["approvals"][0]["fields"][2]["value"],
        json!({ "amount": "200.01", "currency": "USD" })
    );

    // Neither the agent's owner, nor another role, nor who only reads, nor the agent itself.
    for (name, code) in
        [("olga", "OWN_AGENT"), ("dan", "NOT_ASKED"), ("aud", "WRONG_ROLE"), ("shopper-7", "WRONG_ROLE")]
    {
        let (status, told, _) = approve(name).error();
        assert_eq!((status, told.as_str()), (403, code), "{name}");
    }
    thread::scope(|scope| {
        let waits = scope.spawn(|| {
            let started = Instant::now();
            (server.get(&format!("{path}/wait?seconds=30"), desk.key("shopper-7")).json(), started.elapsed())
        });
        thread::sleep(Duration::from_millis(300));
        assert_eq!(approve("ann").json()["state"], "pending");
        assert_eq!(approve("ann-phone").error().1, "ALREADY_ANSWERED");
        assert_eq!(approve("bob").json()["state"], "approved");
        let (answer, took) = waits.join().unwrap();
        assert_eq!(answer["state"], "approved");
        assert!(took < Duration::from_secs(20), "{took:?}");
        // The agent learns what became of it, and not from whom.
        assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["expiresAt", "id", "state"]);
    });
    assert_eq!(approve("eve").error().1, "NOT_PENDING");
    let seen = server.get(&path, desk.key("aud")).json();
    let persons: Vec<&str> =
        seen["answers"].as_array().unwrap().iter().map(|one| one["person"].as_str().unwrap()).collect();
    assert_eq!(persons, ["ann", "bob"]);
    assert_eq!(seen["answers"][0]["evidence"], "session");
}

#[test]
fn a_request_is_its_agents_own() {
    let desk = Desk::new();
    let id = desk.wait_for(&desk.asked());
    let server = desk.serve();
    let get = |path: &str, name: &str| server.get(path, desk.key(name));
    assert_eq!(get(&format!("/approvals/{id}"), "shopper-7").json()["state"], "pending");
    assert_eq!(get(&format!("/approvals/{id}"), "shopper-8").error().1, "NO_SUCH_APPROVAL");
    assert_eq!(get(&format!("/approvals/{id}/wait?seconds=1"), "shopper-8").error().1, "NO_SUCH_APPROVAL");
    assert_eq!(get("/approvals", "shopper-7").error().1, "WRONG_ROLE");
    // A guess of the random part finds nothing, whatever its place.
    let (_, index) = id.split_once('.').unwrap();
    for guess in
        [format!("{}.{index}", "00".repeat(16)), "x".to_owned(), format!("{id}0"), "%2e%2e".to_owned()]
    {
        assert_eq!(get(&format!("/approvals/{guess}"), "ann").error().1, "NO_SUCH_APPROVAL", "{guess}");
    }
    let waited = Instant::now();
    assert_eq!(get(&format!("/approvals/{id}/wait?seconds=1"), "shopper-7").json()["state"], "pending");
    assert!(waited.elapsed() >= Duration::from_secs(1));
    assert_eq!(get(&format!("/approvals/{id}/wait?seconds=x"), "ann").error().0, 400);
    assert_eq!(get("/approvals?state=asleep", "ann").error().0, 400);
    assert_eq!(server.send("GET", &format!("/approvals/{id}"), &[], b"").error().0, 401);
}

#[test]
fn a_refusal_ends_it_and_the_agent_is_told_when_to_ask_again() {
    let desk = Desk::new();
    let id = desk.wait_for(&desk.asked());
    let server = desk.serve();
    let denied = server.post(&format!("/approvals/{id}/deny"), desk.key("ann"), "").json();
    assert_eq!(denied["state"], "denied");
    let seen = server.get(&format!("/approvals/{id}"), desk.key("shopper-7")).json();
    assert!(seen["askAgainAfter"].as_str().unwrap() > crate::desk::later(500_000).as_str(), "{seen}");
    assert_eq!(server.get("/approvals", desk.key("ann")).json()["approvals"], json!([]));
    let refused = server.get("/approvals?state=denied", desk.key("ann")).json();
    assert_eq!(refused["approvals"][0]["answers"][0]["person"], "ann");
    // It is there after a restart as well.
    server.signal("TERM");
    server.end();
    let again = desk.serve();
    assert_eq!(again.post(&format!("/approvals/{id}/approve"), desk.key("bob"), "").error().1, "NOT_PENDING");
}

#[test]
fn an_approver_who_is_revoked_takes_the_answer_along() {
    let desk = Desk::new();
    let id = desk.wait_for(&desk.asked());
    let server = desk.serve();
    let approve = |name: &str| server.post(&format!("/approvals/{id}/approve"), desk.key(name), "");
    assert_eq!(approve("ann").json()["state"], "pending");
    desk.dir.run(&["keys", "revoke", "ann", "--data", "data"]).ends_with(0);
    crate::common::server::until("the key is revoked", || approve("ann").status == 401);
    let (status, code, message) = approve("bob").error();
    assert_eq!((status, code.as_str()), (409, "NOT_PENDING"));
    assert!(message.contains("void"), "{message}");
    assert_eq!(server.get(&format!("/approvals/{id}"), desk.key("bob")).json()["state"], "void");
}

#[test]
fn a_rule_may_demand_a_signature() {
    let mut desk = Desk::new();
    desk.dir.run(&["keygen", "-o", "sue"]).ends_with(0);
    desk.add("sue", &["--role", "approver", "--approves", "owner", "--signing-key", "sue.pub"]);
    let mut asked = desk.asked();
    asked["signed"] = json!(true);
    asked["demands"][0]["quorum"] = json!(1);
    let id = desk.wait_for(&asked);
    let server = desk.serve();
    let approve =
        |name: &str, body: &str| server.post(&format!("/approvals/{id}/approve"), desk.key(name), body);
    assert_eq!(approve("ann", "").error().1, "SIGNATURE_NEEDED");
    assert_eq!(approve("sue", r#"{"signature": "AAAA"}"#).error().1, "INVALID_SIGNATURE");
    // What is signed is what the page shows.
    let page = crate::desk::Browser::sign_in(&server, desk.key("sue")).get(&format!("/approvals/{id}")).body;
    let (_, rest) = page.split_once("<pre>lictor approval v1\n").unwrap();
    let lines = format!("lictor approval v1\n{}", rest.split("</pre>").next().unwrap());
    assert!(lines.contains("\nperson: sue\nanswer: approved\n"), "{lines}");
    desk.dir.write("lines.txt", lines.as_bytes());
    let signed = std::process::Command::new("openssl")
        .args(["pkeyutl", "-sign", "-rawin", "-inkey", "sue.key", "-in", "lines.txt", "-out", "sig"])
        .current_dir(&desk.dir.0)
        .status();
    assert!(signed.unwrap().success());
    let signature = base64(&std::fs::read(desk.dir.0.join("sig")).unwrap());
    let seen = approve("sue", &json!({ "signature": signature }).to_string()).json();
    assert_eq!((&seen["state"], &seen["answers"][0]["evidence"]), (&json!("approved"), &json!("signature")));
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            let digit = (bits >> (18 - 6 * at)) & 63;
            text.push(if at <= three.len() { char::from(DIGITS[digit as usize]) } else { '=' });
        }
    }
    text
}

#[test]
fn a_body_that_is_none_is_told_where_it_is_wrong() {
    let desk = Desk::new();
    let id = desk.wait_for(&desk.asked());
    let server = desk.serve();
    let answer = |body: &str| server.post(&format!("/approvals/{id}/deny"), desk.key("ann"), body);
    let version = "version: is none; send the `version` of the request as it was read";
    for (body, message) in [
        (r#"{"version": 1.5}"#, version),
        (r#"{"version": -1}"#, version),
        (r#"{"version": 4294967296}"#, version),
        (r#"{"version": "1"}"#, version),
        (r#"{"signature": 7}"#, "signature: is not a text"),
        (r#"{"version": 1, "version": 2}"#, "version: stands there twice; send it once"),
        (r#"{"because": "no"}"#, "because: is nothing that is read here; leave it out"),
        ("[]", "body: is not an object"),
    ] {
        assert_eq!(answer(body).error(), (400, "INVALID_REQUEST".to_owned(), message.to_owned()), "{body}");
    }
    // JSON has one type of numbers: this one is whole, and not the version that is there.
    assert_eq!(answer(r#"{"version": 29710.0, "signature": null}"#).error().1, "CHANGED_MEANWHILE");
    let seen = server.get(&format!("/approvals/{id}"), desk.key("ann")).json();
    let body = format!("{{\"version\": {}.0e0}}", seen["version"]);
    assert_eq!(answer(&body).json()["state"], "denied");
}
