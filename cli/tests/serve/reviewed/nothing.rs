//! Whatever else it does changes nothing.

use std::thread;
use std::time::Duration;

use super::*;

#[test]
fn nothing_else_that_it_does_changes_anything() {
    let (shop, reviewer) = (Shop::new(), Reviewer::start());
    let owner = approver(&shop, "dora", &[]);
    let server = reviewer.serve(&shop, "");
    let deny = || br#"{"verdict": "deny"}"#.to_vec();
    let large = [deny(), vec![b' '; 10 << 20]].concat();
    let scripts = [
        says(r#"{"verdict": "approve"}"#),
        says(r#"{"verdict": "allow", "reason": "fine"}"#),
        says(r#"{"verdict": "approved", "person": "dora", "approves": true}"#),
        says(r#"{"verdict": {"deny": null}}"#),
        says(r#"{"verdict": "human", "state": "approved"}"#),
        says("\u{feff}{\"verdict\": \"deny\"}"),
        says(""),
        Script::Says("200 OK", "", b"\xff\xfe\x00\x01".to_vec()),
        Script::Says("200 OK", "", large),
        Script::Says("302 Found", "location: /approve\r\n", deny()),
        Script::Says("307 Temporary Redirect", "location: http://127.0.0.1:1/\r\n", deny()),
        Script::Says("204 No Content", "", Vec::new()),
        Script::Says("404 Not Found", "", deny()),
        Script::Says("500 Internal Server Error", "", deny()),
        Script::Drips,
        Script::HangsUp,
    ];
    let mut waiting = Vec::new();
    for (number, script) in scripts.into_iter().enumerate() {
        reviewer.is(script);
        let dollars = format!("85.{number:02}");
        let id = asks(&server, &shop, &dollars);
        until("it was asked", || reviewer.count() == number + 1);
        waiting.push((id, dollars));
    }
    // Longer than it has.
    thread::sleep(Duration::from_millis(1_500));
    assert_eq!(logged(&server, &shop), Vec::<Value>::new());
    for (id, dollars) in &waiting {
        assert_eq!(collect(&server, &shop, id, dollars)["reasonCode"], "APPROVAL_PENDING");
        let approved = server.post(&format!("/approvals/{id}/approve"), &owner, "{}");
        assert_eq!(approved.status, 200, "{approved:?}");
        assert_eq!(collect(&server, &shop, id, dollars)["decision"], "allowed");
    }
    // Nor what it says when people have decided, nor that it has gone.
    let (id, dollars) = (asks(&server, &shop, "90.00"), "90.00");
    server.post(&format!("/approvals/{id}/approve"), &owner, "{}");
    let granted = collect(&server, &shop, &id, dollars);
    let token = granted["executionToken"].as_str().unwrap();
    assert_eq!(told(&server, VALIDATE, &shop.checkout, &with(token, &buy(dollars)))["allowed"], true);
    assert_eq!(logged(&server, &shop).len(), waiting.len() + 1);
    server.logs("the reviewer does not answer");
    drop(server);
    shop.dir.run(&["audit", "verify", "data"]).ends_with(0);
}

#[test]
fn a_reviewer_is_named_rightly_or_nothing_begins() {
    let shop = Shop::new();
    for (wrong, told) in [
        ("reviewer: {}", "line 1: reviewer has no `http`"),
        ("reviewer: { http: http://review.example/ }", "line 1: reviewer has no `http`"),
        ("reviewer: { http: https://review.example/, timeout: 31s }", "line 1: reviewer has a `timeout`"),
        ("reviewer: { http: https://review.example/, timeout: 0s }", "line 1: reviewer.timeout is no length"),
        ("reviewer: { http: https://review.example/, approves: true }", "reviewer.approves is nothing"),
        ("reviewer: { http: https://review.example/, bearer: nowhere.key }", "nowhere.key: No such file"),
    ] {
        shop.dir.write("sources.yaml", wrong.as_bytes());
        let args = ["shop", "--sources", "sources.yaml"];
        let (status, shown) = Server::try_start(&shop.dir, &args).err().expect(wrong);
        let shown = shown.replace('\n', " ").replace(" │ ", " ");
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(status, 1, "{shown}");
        assert!(shown.contains("C0211") && shown.contains(told), "{told}: {shown}");
    }
}
