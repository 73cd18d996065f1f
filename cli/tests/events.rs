//! Events in a file of requests: they are counted, and nothing is decided about them.

mod common;

use common::Dir;

const POLICY: &str = r#"module shop
layer base
reasons { NOT_PROVED "Nobody proved who they are" }
action pay { amount: Money default allow }
event auth.proved { method: String max 20 }
rule proved on pay {
  require latest(executed auth.proved per agent.id over 10m) is present else NOT_PROVED
}
"#;

const LINES: &str = r#"{"action":"pay","agent":{"id":"a"},"context":{"now":"2026-03-01T10:00:00Z"},"params":{"amount":{"amount":"5.00","currency":"USD"}}}
{"event":"auth.proved","agent":{"id":"a"},"context":{"now":"2026-03-01T10:00:01Z"},"params":{"method":"passkey"}}
{"action":"pay","agent":{"id":"a"},"context":{"now":"2026-03-01T10:00:02Z"},"params":{"amount":{"amount":"5.00","currency":"USD"}}}
"#;

fn shop() -> Dir {
    Dir::with(&[("p/shop.lictor", POLICY), ("lines", LINES)])
}

#[test]
fn an_event_is_counted_and_not_decided() {
    let dir = shop();
    let run = dir.run(&["decide", "p", "--requests", "lines", "--format", "json"]).ends_with(0);
    let codes: Vec<_> = run.json_lines().iter().map(|line| line["reason_code"].clone()).collect();
    assert_eq!(codes, ["NOT_PROVED", "OK"]);
    // The decisions are those of the requests, so that they can be compared with them.
    dir.write("before", run.stdout.as_bytes());
    let same = dir.run(&["decide", "p", "--requests", "lines", "--against", "before"]).ends_with(0);
    assert!(same.stdout.contains("no decision changed, of 2 requests compared"), "{same:?}");
    let rows: Vec<_> = same.stdout.lines().take(3).map(|line| line.split_whitespace().nth(1)).collect();
    assert_eq!(rows, [Some("deny"), Some("event"), Some("allow")]);
    dir.run(&["decide", "p", "--requests", "lines", "--timing"]).ends_with(0);
}

#[test]
fn one_decision_is_explained_after_the_events_before_it() {
    let dir = shop();
    let explained = |line| dir.run(&["decide", "p", "--requests", "lines", "--explain", "--line", line]);
    explained("1").ends_with(4);
    explained("3").ends_with(0);
    assert!(explained("2").ends_with(1).stderr.contains("C0120"));
}

#[test]
fn an_event_that_cannot_be_read_counts_for_nothing() {
    let dir = shop();
    dir.write("lines", LINES.replace("\"passkey\"", "7").as_bytes());
    let run = dir.run(&["decide", "p", "--requests", "lines", "--format", "json"]).ends_with(1);
    assert!(run.stderr.contains("C0130") && run.stderr.contains("lines:2"), "{run:?}");
    assert!(run.stderr.contains("params.method: must be a text"), "{run:?}");
    let codes: Vec<_> = run.json_lines().iter().map(|line| line["reason_code"].clone()).collect();
    assert_eq!(codes, ["NOT_PROVED", "NOT_PROVED"]);
}

#[test]
fn one_request_alone_is_no_event() {
    let dir = shop();
    let event = LINES.lines().nth(1).unwrap();
    let run =
        dir.run_with(&["decide", "p", "--request", "-", "--format", "json"], event.as_bytes()).ends_with(4);
    assert_eq!(run.json()["reason_code"], "STRUCTURE_INVALID");
    let listed = dir.run(&["check", "p"]).ends_with(0);
    assert!(listed.stderr.is_empty() || !listed.stderr.contains("error"), "{listed:?}");
}
