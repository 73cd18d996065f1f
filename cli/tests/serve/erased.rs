//! Erasing what a record says, and going on from a backup.

use std::process::Command;

use serde_json::{Value, json};

use crate::audits::tiles_script;
use crate::collected::approver;
use crate::common::server::{Server, until};
use crate::life::{AUTHORIZE, SETTLE, VALIDATE, buy, count, granted, told, with};
use crate::operated::acts;
use crate::{SHOP, Shop};

/// A shop whose policy marks what was looked at.
fn marked() -> Shop {
    Shop::with(&SHOP.replace("page: String max 200", "page: pii String max 200"))
}

fn look(server: &Server, shop: &Shop, page: &str) -> Value {
    told(server, AUTHORIZE, &shop.agent, &json!({ "action": "shop.look", "params": { "page": page } }))
}

/// The indices of the records of an action, in their order.
fn of(server: &Server, shop: &Shop, action: &str) -> Vec<u64> {
    let found = server.get(&format!("/audit/events?action={action}"), &shop.auditor).json();
    found["events"].as_array().unwrap().iter().map(|one| one["index"].as_u64().unwrap()).collect()
}

/// Whether the files of the store have a text anywhere, in pages that are free as well.
fn has(shop: &Shop, text: &str) -> bool {
    ["data/store.db", "data/store.db-wal"].iter().any(|file| {
        let bytes = std::fs::read(shop.dir.path(file)).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[test]
fn what_is_erased_is_nowhere_and_the_log_says_so() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let mut asked = buy("19.99");
    asked["params"]["seller"]["name"] = "Quixotry and Daughters".into();
    let token = granted(&server, &shop, &asked);
    let receipt = told(&server, VALIDATE, &shop.checkout, &with(&token, &asked))["receipt"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(server.send("GET", &receipt, &[], b"").status, 200);
    let indices = of(&server, &shop, "shop.buy");
    assert_eq!(indices.len(), 2);
    let erase = |index: u64, more: &[&str]| {
        let index = index.to_string();
        let args = ["audit", "erase", &index, "--by", "dpo", "--because", "request", "--data", "data"];
        shop.dir.run(&[&args[..], more].concat())
    };
    // What is not over stays.
    let run = erase(indices[0], &[]).ends_with(1);
    assert!(run.stderr.contains("C0230") && run.stderr.contains("may yet be"), "{run:?}");
    told(&server, SETTLE, &shop.checkout, &json!({ "executionToken": token, "outcome": "executed" }));
    shop.dir.run(&["audit", "anchor", "data", "--out", "anchor"]).ends_with(0);
    assert!(has(&shop, "Quixotry"));
    let run = erase(indices[0], &["--whole-action"]).ends_with(0);
    assert_eq!(run.stdout.lines().count(), 3, "{run:?}");
    assert!(!has(&shop, "Quixotry"));

    // The log is what it was, and tells what is gone from what is missing.
    let run = shop.dir.run(&["audit", "verify", "data", "--anchor", "anchor"]).ends_with(0);
    assert_eq!(
        run.stdout.lines().filter(|line| line.contains(" was erased by record ")).count(),
        3,
        "{run:?}"
    );
    let events = server.get(&format!("/audit/events?from={}&limit=1", indices[0]), &shop.auditor).json();
    let gone = &events["events"][0];
    assert!(gone.get("record").is_none() && gone["erased_by"].as_u64() > Some(indices[0]), "{gone}");
    assert_eq!(server.send("GET", &receipt, &[], b"").error().1, "NO_RECEIPT");
    let script = tiles_script();
    let address = format!("http://{}", server.address);
    let run = Command::new("python3").args(["-c", &script, &address, &shop.auditor]).output().unwrap();
    assert!(run.status.success(), "{run:?}");
    // Once is enough, and not everything is to be erased.
    assert!(erase(indices[0], &[]).ends_with(1).stderr.contains("was erased already"));
    assert!(erase(0, &[]).ends_with(1).stderr.contains("it stays"));
    assert!(erase(9_999, &[]).ends_with(1).stderr.contains("has no record 9999"));
    let run = shop
        .dir
        .run(&["audit", "erase", "1", "--by", "dpo", "--because", "A b", "--data", "data"])
        .ends_with(1);
    assert!(run.stderr.contains("a reason is a code"), "{run:?}");
    // It goes on: what is counted was not erased.
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &buy("5.00"))["decision"], "allowed");
    shop.dir.run(&["audit", "export", "data", "--to", "export"]).ends_with(0);
    shop.dir.run(&["audit", "verify", "export", "--anchor", "anchor"]).ends_with(0);
}

/// What people were asked, what they answered and the decision that had it as a fact are one action: from whichever record it is named, all of it goes, or nothing.
#[test]
fn an_action_that_people_approved_is_erased_whole() {
    let shop = Shop::new();
    let owner = approver(&shop, "dora", &[]);
    let server = shop.serve(&[]);
    let way = |name: &str, dollars: &str| -> (Vec<u64>, Value) {
        let before = of(&server, &shop, "shop.buy").last().copied();
        let mut asked = buy(dollars);
        asked["params"]["seller"]["name"] = name.into();
        let held = told(&server, AUTHORIZE, &shop.agent, &asked);
        let id = held["approval"]["id"].as_str().unwrap();
        assert_eq!(server.post(&format!("/approvals/{id}/approve"), &owner, "{}").status, 200);
        asked["approval"] = id.into();
        let token = told(&server, AUTHORIZE, &shop.agent, &asked)["executionToken"].clone();
        asked.as_object_mut().unwrap().remove("approval");
        asked["executionToken"] = token.clone();
        assert_eq!(told(&server, VALIDATE, &shop.checkout, &asked)["allowed"], true);
        (of(&server, &shop, "shop.buy").into_iter().filter(|index| Some(*index) > before).collect(), token)
    };
    let settle = |token: &Value| {
        told(&server, SETTLE, &shop.checkout, &json!({ "executionToken": token, "outcome": "executed" }))
    };
    let erase = |index: u64| {
        let index = index.to_string();
        let args = ["audit", "erase", &index, "--whole-action", "--by", "dpo", "--because", "request"];
        shop.dir.run(&[&args[..], &["--data", "data"]].concat())
    };
    // Decided, asked, answered, decided again, burned; and settled afterwards.
    let (first, token) = way("Quixotry and Daughters", "85.00");
    assert_eq!(first.len(), 5);
    let run = erase(first[0]).ends_with(1);
    assert!(run.stderr.contains("may yet be") && run.stdout.is_empty(), "{run:?}");
    assert!(has(&shop, "Quixotry"));
    settle(&token);
    let (second, token) = way("Persimmon and Sons", "86.00");
    settle(&token);
    assert_eq!(erase(first[0]).ends_with(0).stdout.lines().count(), 6);
    assert!(!has(&shop, "Quixotry") && has(&shop, "Persimmon"));
    // The same from its middle: the decision that had the approval.
    assert_eq!(erase(second[3]).ends_with(0).stdout.lines().count(), 6);
    assert!(!has(&shop, "Persimmon"));
    let run = shop.dir.run(&["audit", "verify", "data"]).ends_with(0);
    assert_eq!(run.stdout.lines().filter(|line| line.contains(" was erased by record ")).count(), 12);
}

#[test]
fn where_openings_are_kept_every_decision_is_made_again_to_the_bit() {
    let replayed = |shop: &Shop| {
        let run = shop.dir.run(&["audit", "replay", "data", "--format", "json"]).ends_with(0).json();
        (run["same"].as_u64().unwrap(), run["alike"].as_u64().unwrap() + run["attested"].as_u64().unwrap())
    };
    let shop = marked();
    look(&shop.serve(&[]), &shop, "/about/Quixotry");
    assert_eq!(replayed(&shop), (0, 1));
    assert!(!has(&shop, "Quixotry"));

    let shop = marked();
    let server = shop.serve(&["--keep-opened", "--token-lifetime", "1"]);
    look(&server, &shop, "/about/Quixotry");
    assert_eq!(replayed(&shop), (1, 0));
    // It is beside the record, in no export, and goes with it.
    let exported = server.get("/audit/export", &shop.auditor).body;
    assert!(has(&shop, "Quixotry") && exported.contains("$committed") && !exported.contains("Quixotry"));
    let token = of(&server, &shop, "shop.look")[0].to_string();
    let erase = ["audit", "erase", &token, "--by", "dpo", "--because", "request", "--data", "data"];
    // A token that may yet be used is waited for.
    assert!(shop.dir.run(&erase).ends_with(1).stderr.contains("may yet be"));
    until("it is released", || shop.dir.run(&erase).status == 0);
    assert!(!has(&shop, "Quixotry"));
    let run = shop.dir.run(&["audit", "replay", "data", "--format", "json"]).ends_with(0).json();
    assert_eq!((&run["same"], &run["erased"]), (&json!(0), &json!(1)));
}

#[test]
fn a_backup_goes_on_without_what_was_open() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let open = granted(&server, &shop, &buy("19.99"));
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &count())["decision"], "allowed");
    let run = shop.dir.run(&["backup", "saved", "--data", "data"]).ends_with(0);
    assert!(run.stdout.contains("no private key"), "{run:?}");
    let names = |dir: &str| -> Vec<String> {
        let entries = std::fs::read_dir(shop.dir.path(dir)).unwrap().flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(names("saved"), ["bundles", "edition.json", "keys.json", "store.db"]);
    shop.dir.run(&["audit", "verify", "saved"]).ends_with(0);
    assert!(
        shop.dir.run(&["backup", "saved", "--data", "data"]).ends_with(1).stderr.contains("is there already")
    );
    // What happens after it is lost with the machine.
    assert_eq!(told(&server, VALIDATE, &shop.checkout, &with(&open, &buy("19.99")))["allowed"], true);
    drop(server);
    std::fs::rename(shop.dir.path("data"), shop.dir.path("lost")).unwrap();
    let run = shop.dir.run(&["restore", "saved", "--data", "data"]).ends_with(0);
    assert!(run.stdout.contains("of generation 2"), "{run:?}");

    let server = shop.serve(&[]);
    let used = told(&server, VALIDATE, &shop.checkout, &with(&open, &buy("19.99")));
    assert_eq!(used["allowed"], false, "{used}");
    // What rests on counts is refused until somebody has looked; the rest is not.
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &count())["decision"], "denied");
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &buy("5.00"))["decision"], "allowed");
    let acknowledge = ["acknowledge", "--by", "olga", "--data", "data"];
    let run = shop.dir.run(&acknowledge).ends_with(0);
    assert!(run.stdout.contains("generation 2 is acknowledged"), "{run:?}");
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &count())["decision"], "allowed");
    assert_eq!(shop.dir.run(&acknowledge).ends_with(0).stdout, "there is nothing to acknowledge\n");
    assert_eq!(acts(&shop, "generation"), [json!({ "generation": 2 })]);
    assert_eq!(acts(&shop, "acknowledged"), [json!({ "generation": 2 })]);
    shop.dir.run(&["audit", "verify", "data"]).ends_with(0);
    for (from, to) in [("nowhere", "x"), ("saved", "data")] {
        shop.dir.run(&["restore", from, "--data", to]).ends_with(1);
    }
}
