//! `lictor decide`: one request, and many.

mod common;

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use common::{Dir, POLICY, charge, command, example};
use serde_json::{Value, json};

fn shop() -> Dir {
    Dir::with(&[("p/shop.lictor", POLICY)])
}

#[test]
fn the_decision_is_the_exit_status() {
    let dir = shop();
    for (amount, status, code) in
        [("20.00", 0, "OK"), ("200.01", 3, "LARGE_PAYMENT"), ("500.01", 4, "AMOUNT_OVER_LIMIT")]
    {
        let run =
            dir.run_with(&["decide", "p", "--request", "-", "--format", "json"], charge(amount).as_bytes());
        let decision = run.ends_with(status).json();
        assert_eq!(decision["reason_code"], code);
        assert_eq!(decision["checks"].as_array().unwrap().len(), 13);
    }
}

#[test]
fn a_decision_is_shown_as_a_card() {
    let dir = shop();
    let card =
        dir.run_with(&["decide", "p", "--request", "-"], charge("500.01").as_bytes()).ends_with(4).stdout;
    // The digests say what the rest of the card says less readably.
    let card = card.lines().filter(|line| !line.contains("sha256:")).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(card);
}

#[test]
fn what_is_not_a_request_is_refused_with_its_place() {
    let dir = shop();
    let good = charge("20.00");
    let deep = good.replace("\"m-1\"", &"[".repeat(50_000));
    let huge = good.replace("Kiosk", &"K".repeat(100_000));
    let cases = [
        ("", "not JSON"),
        ("not json", "not JSON"),
        ("[]", "not an object"),
        ("{}", "without an action"),
        (&good.replace("\"20.00\"", "true"), "wrong type"),
        (&good.replace("\"20.00\"", "\"20.001\""), "too many decimals"),
        (&good.replace("\"mcc\"", "\"mmc\""), "unknown field"),
        (&good.replace("\"mcc\":5942", "\"mcc\":1,\"mcc\":2"), "duplicate member"),
        (&good.replace("payment.charge", "payment.chrage"), "unknown action"),
        (&deep, "too deep"),
        (&huge, "too large"),
        ("\u{feff}{}", "byte order mark"),
    ];
    let mut all = String::new();
    for (request, what) in cases {
        let run = dir.run_with(&["decide", "p", "--request", "-"], request.as_bytes()).ends_with(4);
        let told = run.stdout.lines().take(2).collect::<Vec<_>>().join("\n");
        all.push_str(&format!("{what}:\n{told}\n\n"));
    }
    insta::assert_snapshot!(all);
    let run = dir.run_with(&["decide", "p", "--request", "-"], b"{\"action\": \"\xff\"}").ends_with(4);
    assert!(run.stdout.contains("STRUCTURE_INVALID"), "{run:?}");
}

#[test]
fn a_stream_is_shown_in_rows_and_counted() {
    let dir = shop();
    let lines =
        [charge("20.00"), String::new(), charge("500.01"), String::from("nonsense"), charge("300.00")];
    dir.write("r.ndjson", lines.join("\r\n").as_bytes());
    let run = dir.run(&["decide", "p", "--requests", "r.ndjson"]).ends_with(0);
    // How long it took differs from run to run.
    let shown = run
        .stdout
        .lines()
        .map(|line| line.split(" decided in ").next().unwrap())
        .collect::<Vec<_>>()
        .join("\n");
    insta::assert_snapshot!(shown);
    let quiet = dir.run(&["decide", "p", "--requests", "r.ndjson", "--quiet"]).ends_with(0);
    assert!(!quiet.stdout.contains("#1") && quiet.stdout.contains("4 requests decided"), "{quiet:?}");
}

#[test]
fn json_streams_hold_only_decisions() {
    let dir = shop();
    let requests = [charge("20.00"), charge("300.00")].join("\n");
    let run = dir
        .run_with(&["decide", "p", "--requests", "-", "--format", "json"], requests.as_bytes())
        .ends_with(0);
    let decisions = run.json_lines();
    assert_eq!([&decisions[0]["decision"], &decisions[1]["decision"]], ["allow", "step_up"]);
    let summary: Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!((&summary["requests"], &summary["allow"]), (&json!(2), &json!(1)));
}

#[test]
fn a_line_too_long_is_told_and_the_rest_is_decided() {
    let dir = shop();
    let long = format!("{{\"action\":\"{}\"}}", "x".repeat(3 << 20));
    let requests = [charge("20.00"), long, charge("500.01")].join("\n");
    let run = dir.run_with(&["decide", "p", "--requests", "-"], requests.as_bytes()).ends_with(1);
    assert!(run.stderr.contains("C0110") && run.stderr.contains("standard input:2"), "{run:?}");
    assert!(run.stdout.contains("#3") && run.stdout.contains("2 requests decided"), "{run:?}");
    dir.run_with(&["decide", "p", "--requests", "-"], b"").ends_with(0);
}

#[test]
fn what_a_changed_number_did() {
    let dir = shop();
    let requests = ["20.00", "250.00", "300.01", "400.00", "600.00"].map(charge).join("\n");
    dir.write("r.ndjson", requests.as_bytes());
    let before = dir.run(&["decide", "p", "--requests", "r.ndjson", "--format", "json"]).ends_with(0);
    dir.write("before.ndjson", before.stdout.as_bytes());
    let same = dir
        .run(&["decide", "p", "--requests", "r.ndjson", "--against", "before.ndjson", "--quiet"])
        .ends_with(0);
    assert!(same.stdout.contains("no decision changed, of 5 requests compared"), "{same:?}");
    dir.write("p/shop.lictor", POLICY.replace("= 500 USD", "= 300 USD").as_bytes());
    let run = dir
        .run(&["decide", "p", "--requests", "r.ndjson", "--against", "before.ndjson", "--quiet"])
        .ends_with(0);
    let changes =
        run.stdout.lines().skip_while(|line| !line.contains("compared")).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(changes);
    for (name, text, code) in [("few", "{\"decision\":\"allow\"}\n", "C0115"), ("bad", "allow\n", "C0114")] {
        dir.write(name, text.as_bytes());
        let run = dir.run(&["decide", "p", "--requests", "r.ndjson", "--against", name]).ends_with(1);
        assert!(run.stderr.contains(code), "{run:?}");
    }
}

#[test]
fn timing_is_measured() {
    let dir = shop();
    dir.write("r.ndjson", charge("20.00").as_bytes());
    let json = dir
        .run(&["decide", "p", "--requests", "r.ndjson", "--timing", "--format", "json"])
        .ends_with(0)
        .json();
    assert!(json["ns_per_request"].as_u64().unwrap() > 0, "{json}");
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let dir = shop();
    dir.write("r.ndjson", format!("{}\n", charge("20.00")).repeat(20_000).as_bytes());
    let mut child = command(&dir.0, &["decide", "p", "--requests", "r.ndjson", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn nothing_is_decided_by_a_policy_with_errors() {
    let dir =
        Dir::with(&[("p/shop.lictor", &POLICY.replace("amount <= max_amount", "amount <= max_amuont"))]);
    let run = dir.run_with(&["decide", "p", "--request", "-"], charge("20.00").as_bytes()).ends_with(1);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("max_amuont"), "{run:?}");
}

#[test]
fn sources_and_bundle_and_expectation_agree_over_the_example() {
    let dir = Dir::new();
    let (policy, requests, expected) =
        (example().join("policy"), example().join("requests.ndjson"), example().join("expected.ndjson"));
    let (policy, requests, expected) =
        (policy.to_str().unwrap(), requests.to_str().unwrap(), expected.to_str().unwrap());
    dir.run(&["keygen"]).ends_with(0);
    dir.run(&["build", policy, "-o", "x.bundle", "--key", "lictor.key"]).ends_with(0);
    let source = dir.run(&["decide", policy, "--requests", requests, "--format", "json"]).ends_with(0);
    let bundle = dir
        .run(&["decide", "x.bundle", "--key", "lictor.pub", "--requests", requests, "--format", "json"])
        .ends_with(0);
    assert!(source.stdout == bundle.stdout, "the decisions from the sources and from the bundle differ");
    assert!(source.stdout.lines().count() >= 1_000);
    let run =
        dir.run(&["decide", policy, "--requests", requests, "--against", expected, "--quiet"]).ends_with(0);
    assert!(run.stdout.contains("no decision changed"), "{}", run.stdout);
}

#[test]
fn the_command_line_is_checked() {
    let dir = shop();
    for args in [
        &["decide", "p"][..],
        &["decide", "p", "--request", "a", "--requests", "b"],
        &["decide", "p", "--request", "a", "--timing"],
        &["frobnicate"],
        &["check"],
        &[],
    ] {
        dir.run(args).ends_with(2);
    }
    for command in ["new", "check", "test", "decide", "build", "keygen", "verify", "inspect"] {
        let run = dir.run(&[command, "--help"]).ends_with(0);
        assert!(run.stdout.contains("Examples:"), "{command}");
    }
    assert!(dir.run(&["--help"]).ends_with(0).stdout.contains("Exit status"));
}

#[test]
fn the_requests_of_a_file_are_each_others_history() {
    let dir = Dir::with(&[(
        "p/door.lictor",
        "module door
layer base
reasons { TOO_OFTEN \"Too often\" }
action door.open { default allow }
rule rest on door.open {
  deny when times(allowed door.open per agent.id over 1h) >= 2 as TOO_OFTEN
}
example knock = door.open { }
test \"the third time is refused\" {
  after 2 allowed knock over 30m
  given knock
  expect deny TOO_OFTEN
}
",
    )]);
    let at = |agent: &str, time: &str| {
        let now = format!("2026-03-01T{time}Z");
        json!({ "action": "door.open", "agent": { "id": agent }, "context": { "now": now } }).to_string()
    };
    let requests = [
        at("a", "10:00:00"),
        at("a", "10:30:00"),
        at("a", "10:59:59.999"),
        at("b", "10:59:59.999"),
        at("a", "11:00:00"),
    ];
    let run = ["decide", "p", "--requests", "-", "--format", "json", "--facts"];
    let run = dir.run_with(&run, requests.join("\n").as_bytes()).ends_with(0);
    let decisions = run.json_lines();
    let codes: Vec<&str> = decisions.iter().map(|one| one["reason_code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["OK", "OK", "TOO_OFTEN", "OK", "OK"]);
    assert_eq!(
        decisions[2]["facts"],
        json!([{ "fact": "times(allowed door.open per agent.id over 1h)", "args": { "agent.id": "a" }, "value": 2 }])
    );
    dir.run(&["test", "p"]).ends_with(0);
}
