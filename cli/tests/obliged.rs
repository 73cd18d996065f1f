//! Tests that say what the caller must do: what is said of those that fail, and which changes they notice.

mod common;

use common::Dir;
use serde_json::{Value, json};

const POLICY: &str = r#"module a
layer base
reasons { KEPT "It is kept" }
action x.y {
  n: Int
  due: Timestamp?
  default allow
}
rule kept on x.y {
  oblige keep_it by context.now + 30d when n > 10 as KEPT
  when due is present {
    oblige remind_them by due as KEPT
  }
}
fixture {
  at 2026-03-02T10:00:00Z
}
example e = x.y {
  n: 11
}
"#;

const FAILING: &str = r#"module a.tests

test "another moment" {
  given e
  expect allow
  expect obliged keep_it by 2026-03-31T10:00:00Z
}
test "somebody is reminded" {
  given e
  expect allow
  expect obliged keep_it by 2026-04-01T10:00:00Z
  expect obliged remind_them
}
test "nothing to do" {
  given e with due: 2026-03-03T10:00:00Z
  expect allow
  expect not obliged
}
test "it has a moment" {
  given e
  expect allow
  expect obliged keep_it
}
test "nobody said when" {
  given e
  expect allow
  expect obliged keep_it by due
}
test "few" {
  given e with n: 10
  expect allow
  expect obliged keep_it
}
"#;

const SOUND: &str = r#"module a.tests

test "up to ten nothing is kept" {
  given e
  cases n { 0: allow, 10: allow }
  expect not obliged
}
test "eleven are kept for thirty days" {
  given e
  expect allow
  expect obliged keep_it by 2026-04-01T10:00:00Z
}
test "somebody is reminded" {
  given e with n: 1, due: 2026-03-03T10:00:00Z
  expect allow
  expect obliged remind_them by due
}
test "both at once" {
  given e with due: 2026-03-03T10:00:00Z
  expect allow
  expect obliged keep_it by context.now + 30d
  expect obliged remind_them by due
}
"#;

fn dir(tests: &str) -> Dir {
    Dir::with(&[("p/a.lictor", POLICY), ("p/tests.lictor", tests)])
}

#[test]
fn it_names_what_was_obliged_instead() {
    insta::assert_snapshot!(dir(FAILING).run(&["test", "p"]).ends_with(1).stdout);
}

#[test]
fn programs_are_told_as_well() {
    let told = dir(FAILING).run(&["test", "p", "nothing to do", "--format", "json"]).ends_with(1).json();
    let test = &told["tests"][0];
    assert_eq!(test["expected"]["obligations"], json!([]));
    let ids: Vec<&Value> =
        test["actual"]["obligations"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["keep_it", "remind_them"]);
    let told = dir(SOUND).run(&["test", "p", "eleven", "--format", "json"]).ends_with(0).json();
    let expected = json!([{ "id": "keep_it", "by": "2026-04-01T10:00:00Z" }]);
    assert_eq!(told["tests"][0]["expected"]["obligations"], expected);
}

/// The changes of obligations that a set of tests does not notice: deleting one, its moment, and moving that.
fn unnoticed(tests: &str) -> Vec<String> {
    let told = dir(tests).run(&["test", "p", "--mutate", "--format", "json"]).json();
    let list = told["list"].as_array().unwrap();
    let survivors = list.iter().filter(|change| change["fate"] == "survived");
    survivors.map(|change| format!("{} → {}", change["before"], change["after"])).collect()
}

#[test]
fn changes_of_obligations_are_noticed() {
    assert_eq!(unnoticed(SOUND), [""; 0]);
    let unaware =
        "module a.tests\n\ntest \"eleven\" {\n  given e with due: 2026-03-03T10:00:00Z\n  expect allow\n}\n";
    let all = unnoticed(unaware);
    let has = |before: &str, after: &str| {
        all.contains(&format!("{} → {}", Value::from(before), Value::from(after)))
    };
    assert!(has("oblige keep_it by context.now + 30d when n > 10 as KEPT", ""), "{all:#?}");
    assert!(has("by context.now + 30d", ""), "{all:#?}");
    assert!(has("30d", "2591999s") && has("30d", "2592001s"), "{all:#?}");
    assert!(has("+", "-") && has("by due", ""), "{all:#?}");
}
