//! What `lictor test` says of a test that fails.

mod common;

use common::Dir;

const POLICY: &str = r#"module a
layer base
reasons { LATE "late" MANY "many" RICH "rich" ODD "odd" }
roles { desk "d" }
action x.y {
  n: Int
  m: Money
  shop: String
  default allow
}
category odd when shop == "odd"
fact stars(shop: String) -> Int
rule night on x.y at time_window {
  let h = time_of_day(context.now, "UTC")
  deny when h in 22:00..06:00 and n > 1 as LATE
}
rule many on x.y at amount {
  when shop != "tiny" {
    require n <= 10 and m < 500 USD else MANY
  }
  step_up when m > 100 USD to desk as RICH
}
rule star on x.y {
  risk +50 when stars(shop) < 2 as ODD
}
fixture {
  with stars(shop) = 3
  at 2026-03-02T10:00:00Z
}
example e = x.y {
  n: 2
  m: 10 USD
  shop: "s"
}
"#;

const ODD: &str = r#"module a.odd
layer category odd
reasons { BAD "bad" }
rule odd on x.y {
  deny when n > 1 as BAD
}
"#;

const TESTS: &str = r#"module a.tests

test "should be allowed" {
  given e with n: 11
  expect allow
}
test "should be late" {
  given e
  expect deny LATE
}
test "should be many" {
  given e with shop: "tiny", n: 20
  expect deny MANY
}
test "asked" {
  given e with m: 200 USD
  expect allow
}
test "score" {
  given e
  with stars(shop) = 1
  expect allow
}
test "many but late" {
  given e with n: 20
  at 2026-03-02T23:00:00Z
  expect deny MANY
}
test "odd" {
  given e
  expect deny BAD
}
test "no fact" {
  given e with shop: "q"
  with stars("q") = 1
  expect deny LATE
}
test "unknown" {
  given e with m: 1 EUR
  expect allow
}
"#;

fn dir() -> Dir {
    Dir::with(&[("p/a.lictor", POLICY), ("p/odd.lictor", ODD), ("p/tests.lictor", TESTS)])
}

#[test]
fn it_shows_what_decided_and_what_would_have() {
    insta::assert_snapshot!(dir().run(&["test", "p"]).ends_with(1).stdout);
}

#[test]
fn the_whole_explanation_is_there_for_who_asks() {
    let run = dir().run(&["test", "p", "asked", "--explain"]).ends_with(1);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn programs_get_it_of_those_that_failed() {
    let passes = "\ntest \"passes\" {\n  given e\n  expect allow\n}\n";
    let dir = dir();
    dir.write("p/tests.lictor", format!("{TESTS}{passes}").as_bytes());
    let told = dir.run(&["test", "p", "--format", "json"]).ends_with(1).json();
    for test in told["tests"].as_array().unwrap() {
        assert_eq!(test["explanation"].is_object(), test["passed"] == false, "{test}");
    }
    let change = &told["tests"][0]["explanation"]["changes"]["found"][0];
    assert_eq!((&change["field"], &change["to"]), (&"params.n".into(), &10.into()));
}

#[test]
fn pipelines_get_junit() {
    let dir = dir();
    let passes = "\ntest \"passes <&> ]]>\" {\n  given e\n  expect allow\n}\n";
    dir.write("p/more.lictor", format!("module a.more\n{passes}").as_bytes());
    dir.write("p/rows.test.yaml", b"given: e\nrows:\n  - { n: 11, expect: allow }\n");
    insta::assert_snapshot!(dir.run(&["test", "p", "--format", "junit"]).ends_with(1).stdout);
    let run = dir.run(&["check", "p", "--format", "junit"]).ends_with(1);
    assert!(run.stderr.contains("C0122"), "{run:?}");
}

/// What a decision obliges to is stated in rows as in tests: all of it, and by when.
#[test]
fn rows_and_tests_name_all_that_is_owed_in_the_same_words() {
    let policy = "module a\nlayer base\nreasons { KEPT \"kept\" }\naction x.y {\n  n: Int\n  default allow\n}\n\
        rule kept on x.y {\n  oblige keep by context.now + 1h when n > 1 as KEPT\n  oblige tell when n > 2 as KEPT\n}\n\
        fixture {\n  at 2026-03-02T10:00:00Z\n}\nexample e = x.y { n: 2 }\n";
    let table = |rows: &str| {
        let dir = Dir::with(&[("p/a.lictor", policy)]);
        dir.write(
            "p/rows.test.yaml",
            format!("given: e\ndefaults: {{ expect: allow }}\nrows:\n{rows}").as_bytes(),
        );
        dir.run(&["test", "p"])
    };
    table(
        "  - { n: 1, obliged: [] }\n  - { obliged: keep by 2026-03-02T11:00:00Z }\n  - { obliged: [keep by 2026-03-02T12:00:00+01:00] }\n  \
         - { obliged: keep by context.now + 2h - 1h }\n  - { n: 3, obliged: [tell, keep by 1h + context.now] }\n  - { n: 3 }\n",
    )
    .ends_with(0);
    let owed = "allow, obliged keep by 2026-03-02T11:00:00Z";
    for (row, test, actual) in [
        ("n: 1, obliged: tell", "n: 1 expect obliged tell", "allow, not obliged"),
        ("obliged: []", "n: 2 expect not obliged", owed),
        ("obliged: keep", "n: 2 expect obliged keep", owed),
        ("obliged: keep by context.now", "n: 2 expect obliged keep by context.now", owed),
        (
            "n: 3, obliged: keep by context.now + 1h",
            "n: 3 expect obliged keep by context.now + 1h",
            "allow, obliged keep by 2026-03-02T11:00:00Z, obliged tell",
        ),
    ] {
        let (field, expect) = test.split_once(" expect ").unwrap();
        let test = format!(
            "module a.tests\n\ntest \"t\" {{\n  given e with {field}\n  expect allow\n  expect {expect}\n}}\n"
        );
        let in_module = Dir::with(&[("p/a.lictor", policy), ("p/tests.lictor", &test)]).run(&["test", "p"]);
        for run in [table(&format!("  - {{ {row} }}\n")), in_module] {
            let run = run.ends_with(1);
            assert!(run.stdout.contains(&format!("    actual    {actual}\n")), "{row}: {}", run.stdout);
        }
    }
    for (row, code) in [
        ("{ obliged: keep by tomorrow }", "E0504"),
        ("{ obliged: keep by n }", "E0505"),
        ("{ obliged: keep by context.now + }", "E0630"),
        ("{ obliged: keep it }", "E0630"),
        ("{ obliged: { keep: 1h } }", "E0630"),
        ("{ obliged: kep }", "E0518"),
        ("{ expect: deny, code: KEPT, obliged: tell }", "E0510"),
    ] {
        let run = table(&format!("  - {row}\n")).ends_with(1);
        assert!(run.stderr.contains(code), "{row}: {}", run.stderr);
    }
    // That there is nothing to do may be said of all rows, also of those that are refused.
    let run = table("  - { n: 0, expect: deny, code: KEPT, obliged: [] }\n").ends_with(1);
    assert!(run.stdout.contains("    actual    allow, not obliged\n"), "{}", run.stdout);
}
