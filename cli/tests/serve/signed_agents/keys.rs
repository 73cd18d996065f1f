//! The keys that sign, and what a policy reads of it.

use std::thread;

use ed25519_dalek::SigningKey;
use serde_json::json;

use super::{Signed, allowed, is, key, publish, register};
use crate::common::server::{Answer, until};
use crate::life::{AUTHORIZE, VALIDATE, buy, told, with};
use crate::{ONE, Shop};

#[test]
fn keys_that_sign_are_nobody_elses_and_are_exchanged() {
    let (shop, first, second) = (Shop::new(), key(1), key(2));
    register(&shop, "signer-1", &first);
    publish(&shop.dir, "second.pub", &second);
    let add = |name: &str, role: &str, file: &str, wanted: &str| {
        let run =
            shop.dir.run(&["keys", "add", name, "--role", role, "--signing-key", file, "--data", "data"]);
        let run = run.ends_with(1);
        assert!(run.stderr.contains(wanted), "{run:?}");
    };
    add("signer-2", "agent", "signer-1.pub", "signer-1 signs with this key");
    add("ann", "approver", "signer-1.pub", "signer-1 signs with this key");
    add("till-2", "checkout", "second.pub", "only agents and approvers sign");
    shop.dir.write("says.json", br#"{"signature_verified": true}"#);
    let says = ["keys", "add", "x", "--role", "agent", "--agent", "says.json", "--data", "data"];
    assert!(shop.dir.run(&says).ends_with(1).stderr.contains("for the gateway to say"));

    let server = shop.serve(&[]);
    let asks = |key: &SigningKey| Signed::to(&server, key, AUTHORIZE, &buy("5.00")).send(&server, key);
    let token = allowed(&asks(&first));
    is(&asks(&second), "UNKNOWN_KEY");
    let rotate = ["keys", "rotate", "signer-1", "--signing-key", "second.pub", "--data", "data"];
    shop.dir.run(&rotate).ends_with(0);
    until("the new key is let in", || asks(&second).status == 200);
    is(&asks(&first), "UNKNOWN_KEY");
    // What was granted to the old key is worth nothing any more.
    let used = told(&server, VALIDATE, &shop.checkout, &with(&token, &buy("5.00")));
    assert_eq!((&used["allowed"], &used["reasonCode"]), (&json!(false), &json!("POLICY_DENIED")));
    // Without another key it signs with the one that it had.
    shop.dir.run(&["keys", "rotate", "signer-1", "--keep-old", "1h", "--data", "data"]).ends_with(0);
    thread::sleep(std::time::Duration::from_millis(1_500));
    let token = allowed(&asks(&second));
    let used = told(&server, VALIDATE, &shop.checkout, &with(&token, &buy("5.00")));
    assert_eq!(used["allowed"], true, "{used}");
    shop.dir.run(&["keys", "revoke", "signer-1", "--data", "data"]).ends_with(0);
    until("a revoked agent is not let in", || asks(&second).status == 401);
}

/// A policy may ask whether a request was signed.
const CAREFUL: &str = r#"module shop
layer base

tiers { fresh, known }

reasons {
  UNSIGNED "Only agents that sign do this"
}

extend Agent { signature_verified: Bool? }

action shop.close {
  default allow
}

rule by_signature on shop.close at signature {
  require agent.signature_verified otherwise false else UNSIGNED
}
"#;

#[test]
fn a_policy_reads_whether_a_request_was_signed() {
    let (shop, key) = (Shop::with(CAREFUL), key(1));
    register(&shop, "signer-1", &key);
    let server = shop.serve(&[]);
    let close = json!({ "action": "shop.close", "params": {} });
    let told_plain = told(&server, AUTHORIZE, &shop.agent, &close);
    assert_eq!((&told_plain["decision"], &told_plain["reasonCode"]), (&json!("denied"), &json!("UNSIGNED")));
    let token = allowed(&Signed::to(&server, &key, AUTHORIZE, &close).send(&server, &key));
    // When the token is used, it is known that the agent has signed.
    assert_eq!(told(&server, VALIDATE, &shop.checkout, &with(&token, &close))["allowed"], true);
    // Nobody says it of themselves.
    let says = json!({ "action": "shop.close", "params": {}, "agent": { "signature_verified": true } });
    assert_eq!(server.post(AUTHORIZE, &shop.agent, &says.to_string()).status, 400);
    let evaluation = |agent: &str| {
        json!({
            "subject": { "type": "agent", "id": agent }, "action": { "name": "shop.close" },
            "resource": { "type": "action", "id": "shop.close" }
        })
    };
    let decided = |answer: Answer| answer.json()["decision"].clone();
    assert_eq!(decided(Signed::to(&server, &key, ONE, &evaluation("signer-1")).send(&server, &key)), true);
    assert_eq!(decided(server.post(ONE, &shop.agent, &evaluation("shopper-7").to_string())), false);
    // A checkout that asks about an agent has signed nothing in its name.
    assert_eq!(decided(server.post(ONE, &shop.checkout, &evaluation("signer-1").to_string())), false);
    // It stands in the record, and what is decided again comes to the same.
    server.signal("TERM");
    server.end();
    let run = shop.dir.run(&["audit", "replay", "data", "--format", "json"]).ends_with(0).json();
    assert_eq!((&run["good"], run["same"].as_u64()), (&json!(true), Some(6)), "{run}");
}
