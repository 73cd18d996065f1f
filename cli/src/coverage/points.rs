//! The places of a rule at which a decision can go one way or another: its statements, and the clauses of their conditions.

use lictor_bundle::program::{Effect, Rule};
use lictor_bundle::source_map::{NodeKind, RuleMap, Step, StepKind, UnitMap};
use lictor_runtime::{RuleTrace, StepOutcome};
use serde::Serialize;

/// A place at which a decision can go one way or another.
#[derive(Serialize)]
pub struct Point {
    /// The line on which it begins, in the rule's file.
    pub line: u32,
    /// As it was written.
    pub text: String,
    /// Whether it is a clause of a condition that has several; else it is a statement, or the condition of a `when`.
    pub clause: bool,
    /// How many `when` it stands in.
    pub depth: u8,
    /// The ways that there are.
    pub ways: Vec<Way>,
    /// The step of the rule's map that it belongs to.
    #[serde(skip)]
    step: usize,
    /// Of a clause: how far its node lies behind the first of its condition. Where a test replaces a `let`, nodes move and this does not.
    #[serde(skip)]
    offset: u16,
}

/// One way that a decision can go.
#[derive(Serialize)]
pub struct Way {
    /// `refuses` and `holds` of a `require`, `refuses` and `passes` of a `deny`, `fires` and `passes` of what is soft, `true` and `false` of a
    /// condition.
    pub what: &'static str,
    /// How many tests took it.
    pub tests: u32,
}

impl Point {
    /// How many tests came to it.
    pub fn tests(&self) -> u32 {
        self.ways.iter().map(|way| way.tests).sum()
    }

    /// Counts which way a decision went, where it came here.
    pub fn count(&mut self, unit: &UnitMap, map: &RuleMap, ran: &RuleTrace) {
        let went = if self.clause {
            let root = map.steps.get(self.step).and_then(|step| step.node);
            let node = root.and_then(|root| root.checked_add(self.offset));
            let found = node.and_then(|node| map.nodes.get(usize::from(node)));
            // A test may have put another value here.
            let is_it = found.is_some_and(|found| unit.text_of(found) == self.text);
            node.filter(|_| is_it).and_then(|node| ran.truth(map, node))
        } else {
            match ran.step(map, self.step) {
                StepOutcome::Fired => Some(true),
                StepOutcome::Passed => Some(false),
                StepOutcome::NotReached | StepOutcome::Failed => None,
            }
        };
        let Some(went) = went else { return };
        if let Some(way) = self.ways.get_mut(usize::from(!went)) {
            way.tests += 1;
        }
    }
}

/// The places of a rule, in the order in which they stand.
pub fn points(unit: &UnitMap, rule: &Rule, map: &RuleMap) -> Vec<Point> {
    let mut points = Vec::new();
    for (number, step) in map.steps.iter().enumerate() {
        let Some(ways) = ways(rule, step) else { continue };
        let line = unit.place_of(step.text).map_or(rule.source.1, |(_, line)| line);
        let text = unit.texts.get(step.text as usize).map(|text| text.text.clone()).unwrap_or_default();
        let point = |line, text, clause, ways: &[&'static str], offset| {
            let ways = ways.iter().map(|what| Way { what, tests: 0 }).collect();
            Point { line, text, clause, depth: step.depth, ways, step: number, offset }
        };
        points.push(point(line, text, false, ways, 0));
        let Some(root) = step.node else { continue };
        let mut clauses = Vec::new();
        collect(unit, map, root, &mut clauses);
        // The only clause of a condition is the condition.
        for clause in Some(clauses).filter(|clauses| clauses.len() > 1).into_iter().flatten() {
            let Some(node) = map.nodes.get(usize::from(clause)) else { continue };
            let place = unit.place_of(node.text).filter(|(file, _)| *file == rule.source.0);
            let line = place.map_or(line, |(_, line)| line);
            points.push(point(line, unit.text_of(node).to_owned(), true, &["true", "false"], clause - root));
        }
    }
    points
}

/// The ways that a step can go; nothing for a `let`.
fn ways(rule: &Rule, step: &Step) -> Option<&'static [&'static str]> {
    let StepKind::Effect { statement, on } = step.kind else {
        return (step.kind == StepKind::When).then_some(&["true", "false"]);
    };
    let denies = matches!(rule.statements.get(usize::from(statement))?.effect, Effect::Deny);
    let both: &[&str] = match (denies, on) {
        (true, false) => &["refuses", "holds"],
        (true, true) => &["refuses", "passes"],
        (false, _) => &["fires", "passes"],
    };
    // What has no condition can only have its effect.
    Some(if step.node.is_some() { both } else { both.get(..1)? })
}

/// The clauses of a condition, down to what is no `and`, `or` or `not`.
fn collect(unit: &UnitMap, map: &RuleMap, node: u16, into: &mut Vec<u16>) {
    let Some(found) = map.nodes.get(usize::from(node)) else { return };
    match found.kind {
        NodeKind::And | NodeKind::Or => {
            let is_unless = found.kind == NodeKind::And && unit.is_unless(map, node);
            for (at, side) in map.children(node).enumerate() {
                // What was written is what the `not` of an `unless` negates.
                let inside = map.children(side).next().filter(|_| is_unless && at == 1);
                collect(unit, map, inside.unwrap_or(side), into);
            }
        }
        NodeKind::Not => {
            let inside = map.children(node).next();
            let text = inside
                .and_then(|inside| map.nodes.get(usize::from(inside)))
                .map(|inside| unit.text_of(inside));
            match inside {
                Some(inside) if text != Some(unit.text_of(found)) => collect(unit, map, inside, into),
                // `is absent`, `not in` and a range over midnight are one comparison for whoever wrote them.
                _ => into.push(node),
            }
        }
        // A constant goes one way only.
        NodeKind::Bool(_) => {}
        _ => into.push(node),
    }
}
