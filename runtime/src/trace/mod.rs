//! Watching a decision being made: which rules ran, what came of every statement, and the value of every expression.
//!
//! The interpreter tells a [`Watch`] what it does. A decision that nobody watches is told to [`Nobody`], whose answers are empty, so
//! that no instruction is spent on it. A [`Trace`] is what a watched decision leaves behind; it never changes the decision, because
//! a watcher gets to see and not to touch.
//!
//! To know which way conditions went, over many decisions: call [`Engine::trace`](crate::Engine::trace) for each, and for every
//! [`RuleTrace`] ask [`RuleTrace::step`] for each of the rule's steps and [`RuleTrace::truth`] for each node. Steps and nodes
//! are those of the rule's [`RuleMap`] in the bundle, which also has their texts and places.

mod recorder;
mod truth;

use lictor_bundle::instr::Failure;
use lictor_bundle::schema::ActionId;
use lictor_bundle::source_map::{RuleMap, StepKind};

use crate::plan::Program;
use crate::rules::Entry;
use crate::slot::Slot;
use crate::vm::{End, Machine};

pub(crate) use self::recorder::Recorder;

/// Watches a decision. Each function is called before what it tells of is done, unless it says otherwise.
pub(crate) trait Watch {
    /// Whether anybody looks. If so, every instruction is run by itself.
    const LOOKS: bool = true;

    /// It is decided once more, as if the observed layers counted.
    fn observing(&mut self) {}
    /// A rule of this unit begins.
    fn rule(&mut self, _unit: usize, _entry: Entry) {}
    /// An instruction is about to run; whether the one before it in the code has just run.
    fn instruction(&mut self, _machine: &Machine<'_>, _pc: usize, _fell: bool) {}
    /// The loop at this instruction has taken its next element.
    fn element(&mut self, _pc: usize) {}
    /// The statement at this site of the code has its effect.
    fn fired(&mut self, _site: u16) {}
    /// The rule has come to its end.
    fn ended(&mut self, _end: Result<End, Failure>) {}
}

/// Nobody watches.
pub(crate) struct Nobody;

impl Watch for Nobody {
    const LOOKS: bool = false;
}

/// What a decision did: the rules that ran, in their order. Rules that did not run because the evaluation had ended are not in it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trace {
    /// One entry for each rule that ran.
    pub rules: Vec<RuleTrace>,
    /// The rules of observed layers that ran when the request was decided as if those layers counted.
    pub observed: Vec<RuleTrace>,
    /// The layers that applied, also those that are only observed, as indices of their units in the bundle. Empty where the request could
    /// not be read.
    pub layers: Vec<usize>,
}

impl Trace {
    /// The same with units named by where they stand in the bundle, and no more by the numbers that deciding names them by.
    pub(crate) fn by_index(mut self, program: &Program) -> Trace {
        let Trace { rules, observed, layers } = &mut self;
        let units = rules.iter_mut().chain(observed).map(|rule| &mut rule.unit).chain(layers);
        units.for_each(|unit| *unit = program.index(*unit).unwrap_or_default());
        self
    }
}

/// What a rule did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleTrace {
    /// Index of its unit in the bundle.
    pub unit: usize,
    /// Index of the rule in its unit.
    pub rule: usize,
    /// The action that it ran for.
    pub action: ActionId,
    /// How it ended.
    pub end: RuleEnd,
    /// The statements that had their effect, by their index among the rule's statements, in the order in which they had it.
    pub fired: Vec<u16>,
    /// The node that could not be evaluated, where it ended so.
    pub(crate) stopped: Option<u16>,
    /// What was last seen of each node.
    pub(crate) seen: Vec<Option<Seen>>,
    /// How many elements each quantifier went through.
    pub(crate) rounds: Vec<(u16, u32)>,
}

/// How a rule ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RuleEnd {
    /// It was gone through.
    Passed,
    /// One of its statements refused.
    Denied,
    /// It could not be evaluated, and so it refused.
    Failed(Failure),
}

/// What came of a statement.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum StepOutcome {
    /// The rule never came to it, or nobody needed the value of a `let`.
    NotReached,
    /// It could not be evaluated.
    Failed,
    /// Its condition let it pass: a `require` that held, a `deny` that did not fire, a `when` whose statements were passed over.
    Passed,
    /// It had its effect; the statements of a `when` were gone into; a `let` was evaluated.
    Fired,
}

/// What was seen of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Seen {
    /// Whether it was there.
    pub present: bool,
    /// Its value, where that is a single one. Of what was not there it says nothing.
    pub slot: Option<Slot>,
}

impl RuleTrace {
    /// Whether a node was last found true or false; nothing where it was not evaluated, or is no condition. Inside a quantifier this
    /// is what was found for the last element that was looked at: the one that decided.
    pub fn truth(&self, map: &RuleMap, node: u16) -> Option<bool> {
        truth::of(map, self, node)
    }

    /// Whether a node was evaluated at all.
    pub fn is_evaluated(&self, map: &RuleMap, node: u16) -> bool {
        self.seen_at(node).is_some() || self.truth(map, node).is_some()
    }

    /// What came of a step of the rule.
    pub fn step(&self, map: &RuleMap, step: usize) -> StepOutcome {
        let Some(step) = map.steps.get(step) else { return StepOutcome::NotReached };
        if self.is_stopped_in(map, step.node) {
            return StepOutcome::Failed;
        }
        let came = |fired: bool| if fired { StepOutcome::Fired } else { StepOutcome::Passed };
        match (&step.kind, step.node) {
            (StepKind::Effect { statement, .. }, _) if self.fired.contains(statement) => StepOutcome::Fired,
            (StepKind::Effect { .. }, None) | (_, None) => StepOutcome::NotReached,
            (StepKind::Let(_), Some(node)) if self.is_evaluated(map, node) => StepOutcome::Fired,
            (StepKind::Let(_), Some(_)) => StepOutcome::NotReached,
            (StepKind::When, Some(node)) => self.truth(map, node).map_or(StepOutcome::NotReached, came),
            (StepKind::Effect { on, .. }, Some(node)) => {
                self.truth(map, node).map_or(StepOutcome::NotReached, |truth| came(truth == *on))
            }
        }
    }

    fn is_stopped_in(&self, map: &RuleMap, node: Option<u16>) -> bool {
        let (Some(stopped), Some(node)) = (self.stopped, node) else { return false };
        let size = map.nodes.get(usize::from(node)).map_or(0, |node| node.size);
        (node..node.saturating_add(size)).contains(&stopped)
    }

    /// The condition of the statement that a node is a part of, where that statement was about to have its effect.
    fn in_message(&self, map: &RuleMap, node: u16) -> Option<u16> {
        map.steps.iter().find_map(|step| {
            let (StepKind::Effect { on, .. }, Some(root)) = (&step.kind, step.node) else { return None };
            let size = map.nodes.get(usize::from(root))?.size;
            let is_part = (root..root.saturating_add(size)).contains(&node);
            (is_part && self.truth(map, root) == Some(*on)).then_some(root)
        })
    }

    pub(crate) fn seen_at(&self, node: u16) -> Option<Seen> {
        self.seen.get(usize::from(node)).copied().flatten()
    }

    pub(crate) fn rounds_of(&self, node: u16) -> u32 {
        self.rounds.iter().find(|(of, _)| *of == node).map_or(0, |(_, rounds)| *rounds)
    }
}
