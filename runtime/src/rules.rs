//! The rules of a unit as they are run.

use std::collections::BTreeSet;
use std::iter;
use std::sync::OnceLock;

use lictor_bundle::program::{Code, Stage, Unit};
use lictor_bundle::schema::ActionId;

use crate::slot::Slot;
use crate::value::find;
use crate::vm::{Operations, ReadySite};

/// The rules of a unit.
#[derive(Debug)]
pub(crate) struct Rules {
    /// Those for each action that they concern, sorted by action.
    actions: Box<[ActionRules]>,
    /// The codes of their exceptions, sorted by their index among the unit's codes.
    exceptions: Box<[(usize, OnceLock<Operations>)]>,
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
    /// Each of them, in the order of evaluation.
    pub entries: Box<[Entry]>,
    /// What is run of them.
    run: OnceLock<Run>,
}

/// What is run of rules for an action.
#[derive(Debug)]
pub(crate) struct Run {
    /// Their codes, in the order of evaluation.
    pub code: Operations,
    /// The sites of these codes, one code's after the other's.
    pub sites: Box<[ReadySite]>,
}

impl ActionRules {
    /// What is run of them, made now where it was left for later; they are rules of this unit, whose constants these are.
    #[inline(always)]
    pub fn run(&self, unit: &Unit, constants: &[Slot]) -> &Run {
        self.run.get_or_init(|| Run::of(unit, &self.entries, constants))
    }
}

impl Run {
    #[inline(never)]
    fn of(unit: &Unit, entries: &[Entry], constants: &[Slot]) -> Run {
        let code = |entry: &Entry| Some((unit.code.codes.get(entry.code)?, entry.is_lifted));
        Run {
            code: Operations::of(entries.iter().filter_map(code), constants),
            sites: entries.iter().flat_map(|entry| ReadySite::of(unit, *entry)).collect(),
        }
    }

    /// The sites of the codes from this rule's on.
    pub fn sites_from(&self, entry: &Entry) -> &[ReadySite] {
        let first = self.sites.iter().position(|site| site.stated.entry.rule == entry.rule);
        first.and_then(|first| self.sites.get(first..)).unwrap_or_default()
    }
}

impl Rules {
    /// The rules of a unit, ready to run; `constants` are the unit's, none where units with others share its rules.
    pub fn of(unit: &Unit, constants: &[Slot]) -> Rules {
        let rules = Rules::for_later(unit);
        rules.actions.iter().for_each(|rules| _ = rules.run(unit, constants));
        rules.exceptions.iter().for_each(|(code, _)| _ = rules.exception(*code, unit, constants));
        rules
    }

    /// The rules of a unit of which each is made ready when it is first run. Not for rules that units with other constants share.
    pub fn for_later(unit: &Unit) -> Rules {
        let entries = entries(unit);
        let mut actions: Vec<ActionRules> = Vec::new();
        for of_action in entries.chunk_by(|left, right| left.action == right.action) {
            actions.extend(of_action.first().map(|first| ActionRules {
                action: first.action,
                entries: of_action.into(),
                run: OnceLock::new(),
            }));
        }
        Rules { actions: actions.into(), exceptions: exceptions(unit) }
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
        let rules = self.number(action).and_then(|number| self.numbered(number));
        rules.map_or(&[], |rules| &rules.entries)
    }

    /// The code of an exception, by its index among the unit's; made now where it was left for later, of this unit and its constants.
    pub fn exception(&self, code: usize, unit: &Unit, constants: &[Slot]) -> Option<&Operations> {
        let (_, made) = find(&self.exceptions, |(of, _)| of.cmp(&code))?;
        let code = unit.code.codes.get(code)?;
        Some(made.get_or_init(|| single(code, constants)))
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

fn exceptions(unit: &Unit) -> Box<[(usize, OnceLock<Operations>)]> {
    let exceptions = unit.rules.iter().flat_map(|rule| &rule.exceptions);
    let entries = exceptions.flat_map(|exception| &exception.entries);
    let codes: BTreeSet<usize> = entries.map(|(_, code)| usize::from(*code)).collect();
    codes.into_iter().map(|code| (code, OnceLock::new())).collect()
}

/// A code that is run by itself.
pub(crate) fn single(code: &Code, constants: &[Slot]) -> Operations {
    Operations::of(iter::once((code, false)), constants)
}
