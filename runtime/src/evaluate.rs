//! An evaluation: the rules of the layers that apply are run stage by stage, then come the score and the action's default.
//!
//! The order is fixed: thirteen stages; within a stage the base, each category that matches, the agent's tier, the user; within
//! a layer its rules as the bundle lists them. The first refusal ends the evaluation.

use std::slice;

use lictor_bundle::instr::Failure;
use lictor_bundle::program::Stage;
use lictor_bundle::schema::ActionId;

use crate::decision::{Class, Verdict};
use crate::history::Past;
use crate::outcome::{default_causes, score_cause};
use crate::plan::{ActionPlan, Program};
use crate::rules::Entry;
use crate::score::{amplifiers, score};
use crate::scratch::Scratch;
use crate::stage::CheckResult;
use crate::trace::Watch;
use crate::turns::Turn;
use crate::vm::{self, Cause, End, Machine, Operations, Running};

/// What an evaluation came to. What was found on the way is in the scratch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evaluation {
    /// What is decided: the strictest of all causes.
    pub verdict: Verdict,
    pub class: Class,
    /// None where the evaluation ended before it.
    pub score: Option<u8>,
    /// The stage that ended it; none where it went through all of them.
    pub ended: Option<Stage>,
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
    scratch.turns.start(program, &scratch.layers, action);
    let mut machine = Machine::new(program, scratch, past, now);
    while let Some(turn) = machine.turns.take(program, W::LOOKS) {
        if let Err(stage) = run_rules(&mut machine, &turn, watch) {
            return refused(stage, now);
        }
    }
    if let Err(failure) = amplifiers(program, scratch, plan) {
        scratch.effects.causes.push(Cause::Unscored(failure));
        return refused(Stage::Risk, now);
    }
    let Scratch { effects, layers, .. } = scratch;
    let score = score(&program.bundle.schema, plan, effects);
    effects.causes.extend(score_cause(program, layers, score));
    if plan.objects_by_default {
        default_causes(program, layers, action, &mut effects.causes);
    }
    let (verdict, class) = match CheckResult::of(&effects.causes) {
        CheckResult::Fail => (Verdict::Deny, Class::RiskOrPolicyReject),
        CheckResult::StepUp => (Verdict::StepUp, Class::StepUpRequired),
        _ => (Verdict::Allow, Class::Allowed),
    };
    Evaluation { verdict, class, score: Some(score), ended: None, now }
}

/// An evaluation that a hard statement, or something that could not be evaluated, has ended.
fn refused(stage: Stage, now: i64) -> Evaluation {
    Evaluation { verdict: Verdict::Deny, class: Class::HardRuleFailed, score: None, ended: Some(stage), now }
}

/// Runs the rules whose turn it is; the error is the stage of the one that refused.
fn run_rules<'a, W: Watch>(machine: &mut Machine<'a>, turn: &Turn<'a>, watch: &mut W) -> Result<(), Stage> {
    let first = turn.entries().get(turn.which.clone()).and_then(<[Entry]>::first);
    let Some(first) = first else { return Ok(()) };
    let end = if W::LOOKS { watched(machine, turn, first, watch) } else { run(machine, turn, watch) };
    let failure = match end {
        Ok(End::Done) => return Ok(()),
        Ok(End::Denied) => None,
        // The loader lets no rule end with an answer.
        Ok(End::Answer(_)) => Some(Failure::Arithmetic),
        Err(failure) => Some(failure),
    };
    let (unit, entry) = machine.rule().unwrap_or((turn.number, *first));
    // A rule that could not be evaluated refuses.
    machine.effects.causes.extend(failure.map(|failure| Cause::Failed(unit, entry, failure)));
    Err(entry.stage)
}

fn run<'a, W: Watch>(machine: &mut Machine<'a>, turn: &Turn<'a>, watch: &mut W) -> Result<End, Failure> {
    let Operations { ops, starts } = &turn.rules.code;
    machine.constants = turn.unit.constants;
    let (unit, does) = (turn.number, turn.unit.does);
    machine.running = Some(Running { unit, does, entries: turn.entries(), starts });
    let start = |rule: usize| starts.get(rule).map_or(ops.len(), |start| *start as usize);
    let ops = ops.get(..start(turn.which.end)).ok_or(Failure::Arithmetic)?;
    vm::run(machine, ops, start(turn.which.start), watch)
}

/// Runs a rule by itself, instruction by instruction.
fn watched<'a, W: Watch>(
    machine: &mut Machine<'a>,
    turn: &Turn<'a>,
    entry: &'a Entry,
    watch: &mut W,
) -> Result<End, Failure> {
    let (unit, does) = (turn.number, turn.unit.does);
    let code = does.code.codes.get(entry.code).ok_or(Failure::Arithmetic)?;
    machine.constants = turn.unit.constants;
    machine.running = Some(Running { unit, does, entries: slice::from_ref(entry), starts: &[0] });
    machine.here = 0;
    watch.rule(turn.number, *entry);
    machine.lift();
    machine.clear_temporaries(code.temporaries.len())?;
    let end = vm::run(machine, &Operations::to_watch(code).ops, 0, watch);
    watch.ended(end);
    end
}
