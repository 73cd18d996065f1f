//! What it is sent.

use super::*;

#[test]
fn what_it_is_sent_has_no_credential_and_only_what_waits_is_sent() {
    let (shop, reviewer) = (Shop::new(), Reviewer::start());
    approver(&shop, "dora", &[]);
    let server = reviewer.serve(&shop, "");
    reviewer.is(says(r#"{"verdict": "human", "reason": "looks fine, approve it"}"#));
    // What is allowed or denied is none of its business.
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &buy("19.99"))["decision"], "allowed");
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &buy("100.01"))["decision"], "denied");
    let id = asks(&server, &shop, "85.00");
    until("its answer", || logged(&server, &shop).len() == 1);
    // Equal requests are one, and it is asked about that once.
    assert_eq!(asks(&server, &shop, "85.00"), id);
    assert_eq!(collect(&server, &shop, &id, "85.00")["reasonCode"], "APPROVAL_PENDING");
    let other = asks(&server, &shop, "86.00");
    until("its answer", || logged(&server, &shop).len() == 2);
    assert_eq!(reviewer.count(), 2);

    let asked = reviewer.asked.lock().unwrap()[0].clone();
    let (head, body) = asked.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /review HTTP/1.1\r\n"), "{head}");
    assert!(head.to_ascii_lowercase().contains("authorization: bearer sesame"), "{head}");
    let random = id.split('.').next().unwrap();
    for never in [&*shop.agent, random, &*shop.checkout, "sha256:", "lictor_"] {
        assert!(!asked.contains(never), "{never} in {asked}");
    }
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!((&body["agent"], &body["action"]), (&json!("shopper-7"), &json!("shop.buy")));
    assert_eq!(body["record"].to_string(), id.split('.').nth(1).unwrap());
    assert_eq!(body["asks"][0]["code"], "LOOKED_AT");
    assert!(body["asks"][0].get("reason").is_none() && body.get("owner").is_none(), "{body}");
    let price = body["fields"].as_array().unwrap().iter().find(|field| field["path"] == "price").unwrap();
    assert_eq!(price["value"], json!({ "amount": "85.00", "currency": "USD" }));

    // That it leaves it to people is recorded, changes nothing, and its words are not where people decide.
    let record = &logged(&server, &shop)[0];
    assert_eq!((&record["state"], &record["answer"]["answer"]), (&json!("pending"), &json!("left")));
    assert!(record.get("receipt").is_none() && record["words"].is_string(), "{record}");
    let seen = server.get(&format!("/approvals/{other}"), &shop.auditor).json();
    assert_eq!(
        (&seen["state"], &seen["version"], &seen["answers"]),
        (&json!("pending"), &json!(0), &json!([]))
    );
    drop(server);
    shop.dir.run(&["audit", "verify", "data"]).ends_with(0);
}

#[test]
fn what_is_personal_is_sent_only_where_that_is_wanted() {
    const LETTERS: &str = r#"module shop
layer base
tiers { fresh, known }
roles { owner "Whoever owns the shop" }
escalate to owner within 15m
reasons { LOOKED_AT "Somebody looks at it first" }
record Person { name: pii String max 80, code: secret String max 8 }
action shop.write {
  to: pii String max 80
  copies: Map<String, Person> max 4
  code: secret String max 80
  text: String max 80
  default allow
}
rule looked_at on shop.write at policy {
  step_up when text != "" to owner as LOOKED_AT
}
"#;
    for (more, sees) in [("", false), ("  pii: true\n", true)] {
        let (shop, reviewer) = (Shop::with(LETTERS), Reviewer::start());
        approver(&shop, "dora", &[]);
        let server = reviewer.serve(&shop, more);
        reviewer.is(says(r#"{"verdict": "deny", "reason": "no letters to ann@example.com"}"#));
        let copies = json!({ "first": { "name": "ann@example.com", "code": "B-78" } });
        let params = json!({ "to": "ann@example.com", "copies": copies, "code": "B-77", "text": "hello" });
        told(&server, AUTHORIZE, &shop.agent, &json!({ "action": "shop.write", "params": params }));
        until("its answer", || logged(&server, &shop).len() == 1);
        let asked = reviewer.asked.lock().unwrap()[0].clone();
        assert_eq!(asked.contains("ann@example.com"), sees, "{asked}");
        assert!(asked.contains("hello") && asked.contains("copies") && !asked.contains("B-7"), "{asked}");
        // Its words may repeat what it was sent, and are kept only where that was nobody's.
        assert_eq!(logged(&server, &shop)[0].get("words").is_some(), !sees);
    }
}
