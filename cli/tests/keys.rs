//! `lictor keys`, and what the commands that load bundles ask of them.

mod common;

use common::{Dir, POLICY, charge};

/// A directory with a policy and two pairs of keys.
fn shop() -> Dir {
    let dir = Dir::with(&[("p/shop.lictor", POLICY), ("request.json", &charge("20.00"))]);
    dir.run(&["keygen", "-o", "one"]).ends_with(0);
    dir.run(&["keygen", "-o", "two"]).ends_with(0);
    dir
}

fn build(dir: &Dir, options: &[&str]) {
    dir.run(&[&["build", "p", "-o", "b.bundle"], options].concat()).ends_with(0);
}

#[test]
fn every_command_that_loads_a_bundle_asks_for_the_same() {
    let dir = shop();
    dir.run(&["keys", "add", "trusted.json", "one.pub"]).ends_with(0);
    build(&dir, &["--key", "one.key", "--sequence", "3", "--expires", "2030-06-30T12:00:00Z"]);
    let commands: [&[&str]; 3] = [
        &["verify", "b.bundle"],
        &["inspect", "b.bundle"],
        &["decide", "b.bundle", "--request", "request.json"],
    ];
    for command in commands {
        let run = |options: &[&str]| {
            dir.run(&[command, &["--trusted", "trusted.json", "--now", "2030-06-30"], options].concat())
        };
        run(&["--min-sequence", "3"]).ends_with(0);
        let late = dir.run(&[command, &["--key", "one.pub", "--now", "2030-06-30T12:00:01Z"]].concat());
        for (run, code) in
            [(run(&["--min-sequence", "4"]), "B0175"), (late, "B0176"), (run(&["--max-steps", "1"]), "B0177")]
        {
            assert!(run.ends_with(1).stderr.starts_with(code), "{command:?} {code}");
        }
        run(&["--key", "one.pub"]).ends_with(2);
        run(&["--min-sequence", "-1"]).ends_with(2);
        dir.run(&[command, &["--key", "one.pub", "--now", "tomorrow"]].concat()).ends_with(2);
    }
    let most = dir.run(&["inspect", "b.bundle", "--format", "json"]).ends_with(0).json();
    let most = most["actions"].as_array().unwrap().iter().map(|action| action["max_steps"].as_u64().unwrap());
    let most = most.max().unwrap();
    dir.run(&[
        "verify",
        "b.bundle",
        "--key",
        "one.pub",
        "--now",
        "2030-01-01",
        "--max-steps",
        &most.to_string(),
    ])
    .ends_with(0);
    let told = dir.run(&["inspect", "b.bundle", "--max-steps", &(most - 1).to_string()]).ends_with(1).stderr;
    assert!(told.contains("payment.read_balance") && told.contains(&most.to_string()), "{told}");
}

#[test]
fn an_expired_bundle_is_shown_and_not_run() {
    let dir = shop();
    build(&dir, &["--expires", "2020-02-29", "--sequence", "1"]);
    let shown = dir.run(&["inspect", "b.bundle"]).ends_with(0).stdout;
    assert!(shown.contains("edition     1, until the end of 2020-02-29 UTC"), "{shown}");
    let json = dir.run(&["inspect", "b.bundle", "--format", "json"]).ends_with(0).json();
    assert_eq!((&json["sequence"], &json["expires"]), (&1.into(), &"2020-02-29T23:59:59.999Z".into()));
    let run = dir.run(&["decide", "b.bundle", "--request", "request.json"]).ends_with(1);
    assert!(run.stderr.starts_with("B0176"), "{run:?}");
    dir.run(&["decide", "b.bundle", "--request", "request.json", "--now", "2020-02-29T23:59:59Z"])
        .ends_with(0);
}

#[test]
fn what_is_asked_of_bundles_is_not_asked_of_policies() {
    let dir = shop();
    for options in
        [["--trusted", "t.json"], ["--min-sequence", "0"], ["--now", "2026-01-01"], ["--max-steps", "9"]]
    {
        let run =
            dir.run(&[&["decide", "p", "--request", "request.json"], &options[..]].concat()).ends_with(1);
        assert!(run.stderr.starts_with("C0111") && run.stderr.contains(options[0]), "{run:?}");
    }
}

#[test]
fn the_file_of_keys_is_kept() {
    let dir = shop();
    let keys = |args: &[&str]| dir.run(&[&["keys"], args].concat());
    keys(&["list", "t.json"]).ends_with(1);
    let added =
        ["add", "t.json", "one.pub", "--name", "users", "--purpose", "user-layer", "--until", "2027-03-31"];
    // The only key of a set must be able to sign what the set is for.
    assert!(keys(&added).ends_with(1).stderr.starts_with("B0182") && !dir.path("t.json").exists());
    keys(&["add", "t.json", "two.pub", "--from-sequence", "4", "--until-sequence", "9"]).ends_with(0);
    keys(&added).ends_with(0);
    let shown = keys(&["list", "t.json"]).ends_with(0).stdout;
    for part in [
        "signs bundles, from number 4 to 9",
        "signs changes to the policies of users, until the end of 2027-03-31 UTC",
        "Only 0 of them can go on signing bundles",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let json = keys(&["list", "t.json", "--format", "json"]).ends_with(0).json();
    assert_eq!(json["threshold"], 1);
    assert_eq!(json["keys"].as_array().unwrap().len(), 2);
    let before = dir.read("t.json");
    for (args, code) in [
        (&["revoke", "t.json", "three"][..], "B0183"),
        (&["add", "t.json", "one.pub"], "B0182"),
        (&["add", "t.json", "one.key"], "B0141"),
        (&["threshold", "t.json", "2"], "B0182"),
        (&["rotate", "t.json", "two", "no.pub", "--at", "5"], "C0102"),
    ] {
        let run = keys(args).ends_with(1);
        assert!(run.stderr.starts_with(code), "{args:?}: {run:?}");
        assert_eq!(dir.read("t.json"), before);
    }
    dir.write("t.json", b"{}");
    assert!(keys(&["add", "t.json", "one.pub"]).ends_with(1).stderr.starts_with("B0182"));
    assert_eq!(dir.read("t.json"), b"{}");
}

#[test]
fn two_people_sign() {
    let dir = shop();
    for args in
        [&["add", "t.json", "one.pub"][..], &["add", "t.json", "two.pub"], &["threshold", "t.json", "2"]]
    {
        dir.run(&[&["keys"], args].concat()).ends_with(0);
    }
    build(&dir, &["--key", "one.key"]);
    let run = dir.run(&["verify", "b.bundle", "--trusted", "t.json"]).ends_with(1);
    assert!(run.stderr.starts_with("B0178"), "{run:?}");
    build(&dir, &["--key", "one.key", "--key", "two.key"]);
    dir.run(&["verify", "b.bundle", "--trusted", "t.json"]).ends_with(0);
    dir.run(&["keys", "revoke", "t.json", "two"]).ends_with(0);
    let run = dir.run(&["verify", "b.bundle", "--trusted", "t.json"]).ends_with(1);
    assert!(run.stderr.contains("B0178") && run.stderr.contains("\"two\" is revoked"), "{run:?}");
}
