//! What can be run, above where it stands.

use std::collections::BTreeMap;
use std::ops::Range;

use lictor_grammar::ast::ItemKind;

use super::Syntax;
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
