//! In which order tests look at a change. All of them do before it counts as unnoticed, so the order only decides how soon one notices.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use lictor_compiler::TestCase;
use lictor_compiler::mutate::Mutant;
use lictor_suite::Reached;

/// How many tests are remembered that noticed something in a rule, or in a file.
const REMEMBERED: usize = 8;

/// What is known of the tests.
pub struct Order<'r> {
    reached: &'r Reached,
    /// Those that noticed a change of late, the last one first, by the rule or file that it was in.
    noticed: Mutex<BTreeMap<String, VecDeque<usize>>>,
}

impl<'r> Order<'r> {
    /// Nothing has been noticed yet.
    pub fn new(reached: &'r Reached) -> Order<'r> {
        Order { reached, noticed: Mutex::default() }
    }

    /// The tests by their numbers: those that noticed what was changed in the same place, then those that come to the rule, then all others; among
    /// them at the end those for which the policy has to be written once more.
    pub fn of(&self, mutant: &Mutant, tests: &[TestCase]) -> Vec<usize> {
        let noticed =
            self.noticed.lock().ok().and_then(|all| all.get(place(mutant)).cloned()).unwrap_or_default();
        let rank = |at: &usize| {
            let late = noticed.iter().position(|known| known == at).unwrap_or(REMEMBERED);
            let is_far = !mutant.rule.as_ref().is_some_and(|rule| self.reached.is_reached(rule, *at));
            let is_dear = tests.get(*at).is_some_and(|test| !test.settings.is_empty());
            (late, is_far, is_dear, *at)
        };
        let mut order: Vec<usize> = (0..tests.len()).collect();
        order.sort_by_cached_key(rank);
        order
    }

    /// Remembers which test noticed a change.
    pub fn remember(&self, mutant: &Mutant, test: usize) {
        let Ok(mut all) = self.noticed.lock() else { return };
        let noticed = all.entry(place(mutant).to_owned()).or_default();
        noticed.retain(|known| *known != test);
        noticed.push_front(test);
        noticed.truncate(REMEMBERED);
    }
}

fn place(mutant: &Mutant) -> &str {
    mutant.rule.as_deref().unwrap_or(&mutant.path)
}
