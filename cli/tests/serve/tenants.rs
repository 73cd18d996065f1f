//! Several tenants in one gateway: a key of one reaches nothing of another, whatever it is asked with.

use serde_json::{Value, json};

use crate::SHOP;
use crate::common::Dir;
use crate::common::server::{Answer, Server, until};
use crate::life::{AUTHORIZE, INTROSPECT, OBSERVE, SETTLE, VALIDATE, buy, count, send_once, told, with};
use crate::signed_agents::{self, Signed, publish};

/// The keys of a tenant.
pub struct Keys {
    /// Of the agent shopper-7, which every tenant has.
    pub agent: String,
    pub checkout: String,
    pub approver: String,
    pub auditor: String,
    pub admin: String,
}

/// Two tenants: acme sells for up to 100 USD, bloom for up to 60.
pub struct Two {
    pub dir: Dir,
    pub acme: Keys,
    pub bloom: Keys,
}

pub const FILE: &str = "tenants:\n  acme: { policy: acme }\n  bloom: { policy: bloom }\n";

impl Two {
    pub fn new() -> Two {
        Two::with(FILE)
    }

    pub fn with(file: &str) -> Two {
        let dear = SHOP.replace("100 USD", "60 USD").replace("100.00", "60.00");
        let dir = Dir::with(&[
            ("tenants.yaml", file),
            ("acme/shop.lictor", SHOP),
            ("bloom/shop.lictor", &dear),
            ("agent.json", r#"{"tier": "known"}"#),
        ]);
        let keys = |tenant: &str| {
            let add = |name: &str, role: &str, more: &[&str]| key(&dir, tenant, name, role, more);
            Keys {
                agent: add("shopper-7", "agent", &["--agent", "agent.json"]),
                checkout: add("till-1", "checkout", &[]),
                approver: add("ann", "approver", &["--approves", "owner"]),
                auditor: add("eve", "auditor", &[]),
                admin: add("root", "admin", &[]),
            }
        };
        let (acme, bloom) = (keys("acme"), keys("bloom"));
        Two { dir, acme, bloom }
    }

    pub fn serve(&self, more: &[&str]) -> Server {
        Server::start(&self.dir, &[&["--tenants", "tenants.yaml"], more].concat())
    }
}

/// Makes a key of a tenant.
pub fn key(dir: &Dir, tenant: &str, name: &str, role: &str, more: &[&str]) -> String {
    let data = format!("data/{tenant}");
    let args = [&["keys", "add", name, "--role", role, "--data", &data], more].concat();
    dir.run(&args).ends_with(0).stdout.trim().to_owned()
}

/// An answer, but for what no two have alike.
fn but_for_trace(answer: &Answer) -> (u16, Value) {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("traceId");
    (answer.status, body)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name}: {value}"))
}

#[test]
fn each_has_its_policy_and_its_tokens() {
    let two = Two::new();
    let server = two.serve(&[]);
    let granted = told(&server, AUTHORIZE, &two.acme.agent, &buy("70.00"));
    assert_eq!(granted["decision"], "allowed", "{granted}");
    let refused = told(&server, AUTHORIZE, &two.bloom.agent, &buy("70.00"));
    assert_eq!((&refused["decision"], &refused["reasonCode"]), (&json!("denied"), &json!("TOO_DEAR")));

    // A token is for one of them, and nobody else can tell what it says.
    let token = text(&granted, "executionToken");
    let look = |key: &str| told(&server, INTROSPECT, key, &json!({ "executionToken": token }));
    assert_eq!(look(&two.acme.checkout)["claims"]["aud"], "acme");
    let foreign = look(&two.bloom.checkout);
    assert_eq!((&foreign["valid"], &foreign["claims"]), (&json!(false), &Value::Null), "{foreign}");
    let presented = |key: &str| told(&server, VALIDATE, key, &with(token, &buy("70.00")));
    let foreign = presented(&two.bloom.checkout);
    assert_eq!(
        (&foreign["allowed"], &foreign["tokenConsumed"], &foreign["reasonCode"]),
        (&json!(false), &json!(false), &json!("INVALID_SIGNATURE"))
    );
    assert_eq!(presented(&two.acme.checkout)["allowed"], true);
    let settle = json!({ "executionToken": token, "outcome": "executed" });
    let refused = server.post(SETTLE, &two.bloom.checkout, &settle.to_string());
    assert!(refused.status >= 400, "{refused:?}");
    assert_eq!(told(&server, SETTLE, &two.acme.checkout, &settle)["settled"], "executed");

    // The words of a shop name a store: it is the one of the key, or none.
    let elsewhere = json!({
        "storeId": "bloom", "permyxProductId": "p", "sourceVariantId": "v", "quantity": 1, "scope": "agent_exec",
        "price": { "amount": "19.99", "currency": "USD" },
    });
    assert_eq!(told(&server, AUTHORIZE, &two.acme.agent, &elsewhere)["reasonCode"], "STORE_MISMATCH");
    assert_eq!(told(&server, VALIDATE, &two.acme.checkout, &elsewhere)["allowed"], false);
}

#[test]
fn a_key_is_of_one_tenant() {
    let two = Two::new();
    let visitor = key(&two.dir, "bloom", "shopper-8", "agent", &["--agent", "agent.json"]);
    let server = two.serve(&[]);
    // An agent that only the other has is none here, and is told of as one that nobody has.
    let observed = |name: &str| {
        let mut body = buy("1.00");
        body["agent"] = name.into();
        let told = told(&server, OBSERVE, &two.acme.checkout, &body);
        (told["observed"].clone(), told["reasonCode"].clone())
    };
    assert_eq!(observed("shopper-8"), (json!(true), json!("UNKNOWN_AGENT")));
    assert_eq!(observed("shopper-8"), observed("shopper-0"));
    assert_eq!(told(&server, AUTHORIZE, &visitor, &buy("1.00"))["decision"], "allowed");

    // Digits that name a key of one, with the rest of another's, are no key.
    let (name, bits) = (&two.acme.agent[..24], &two.bloom.agent[24..]);
    for wrong in [format!("{name}{bits}"), format!("{name}{}", "0".repeat(64)), "lictor_x".to_owned()] {
        let (status, code, _) = server.post(AUTHORIZE, &wrong, &buy("1.00").to_string()).error();
        assert_eq!((status, &*code), (401, "UNKNOWN_KEY"), "{wrong}");
    }
    let (status, code, _) = server.send("POST", AUTHORIZE, &[], b"{}").error();
    assert_eq!((status, &*code), (401, "UNKNOWN_KEY"));

    // One that both have is nobody's, from the moment that it is noticed.
    two.dir.write("data/bloom/keys.json", &two.dir.read("data/acme/keys.json"));
    let ask = || server.post(AUTHORIZE, &two.acme.agent, &buy("1.00").to_string());
    until("it is nobody's", || ask().status == 401);
    assert!(ask().error().2.contains("more than one tenant"));
    server.signal("TERM");
    server.end();
    let (status, told) = Server::try_start(&two.dir, &["--tenants", "tenants.yaml"]).err().unwrap();
    assert!(status == 1 && told.contains("C0212") && told.contains("acme and bloom"), "{told}");
}

#[test]
fn a_signature_is_for_one_tenant() {
    let two = Two::new();
    let (of_bloom, of_both) = (signed_agents::key(1), signed_agents::key(2));
    for (name, tenants, signing) in
        [("signer-1", &["bloom"][..], &of_bloom), ("signer-2", &["acme", "bloom"], &of_both)]
    {
        publish(&two.dir, "agent.pub", signing);
        let more = ["--agent", "agent.json", "--signing-key", "agent.pub"];
        tenants.iter().for_each(|tenant| drop(key(&two.dir, tenant, name, "agent", &more)));
    }
    let server = two.serve(&[]);
    let ask = |signing, tenant| {
        Signed::to(&server, signing, AUTHORIZE, &buy("70.00")).whose(tenant).send(&server, signing)
    };
    assert_eq!(ask(&of_bloom, "bloom").json()["reasonCode"], "TOO_DEAR");
    for tenant in ["acme", "cedar"] {
        let (status, code, _) = ask(&of_bloom, tenant).error();
        assert_eq!((status, &*code), (401, "UNKNOWN_KEY"), "{tenant}");
    }
    // One whom both know says with each request for whom it is.
    assert_eq!(ask(&of_both, "acme").json()["decision"], "allowed");
    assert_eq!(ask(&of_both, "bloom").json()["decision"], "denied");
}

#[test]
fn people_answer_for_their_tenant_only() {
    let two = Two::new();
    let server = two.serve(&[]);
    let held = told(&server, AUTHORIZE, &two.acme.agent, &buy("85.00"));
    let id = text(&held["approval"], "id");
    let no_such = "00000000000000000000000000000000.0";
    for path in [String::new(), "/wait".to_owned()] {
        let at =
            |id: &str| but_for_trace(&server.get(&format!("/approvals/{id}{path}"), &two.bloom.approver));
        assert_eq!(at(id), at(no_such), "{path}");
        assert_eq!(at(id).0, 404);
    }
    let answer =
        |key: &str, id: &str| but_for_trace(&server.post(&format!("/approvals/{id}/approve"), key, "{}"));
    assert_eq!(answer(&two.bloom.approver, id), answer(&two.bloom.approver, no_such));
    let listed = |key: &str| server.get("/approvals", key).json()["approvals"].as_array().unwrap().len();
    assert_eq!((listed(&two.acme.approver), listed(&two.bloom.approver)), (1, 0));
    let collect = |key: &str, id: &str| {
        let mut body = buy("55.00");
        body["approval"] = id.into();
        but_for_trace(&server.post(AUTHORIZE, key, &body.to_string()))
    };
    assert_eq!(collect(&two.bloom.agent, id), collect(&two.bloom.agent, no_such));
    assert_eq!(answer(&two.acme.approver, id).0, 200);
    assert_eq!((listed(&two.acme.approver), listed(&two.bloom.approver)), (0, 0));
}

#[test]
fn what_is_counted_and_asked_again_is_of_one_tenant() {
    let two = Two::new();
    let server = two.serve(&["--rate", "20"]);
    let ask = |keys: &Keys, once: &str| send_once(&server, AUTHORIZE, &keys.agent, once, &count()).json();
    let repeated = |told: &Value| told["repeated"] == true;
    let (first, other, again) = (ask(&two.acme, "1"), ask(&two.bloom, "1"), ask(&two.acme, "1"));
    assert!(!repeated(&first) && !repeated(&other) && repeated(&again), "{first} {other} {again}");
    assert_eq!(again["executionToken"], first["executionToken"]);
    for (once, decision) in [("2", "allowed"), ("3", "allowed"), ("4", "denied")] {
        assert_eq!(ask(&two.acme, once)["decision"], decision, "{once}");
    }
    assert_eq!(ask(&two.bloom, "2")["decision"], "allowed");
    until("acme's agent has none left", || {
        server.post(AUTHORIZE, &two.acme.agent, &buy("1.00").to_string()).status == 429
    });
    assert_eq!(ask(&two.bloom, "3")["decision"], "allowed");
}

#[test]
fn each_has_a_log_and_receipts_of_its_own() {
    let two = Two::new();
    let server = two.serve(&[]);
    let granted = told(&server, AUTHORIZE, &two.acme.agent, &buy("70.00"));
    told(&server, AUTHORIZE, &two.bloom.agent, &buy("10.00"));
    let receipt = text(&granted, "receipt");
    let id = receipt.strip_prefix("/t/acme/r/").unwrap_or_else(|| panic!("{receipt}"));
    let open = |path: &str| server.send("GET", path, &[], b"");
    assert_eq!(open(receipt).json()["receipt"]["tenant"], "acme");
    assert_eq!(server.get(&format!("/r/{id}"), &two.acme.agent).json()["receipt"]["tenant"], "acme");
    let none = "00000000000000000000000000000000.0";
    let foreign = |id: &str| but_for_trace(&server.get(&format!("/r/{id}"), &two.bloom.auditor));
    assert_eq!(foreign(id), foreign(none));
    assert_eq!(
        but_for_trace(&open(&format!("/t/bloom/r/{id}"))),
        but_for_trace(&open(&format!("/t/bloom/r/{none}")))
    );
    assert_eq!(open(&format!("/t/bloom/r/{id}")).error().1, "NO_RECEIPT");

    // What is for everybody stands behind the name, or is that of the key.
    for path in [
        "/checkpoint",
        "/.well-known/jwks.json",
        "/.well-known/lictor-keys.json",
        "/proof/consistency?old=1",
        "/tile/0/000.p/3",
    ] {
        let named = |tenant: &str| open(&format!("/t/{tenant}{path}"));
        let (acme, bloom) = (named("acme"), named("bloom"));
        assert_eq!((acme.status, bloom.status), (200, 200), "{path}: {acme:?} {bloom:?}");
        assert_ne!(acme.body, bloom.body, "{path}");
        assert_eq!(server.get(path, &two.bloom.auditor).body, bloom.body, "{path}");
        let (status, code, message) = open(path).error();
        assert!((status, &*code) == (404, "NOT_FOUND") && message.contains("/t/NAME"), "{path}: {message}");
        assert_eq!(named("cedar").error().1, "NOT_FOUND");
    }
    // The entries of the log are for its auditors, and what needs a key is found by the key alone.
    let entries =
        |tenant: &str, key: &str| server.get(&format!("/t/{tenant}/tile/entries/000.p/3"), key).status;
    assert_eq!((entries("acme", &two.acme.auditor), entries("bloom", &two.acme.auditor)), (200, 401));
    assert_eq!(server.get("/t/acme/bundles/current", &two.acme.admin).error().1, "NOT_FOUND");
    let events = |key: &str| server.get("/audit/events", key).body;
    assert!(events(&two.acme.auditor).contains(id) && !events(&two.bloom.auditor).contains(id));

    server.signal("TERM");
    server.end();
    for tenant in ["acme", "bloom"] {
        let data = format!("data/{tenant}");
        two.dir.run(&["audit", "verify", &data]).ends_with(0);
        let lines = two.dir.run(&["audit", "export", &data, "--as", "jsonl"]).ends_with(0).stdout;
        assert_eq!(lines.contains(id), tenant == "acme");
        two.dir.run(&["audit", "replay", &data]).ends_with(0);
    }
}
