//! What people answered is collected by the agent that asked: once, and for what they answered.

use serde_json::{Value, json};

use crate::Shop;
use crate::common::server::{Answer, Server, until};
use crate::life::{AUTHORIZE, VALIDATE, buy, told, with};

/// Makes a key for somebody who approves for the owner.
pub fn approver(shop: &Shop, name: &str, more: &[&str]) -> String {
    let args = ["keys", "add", name, "--role", "approver", "--approves", "owner", "--data", "data"];
    shop.dir.run(&[&args, more].concat()).ends_with(0).stdout.trim().to_owned()
}

fn collecting(id: &str, dollars: &str) -> Value {
    let mut asked = buy(dollars);
    asked["approval"] = id.into();
    asked
}

/// Asks for so many dollars, which a person has to approve; the id of the request for approval.
fn asked(server: &Server, shop: &Shop, dollars: &str) -> String {
    let told = told(server, AUTHORIZE, &shop.agent, &buy(dollars));
    assert_eq!((&told["decision"], &told["reasonCode"]), (&json!("step_up"), &json!("LOOKED_AT")), "{told}");
    assert!(told.get("executionToken").is_none());
    assert_eq!(told["approval"]["state"], "pending");
    told["approval"]["id"].as_str().unwrap().to_owned()
}

#[test]
fn what_was_approved_is_allowed_once() {
    let shop = Shop::new();
    let owner = approver(&shop, "dora", &[]);
    let server = shop.serve(&[]);
    let id = asked(&server, &shop, "85.00");
    // Equal requests are one, and other ones are others.
    assert_eq!(asked(&server, &shop, "85.00"), id);
    assert_ne!(asked(&server, &shop, "86.00"), id);
    let collect = |dollars: &str| told(&server, AUTHORIZE, &shop.agent, &collecting(&id, dollars));
    let waiting = collect("85.00");
    assert_eq!((&waiting["decision"], &waiting["approval"]["state"]), (&json!("step_up"), &json!("pending")));
    assert_eq!(waiting["reasonCode"], "APPROVAL_PENDING");
    let answer = server.post(&format!("/approvals/{id}/approve"), &owner, "{}");
    assert_eq!(answer.status, 200, "{answer:?}");

    // It is for what was approved, and nothing else.
    assert_eq!(collect("86.00")["reasonCode"], "INTENT_MISMATCH");
    let granted = collect("85.00");
    assert_eq!(granted["decision"], "allowed", "{granted}");
    let used = collect("85.00");
    assert_eq!((&used["decision"], &used["reasonCode"]), (&json!("denied"), &json!("APPROVAL_USED")));
    let token = granted["executionToken"].as_str().unwrap();
    // Decided again, the rule asks again, and has its answer.
    let burned = told(&server, VALIDATE, &shop.checkout, &with(token, &buy("85.00")));
    assert_eq!(burned["allowed"], true, "{burned}");
}

/// Whoever comes for an approval that is not theirs, or lets nothing happen, or not this, stands in the log under the trace id of the answer.
#[test]
fn an_attempt_on_an_approval_is_recorded() {
    let shop = Shop::new();
    let owner = approver(&shop, "dora", &[]);
    let args = ["keys", "add", "shopper-8", "--role", "agent", "--agent", "agent.json", "--data", "data"];
    let other = shop.dir.run(&args).ends_with(0).stdout.trim().to_owned();
    let server = shop.serve(&[]);
    let [id, refused] = [asked(&server, &shop, "85.00"), asked(&server, &shop, "90.00")];
    let index = |id: &str| id.split('.').nth(1).unwrap().parse::<u64>().unwrap();
    let records = |query: &str| -> Vec<Value> {
        let found = server.get(&format!("/audit/events?{query}"), &shop.auditor).json();
        found["events"].as_array().unwrap().iter().map(|one| one["record"].clone()).collect()
    };
    let collect =
        |key: &str, id: &str, dollars: &str| told(&server, AUTHORIZE, key, &collecting(id, dollars));
    // Whoever only has to wait is not written down.
    assert_eq!(collect(&shop.agent, &id, "85.00")["reasonCode"], "APPROVAL_PENDING");
    assert_eq!(records("kind=refused"), Vec::<Value>::new());
    server.post(&format!("/approvals/{id}/approve"), &owner, "{}");
    server.post(&format!("/approvals/{refused}/deny"), &owner, "{}");
    let nowhere = format!("{}.{}", "0".repeat(32), index(&id));
    let mut expected = Vec::new();
    for (key, agent, id, dollars, code, of) in [
        (&shop.agent, "shopper-7", &id, "86.00", "INTENT_MISMATCH", Some(index(&id))),
        (&other, "shopper-8", &id, "85.00", "APPROVAL_UNKNOWN", Some(index(&id))),
        (&shop.agent, "shopper-7", &nowhere, "85.00", "APPROVAL_UNKNOWN", None),
        (&shop.agent, "shopper-7", &refused, "90.00", "APPROVAL_DENIED", Some(index(&refused))),
    ] {
        let answer = collect(key, id, dollars);
        assert_eq!(
            (&answer["decision"], &answer["reasonCode"]),
            (&json!("denied"), &json!(code)),
            "{answer}"
        );
        let mut record = json!({
            "type": "lictor-step", "version": 1, "kind": "refused", "trace": answer["traceId"], "code": code,
            "by": agent, "about": { "agent": agent, "action": "shop.buy" },
        });
        of.iter().for_each(|of| record["of"] = json!(of));
        expected.push(record);
    }
    assert_eq!(records("kind=refused"), expected);
    // It is still there for whom it was approved.
    assert_eq!(collect(&shop.agent, &id, "85.00")["decision"], "allowed");
    assert_eq!(collect(&shop.agent, &id, "85.00")["reasonCode"], "APPROVAL_USED");
    assert_eq!(records("kind=refused").len(), 5);
    shop.dir.run(&["audit", "verify", "data"]).ends_with(0);
}

#[test]
fn a_token_ends_with_the_key_of_whoever_approved_it() {
    let shop = Shop::new();
    let owner = approver(&shop, "dora", &[]);
    let server = shop.serve(&[]);
    let id = asked(&server, &shop, "85.00");
    assert_eq!(server.post(&format!("/approvals/{id}/approve"), &owner, "{}").status, 200);
    let granted = told(&server, AUTHORIZE, &shop.agent, &collecting(&id, "85.00"));
    let token = granted["executionToken"].as_str().unwrap();
    shop.dir.run(&["keys", "revoke", "dora", "--data", "data"]).ends_with(0);
    until("the key does not count any more", || server.get("/approvals", &owner).status == 401);
    let refused = told(&server, VALIDATE, &shop.checkout, &with(token, &buy("85.00")));
    assert_eq!((&refused["allowed"], &refused["reasonCode"]), (&json!(false), &json!("POLICY_DENIED")));
    assert_eq!(refused["policy"]["reasonCode"], "APPROVAL_VOID", "{refused}");
}

#[test]
fn what_was_refused_stays_refused_for_a_while_and_another_policy_voids_what_waits() {
    let shop = Shop::new();
    let owner = approver(&shop, "dora", &[]);
    let server = shop.serve(&[]);
    let (refused, waits) = (asked(&server, &shop, "85.00"), asked(&server, &shop, "90.00"));
    let answer = server.post(&format!("/approvals/{refused}/deny"), &owner, "{}");
    assert_eq!(answer.status, 200, "{answer:?}");
    for body in [buy("85.00"), collecting(&refused, "85.00")] {
        let denied = told(&server, AUTHORIZE, &shop.agent, &body);
        assert_eq!(
            (&denied["decision"], &denied["reasonCode"]),
            (&json!("denied"), &json!("APPROVAL_DENIED"))
        );
    }
    shop.dir.write("shop/shop.lictor", crate::SHOP.replace("price <= 100 USD", "price <= 99 USD").as_bytes());
    server.signal("HUP");
    server.logs("was read again");
    let void = told(&server, AUTHORIZE, &shop.agent, &collecting(&waits, "90.00"));
    assert_eq!((&void["decision"], &void["reasonCode"]), (&json!("denied"), &json!("APPROVAL_VOID")));
    assert_ne!(asked(&server, &shop, "90.00"), waits);
}

#[test]
fn what_is_about_persons_is_shown_to_people_and_stands_in_the_store_sealed() {
    let policy = crate::SHOP.replacen("  price: Money\n", "  price: Money\n  to: pii String? max 80\n", 1);
    let shop = Shop::with(&policy);
    let owner = approver(&shop, "dora", &[]);
    let server = shop.serve(&[]);
    let mut asked = buy("85.00");
    asked["params"]["to"] = "ann@example.com".into();
    let held = told(&server, AUTHORIZE, &shop.agent, &asked);
    let id = held["approval"]["id"].as_str().unwrap().to_owned();
    let to = |answer: &Value| {
        let fields = answer["fields"].as_array().unwrap();
        let to = fields.iter().find(|field| field["path"] == "to").unwrap();
        (to["kind"].clone(), to["value"].clone())
    };
    let open = (json!("words"), json!("ann@example.com"));
    let seen = server.get(&format!("/approvals/{id}"), &owner).json();
    assert_eq!(to(&seen), open);
    let listed = server.get("/approvals", &owner).json();
    assert_eq!(to(&listed["approvals"][0]), open);
    let answered = server.post(&format!("/approvals/{id}/approve"), &owner, "{}").json();
    assert_eq!((to(&answered), &answered["state"]), (open, &json!("approved")));
    asked["approval"] = id.into();
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &asked)["decision"], "allowed");
    for file in std::fs::read_dir(shop.dir.path("data")).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(4).any(|four| four == b"ann@"), "{path:?}");
        }
    }
}

/// What an agent may not read of why people are asked, and its words.
const TRUE_CAUSE: [&str; 2] = ["WATCHED", "under investigation"];

#[test]
fn a_confidential_reason_for_asking_is_told_to_people_and_never_to_the_agent() {
    let asks = "step_up when seller.id == \"s-14\" to owner as WATCHED told as NOT_OPEN \"{seller.name} is under investigation\"";
    let policy = crate::SHOP.replacen(
        "rule kept on",
        &format!("rule eyed on shop.buy at counterparty {{\n  {asks}\n}}\n\nrule kept on"),
        1,
    );
    let shop = Shop::with(&policy);
    let owner = approver(&shop, "dora", &[]);
    let server = shop.serve(&[]);
    let mut asked = buy("20.00");
    asked["params"]["seller"]["id"] = "s-14".into();
    let says_nothing = |answer: &Answer| {
        assert!(!TRUE_CAUSE.iter().any(|word| answer.body.contains(word)), "{answer:?}");
        answer.json()
    };
    let ask = |body: &Value| says_nothing(&server.post(AUTHORIZE, &shop.agent, &body.to_string()));
    let see = |path: &str| says_nothing(&server.get(path, &shop.agent));
    let first = ask(&asked);
    assert_eq!(
        (&first["decision"], &first["reasonCode"]),
        (&json!("step_up"), &json!("NOT_OPEN")),
        "{first}"
    );
    let page = format!("/approvals/{}", first["approval"]["id"].as_str().unwrap());
    let people = server.get(&page, &owner).body;
    assert!(TRUE_CAUSE.iter().all(|word| people.contains(word)), "{people}");

    let mut collecting = asked.clone();
    collecting["approval"] = first["approval"]["id"].clone();
    assert_eq!(ask(&collecting)["reasonCode"], "APPROVAL_PENDING");
    assert_eq!(ask(&asked)["reasonCode"], "NOT_OPEN");
    assert_eq!(see(&page)["state"], "pending");
    server.post(&format!("{page}/approve"), &owner, "{}");
    assert_eq!(see(&format!("{page}/wait"))["state"], "approved");
    assert_eq!(ask(&collecting)["decision"], "allowed");
    assert_eq!(ask(&collecting)["reasonCode"], "APPROVAL_USED");

    asked["params"]["price"]["amount"] = "21.00".into();
    collecting = asked.clone();
    let second = ask(&asked);
    collecting["approval"] = second["approval"]["id"].clone();
    let page = format!("/approvals/{}", second["approval"]["id"].as_str().unwrap());
    server.post(&format!("{page}/deny"), &owner, "{}");
    assert_eq!(see(&page)["state"], "denied");
    for body in [&asked, &collecting] {
        assert_eq!(ask(body)["reasonCode"], "APPROVAL_DENIED");
    }
}

#[test]
fn nobody_is_asked_what_too_few_could_answer() {
    let impossible = |shop: &Shop| {
        let server = shop.serve(&[]);
        let answer = told(&server, AUTHORIZE, &shop.agent, &buy("85.00"));
        let code = (&answer["decision"], &answer["reasonCode"]);
        assert_eq!(code, (&json!("denied"), &json!("APPROVAL_IMPOSSIBLE")), "{answer}");
        assert!(answer.get("approval").is_none() && answer["receipt"].is_string(), "{answer}");
        assert_eq!(server.get("/approvals", &shop.auditor).json(), json!({ "approvals": [] }));
    };
    // There is nobody at all, and then somebody for another role.
    let shop = Shop::new();
    impossible(&shop);
    let args = ["keys", "add", "dan", "--role", "approver", "--approves", "desk", "--data", "data"];
    shop.dir.run(&args).ends_with(0);
    impossible(&shop);
    // Two are asked, and one person has two keys.
    let two = Shop::with(&crate::SHOP.replace("to owner as LOOKED_AT", "to owner quorum 2 as LOOKED_AT"));
    approver(&two, "dora", &[]);
    approver(&two, "dora-phone", &["--person", "Dora"]);
    impossible(&two);
    approver(&two, "bob", &[]);
    asked(&two.serve(&[]), &two, "85.00");
    // A signature is demanded, and nobody could sign.
    let signed = "oblige signed_approval as KEEP_IT\n  step_up when price > 80 USD to owner as LOOKED_AT";
    let signed =
        Shop::with(&crate::SHOP.replace("step_up when price > 80 USD to owner as LOOKED_AT", signed));
    approver(&signed, "dora", &[]);
    impossible(&signed);
    signed.dir.run(&["keygen", "-o", "bob"]).ends_with(0);
    approver(&signed, "bob", &["--signing-key", "bob.pub"]);
    asked(&signed.serve(&[]), &signed, "85.00");
}
