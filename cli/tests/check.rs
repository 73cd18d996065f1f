//! `lictor check` and `lictor test`: what an author sees who made a mistake.

mod common;

use common::{Dir, POLICY};

/// Checks a policy and gives what the author reads.
fn told(files: &[(&str, &str)]) -> String {
    let dir = Dir::with(files);
    dir.run(&["check", "."]).ends_with(1).stderr
}

/// The small policy with one more item.
fn with(item: &str) -> String {
    format!("{POLICY}\n{item}\n")
}

#[test]
fn a_policy_without_errors_says_so() {
    let dir = Dir::with(&[("shop.lictor", POLICY)]);
    let run = dir.run(&["check", "."]).ends_with(0);
    assert_eq!(run.stdout, "shop.payments: 4 files, 1 rule, 1 layer, 0 tests; no errors\n");
    assert_eq!(run.stderr, "");
    let json = dir.run(&["check", ".", "--format", "json"]).ends_with(0).json();
    assert_eq!(json, serde_json::json!({ "ok": true, "errors": 0, "warnings": 0, "diagnostics": [] }));
}

#[test]
fn a_value_outside_the_range() {
    let user = "module shop.u1\nlayer user \"u-1\"\n\nset max_amount = 2_000 USD, 100 EUR\n";
    insta::assert_snapshot!(told(&[("shop.lictor", POLICY), ("users/u1.lictor", user)]));
}

#[test]
fn a_set_of_an_unknown_parameter() {
    let user = "module shop.u1\nlayer user \"u-1\"\n\nset max_amuont = 100 USD\n";
    insta::assert_snapshot!(told(&[("shop.lictor", POLICY), ("users/u1.lictor", user)]));
}

#[test]
fn an_undeclared_reason_code() {
    let rule = "rule gifts on payment.charge {\n  deny when merchant.mcc == 5947 as GIFTS_NOT_ALLOWED\n}";
    insta::assert_snapshot!(told(&[("shop.lictor", &with(rule))]));
}

#[test]
fn two_currencies_compared() {
    let rule = "rule odd on payment.charge {\n  require 500 USD < 20 EUR else AMOUNT_OVER_LIMIT\n}";
    insta::assert_snapshot!(told(&[("shop.lictor", &with(rule))]));
}

#[test]
fn an_optional_used_unguarded() {
    let rule = "rule fresh on payment.charge {\n  require context.now <= cart.quoted_at + 15m else AMOUNT_OVER_LIMIT\n}";
    insta::assert_snapshot!(told(&[("shop.lictor", &with(rule))]));
}

#[test]
fn a_recursive_function() {
    let function = "fn twice(n: Int) -> Int = if n > 100 then n else twice(n + n)";
    insta::assert_snapshot!(told(&[("shop.lictor", &with(function))]));
}

#[test]
fn a_parameter_used_against_its_polarity() {
    let rule = "rule odd on payment.charge {\n  require amount >= max_amount else AMOUNT_OVER_LIMIT\n}";
    insta::assert_snapshot!(told(&[("shop.lictor", &with(rule))]));
}

#[test]
fn a_rule_without_on() {
    let rule = "rule odd {\n  deny when amount > 1 USD as AMOUNT_OVER_LIMIT\n}";
    insta::assert_snapshot!(told(&[("shop.lictor", &with(rule))]));
}

#[test]
fn three_mistakes_are_three_errors() {
    let text = with(
        "rule one on payment.charge {\n  require amount <= else AMOUNT_OVER_LIMIT\n}\n\nrule two on payment.charge {\n  \
         deny when amount > 5 as AMOUNT_OVER_LIMIT\n}\n\nrool three on payment.charge {\n}\n\nrule four on payment.charge {\n  \
         deny when amount > 5 USD as AMOUNT_OVER_LIMIT\n}",
    );
    insta::assert_snapshot!(told(&[("shop.lictor", &text)]));
}

#[test]
fn mistakes_in_tests() {
    let tests = "module shop.tests\n\nexample coffee = payment.charge {\n  merchant: { id: \"m-1\", name: \"Kiosk\", mcc: \"5942\" },\n  \
                 amuont: 5 USD\n}\n\ntest \"limit\" {\n  given coffe\n  expect deny AMOUNT_OVER_LIMIT\n}\n";
    insta::assert_snapshot!(told(&[("shop.lictor", POLICY), ("tests.lictor", tests)]));
}

#[test]
fn errors_for_programs_have_places() {
    let dir = Dir::with(&[("p/shop.lictor", &with("rule odd {\n}\n"))]);
    let json = dir.run(&["check", "p", "--format", "json"]).ends_with(1).json();
    assert_eq!(json["ok"], false);
    let label = &json["diagnostics"][0]["labels"][0];
    assert_eq!(label["file"], "p/shop.lictor");
    assert!(label["line"].as_u64().unwrap() > 20, "{json}");
}

#[test]
fn a_project_that_cannot_be_read() {
    let dir = Dir::with(&[("empty/notes.md", "nothing"), ("notes.txt", "nothing"), ("latin.lictor", "")]);
    dir.write("latin.lictor", b"module caf\xe9\nlayer base\n");
    let mut all = String::new();
    for path in ["nowhere", "empty", "notes.txt", "latin.lictor"] {
        all.push_str(&dir.run(&["check", path]).ends_with(1).stderr);
        all.push('\n');
    }
    insta::assert_snapshot!(all);
}

#[cfg(unix)]
#[test]
fn links_in_circles_hidden_files_and_build_output_are_left_alone() {
    let dir = Dir::with(&[
        ("p/shop.lictor", POLICY),
        ("p/.git/broken.lictor", "nonsense"),
        ("p/.hidden.lictor", "nonsense"),
        ("p/target/broken.lictor", "nonsense"),
    ]);
    std::os::unix::fs::symlink(dir.path("p"), dir.path("p/again")).unwrap();
    let run = dir.run(&["check", "p"]).ends_with(0);
    assert!(run.stdout.starts_with("shop.payments: 4 files"), "{run:?}");
}

#[test]
fn failing_tests_are_shown_with_what_came_of_them() {
    let tests = "module shop.tests\n\nexample coffee = payment.charge {\n  merchant: { id: \"m-1\", name: \"Kiosk\", mcc: 5942 },\n  amount: 5 USD\n}\n\n\
                 test \"limit\" {\n  given coffee\n  cases amount {\n    200.00 USD: allow,\n    200.01 USD: allow,\n    500.01 USD: step_up LARGE_PAYMENT to owner\n  }\n}\n\n\
                 test \"negative amounts are refused\" {\n  given coffee with amount: -1 USD\n  expect deny STRUCTURE_INVALID\n}\n";
    let dir = Dir::with(&[("shop.lictor", POLICY), ("tests.lictor", tests)]);
    insta::assert_snapshot!(dir.run(&["test", "."]).ends_with(1).stdout);
    let json = dir.run(&["test", ".", "--format", "json"]).ends_with(1).json();
    assert_eq!((&json["run"], &json["failed"]), (&4.into(), &2.into()));
    assert_eq!(json["tests"][1]["place"], "tests.lictor:12:5");
    let one = dir.run(&["test", ".", "--filter", "negative"]).ends_with(0);
    assert_eq!(one.stdout, "1 test, all passed\n");
    let none = dir.run(&["test", ".", "--filter", "nothing"]).ends_with(1);
    assert!(none.stderr.contains("C0116"), "{none:?}");
}

const ROWS: &str = "action: payment.charge
defaults: { merchant: { id: m-1001, name: Kiosk, mcc: 5942 } }
rows:
  - { amount: 20.00 USD, expect: allow }
  - { name: a lot, amount: 9_000.00 USD, expect: allow }
";

#[test]
fn rows_of_a_table_are_tests() {
    let dir =
        Dir::with(&[("shop.lictor", POLICY), ("shop.test.yaml", ROWS), ("other.test.yaml", "rows: []\n")]);
    insta::assert_snapshot!(dir.run(&["test", "."]).ends_with(1).stdout);
    // With one policy file goes the table that has its name.
    let tests = dir.run(&["test", "shop.lictor", "--format", "json"]).ends_with(1).json();
    assert_eq!((tests["run"].as_u64(), tests["failed"].as_u64()), (Some(2), Some(1)));
    assert_eq!(tests["tests"][1]["case"], "a lot");
    assert_eq!(tests["tests"][1]["place"], "shop.test.yaml:5:50");
    // What is tested is not what is built: a table changes no digest of a source.
    let check = dir.run(&["check", ".", "--format", "json"]).ends_with(0).json();
    assert_eq!(check["errors"], 0);
}

const TESTED: &str = "module shop.tests

example gift = payment.charge {
  merchant: { id: \"m-1\", name: \"Kiosk\", mcc: 5942 }
  amount: 20.00 USD
}

test \"both sides of the limit\" {
  given gift
  cases amount { 200.00 USD: allow, 500.00 USD: step_up LARGE_PAYMENT, 500.01 USD: deny AMOUNT_OVER_LIMIT }
}
";

#[test]
fn what_no_test_notices_is_shown() {
    let dir = Dir::with(&[("shop.lictor", POLICY), ("tests.lictor", TESTED)]);
    let run = dir.run(&["test", ".", "--mutate"]).ends_with(0);
    insta::assert_snapshot!(run.stdout);
    // However many are tried at a time, the outcome is the same, and so is what a seed chooses.
    assert_eq!(dir.run(&["test", ".", "--mutate", "--jobs", "3"]).ends_with(0), run);
    let some = ["test", ".", "--mutate", "--max", "5", "--seed", "7", "--format", "json"];
    let json = dir.run(&some).ends_with(0).json();
    assert_eq!((json["tried"].as_u64(), json["seed"].as_u64()), (Some(5), Some(7)));
    assert_eq!(dir.run(&some).json(), json);
    dir.run(&["test", ".", "--mutate", "--max-survivors", "0"]).ends_with(1);
    dir.run(&["test", ".", "--mutate", "--max-survivors", "100"]).ends_with(0);
}

#[test]
fn tests_are_listed_and_chosen_by_name() {
    let dir = Dir::with(&[("shop.lictor", POLICY), ("tests.lictor", TESTED), ("rows.test.yaml", ROWS)]);
    insta::assert_snapshot!(dir.run(&["test", ".", "--list"]).ends_with(0).stdout);
    assert_eq!(dir.run(&["test", ".", "both sides"]).ends_with(0).stdout, "3 tests, all passed\n");
    assert_eq!(dir.run(&["test", ".", "row 1"]).ends_with(0).stdout, "1 test, all passed\n");
    assert!(dir.run(&["test", ".", "nobody"]).ends_with(1).stderr.contains("C0116"));
}

#[test]
fn the_answer_of_a_question_can_stand_in_a_row() {
    let policy = r#"module a
layer base
reasons { TOO_OFTEN "It is too often" }
action room.book {
  nights: Int
  default allow
}
rule bookings on room.book {
  deny when times(allowed room.book per agent.id over 1h) >= 3 as TOO_OFTEN
  deny when (latest(executed room.book over 1 day in UTC) otherwise context.now) < context.now as TOO_OFTEN
}
example week = room.book { nights: 7 }
test "a week" {
  given week
  with times(allowed room.book per agent.id over 1h) = 2
  expect allow
}
"#;
    let table = "given: week\nrows:\n  - { with: { times(allowed  room.book per agent.id over 1h): 3 }, expect: deny, code: TOO_OFTEN }\n  \
                 - { with: { latest(executed room.book over 1 day in UTC): 2025-12-31T23:00:00Z }, expect: deny, code: TOO_OFTEN }\n";
    let dir = Dir::with(&[("p/a.lictor", policy), ("p/rows.test.yaml", table)]);
    let run = dir.run(&["test", "p"]).ends_with(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("3 tests, all passed\n", ""));
    dir.write("p/rows.test.yaml", table.replace("over 1h", "over 2h").as_bytes());
    let run = dir.run(&["test", "p"]).ends_with(1);
    assert!(
        run.stderr.contains("E0520")
            && run.stderr.contains("did you mean `times(allowed room.book per agent.id over 1h)`?")
    );
}

/// Two projects, the second of which has a mistake and a mark below one of its own; and what lies around them.
fn several() -> Dir {
    let broken = POLICY.replace("require", "requires");
    Dir::with(&[
        ("all/notes.txt", "nothing"),
        ("all/one/lictor.project", "# the shop\n"),
        ("all/one/shop.lictor", POLICY),
        ("all/one/deep/two/lictor.project", ""),
        ("all/one/deep/two/shop.lictor", &broken),
    ])
}

#[test]
fn projects_below_a_folder_are_looked_at_each_by_itself() {
    let dir = several();
    let run = dir.run(&["check", "all"]).ends_with(1);
    assert_eq!(
        run.stdout,
        "all/one\nshop.payments: 4 files, 1 rule, 1 layer, 0 tests; no errors\nall/one/deep/two\n"
    );
    assert!(run.stderr.contains("all/one/deep/two/shop.lictor:"), "{run:?}");
    // What is marked below a project is none of its business.
    dir.run(&["check", "all/one/shop.lictor"]).ends_with(0);
    dir.write("all/one/deep/two/shop.lictor", POLICY.as_bytes());
    assert_eq!(dir.run(&["check", "all/one"]).ends_with(0).stdout.lines().count(), 4);
}

#[test]
fn tests_of_several_projects_are_looked_for_by_name_in_each() {
    let dir = several();
    let test = |name: &str| {
        format!(
            "{POLICY}\nexample coffee = payment.charge {{ merchant: {{ id: \"m-1\", name: \"M\", mcc: 5814 }}, amount: 4.00 USD }}\n\ntest \"{name}\" {{\n  given coffee with amount: -1 USD\n  expect deny STRUCTURE_INVALID\n}}\n"
        )
    };
    dir.write("all/one/shop.lictor", test("alpha").as_bytes());
    dir.write("all/one/deep/two/shop.lictor", test("beta").as_bytes());
    let run = dir.run(&["test", "all"]).ends_with(0);
    assert_eq!(run.stdout.matches("1 test, all passed").count(), 2, "{run:?}");
    let run = dir.run(&["test", "all", "beta"]).ends_with(0);
    assert_eq!(run.stdout.matches("1 test, all passed").count(), 1, "{run:?}");
    let run = dir.run(&["test", "all", "gamma"]).ends_with(1);
    assert!(run.stderr.contains("C0116"), "{run:?}");
}

#[test]
fn whoever_wants_one_project_of_several_says_which() {
    let dir = several();
    dir.write("all/one/deep/two/shop.lictor", POLICY.as_bytes());
    let mut all = String::new();
    for command in [
        &["check", "all", "--format", "json"][..],
        &["build", "all", "-o", "x"],
        &["test", "all", "--lcov", "x"],
    ] {
        all.push_str(&dir.run(command).ends_with(1).stderr);
        all.push('\n');
    }
    dir.write("all/one/lictor.project", b"# this says\nname: shop\n");
    all.push_str(&dir.run(&["check", "all/one"]).ends_with(1).stderr);
    insta::assert_snapshot!(all);
}

#[test]
fn all_projects_below_a_folder_are_formatted() {
    let dir = several();
    dir.write("all/one/shop.lictor", POLICY.replace("  require", " require").as_bytes());
    dir.write("all/one/deep/two/shop.lictor", POLICY.replace("  require", " require").as_bytes());
    let run = dir.run(&["fmt", "all"]).ends_with(0);
    assert_eq!(run.stdout, "formatted all/one/shop.lictor\nformatted all/one/deep/two/shop.lictor\n");
}
