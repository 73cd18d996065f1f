//! Observed layers, said as two policies: one from which what is observed was struck out, and one in which it counts. The first decides.
//! What the second says beyond it is what was observed. Where the base is observed, everything is, and nothing is struck out or counted
//! again: what the policy would decide is told, and allowed.

use std::sync::Arc;

use std::cell::RefCell;

use lictor_bundle::program::{Mode, Stage, UnitKey};
use lictor_compiler::typed::{Program, Rule};

use crate::decide::{Asked, alone, applies};
use crate::decision::{Observed, RefDecision, Verdict};
use crate::eval::Situation;
use crate::past::PastAction;
use crate::read;

/// Whether a policy has observed layers.
pub fn observes(program: &Program) -> bool {
    program.units.iter().any(|unit| unit.mode == Mode::Observed)
}

/// What a policy of which everything is observed makes of what it would decide: nothing objects, since nothing counts, and what would be
/// decided is told.
pub fn everything(would_be: RefDecision) -> RefDecision {
    let observed = Observed {
        layers: vec!["base".to_owned()],
        decision: would_be.decision,
        reason_code: would_be.reason_code,
        reasons: would_be.reasons,
        score: would_be.risk.map(|risk| risk.score),
        obligations: would_be.obligations,
        observed: would_be.observed.map(Box::new),
    };
    RefDecision {
        decision: Verdict::Allow,
        class: "ALLOWED",
        reason_code: "OK".to_owned(),
        reasons: Vec::new(),
        risk: None,
        obligations: Vec::new(),
        exceptions: Vec::new(),
        checks: Stage::ALL.map(|stage| (stage.name(), "not_evaluated")).to_vec(),
        observed: Some(observed),
    }
}

/// Decides a request by such a policy.
pub fn decide(program: &Program, past: Option<&[PastAction]>, text: &str) -> (RefDecision, Option<Asked>) {
    let (decision, asked) = alone(&struck_out(program), past, text);
    // Who is turned away at the door met no layer.
    let at_the_door = decision
        .checks
        .iter()
        .any(|(stage, result)| ["schema_version", "structure"].contains(stage) && *result == "fail");
    if at_the_door {
        return (decision, asked);
    }
    let counting = counting(program);
    let layers = layers(program, text);
    let (with, asked_with) = alone(&counting, past, text);
    let turned_away = with.checks.iter().any(|(stage, result)| *stage == "structure" && *result == "fail");
    if layers.is_empty() && !turned_away {
        return (decision, asked);
    }
    let observed = Observed {
        layers,
        decision: with.decision,
        reason_code: with.reason_code,
        reasons: with.reasons.into_iter().filter(|cause| !decision.reasons.contains(cause)).collect(),
        score: with.risk.map(|risk| risk.score),
        obligations: with
            .obligations
            .into_iter()
            .filter(|obligation| !decision.obligations.contains(obligation))
            .collect(),
        observed: None,
    };
    (RefDecision { observed: Some(observed), ..decision }, asked.or(asked_with))
}

/// The policy without what is observed.
fn struck_out(program: &Program) -> Program {
    let mut without = program.clone();
    without.units.retain(|unit| unit.mode == Mode::Enforced);
    for rule in without.units.iter_mut().flat_map(|unit| &mut unit.rules) {
        Arc::make_mut(rule).exceptions.retain(|exception| exception.mode == Mode::Enforced);
    }
    without
}

/// The policy in which what is observed counts. The rules of one layer stand together, in the order of their modules.
fn counting(program: &Program) -> Program {
    let mut with = program.clone();
    let keys: Vec<UnitKey> = with.units.iter().map(|unit| unit.key.clone()).collect();
    for key in keys {
        let mut of_layer = with.units.iter_mut().filter(|unit| unit.key == key);
        let Some(first) = of_layer.next() else { continue };
        first.mode = Mode::Enforced;
        let others: Vec<Arc<Rule>> = of_layer.flat_map(|unit| std::mem::take(&mut unit.rules)).collect();
        let unit = with.units.iter_mut().find(|unit| unit.key == key);
        unit.into_iter().for_each(|unit| {
            unit.rules.extend(others.iter().cloned());
            unit.rules.sort_by_key(|rule| (rule.stage, rule.module.clone(), rule.position));
        });
    }
    with
}

/// The observed layers that apply to a request that was read.
fn layers(program: &Program, text: &str) -> Vec<String> {
    let Ok(request) = read::request(program, text) else { return Vec::new() };
    let missing = RefCell::new(None);
    let situation = Situation { program, request: &request, layers: &[], past: None, missing: &missing };
    let observed = program.units.iter().filter(|unit| unit.mode == Mode::Observed);
    let applying = observed.filter(|unit| applies(situation, unit) == Ok(true));
    applying.map(|unit| unit.key.layer(&program.schema)).collect()
}
