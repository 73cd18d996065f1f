//! Which tests reach which rules: what the runtime's own traces of the tests' decisions say, and no guess by names.

use std::collections::{BTreeMap, BTreeSet};

use lictor_compiler::typed::{Program, Unit};
use lictor_runtime::Trace;

/// The tests that reach each rule. A test reaches a rule that ran when its request was decided, also one that is only observed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reached {
    /// The name of each rule, as `module.rule`, by its unit and its number there.
    names: Vec<Vec<String>>,
    tests: BTreeMap<String, BTreeSet<usize>>,
}

impl Reached {
    /// Before any test has run, no rule of this policy is reached.
    pub fn of(program: &Program) -> Reached {
        let unit = |unit: &Unit| {
            unit.rules.iter().map(|rule| format!("{}.{}", rule.module, rule.name)).collect::<Vec<_>>()
        };
        // Bundles and their traces number layers, and the rules in them, as they stand here.
        let names: Vec<Vec<String>> = program.units.iter().map(unit).collect();
        let tests = names.iter().flatten().map(|name| (name.clone(), BTreeSet::new())).collect();
        Reached { names, tests }
    }

    /// Adds what the test with this number did.
    pub fn add(&mut self, test: usize, trace: &Trace) {
        for name in ran(&self.names, trace) {
            if let Some(tests) = self.tests.get_mut(name) {
                tests.insert(test);
            }
        }
    }

    /// Whether a test has reached a rule, by the rule's name.
    pub fn is_reached(&self, rule: &str, test: usize) -> bool {
        self.tests.get(rule).is_some_and(|tests| tests.contains(&test))
    }

    /// How many tests reach each rule, by its name.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        self.tests.iter().map(|(name, tests)| (name.clone(), tests.len())).collect()
    }
}

/// The names of the rules that ran.
fn ran<'n>(names: &'n [Vec<String>], trace: &Trace) -> Vec<&'n str> {
    let rules = trace.rules.iter().chain(&trace.observed);
    rules.filter_map(|rule| Some(names.get(rule.unit)?.get(rule.rule)?.as_str())).collect()
}
