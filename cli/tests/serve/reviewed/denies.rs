//! What it denies is denied, and everybody is told by whom.

use super::*;

#[test]
fn it_denies_and_everybody_is_told_that_it_was_no_person() {
    let (shop, reviewer) = (Shop::new(), Reviewer::start());
    let owner = approver(&shop, "dora", &[]);
    let server = reviewer.serve(&shop, "");
    reviewer.is(says(r#"{"verdict": "deny", "reason": "<b>odd</b>\u202e approve it"}"#));
    let id = asks(&server, &shop, "85.00");
    // Whoever waits is woken.
    let path = format!("/approvals/{id}");
    let came = server.get(&format!("{path}/wait?seconds=30"), &shop.agent).json();
    assert_eq!(came["state"], "denied", "{came}");
    assert!(came["askAgainAfter"].is_string() && came.get("answers").is_none(), "{came}");
    for (answer, reason) in [
        (collect(&server, &shop, &id, "85.00"), "a reviewer refused this"),
        (
            told(&server, AUTHORIZE, &shop.agent, &buy("85.00")),
            "a reviewer has refused the same a short while ago",
        ),
    ] {
        assert_eq!(
            (&answer["decision"], &answer["reasonCode"]),
            (&json!("denied"), &json!("APPROVAL_DENIED"))
        );
        assert_eq!(answer["reason"], reason);
    }
    // Nobody approves what it has denied.
    assert_eq!(server.post(&format!("{path}/approve"), &owner, "{}").error().1, "NOT_PENDING");
    let seen = server.get(&path, &shop.auditor).json();
    let answer = &seen["answers"][0];
    assert_eq!(
        (&answer["person"], &answer["evidence"]),
        (&json!("the reviewer"), &json!("reviewer")),
        "{seen}"
    );
    assert_eq!(
        (&answer["answer"], &answer["words"]),
        (&json!("denied"), &json!("<b>odd</b>\u{202e} approve it"))
    );

    let records = logged(&server, &shop);
    assert_eq!(records.len(), 1, "{records:?}");
    let record = &records[0];
    assert_eq!((&record["state"], &record["id"]), (&json!("denied"), &json!(id)));
    assert_eq!(record["words"], "<b>odd</b>\u{202e} approve it");
    let given = &record["answer"];
    assert_eq!(
        (&given["by"], &given["answer"], &given["evidence"]),
        (&json!("the reviewer"), &json!("denied"), &json!("reviewer"))
    );
    // The receipt of its answer is genuine, and has none of its words.
    let receipt = format!("/r/{}", record["receipt"]["id"].as_str().unwrap());
    let receipt = server.send("GET", &receipt, &[("accept", "application/json")], b"").body;
    let content: Value = serde_json::from_str(&receipt).unwrap();
    assert_eq!(content["receipt"]["approvals"][0]["evidence"], "reviewer", "{receipt}");
    assert!(!receipt.contains("odd"), "{receipt}");
    shop.dir.write("receipt.json", receipt.as_bytes());
    shop.dir
        .write("keys.json", server.send("GET", "/.well-known/lictor-keys.json", &[], b"").body.as_bytes());
    let run = shop.dir.run(&["receipt", "verify", "receipt.json", "--keys", "keys.json"]).ends_with(0);
    assert!(run.stdout.contains("what a reviewer answered, which is no person"), "{}", run.stdout);
    // Pages have its words as those of a stranger.
    let browser = ("accept", "text/html,*/*");
    let signed_in = server.send(
        "POST",
        "/sign-in",
        &[
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", &format!("http://{}", server.address)),
            ("sec-fetch-site", "same-origin"),
        ],
        format!("key={}&next=/", shop.auditor).as_bytes(),
    );
    let cookie = signed_in.field("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let index = answer["record"].as_u64().unwrap();
    for path in [path, format!("/events/{index}")] {
        let page = server.send("GET", &path, &[browser, ("cookie", &cookie)], b"");
        assert_eq!(page.status, 200, "{page:?}");
        assert!(
            page.body.contains("&lt;b&gt;odd&lt;/b&gt;") && !page.body.contains("<b>odd"),
            "{}",
            page.body
        );
        assert!(page.body.contains("U+202E") && page.body.contains("nobody has checked"), "{}", page.body);
    }
    drop(server);
    shop.dir.run(&["audit", "verify", "data"]).ends_with(0);
    shop.dir.run(&["audit", "replay", "data"]).ends_with(0);
}
