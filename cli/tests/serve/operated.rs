//! What whoever runs a gateway does stands in its log: bundles, whether decisions count, keys.

use serde_json::{Value, json};

use crate::bundles::{build, signed};
use crate::common::server::{Server, until};
use crate::{SHOP, Shop};

/// The records of a kind, as the command exports them.
pub fn records(shop: &Shop, kind: &str) -> Vec<Value> {
    let run = shop.dir.run(&["audit", "export", "data", "--as", "jsonl", "--kind", kind]).ends_with(0);
    run.json_lines().into_iter().map(|line| line["record"].clone()).collect()
}

/// What operators did, of one sort.
pub fn acts(shop: &Shop, sort: &str) -> Vec<Value> {
    records(shop, "operator").iter().filter_map(|record| record["act"].get(sort).cloned()).collect()
}

#[test]
fn a_start_is_told_and_so_is_what_changes() {
    let shop = Shop::new();
    drop(shop.serve(&[]));
    let bundles = records(&shop, "bundle");
    assert_eq!(bundles.len(), 1);
    assert_eq!(
        (&bundles[0]["name"], &bundles[0]["sequence"], &bundles[0]["mode"]),
        (&json!("shop"), &json!(0), &json!("enforce"))
    );
    assert_eq!(acts(&shop, "mode"), [json!({ "mode": "enforce" })]);
    let keys: Vec<Value> = acts(&shop, "key_added").iter().map(|key| key["role"].clone()).collect();
    assert_eq!(keys, ["agent", "checkout", "auditor", "admin"]);
    assert!(records(&shop, "operator").iter().all(|record| record["by"] == "host"));
    // Another start says which policy it has, and of the rest only what has changed.
    drop(shop.serve(&[]));
    assert_eq!(
        (records(&shop, "bundle").len(), acts(&shop, "mode").len(), acts(&shop, "key_added").len()),
        (2, 1, 4)
    );
    let server = shop.serve(&["--mode", "observe"]);
    assert_eq!(acts(&shop, "mode"), [json!({ "mode": "enforce" }), json!({ "mode": "observe" })]);
    // Keys, while it runs.
    shop.dir.run(&["keys", "rotate", "till-1", "--data", "data"]).ends_with(0);
    shop.dir.run(&["keys", "add", "short", "--role", "auditor", "--data", "data"]).ends_with(0);
    shop.dir.run(&["keys", "revoke", "short", "--data", "data"]).ends_with(0);
    until("it has noticed", || !acts(&shop, "key_revoked").is_empty());
    assert_eq!(acts(&shop, "key_revoked"), [json!({ "name": "short" })]);
    let added: Vec<Value> = acts(&shop, "key_added").iter().map(|key| key["name"].clone()).collect();
    assert_eq!(added, ["shopper-7", "till-1", "eve", "root", "till-1", "short"]);
    // And the policy, when it is read again.
    shop.dir.write("shop/shop.lictor", SHOP.replace("100 USD", "90 USD").as_bytes());
    server.signal("HUP");
    until("it was read again", || records(&shop, "bundle").len() == 4);
    let bundles = records(&shop, "bundle");
    assert_eq!(bundles[2]["bundle"], bundles[0]["bundle"]);
    assert_ne!(bundles[3]["bundle"], bundles[0]["bundle"]);
    shop.dir.run(&["audit", "verify", "data"]).ends_with(0);
}

#[test]
fn a_bundle_that_is_sent_is_told_with_who_signed_it() {
    let shop = signed();
    let server = Server::start(&shop.dir, &["first.bundle", "--key", "good.pub"]);
    let send = |bytes: &[u8]| {
        let head = [("x-api-key", shop.admin.as_str()), ("content-type", "application/octet-stream")];
        server.send("POST", "/bundles", &head, bytes)
    };
    assert_eq!(send(&build(&shop.dir, "60", "6", Some("good.key"))).status, 403);
    let answer = send(&build(&shop.dir, "60", "8", Some("good.key")));
    assert_eq!(answer.status, 200, "{answer:?}");
    let bundles = records(&shop, "bundle");
    let sequences: Vec<&Value> = bundles.iter().map(|bundle| &bundle["sequence"]).collect();
    assert_eq!(sequences, [&json!(7), &json!(8)]);
    assert_eq!(bundles[1]["signers"].as_array().unwrap().len(), 1);
    assert_eq!(bundles[1]["signers"], bundles[0]["signers"]);
    // It is found under the id that the request was answered with.
    assert_eq!(bundles[1]["trace"].as_str(), answer.field("x-trace-id"));
}
