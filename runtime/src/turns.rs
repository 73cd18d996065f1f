//! Whose turn it is: the order in which the rules of the layers that apply are run.
//!
//! The order is by stage; within a stage by layer, as the layers stand; within a layer as the bundle lists its rules. The rules of a
//! layer that come one after the other are one turn. So where only one layer has rules for the action, there is one turn.

use std::ops::Range;

use lictor_bundle::program::{RuleKey, Stage, Unit};
use lictor_bundle::schema::ActionId;

use crate::plan::{ActionPlan, Program};
use crate::rules::{ActionRules, Entry};
use crate::scratch::Layer;
use crate::slot::Slot;
use crate::unit::UnitView;

/// The layers that have rules for an action, each with how far it has come.
#[derive(Default, Debug)]
pub(crate) struct Turns(Vec<Progress>);

#[derive(Clone, Copy, Debug)]
struct Progress {
    layer: Layer,
    /// The rules of its unit for the action, by their number.
    rules: usize,
    /// Which of its rules for the action is next.
    next: usize,
    /// The stage of that one; none where there is no more.
    stage: Option<Stage>,
}

/// Rules of one layer that are run one after the other.
#[derive(Clone)]
pub(crate) struct Turn<'p> {
    /// Index of their unit.
    pub number: usize,
    /// The unit itself.
    pub does: &'p Unit,
    /// What its code loads.
    pub constants: &'p [Slot],
    /// All rules of the unit for the action, as they are run.
    pub rules: &'p ActionRules,
    /// The first of those whose turn it is.
    pub first: &'p Entry,
    /// Which of them all it is.
    pub which: Range<usize>,
}

impl<'p> Turn<'p> {
    /// The only turn there is, where one layer alone has rules for the action. Nothing where none has, or more do.
    #[inline]
    pub fn only(
        program: &'p Program,
        plan: &ActionPlan,
        layers: &[Layer],
        action: ActionId,
    ) -> Option<Turn<'p>> {
        let (number, rules_number) = plan.alone.or_else(|| alone(program, layers, action))?;
        let UnitView { does, constants, rules, .. } = program.unit(number)?;
        let rules = rules.numbered(rules_number)?;
        let (first, which) = (rules.entries.first()?, 0..rules.entries.len());
        Some(Turn { number, does, constants, rules, first, which })
    }
}

/// The unit that alone of those that apply has rules for an action, and which of its rules they are.
fn alone(program: &Program, layers: &[Layer], action: ActionId) -> Option<(usize, usize)> {
    let units = layers.iter().map(|layer| layer.unit);
    let mut with_rules = units.filter_map(|unit| Some((unit, program.unit(unit)?.rules.number(action)?)));
    let first = with_rules.next()?;
    with_rules.next().is_none().then_some(first)
}

impl Turns {
    /// Starts from the first rule of every layer.
    pub fn start(&mut self, program: &Program, layers: &[Layer], action: ActionId) {
        self.0.clear();
        for layer in layers {
            let Some(unit) = program.unit(layer.unit) else { continue };
            let Some(rules) = unit.rules.number(action) else { continue };
            let first = unit.rules.numbered(rules).and_then(|rules| rules.entries.first());
            let stage = first.map(|first| first.stage);
            self.0.push(Progress { layer: *layer, rules, next: 0, stage });
        }
    }

    /// The next turn; a rule by itself, where rules are wanted `singly`.
    pub fn take<'p>(&mut self, program: &'p Program, singly: bool) -> Option<Turn<'p>> {
        let (at, most) = self.whose(program, singly)?;
        self.0.get_mut(at)?.take(program, most)
    }

    /// Which layer is next, and how many of its rules at most.
    fn whose(&self, program: &Program, singly: bool) -> Option<(usize, usize)> {
        let stage = self.0.iter().filter_map(|progress| progress.stage).min()?;
        let first = self.0.iter().position(|progress| progress.stage == Some(stage))?;
        let (at, twins) = self.first_of_twins(program, first, stage);
        if singly || twins {
            return Some((at, 1));
        }
        let rest = self.0.get(at)?.rest(program)?;
        Some((at, rest.partition_point(|entry| entry.stage <= stage)))
    }

    /// Which of a layer's two units, if it has two with rules in this stage, has the rule that was written first; and whether it has two.
    fn first_of_twins(&self, program: &Program, at: usize, stage: Stage) -> (usize, bool) {
        let next = |at: usize| self.0.get(at).filter(|progress| progress.stage == Some(stage));
        match next(at).filter(|first| first.layer.twin).zip(next(at + 1)) {
            // The units of a layer stand side by side.
            Some((first, second)) if second.layer.unit == first.layer.unit + 1 => {
                (at + usize::from(second.key(program) < first.key(program)), true)
            }
            _ => (at, false),
        }
    }
}

impl Progress {
    /// Takes at most so many of the rules that are left.
    fn take<'p>(&mut self, program: &'p Program, most: usize) -> Option<Turn<'p>> {
        self.stage?;
        let UnitView { does, constants, rules, .. } = program.unit(self.layer.unit)?;
        let rules = rules.numbered(self.rules)?;
        let rest = rules.entries.get(self.next..)?;
        let (first, length) = (rest.first()?, rest.len().min(most));
        let which = self.next..self.next + length;
        self.next += length;
        self.stage = rest.get(length).map(|entry| entry.stage);
        Some(Turn { number: self.layer.unit, does, constants, rules, first, which })
    }

    /// The rules that are left.
    fn rest<'p>(&self, program: &'p Program) -> Option<&'p [Entry]> {
        let rules = program.unit(self.layer.unit)?.rules;
        rules.numbered(self.rules)?.entries.get(self.next..)
    }

    /// What the next rule is ordered by.
    fn key(&self, program: &Program) -> Option<RuleKey> {
        let entry = self.rest(program)?.first()?;
        Some(program.whole(self.layer.unit)?.rules.get(entry.rule)?.key.clone())
    }
}
