//! `lictor keygen`, `build`, `verify` and `inspect`: what is shipped is what was written, by whom it says.

mod common;

use std::fs;

use common::{Dir, POLICY, charge, example};

/// A directory with a policy, two pairs of keys and a bundle signed with the first.
fn built() -> Dir {
    let dir = Dir::with(&[("p/shop.lictor", POLICY), ("request.json", &charge("20.00"))]);
    dir.run(&["keygen", "-o", "ours"]).ends_with(0);
    dir.run(&["keygen", "-o", "theirs"]).ends_with(0);
    dir.run(&["build", "p", "-o", "shop.bundle", "--key", "ours.key"]).ends_with(0);
    dir
}

#[test]
fn keys_are_secret_and_never_overwritten() {
    let dir = built();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(dir.path("ours.key")).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let before = dir.read("ours.key");
    assert!(dir.run(&["keygen", "-o", "ours"]).ends_with(1).stderr.contains("C0105"));
    assert_eq!(dir.read("ours.key"), before);
    fs::remove_file(dir.path("ours.key")).unwrap();
    assert!(dir.run(&["keygen", "-o", "ours"]).ends_with(1).stderr.contains("ours.pub"));
    assert!(!dir.path("ours.key").exists());
}

#[test]
fn a_bundle_verifies_with_its_signers_key_only() {
    let dir = built();
    let run = dir.run(&["verify", "shop.bundle", "--key", "ours.pub"]).ends_with(0);
    assert!(run.stdout.contains("signed by a key you trust"), "{run:?}");
    dir.run(&["verify", "shop.bundle", "--key", "theirs.pub", "--key", "ours.pub"]).ends_with(0);
    for command in [vec!["verify", "shop.bundle"], vec!["decide", "shop.bundle", "--request", "request.json"]]
    {
        let run = dir.run(&[command.as_slice(), &["--key", "theirs.pub"]].concat()).ends_with(1);
        assert!(run.stderr.contains("B0107"), "{run:?}");
    }
    dir.run(&["verify", "shop.bundle"]).ends_with(2);
    let wrong = dir.run(&["verify", "shop.bundle", "--key", "ours.key"]).ends_with(1);
    assert!(wrong.stderr.contains("B0141"), "{wrong:?}");
    let wrong = dir.run(&["build", "p", "-o", "x.bundle", "--key", "ours.pub"]).ends_with(1);
    assert!(wrong.stderr.contains("B0141") && !dir.path("x.bundle").exists(), "{wrong:?}");
}

#[test]
fn a_bundle_that_nobody_signed_says_so() {
    let dir = built();
    let run = dir.run(&["build", "p", "-o", "open.bundle"]).ends_with(0);
    assert!(run.stdout.contains("signed by  nobody"), "{run:?}");
    assert!(dir.run(&["verify", "open.bundle", "--key", "ours.pub"]).ends_with(1).stderr.contains("B0106"));
    let run = dir.run(&["decide", "open.bundle", "--request", "request.json"]).ends_with(0);
    assert!(run.stderr.contains("W0101"), "{run:?}");
}

#[test]
fn a_flipped_byte_is_refused_wherever_it_is() {
    let dir = built();
    let good = dir.read("shop.bundle");
    // Every byte is tried where no process has to be started for it, in the tests of `bundle/`.
    for place in (0..good.len()).step_by(7) {
        let mut bad = good.clone();
        bad[place] ^= 1 << (place % 8);
        dir.write("bad.bundle", &bad);
        let run = dir.run(&["verify", "bad.bundle", "--key", "ours.pub"]).ends_with(1);
        assert!(run.stderr.starts_with("B01"), "byte {place}: {run:?}");
        if place % (7 * 16) == 0 {
            let run = dir.run(&["decide", "bad.bundle", "--request", "request.json"]).ends_with(1);
            assert!(run.stderr.starts_with("B01"), "byte {place}: {run:?}");
        }
    }
    for length in [0, 5, 6, 8, 40, good.len() - 1] {
        dir.write("bad.bundle", &good[..length]);
        assert!(
            dir.run(&["verify", "bad.bundle", "--key", "ours.pub"]).ends_with(1).stderr.starts_with("B01")
        );
        assert!(dir.run(&["inspect", "bad.bundle"]).ends_with(1).stderr.starts_with("B01"));
    }
}

#[test]
fn failing_tests_are_recorded_in_the_bundle() {
    let tests = "module shop.tests\n\nexample coffee = payment.charge {\n  merchant: { id: \"m-1\", name: \"Kiosk\", mcc: 5942 },\n  amount: 5 USD\n}\n\n\
                 test \"a\" {\n  given coffee\n  expect deny AMOUNT_OVER_LIMIT\n}\n";
    let dir = Dir::with(&[("p/shop.lictor", POLICY), ("p/tests.lictor", tests)]);
    let run = dir.run(&["build", "p", "-o", "x.bundle"]).ends_with(0);
    assert!(
        run.stderr.contains("W0601") && run.stderr.contains("expected  deny AMOUNT_OVER_LIMIT"),
        "{run:?}"
    );
    let json = dir.run(&["inspect", "x.bundle", "--format", "json"]).ends_with(0).json();
    assert_eq!(json["tests"], serde_json::json!({ "run": 1, "passed": 0 }));
}

#[test]
fn inspect_shows_what_a_bundle_holds() {
    let dir = built();
    let run = dir.run(&["inspect", "shop.bundle", "--bytecode"]).ends_with(0);
    for part in [
        "payment.charge",
        "max_amount",
        "500.00 USD",
        "stricter when lower",
        "shop.payments.amount_limit",
        "at amount",
    ] {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
    let path = example().join("policy");
    dir.run(&["build", path.to_str().unwrap(), "-o", "example.bundle"]).ends_with(0);
    let json = dir.run(&["inspect", "example.bundle", "--format", "json"]).ends_with(0).json();
    assert_eq!(json["name"], "fernhill");
    let layers = json["layers"].as_array().unwrap().iter().map(|layer| layer["layer"].as_str().unwrap());
    let expected = [
        "base",
        "category gambling",
        "category travel",
        "agent untrusted",
        "agent trusted",
        "user u-2002",
        "user u-4711",
    ];
    assert_eq!(layers.collect::<Vec<_>>(), expected);
}

#[test]
fn files_that_are_not_there_are_named() {
    let dir = built();
    for args in [
        &["verify", "no.bundle", "--key", "ours.pub"][..],
        &["verify", "shop.bundle", "--key", "no.pub"],
        &["inspect", "no.bundle"],
        &["build", "p", "-o", "x.bundle", "--key", "no.key"],
        &["decide", "shop.bundle", "--request", "no.json"],
        &["decide", "shop.bundle", "--requests", "no.ndjson"],
    ] {
        let run = dir.run(args).ends_with(1);
        assert!(run.stderr.contains("C0102") && run.stderr.contains("no."), "{args:?}: {run:?}");
    }
    assert!(dir.run(&["build", "p", "-o", "no/such/dir.bundle"]).ends_with(1).stderr.contains("C0106"));
    assert!(dir.run(&["verify", "p", "--key", "ours.pub"]).ends_with(1).stderr.contains("C0103"));
    assert!(
        dir.run(&["decide", "no/policy", "--request", "request.json"]).ends_with(1).stderr.contains("E0601")
    );
}
