//! The rules of a unit as they are run.

use std::collections::BTreeSet;
use std::iter;
use std::ops::Range;

use lictor_bundle::program::{Code, Stage, Unit};
use lictor_bundle::schema::ActionId;

use crate::value::find;
use crate::vm::Operations;

/// The rules of a unit.
#[derive(Debug)]
pub(crate) struct Rules {
    /// Each for each action that it concerns, sorted by action, then in the order of evaluation.
    entries: Box<[Entry]>,
    /// The same as they are run, sorted by action.
    actions: Box<[ActionRules]>,
    /// The codes of their exceptions, sorted by their index among the unit's codes.
    exceptions: Box<[(usize, Operations)]>,
}

/// A rule as it is run for an action.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub action: ActionId,
    pub stage: Stage,
    /// Whether there are exceptions that may lift its soft statements.
    pub is_lifted: bool,
    /// Index into the unit's rules.
    pub rule: usize,
    /// Index into the unit's codes.
    pub code: usize,
}

/// The rules of a unit for an action.
#[derive(Debug)]
pub(crate) struct ActionRules {
    action: ActionId,
    /// Which of the unit's entries they are.
    entries: Range<usize>,
    /// Their codes, in the same order.
    pub code: Operations,
}

impl Rules {
    /// The rules of a unit, ready to run.
    pub fn of(unit: &Unit) -> Rules {
        let entries = entries(unit);
        let code = |entry: &Entry| Some((unit.code.codes.get(entry.code)?, entry.is_lifted));
        let mut actions: Vec<ActionRules> = Vec::new();
        for of_action in entries.chunk_by(|left, right| left.action == right.action) {
            let start = actions.last().map_or(0, |before| before.entries.end);
            actions.extend(of_action.first().map(|first| ActionRules {
                action: first.action,
                entries: start..start + of_action.len(),
                code: Operations::of(of_action.iter().filter_map(code)),
            }));
        }
        Rules { entries: entries.into(), actions: actions.into(), exceptions: exceptions(unit) }
    }

    /// Which of all actions' rules are those for this one; none where it has none.
    pub fn number(&self, action: ActionId) -> Option<usize> {
        self.actions.binary_search_by_key(&action, |rules| rules.action).ok()
    }

    /// The rules of this number, as they are run.
    pub fn numbered(&self, number: usize) -> Option<&ActionRules> {
        self.actions.get(number)
    }

    /// The rules for an action, in the order of evaluation.
    pub fn for_action(&self, action: ActionId) -> &[Entry] {
        self.number(action)
            .and_then(|number| self.numbered(number))
            .map_or(&[], |rules| self.entries_of(rules))
    }

    /// The rules that are run so.
    pub fn entries_of(&self, rules: &ActionRules) -> &[Entry] {
        self.entries.get(rules.entries.clone()).unwrap_or_default()
    }

    /// The code of an exception, by its index among the unit's.
    pub fn exception(&self, code: usize) -> Option<&Operations> {
        find(&self.exceptions, |(of, _)| of.cmp(&code)).map(|(_, code)| code)
    }
}

fn entries(unit: &Unit) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (index, rule) in unit.rules.iter().enumerate() {
        let is_lifted = !rule.exceptions.is_empty();
        for (action, code) in &rule.entries {
            let (action, stage, code) = (*action, rule.key.stage, usize::from(*code));
            entries.push(Entry { action, stage, is_lifted, rule: index, code });
        }
    }
    // Rules stand in the order of evaluation, and sorting keeps that order within an action.
    entries.sort_by_key(|entry| entry.action);
    entries
}

fn exceptions(unit: &Unit) -> Box<[(usize, Operations)]> {
    let exceptions = unit.rules.iter().flat_map(|rule| &rule.exceptions);
    let entries = exceptions.flat_map(|exception| &exception.entries);
    let codes: BTreeSet<usize> = entries.map(|(_, code)| usize::from(*code)).collect();
    let code = |code: usize| Some((code, single(unit.code.codes.get(code)?)));
    codes.into_iter().filter_map(code).collect()
}

/// A code that is run by itself.
pub(crate) fn single(code: &Code) -> Operations {
    Operations::of(iter::once((code, false)))
}
