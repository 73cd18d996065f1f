//! An evaluation: the rules of the layers that apply are run stage by stage, then come the score and the action's default.
//!
//! The order is fixed: thirteen stages; within a stage the base, each category that matches, the agent's tier, the user; within
//! a layer its rules as the bundle lists them. The first refusal ends the evaluation.

use lictor_bundle::instr::Failure;
use lictor_bundle::program::Stage;
use lictor_bundle::schema::ActionId;

use crate::decision::{Class, Verdict};
use crate::except::lifting;
use crate::history::Past;
use crate::outcome::{default_causes, score_cause};
use crate::plan::{ActionPlan, Program};
use crate::score::{amplifiers, score};
use crate::scratch::{Layer, Scratch};
use crate::stage::{Check, CheckResult, not_evaluated};
use crate::trace::Watch;
use crate::unit::Entry;
use crate::vm::{self, Cause, End, Machine, Origin};

/// What an evaluation came to. What was found on the way is in the scratch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evaluation {
    /// What is decided: the strictest of all causes.
    pub verdict: Verdict,
    pub class: Class,
    /// None where the evaluation ended before it.
    pub score: Option<u8>,
    pub checks: [Check; 13],
    /// The time of the request.
    pub now: i64,
}

/// The stages after the engine's own two, then the score and the default.
pub(crate) fn evaluate<W: Watch>(
    program: &Program,
    scratch: &mut Scratch,
    action: ActionId,
    plan: &ActionPlan,
    past: Option<&dyn Past>,
    watch: &mut W,
) -> Evaluation {
    let now = scratch.frame.get(usize::from(plan.now)).copied().unwrap_or_default().int();
    let past = (past, now);
    let mut checks = not_evaluated();
    for check in &mut checks {
        check.result = match check.stage {
            Stage::SchemaVersion | Stage::Structure => CheckResult::Pass,
            stage => run_stage(program, scratch, stage, past, watch),
        };
        if check.result == CheckResult::Fail {
            return ended(checks, now);
        }
    }
    let [.., last] = &mut checks;
    if let Err(failure) = amplifiers(program, scratch, plan) {
        scratch.effects.causes.push(Cause::Unscored(failure));
        last.result = CheckResult::Fail;
        return ended(checks, now);
    }
    let Scratch { effects, layers, .. } = scratch;
    let score = score(&program.bundle.schema, plan, effects);
    let of_rules = effects.causes.len();
    effects.causes.extend(score_cause(program, layers, score));
    default_causes(program, layers, action, &mut effects.causes);
    // The score and the default are always there, so the last stage never has nothing to say.
    last.result = last.result.max(CheckResult::of(effects.causes.get(of_rules..).unwrap_or_default()));
    let (verdict, class) = match CheckResult::of(&effects.causes) {
        CheckResult::Fail => (Verdict::Deny, Class::RiskOrPolicyReject),
        CheckResult::StepUp => (Verdict::StepUp, Class::StepUpRequired),
        _ => (Verdict::Allow, Class::Allowed),
    };
    Evaluation { verdict, class, score: Some(score), checks, now }
}

/// An evaluation that a hard statement, or something that could not be evaluated, has ended.
fn ended(checks: [Check; 13], now: i64) -> Evaluation {
    Evaluation { verdict: Verdict::Deny, class: Class::HardRuleFailed, score: None, checks, now }
}

/// Runs the rules of a stage, layer by layer, until one refuses.
fn run_stage<W: Watch>(
    program: &Program,
    scratch: &mut Scratch,
    stage: Stage,
    past: (Option<&dyn Past>, i64),
    watch: &mut W,
) -> CheckResult {
    let before = scratch.effects.causes.len();
    let mut result = CheckResult::NoRule;
    for layer in 0..scratch.layers.len() {
        while let Some((unit, entry)) = next_entry(program, scratch, layer, stage) {
            watch.rule(unit, entry);
            let end = run_rule(program, scratch, unit, entry, past, watch);
            watch.ended(end);
            // The loader lets no rule end with an answer.
            let failure = match end {
                Ok(End::Done) => {
                    result = CheckResult::Pass;
                    continue;
                }
                Ok(End::Denied) => return CheckResult::Fail,
                Ok(End::Answer(_)) => Failure::Arithmetic,
                Err(failure) => failure,
            };
            // A rule that could not be evaluated refuses.
            scratch.effects.causes.push(Cause::Failed(unit, entry, failure));
            return CheckResult::Fail;
        }
    }
    if scratch.effects.causes.len() > before { CheckResult::StepUp } else { result }
}

/// The next rule of a layer, if it stands in this stage.
pub(crate) fn next_entry(
    program: &Program,
    scratch: &mut Scratch,
    layer: usize,
    stage: Stage,
) -> Option<(usize, Entry)> {
    let mut at = layer;
    let mut found = waiting(program, scratch.layers.get(layer)?, stage);
    if scratch.layers.get(layer)?.twin {
        let other = scratch.layers.get(layer + 1).and_then(|twin| waiting(program, twin, stage));
        let key =
            |(unit, entry): (usize, Entry)| Some(program.whole(unit)?.rules.get(entry.rule)?.key.clone());
        if found.zip(other).is_some_and(|(one, other)| key(other) < key(one)) {
            (at, found) = (layer + 1, other);
        }
    }
    scratch.layers.get_mut(at)?.next += usize::from(found.is_some());
    found
}

/// The rule of a layer that would come next, if it stands in this stage.
fn waiting(program: &Program, layer: &Layer, stage: Stage) -> Option<(usize, Entry)> {
    let entry = *program.unit(layer.unit)?.entries.get(layer.next..layer.end)?.first()?;
    // Rules are sorted by stage, so one that stands earlier cannot come later; it would run rather than be passed over.
    (entry.stage <= stage).then_some((layer.unit, entry))
}

fn run_rule<W: Watch>(
    program: &Program,
    scratch: &mut Scratch,
    unit: usize,
    entry: Entry,
    past: (Option<&dyn Past>, i64),
    watch: &mut W,
) -> Result<End, Failure> {
    let plan = program.unit(unit).ok_or(Failure::Arithmetic)?;
    let rule = plan.does.rules.get(entry.rule).ok_or(Failure::Arithmetic)?;
    let code = plan.does.code.codes.get(entry.code).ok_or(Failure::Arithmetic)?;
    let lifted = lifting(program, scratch, unit, rule, entry, past);
    let (past, now) = past;
    let origin = Origin { unit, entry, rule, lifted };
    let past = past.map(|past| (past, now));
    let mut machine = Machine::new(program, scratch, plan.constants, past, Some(origin));
    vm::run(&mut machine, code, watch)
}
