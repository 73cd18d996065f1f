//! Observed layers as people see them: on the card, in rows and their count, in an explanation, in a bundle, and in tests.

mod common;

use common::{Dir, POLICY};
use serde_json::json;

/// What the shop's policy is tried with.
const PEOPLE: &str = r#"module shop.people
layer base

tiers { untrusted, known }

example purchase = payment.charge {
  merchant: { id: "m-1", name: "Kiosk", mcc: 5942 }
  amount: 20.00 USD
}
"#;

const TRIAL: &str = r#"module shop.trial
layer agent untrusted observe

set max_amount = 100 USD

rule asks on payment.charge {
  risk +10 when amount > 50 USD as LARGE_PAYMENT
  oblige receipt when amount > 50 USD as LARGE_PAYMENT
}

test "a trial refuses nothing" {
  given purchase with amount: 150.00 USD
  expect allow
  expect observed deny AMOUNT_OVER_LIMIT
}
"#;

fn shop(trial: &str) -> Dir {
    Dir::with(&[("p/shop.lictor", POLICY), ("p/people.lictor", PEOPLE), ("p/trial.lictor", trial)])
}

fn charge(dollars: &str) -> String {
    common::charge(dollars).replace("\"id\":\"a-1\"", "\"id\":\"a-1\",\"tier\":\"untrusted\"")
}

fn without_digests(text: &str) -> String {
    text.lines().filter(|line| !line.contains("sha256:")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_card_and_an_explanation_end_with_what_was_observed() {
    let dir = shop(TRIAL);
    let mut all = String::new();
    for amount in ["150.00", "60.00"] {
        let card =
            dir.run_with(&["decide", "p", "--request", "-"], charge(amount).as_bytes()).ends_with(0).stdout;
        all.push_str(&format!("{}\n\n", without_digests(&card)));
    }
    let args = ["decide", "p", "--request", "-", "--explain"];
    let explained = dir.run_with(&args, charge("150.00").as_bytes()).ends_with(0).stdout;
    let at = explained.find("Observed").expect("the explanation says what was observed");
    all.push_str(&explained[at..]);
    insta::assert_snapshot!(all);
}

#[test]
fn a_stream_counts_what_observed_layers_would_change_and_compares_only_what_counts() {
    let dir = shop(TRIAL);
    let requests = ["20.00", "150.00", "160.00", "500.01"].map(charge).join("\n");
    dir.write("r.ndjson", requests.as_bytes());
    let args = ["decide", "p", "--requests", "r.ndjson"];
    let shown = dir.run(&args).ends_with(0).stdout;
    assert!(shown.contains("[observed: deny AMOUNT_OVER_LIMIT]"), "{shown}");
    let count = "observed layers apply to 4 requests, and would change 2 decisions\n  deny AMOUNT_OVER_LIMIT        2\n";
    assert!(shown.contains(count), "{shown}");

    let run = dir.run(&["decide", "p", "--requests", "r.ndjson", "--format", "json"]).ends_with(0);
    let summary: serde_json::Value = serde_json::from_str(run.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(
        summary["observed"],
        json!({ "requests": 4, "would_differ": { "deny AMOUNT_OVER_LIMIT": 2 } })
    );
    // By the same policy without the trial nothing is decided otherwise.
    dir.write("before.ndjson", run.stdout.as_bytes());
    dir.write("q/shop.lictor", POLICY.as_bytes());
    dir.write("q/people.lictor", PEOPLE.as_bytes());
    let args = ["decide", "q", "--requests", "r.ndjson", "--against", "before.ndjson", "--quiet"];
    let shown = dir.run(&args).ends_with(0).stdout;
    assert!(shown.contains("no decision changed, of 4 requests compared"), "{shown}");
    assert!(!shown.contains("observed"), "{shown}");
}

#[test]
fn a_bundle_says_which_layers_are_observed() {
    let dir = shop(TRIAL);
    dir.run(&["build", "p", "-o", "b.bundle"]).ends_with(0);
    let shown = dir.run(&["inspect", "b.bundle", "--bytecode"]).ends_with(0).stdout;
    assert!(shown.contains("agent untrusted  only observed: it decides nothing"), "{shown}");
    assert!(shown.contains("\nagent untrusted observe\n"), "{shown}");
    let json = dir.run(&["inspect", "b.bundle", "--format", "json"]).ends_with(0).json();
    let modes = json["layers"].as_array().unwrap().iter().map(|layer| &layer["mode"]);
    assert_eq!(modes.collect::<Vec<_>>(), ["enforced", "observed"]);
}

#[test]
fn a_test_that_expects_something_else_of_the_trial_fails() {
    let other = "expect observed step_up LARGE_PAYMENT";
    let dir = shop(&TRIAL.replace("expect observed deny AMOUNT_OVER_LIMIT", other));
    let shown = dir.run(&["test", "p"]).ends_with(1).stdout;
    assert!(shown.contains("allow, observed step_up LARGE_PAYMENT"), "{shown}");
    assert!(shown.contains("allow, observed deny AMOUNT_OVER_LIMIT"), "{shown}");
    let counts =
        TRIAL.replace(" observe\n", "\n").replace("expect allow\n", "expect deny AMOUNT_OVER_LIMIT\n");
    let shown = shop(&counts).run(&["test", "p"]).ends_with(1).stdout;
    assert!(shown.contains("and no observed layer applies"), "{shown}");
}

#[test]
fn what_a_test_states_for_the_trial_is_needed() {
    let states = "test \"by a smaller limit\" {\n  given purchase with amount: 90.00 USD\n  with asks.much = 60 USD\n  expect allow\n  \
                  expect observed step_up LARGE_PAYMENT\n}\n";
    let trial = TRIAL.replace(
        "  risk +10 when amount > 50 USD as LARGE_PAYMENT\n",
        "  let much = 80 USD + 20 USD\n  step_up when amount > much as LARGE_PAYMENT\n",
    );
    let run = shop(&format!("{trial}\n{states}")).run(&["test", "p"]).ends_with(0);
    assert!(!(run.stdout + &run.stderr).contains("W05"));
}

#[test]
fn tests_of_a_trial_are_counted_as_reaching_it() {
    let more = "test \"fifty and more\" {\n  given purchase with amount: 60.00 USD\n  expect allow\n  expect observed allow\n}\n";
    let dir = shop(&format!("{TRIAL}\n{more}"));
    let coverage = dir.run(&["test", "p", "--coverage", "--format", "json"]).ends_with(0).json();
    let coverage = &coverage["coverage"];
    let all = |list: &str| coverage[list].as_array().unwrap().clone();
    let rule = all("rules").into_iter().find(|rule| rule["rule"] == "shop.trial.asks").unwrap();
    // In the first test the trial ends at the limit.
    assert_eq!((&rule["ran"], &rule["fired"]), (&json!(1), &json!(1)));
    assert_eq!(rule["layer"], "agent untrusted observe");
    let layer = all("layers").into_iter().find(|layer| layer["name"] == "agent untrusted observe").unwrap();
    assert_eq!(layer["tests"], 2);
    let code = all("reasons").into_iter().find(|code| code["name"] == "LARGE_PAYMENT").unwrap();
    assert_eq!(code["tests"], 1);
}
