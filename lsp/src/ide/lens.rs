//! What can be run, above where it stands.

use std::collections::BTreeMap;
use std::ops::Range;

use lictor_grammar::ast::ItemKind;

use super::Syntax;
use super::samples::{Came, Requests};
use super::tests::Choice;

/// A place above which tests can be run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lens {
    /// The test, the rule, or the module.
    pub range: Range<u32>,
    /// What is run, in a few words.
    pub title: String,
    /// The tests that are run.
    pub tests: Choice,
}

/// What stands above the requests of a file: what came of each of the first so many, as far as that is known. `age` says of when that is, where it is
/// not of the policy as it stands.
pub fn request_lenses(
    requests: &Requests,
    known: Option<&(Requests, Vec<Came>)>,
    age: Option<&str>,
    most: usize,
) -> Vec<(Range<u32>, String)> {
    let title = |row: usize| {
        let (before, came) = known?;
        // What came of another request says nothing about this one.
        let came = came.get(row).filter(|_| before.request(row) == requests.request(row))?;
        let age = age.map(|age| format!(" ({age})")).unwrap_or_default();
        Some(format!("→ {}{age}", came.title()))
    };
    let rows = requests.rows().iter().take(most).enumerate();
    rows.map(|(row, range)| {
        (range.clone(), title(row).unwrap_or_else(|| String::from("Decide this request")))
    })
    .collect()
}

/// What stands above a module about the sample requests beside it: how many there are, and how many the change of the policy decides otherwise.
pub fn flips_title(flips: (usize, usize), is_current: bool) -> String {
    let (decided, flipped) = flips;
    let requests =
        if decided == 1 { String::from("1 sample request") } else { format!("{decided} sample requests") };
    match flipped {
        _ if !is_current => String::from("Preview what changes for sample requests"),
        0 => format!("{requests}: no decision changes"),
        1 => format!("{requests}: 1 decision changes"),
        flipped => format!("{requests}: {flipped} decisions change"),
    }
}

/// The rule that stands at a place, by its name as `module.rule`.
pub fn rule_at(syntax: &Syntax, at: u32) -> Option<String> {
    let mut module = String::new();
    for item in syntax.items() {
        match &item.kind {
            ItemKind::Module(path) => module = path.text(),
            ItemKind::Rule(rule) => {
                let range = syntax.range(item.span);
                if range.start <= at && at <= range.end {
                    return Some(format!("{module}.{}", rule.name.text));
                }
            }
            _ => {}
        }
    }
    None
}

/// Above each test, above each rule for those that reach it, and above the module for all of them. `reached` says how many reach each rule; where it
/// is not known, or no longer, no number is told.
pub fn lenses(syntax: &Syntax, reached: Option<&BTreeMap<String, usize>>) -> Vec<Lens> {
    let mut lenses = Vec::new();
    let mut module = String::new();
    for item in syntax.items() {
        match &item.kind {
            ItemKind::Test(test) => lenses.push(Lens {
                range: syntax.range(test.name.span),
                title: String::from("Run test"),
                tests: Choice::Named(test.name.value.clone()),
            }),
            ItemKind::Module(path) => {
                module = path.text();
                lenses.push(Lens {
                    range: syntax.range(path.span),
                    title: String::from("Run all tests"),
                    tests: Choice::All,
                });
            }
            ItemKind::Rule(rule) => {
                let name = format!("{module}.{}", rule.name.text);
                lenses.push(Lens {
                    range: syntax.range(rule.name.span),
                    title: match reached.and_then(|reached| reached.get(&name)) {
                        None => String::from("Run the tests that reach this rule"),
                        Some(0) => String::from("No test reaches this rule"),
                        Some(1) => String::from("Run the test that reaches this rule"),
                        Some(tests) => format!("Run the {tests} tests that reach this rule"),
                    },
                    tests: Choice::Reaching(name),
                });
            }
            _ => {}
        }
    }
    lenses
}
