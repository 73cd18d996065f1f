//! Keys: shown once, kept as digests, exchanged, revoked, and counted.

use std::collections::BTreeSet;

use crate::common::server::until;
use crate::{ONE, SEVERAL, Shop, purchase};

#[test]
fn a_key_is_shown_once_and_kept_nowhere() {
    let shop = Shop::new();
    let all = [&shop.agent, &shop.checkout, &shop.auditor, &shop.admin];
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 4);
    let file = String::from_utf8(shop.dir.read("data/keys.json")).unwrap();
    let list = shop.dir.run(&["keys", "list", "--data", "data"]).ends_with(0).stdout;
    let json = shop.dir.run(&["keys", "list", "--data", "data", "--format", "json"]).ends_with(0);
    for key in all {
        assert!(key.starts_with("lictor_") && key.len() == 88, "{key}");
        let (id, secret) = key[7..].split_once('_').unwrap();
        for shown in [&file, &list, &json.stdout] {
            assert!(shown.contains(id) && !shown.contains(secret), "{shown}");
        }
    }
    assert_eq!(json.json()["keys"][0]["agent"]["tier"], "known");
    assert!(list.contains("shopper-7") && list.contains("checkout"), "{list}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| std::fs::metadata(shop.dir.path(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("data/keys.json"), mode("data")), (0o600, 0o700));
    }
}

#[test]
fn what_is_no_key_is_not_made() {
    let shop = Shop::new();
    let refused = |args: &[&str], wanted: &str| {
        let mut all = vec!["keys"];
        all.extend(args);
        all.extend(["--data", "data"]);
        let run = shop.dir.run(&all).ends_with(1);
        assert!(run.stderr.contains(wanted), "{run:?}");
    };
    refused(&["add", "shopper-7", "--role", "agent"], "shopper-7 has a key");
    refused(&["add", "a b", "--role", "agent"], "1 to 64 letters");
    refused(&["add", &"a".repeat(65), "--role", "agent"], "1 to 64 letters");
    refused(&["add", "till-2", "--role", "checkout", "--agent", "agent.json"], "only of agents");
    shop.dir.write("id.json", br#"{"id": "root"}"#);
    refused(&["add", "x", "--role", "agent", "--agent", "id.json"], "`id` is the name of the key");
    shop.dir.write("bad.json", b"[]");
    refused(&["add", "x", "--role", "agent", "--agent", "bad.json"], "bad.json is not an object of JSON");
    refused(&["revoke", "nobody"], "nobody has no key in force");
    refused(&["rotate", "nobody"], "nobody has no key in force");
    // The command line itself.
    for args in [
        &["keys", "add", "x", "--role", "king", "--data", "data"][..],
        &["keys", "add", "x", "--data", "data"],
        &["keys", "add", "x", "--role", "agent"],
        &["keys", "rotate", "x", "--data", "data", "--keep-old", "1y"],
        &["keys", "add", "", "--role", "agent", "--data", "data"],
        &["keys", "list"],
    ] {
        shop.dir.run(args).ends_with(2);
    }
}

#[test]
fn a_key_that_was_revoked_is_refused_a_moment_later() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let body = purchase("s-1", "1.00");
    assert_eq!(server.post(ONE, &shop.agent, &body).status, 200);
    shop.dir.run(&["keys", "revoke", "shopper-7", "--data", "data"]).ends_with(0);
    until("a revoked key is refused", || server.post(ONE, &shop.agent, &body).status == 401);
    // Nor is anybody told that the agent may do something.
    let answer = server.post(ONE, &shop.checkout, &body).json();
    assert_eq!(answer["context"]["reason_code"], "UNKNOWN_AGENT");
    // The name is free again, and the old key stays what it is.
    let new = shop.dir.run(&[
        "keys",
        "add",
        "shopper-7",
        "--role",
        "agent",
        "--agent",
        "agent.json",
        "--data",
        "data",
    ]);
    let new = new.ends_with(0).stdout.trim().to_owned();
    until("a new key is let in", || server.post(ONE, &new, &body).status == 200);
    assert_eq!(server.post(ONE, &shop.agent, &body).status, 401);
}

#[test]
fn keys_are_exchanged_without_a_gap() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let body = purchase("s-1", "1.00");
    let rotate = |keep: &str| {
        let run = shop.dir.run(&["keys", "rotate", "shopper-7", "--keep-old", keep, "--data", "data"]);
        run.ends_with(0).stdout.trim().to_owned()
    };
    let second = rotate("1h");
    until("the new key is let in", || server.post(ONE, &second, &body).status == 200);
    assert_eq!(server.post(ONE, &shop.agent, &body).status, 200);
    let third = rotate("0s");
    until("the old ones are not", || server.post(ONE, &second, &body).status == 401);
    assert_eq!(server.post(ONE, &shop.agent, &body).status, 401);
    // What policies are told of the agent has moved with it.
    assert_eq!(server.post(ONE, &third, &body).json()["decision"], true);
}

#[test]
fn where_nobody_knows_the_keys_nobody_is_let_in() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let body = purchase("s-1", "1.00");
    let kept = shop.dir.read("data/keys.json");
    for broken in [&b"{}"[..], b"", &kept[..kept.len() / 2]] {
        shop.dir.write("data/keys.json", broken);
        until("everybody is refused", || server.post(ONE, &shop.agent, &body).status == 503);
        assert_eq!(server.operations("/readyz").status, 503);
        shop.dir.write("data/keys.json", &kept);
        until("the keys are back", || server.post(ONE, &shop.agent, &body).status == 200);
    }
    assert_eq!(server.operations("/readyz").status, 200);
}

#[test]
fn keys_are_made_by_several_at_a_time() {
    let shop = Shop::new();
    std::thread::scope(|scope| {
        for at in 0..8 {
            let dir = &shop.dir;
            scope.spawn(move || {
                let name = format!("a-{at}");
                dir.run(&["keys", "add", &name, "--role", "agent", "--data", "data"]).ends_with(0);
            });
        }
    });
    let keys = shop.dir.run(&["keys", "list", "--data", "data", "--format", "json"]).json();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 12);
}

#[test]
fn a_key_has_so_many_a_minute() {
    let shop = Shop::new();
    let server = shop.serve(&["--rate", "5"]);
    let body = purchase("s-1", "1.00");
    let field = |answer: &crate::common::server::Answer, name: &str| -> u64 {
        answer.field(name).unwrap_or_else(|| panic!("{name}: {answer:?}")).parse().unwrap()
    };
    let first = server.post(ONE, &shop.agent, &body);
    assert_eq!((field(&first, "x-ratelimit-limit"), field(&first, "x-ratelimit-remaining")), (5, 4));
    assert!((1..=12).contains(&field(&first, "x-ratelimit-reset")));
    // A batch counts as what is in it, and one that is too much costs nothing.
    let batch = |count: usize| {
        body.replacen('{', &format!("{{\"evaluations\": [{}],", vec!["{}"; count].join(",")), 1)
    };
    assert_eq!(server.post(SEVERAL, &shop.agent, &batch(5)).status, 429);
    let all = server.post(SEVERAL, &shop.agent, &batch(4));
    assert_eq!((all.status, field(&all, "x-ratelimit-remaining")), (200, 0));
    let refused = server.post(ONE, &shop.agent, &body);
    assert_eq!((refused.status, refused.error().1), (429, "RATE_LIMITED".to_owned()));
    assert!((1..=12).contains(&field(&refused, "retry-after")));
    // What cannot be read is counted like what can.
    assert_eq!(server.post(ONE, &shop.agent, "{").status, 429);
    // Each key has its own.
    assert_eq!(server.post(ONE, &shop.checkout, &body).status, 200);
    let metrics = server.operations("/metrics").body;
    assert!(metrics.contains("lictor_rate_limited_total 3"), "{metrics}");
}
