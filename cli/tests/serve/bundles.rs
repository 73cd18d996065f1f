//! Which policy is in force: what may take its place, and what may not.

use serde_json::Value;

use crate::common::Dir;
use crate::common::server::{Answer, Server, until};
use crate::{ONE, SHOP, Shop, purchase};

/// Signs a policy whose limit is so many dollars, as this edition.
pub fn build(dir: &Dir, limit: &str, sequence: &str, key: Option<&str>) -> Vec<u8> {
    dir.write("next/shop.lictor", SHOP.replace("100 USD", &format!("{limit} USD")).as_bytes());
    let mut args = vec!["build", "next", "-o", "next.bundle", "--sequence", sequence];
    args.extend(key.into_iter().flat_map(|key| ["--key", key]));
    dir.run(&args).ends_with(0);
    dir.read("next.bundle")
}

pub fn send(server: &Server, key: &str, bytes: &[u8]) -> Answer {
    let key = format!("Bearer {key}");
    let head = [("authorization", &*key), ("content-type", "application/octet-stream")];
    server.send("POST", "/bundles", &head, bytes)
}

/// A shop whose bundle, edition 7, is signed, with the key that is trusted and one that is not.
pub fn signed() -> Shop {
    let shop = Shop::new();
    shop.dir.run(&["keygen", "-o", "good"]).ends_with(0);
    shop.dir.run(&["keygen", "-o", "other"]).ends_with(0);
    let bytes = build(&shop.dir, "100", "7", Some("good.key"));
    shop.dir.write("first.bundle", &bytes);
    shop
}

fn allows(server: &Server, shop: &Shop, dollars: &str) -> bool {
    server.post(ONE, &shop.agent, &purchase("s-1", dollars)).json()["decision"].as_bool().unwrap()
}

#[test]
fn a_newer_edition_takes_its_place_and_nothing_else_does() {
    let shop = signed();
    let server = Server::start(&shop.dir, &["first.bundle", "--key", "good.pub"]);
    let current = || server.get("/bundles/current", &shop.auditor).json();
    assert_eq!((&current()["sequence"], &current()["mode"]), (&7.into(), &"enforced".into()));
    let before = current();

    let mut broken = build(&shop.dir, "60", "9", Some("good.key"));
    let at = broken.len() / 2;
    broken[at] ^= 1;
    for (bytes, code) in [
        (build(&shop.dir, "60", "6", Some("good.key")), "B0175"),
        (build(&shop.dir, "60", "9", None), "B0106"),
        (build(&shop.dir, "60", "9", Some("other.key")), "B0107"),
        (build(&shop.dir, "60", "7", Some("good.key")), "EDITION_TAKEN"),
        (broken, "B0104"),
        (b"no bundle".to_vec(), "B0102"),
        (Vec::new(), "B0102"),
    ] {
        let (status, told, message) = send(&server, &shop.admin, &bytes).error();
        assert_eq!((status, &*told), (403, code), "{message}");
        assert!(message.ends_with("the policy that was in force still is"), "{message}");
        assert_eq!(current(), before, "{code}");
    }
    assert_eq!(send(&server, &shop.auditor, b"").error().0, 403);

    let answer = send(&server, &shop.admin, &build(&shop.dir, "60", "8", Some("good.key")));
    assert_eq!((answer.status, &answer.json()["sequence"]), (200, &8.into()), "{answer:?}");
    assert!(allows(&server, &shop, "60.00") && !allows(&server, &shop, "60.01"));
    assert_eq!(send(&server, &shop.admin, &shop.dir.read("first.bundle")).error().1, "B0175");
    let metrics = server.operations("/metrics").body;
    assert!(metrics.contains("lictor_bundle_loads_total{result=\"refused\"} 8"), "{metrics}");
    assert!(metrics.contains("lictor_bundle_sequence 8"), "{metrics}");

    // Also after the process has ended, however it ended.
    drop(server);
    let server = Server::start(&shop.dir, &["first.bundle", "--key", "good.pub"]);
    assert!(!allows(&server, &shop, "60.01"));
    drop(server);
    let server = Server::start(&shop.dir, &["--key", "good.pub"]);
    assert!(!allows(&server, &shop, "60.01"));
}

#[test]
fn without_a_bundle_nothing_is_decided() {
    let shop = signed();
    let server = Server::start(&shop.dir, &["--key", "good.pub"]);
    let (status, code, _) = server.post(ONE, &shop.agent, &purchase("s-1", "1.00")).error();
    assert_eq!((status, &*code), (503, "NO_BUNDLE"));
    let ready = server.operations("/readyz");
    assert_eq!((ready.status, &ready.json()["because"]), (503, &"there is no bundle in force".into()));
    assert_eq!(server.operations("/healthz").status, 200);
    assert_eq!(server.get("/bundles/current", &shop.admin).error().0, 404);
    assert_eq!(send(&server, &shop.admin, &shop.dir.read("first.bundle")).status, 200);
    assert_eq!(server.operations("/readyz").status, 200);
    assert!(allows(&server, &shop, "1.00"));
}

#[test]
fn a_bundle_whose_time_is_over_does_not_decide() {
    let shop = signed();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let end = lictor_bundle::time::render_timestamp(i64::try_from(now).unwrap() + 4_000);
    let args =
        ["build", "shop", "-o", "short.bundle", "--key", "good.key", "--sequence", "9", "--expires", &end];
    shop.dir.run(&args).ends_with(0);
    let server = Server::start(&shop.dir, &["short.bundle", "--key", "good.pub"]);
    assert!(allows(&server, &shop, "1.00"));
    server.logs("expires within a day");
    server.logs("has expired: nothing is decided");
    for (path, body) in
        [(ONE, purchase("s-1", "1.00")), (crate::life::AUTHORIZE, crate::life::buy("1.00").to_string())]
    {
        let (status, code, message) = server.post(path, &shop.agent, &body).error();
        assert_eq!((status, &*code), (503, "BUNDLE_EXPIRED"), "{path}: {message}");
    }
    let ready = server.operations("/readyz");
    assert_eq!((ready.status, &ready.json()["because"]), (503, &"the bundle in force has expired".into()));
    // A newer one decides at once.
    let answer = send(&server, &shop.admin, &build(&shop.dir, "60", "10", Some("good.key")));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(allows(&server, &shop, "1.00"));
}

#[test]
fn a_policy_is_read_again_when_the_process_is_told_to() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    assert!(allows(&server, &shop, "60.01"));
    shop.dir.write("shop/shop.lictor", SHOP.replace("100 USD", "60 USD").as_bytes());
    assert!(allows(&server, &shop, "60.01"));
    server.signal("HUP");
    until("the new policy is in force", || !allows(&server, &shop, "60.01"));
    // One with errors changes nothing.
    shop.dir.write("shop/shop.lictor", SHOP.replace("100 USD", "\"much\"").as_bytes());
    server.signal("HUP");
    // What is wrong stands in one line, since each line of the log is JSON.
    server.logs("the one in force stays");
    let lines: Vec<Value> =
        server.log().lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let line = lines.iter().find(|line| line["why"].is_string()).unwrap();
    let why = line["why"].as_str().unwrap();
    assert!(why.starts_with("shop: shop/shop.lictor:") && why.contains(": E03"), "{why}");
    assert!(!allows(&server, &shop, "60.01") && allows(&server, &shop, "60.00"));
    // Whoever trusts nobody takes nothing over HTTP.
    assert_eq!(send(&server, &shop.admin, b"x").error().1, "NOBODY_TRUSTED");
}

#[test]
fn decisions_go_on_while_policies_change() {
    let shop = signed();
    let server = Server::start(&shop.dir, &["first.bundle", "--key", "good.pub"]);
    let bundles: Vec<Vec<u8>> =
        (8..16).map(|at: u32| build(&shop.dir, "60", &at.to_string(), Some("good.key"))).collect();
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            for _ in 0..200 {
                assert_eq!(server.post(ONE, &shop.agent, &purchase("s-1", "50.00")).json()["decision"], true);
                assert_eq!(
                    server.post(ONE, &shop.agent, &purchase("s-1", "150.00")).json()["decision"],
                    false
                );
            }
        });
        for bundle in &bundles {
            assert_eq!(send(&server, &shop.admin, bundle).status, 200);
        }
        asking.join().unwrap();
    });
}

#[test]
fn what_would_refuse_nothing_does_not_begin() {
    let observed = SHOP.replace("layer base\n", "layer base observe\n");
    let shop = Shop::with(&observed);
    let (status, told) = Server::try_start(&shop.dir, &["shop"]).err().unwrap();
    assert!(status == 1 && told.contains("C0205") && told.contains("--allow-observed"), "{told}");
    for args in [&["shop", "--allow-observed"][..], &["shop", "--mode", "observe"]] {
        let server = Server::start(&shop.dir, args);
        assert!(allows(&server, &shop, "150.00"));
    }
    // Nor does it take the place of one that refuses.
    shop.dir.write("shop/shop.lictor", SHOP.as_bytes());
    let server = shop.serve(&[]);
    shop.dir.write("shop/shop.lictor", observed.as_bytes());
    server.signal("HUP");
    server.logs("ONLY_OBSERVED");
    assert!(!allows(&server, &shop, "150.00"));
}

#[test]
fn a_bundle_begins_only_where_somebody_vouches_for_it() {
    let shop = signed();
    let refused = |args: &[&str], code: &str| {
        let (status, told) = Server::try_start(&shop.dir, args).err().unwrap();
        assert!(status == 1 && told.contains(code), "{args:?}: {told}");
    };
    refused(&["first.bundle"], "C0204");
    refused(&["first.bundle", "--key", "other.pub"], "C0204");
    refused(&["none.bundle", "--key", "good.pub"], "C0102");
    shop.dir.write("bad.bundle", b"LICTOR");
    refused(&["bad.bundle", "--key", "good.pub"], "C0204");
    let server = Server::start(&shop.dir, &["first.bundle", "--unsigned"]);
    assert!(allows(&server, &shop, "1.00"));
}
