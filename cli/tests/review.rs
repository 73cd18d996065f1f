//! Tests that pass for another reason than they say.

mod common;

use std::path::Path;

use common::{Dir, Run, example};
use serde_json::Value;

const POLICY: &str = r#"module a
layer base
reasons { MANY "many" ODD "odd" LOST "lost" }
roles { desk "d" }
tiers { low, high }
action x.y {
  n: Int
  m: Money
  shop: String
  note: String
  default allow
}
param most: Int = 10
  stricter when lower
param other: Int = 100
  stricter when lower
fact stars(shop: String) -> Int
fact lost(shop: String) -> Bool
rule many on x.y at amount {
  require n <= most else MANY
}
rule star on x.y {
  let twice = stars(shop) * 2
  when m > 100 USD {
    deny when twice < 2 as ODD
    require n <= other else MANY
    deny when times(allowed x.y per agent.id over 1h) > 3 as MANY
  }
  deny when lost(shop) as LOST
}
fixture {
  agent { id: "a", tier: high }
  at 2026-03-02T10:00:00Z
}
example e = x.y {
  n: 2
  m: 10 USD
  shop: "s"
  note: ""
}
example big = x.y {
  n: 50
  m: 10 USD
  shop: "s"
  note: ""
}
test "fine" {
  given e
  with lost("s") = false
  expect allow
}
test "fact of no use" {
  given e
  with lost("s") = false
  with stars("s") = 2
  expect allow
}
test "lost, but for another reason" {
  given e with n: 11
  with lost("s") = true
  expect deny MANY
}
test "harmless" {
  given e with n: 11
  with lost("s") = false
  expect deny MANY
}
test "param of no use" {
  given e with n: 11
  with other = 5
  expect deny MANY
}
test "let of no use" {
  given e with n: 11
  with star.twice = 5
  expect deny MANY
}
test "let of use" {
  given e with m: 200 USD
  with star.twice = 1
  expect deny ODD
}
test "past of no use" {
  after 5 allowed e over 30m
  given e with n: 11
  expect deny MANY
}
test "past of use" {
  after 5 allowed e over 30m
  given e with m: 101 USD
  with stars("s") = 5
  expect deny MANY
}
test "change of no use" {
  given big with note: "x"
  agent { tier: low }
  expect deny MANY
}
test "contrast" {
  given big
  with lost("s") = false
  cases n { 10: allow, 11: deny MANY }
}
test "of use in one row" {
  given e
  with lost("s") = false
  with lost("t") = true
  cases shop { "s": allow, "t": deny LOST }
}
"#;

const TABLE: &str = r#"given: e
defaults: { with: { lost(shop): false, stars(shop): 9 } }
rows:
  - { n: 3, expect: allow }
  - { n: 30, expect: deny, code: MANY, with: { lost("s"): true } }
"#;

#[test]
fn what_has_no_effect_is_told_with_its_place() {
    let dir = Dir::with(&[("p/a.lictor", POLICY), ("p/t.test.yaml", TABLE)]);
    let run = dir.run(&["test", "p"]).ends_with(0);
    insta::assert_snapshot!(run.stderr);
    let told = dir.run(&["test", "p", "--format", "json"]).ends_with(0);
    assert_eq!(codes(&told), ["W0510", "W0510", "W0510", "W0510", "W0510", "W0511", "W0510", "W0510"]);
}

#[test]
fn what_tests_that_are_not_run_would_read_is_left_open() {
    let dir = Dir::with(&[("p/a.lictor", POLICY)]);
    let run = |filter: &str| codes(&dir.run(&["test", "p", filter, "--format", "json"]).ends_with(0)).len();
    // One row of a test says nothing of the others, and an answer may be one that others are allowed with.
    assert_eq!((run("shop = \"s\""), run("harmless"), run("lost, but")), (0, 0, 0));
    assert_eq!((run("param of no use"), run("change of no use")), (1, 1));
}

#[test]
fn a_test_that_fails_is_not_accused_of_anything_else() {
    let dir = Dir::with(&[("p/a.lictor", &POLICY.replace("expect deny MANY", "expect deny ODD"))]);
    let told = dir.run(&["test", "p", "--format", "json"]).ends_with(1);
    assert_eq!(codes(&told), ["W0510"]);
}

#[test]
fn nothing_is_said_of_the_example() {
    let run = Dir::new().run(&["test", example().to_str().unwrap(), "--format", "json"]).ends_with(0);
    assert_eq!(codes(&run), Vec::<String>::new());
}

#[test]
fn the_pages_show_it() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let read = |name: &str| std::fs::read_to_string(docs.join("codes").join(name)).unwrap();
    let prelude = read("README.md");
    let prelude = prelude.split("```lictor\n").nth(1).unwrap().split("```\n").next().unwrap();
    for code in ["W0510", "W0511"] {
        let page = read(&format!("{code}.md"));
        let examples: Vec<&str> =
            page.split("```lictor test\n").skip(1).map(|rest| rest.split("```\n").next().unwrap()).collect();
        let raised = |text: &str| {
            let text = format!("module example\nlayer base\n{text}");
            let dir = Dir::with(&[("p/prelude.lictor", prelude), ("p/example.lictor", &text)]);
            codes(&dir.run(&["test", "p", "--format", "json"]).ends_with(0))
        };
        assert_eq!(
            examples.iter().map(|text| raised(text)).collect::<Vec<_>>(),
            [vec![code.to_owned()], vec![]]
        );
    }
}

fn codes(run: &Run) -> Vec<String> {
    let warnings: Vec<Value> = run.json()["warnings"].as_array().unwrap().clone();
    warnings.iter().map(|warning| warning["code"].as_str().unwrap().to_owned()).collect()
}
