//! `lictor test --coverage`, and the same as LCOV.

mod common;

use common::{Dir, POLICY, example};

/// A policy of which its tests reach some: a rule of a layer that no test is in, a statement that never fires, clauses that are always true.
const REACHED: &str = r#"
fact is_known(merchant: String) -> Bool

rule late on payment.charge {
  let hours = time_of_day(context.now, "UTC")
  when hours in 22:00..06:00 and merchant.known is absent {
    deny when amount > 100 USD as LARGE_PAYMENT
    risk +10 as LARGE_PAYMENT
  }
  step_up when not is_known(merchant.id) unless amount < 5 USD as LARGE_PAYMENT
}

fixture {
  agent { id: "a-1" }
  user { id: "u-2" }
  with is_known(merchant.id) = true
}

example book = payment.charge {
  merchant: { id: "m-1", name: "Kiosk", mcc: 5942 }
  amount: 20.00 USD
}

test "by day" {
  given book
  at 2026-03-02T10:00:00Z
  cases amount { 20.00 USD: allow, 500.01 USD: deny AMOUNT_OVER_LIMIT }
}

test "with a smaller limit" {
  given book
  at 2026-03-02T10:00:00Z
  with max_amount = 10 USD
  expect deny AMOUNT_OVER_LIMIT
}
"#;

const FRIEND: &str = r#"module shop.friend
layer user "u-1"

rule less on payment.charge {
  deny when amount > 50 USD as AMOUNT_OVER_LIMIT
}
"#;

fn shop() -> Dir {
    let policy = format!("{POLICY}{REACHED}");
    Dir::with(&[("p/shop.lictor", &policy), ("p/friend.lictor", FRIEND)])
}

#[test]
fn it_shows_what_no_test_reaches() {
    let run = shop().run(&["test", "p", "--coverage"]).ends_with(0);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn lcov_has_the_same_lines_and_branches() {
    let dir = shop();
    let run = dir.run(&["test", "p", "--format", "lcov"]).ends_with(0);
    insta::assert_snapshot!(run.stdout);
    dir.run(&["test", "p", "--lcov", "coverage.info"]).ends_with(0);
    assert_eq!(dir.read("coverage.info"), run.stdout.into_bytes());
}

#[test]
fn rows_of_tables_reach_as_much_as_tests() {
    let dir = shop();
    let before = dir.run(&["test", "p", "--coverage", "--format", "json"]).ends_with(0).json();
    let table = "given: book\nrows:\n  - { context.now: 2026-03-02T23:00:00Z, amount: 120.00 USD, expect: deny, code: LARGE_PAYMENT }\n";
    dir.write("p/night.test.yaml", table.as_bytes());
    let after = dir.run(&["test", "p", "--coverage", "--format", "json"]).ends_with(0).json();
    let branches = |value: &serde_json::Value| value["coverage"]["shares"][2]["reached"].as_u64().unwrap();
    // The `when` and two of its clauses hold, and the `deny` inside refuses.
    assert_eq!((branches(&before), branches(&after)), (7, 11));
}

#[test]
fn less_than_was_asked_for_fails() {
    let dir = shop();
    let enough = dir.run(&["test", "p", "--min-coverage", "33"]).ends_with(0);
    assert_eq!(enough.stderr, "");
    let run = dir.run(&["test", "p", "--min-coverage", "34"]).ends_with(1);
    assert!(
        run.stderr.contains("C0123") && run.stderr.contains("tests take 33.3 % of the branches"),
        "{run:?}"
    );
    dir.run(&["test", "p", "--min-coverage", "101"]).ends_with(2);
    let run = dir.run(&["check", "p", "--format", "lcov"]).ends_with(1);
    assert!(run.stderr.contains("C0122"), "{run:?}");
}

#[test]
fn the_example_is_reached_but_for_mandates_that_say_less() {
    let dir = Dir::new();
    let run = dir.run(&["test", example().to_str().unwrap(), "--coverage", "--format", "json"]).ends_with(0);
    let coverage = &run.json()["coverage"];
    let percent = |at: usize| coverage["shares"][at]["percent"].as_str().unwrap().to_owned();
    assert_eq!(
        (percent(0), percent(1), percent(4), percent(5)),
        ("100.0".into(), "100.0".into(), "100.0".into(), "100.0".into())
    );
    let points =
        coverage["rules"].as_array().unwrap().iter().flat_map(|rule| rule["points"].as_array().unwrap());
    let never: Vec<&str> = points
        .flat_map(|point| point["ways"].as_array().unwrap().iter())
        .filter(|way| way["tests"] == 0)
        .map(|way| way["what"].as_str().unwrap())
        .collect();
    assert_eq!(never, ["false"; 8]);
}
