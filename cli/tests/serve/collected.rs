//! What people answered is collected by the agent that asked: once, and for what they answered.

use serde_json::{Value, json};

use crate::Shop;
use crate::common::server::Server;
use crate::life::{AUTHORIZE, VALIDATE, buy, told, with};

fn approver(shop: &Shop, name: &str) -> String {
    let args = ["keys", "add", name, "--role", "approver", "--approves", "owner", "--data", "data"];
    shop.dir.run(&args).ends_with(0).stdout.trim().to_owned()
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
    let owner = approver(&shop, "dora");
    let server = shop.serve(&[]);
    let id = asked(&server, &shop, "85.00");
    // Equal requests are one, and other ones are others.
    assert_eq!(asked(&server, &shop, "85.00"), id);
    assert_ne!(asked(&server, &shop, "86.00"), id);
    let collect = |dollars: &str| told(&server, AUTHORIZE, &shop.agent, &collecting(&id, dollars));
    let waiting = collect("85.00");
    assert_eq!((&waiting["decision"], &waiting["approval"]["state"]), (&json!("step_up"), &json!("pending")));
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

#[test]
fn what_was_refused_stays_refused_for_a_while_and_another_policy_voids_what_waits() {
    let shop = Shop::new();
    let owner = approver(&shop, "dora");
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
    let owner = approver(&shop, "dora");
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
