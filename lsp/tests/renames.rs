//! Whatever a project declares can be renamed, and the policy says the same afterwards.

mod support;

use std::collections::BTreeMap;

use lictor_lsp::ide::names::Kind as Sort;
use lictor_lsp::ide::rename::rename;
use lictor_lsp::ide::{FileName, LIBRARY_SCHEME};
use lictor_project::Kind;
use support::examples::{EXAMPLES, Files, example, workspace};

/// Every name, once.
fn renamed_one_by_one(example_name: &str, files: &Files) -> usize {
    let mut before = workspace(files);
    let first = files.keys().find(|file| file.as_str().ends_with(".lictor")).unwrap().clone();
    let analysis = before.analysis(&first).unwrap();
    assert!(analysis.diagnostics().is_empty(), "{example_name}: {:?}", analysis.diagnostics());
    let mut after = workspace(files);
    let mut count = 0;
    for (file, start, symbols) in analysis.names().declared() {
        let kind = symbols[0].kind;
        if file.as_str().starts_with(LIBRARY_SCHEME) {
            continue;
        }
        // Reason codes are in capitals, and one name is no other's.
        let to = if kind == Sort::Reason { "RENAMED_HERE" } else { "renamed_here" };
        let changes = match rename(&analysis, file, start, to) {
            Ok(changes) => changes,
            // What a library declares and the project adds to.
            Err(refused) => {
                assert!(refused.0.contains("library"), "{symbols:?}: {}", refused.0);
                continue;
            }
        };
        let mut texts: BTreeMap<&FileName, String> = BTreeMap::new();
        for (file, range, new) in changes.iter().rev() {
            let text = texts.entry(file).or_insert_with(|| String::from_utf8(files[file].1.clone()).unwrap());
            text.replace_range(range.start as usize..range.end as usize, new);
        }
        for (file, text) in &texts {
            after.set_disk(file, files[*file].0, Some(text.clone().into_bytes()));
        }
        let told = after.analysis(&first).unwrap();
        let told: Vec<_> = told
            .diagnostics()
            .iter()
            .map(|one| (one.code, &one.message, told.place(one.span()), told.line(one.span())))
            .collect();
        assert!(told.is_empty(), "{example_name}: {symbols:?} renamed: {told:#?}");
        for file in texts.keys() {
            after.set_disk(file, files[*file].0, Some(files[*file].1.clone()));
        }
        count += 1;
    }
    count
}

#[test]
fn whatever_is_declared_can_be_renamed() {
    let counts = EXAMPLES.map(|name| renamed_one_by_one(name, &example(name)));
    assert!(counts.iter().all(|count| *count > 20), "{counts:?}");
}

/// A project in which names stand wherever they may in tables, and modules wherever they are named.
const POLICY: &str = r#"module desk.base
layer base

tiers { new, known }

roles { boss "Whoever runs the desk" }

reasons { MUCH "More than may be spent" ASK "Somebody must agree" }

enum Speed { slow, fast }

record Line { name: String, speed: Speed, number: Int }

action desk.pay {
  amount: Int
  speed: Speed
  line: Line
  lines: List<Line>
  prices: Map<String, Int>
  default allow
}

param most: Int = 50
  range 0 to 90
  stricter when lower

fact standing(name: String, number: Int) -> Speed?

rule limit on desk.pay at amount {
  let before = times(allowed desk.pay per agent.id, speed over 1h)
  require amount <= most else MUCH
  deny when before > 3 or size(lines) > 9 or prices["a"] otherwise 0 > 9 as MUCH
}

rule asked on desk.pay {
  step_up when agent.tier == new and (standing(line.name, amount) otherwise slow) == fast to boss as ASK
}

example one = desk.pay { amount: 1, speed: slow, line: { name: "a", speed: slow, number: 2 }, lines: [{ name: "b", speed: fast, number: 1 }], prices: { a: 1 } }
"#;

const OTHER: &str = r#"module desk.other
layer base

except spared to desk.base.asked
  when agent.id == "friend"
  expires 2099-12-31
  granted_by "the boss"
  because "a friend of the house"

fixture {
  agent { id: "x", tier: known }
}

test "counted before" {
  given one
  with desk.base.limit.before = 4
  with standing("a", 1) = slow
  expect deny MUCH
}
"#;

const TABLE: &str = r#"given: one
defaults: { expect: allow, with: { 'standing(line.name, amount)': slow } }
rows:
  - { name: as it is }
  - { amount: 51, expect: deny, code: MUCH }
  - { agent.tier: "new", params.speed: fast, with: { 'standing(line.name, amount)': fast }, expect: step_up, code: ASK, to: boss }
  - { given: one, line.speed: fast, line: { name: a, speed: slow, number: 1 }, prices: { a: 2 } }
  - { lines: [{ name: c, speed: "fast", number: 3 }], after: 4 allowed one over 30m, expect: deny, code: MUCH }
  - { with: { most: 0 }, expect: deny, code: MUCH }
  - { with: { desk.base.limit.before: 4 }, expect: deny, code: "MUCH" }
  - { with: { "times(allowed desk.pay per agent.id, speed over 1h)": 4 }, expect: deny, code: MUCH }
"#;

const COLUMNS: &str = "action: desk.pay\ncolumns: [amount, speed, line, lines, prices, expect, code]\nrows:\n  \
    - [51, slow, { name: a, speed: fast, number: 1 }, [{ name: b, speed: slow, number: 1 }], {}, deny, MUCH]\n";

#[test]
fn names_in_tables_and_of_modules_are_renamed_with_the_others() {
    let file = |name: &str, kind, text: &str| (FileName::new(name), (kind, text.as_bytes().to_vec()));
    let files = BTreeMap::from([
        file("/w/base.lictor", Kind::Policy, POLICY),
        file("/w/other.lictor", Kind::Policy, OTHER),
        file("/w/rows.test.yaml", Kind::Table, TABLE),
        file("/w/columns.test.yaml", Kind::Table, COLUMNS),
    ]);
    assert_eq!(renamed_one_by_one("a policy with tables", &files), 27);
}

#[test]
fn what_would_mean_something_else_in_a_table_is_refused() {
    let file = |name: &str, kind, text: &str| (FileName::new(name), (kind, text.as_bytes().to_vec()));
    let files = BTreeMap::from([
        file("/w/base.lictor", Kind::Policy, POLICY),
        file("/w/other.lictor", Kind::Policy, OTHER),
        file("/w/rows.test.yaml", Kind::Table, TABLE),
    ]);
    let base = FileName::new("/w/base.lictor");
    let analysis = workspace(&files).analysis(&base).unwrap();
    let refused = |text: &str, to: &str| {
        let at = POLICY.find(text).unwrap() as u32;
        rename(&analysis, &base, at, to).map(|_| ()).unwrap_err().0
    };
    assert!(refused("amount: Int", "code").contains("the column `code` is something else"));
    assert!(refused("fast }", "null").contains("`null` says that nothing is there"));
    assert_eq!(refused("base\nlayer", "other"), "there is another `desk.other` already");
}
