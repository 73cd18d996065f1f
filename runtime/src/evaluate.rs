//! An evaluation: the rules of the layers that apply are run stage by stage, then come the score and the action's default.
//!
//! The order is fixed: thirteen stages; within a stage the base, each category that matches, the agent's tier, the user; within
//! a layer its rules as the bundle lists them. The first refusal ends the evaluation.

use lictor_bundle::instr::Failure;
use lictor_bundle::program::Stage;
use lictor_bundle::schema::ActionId;

use crate::decision::{Class, Verdict};
use crate::history::Past;
use crate::outcome::{default_causes, score_cause};
use crate::plan::{ActionPlan, Program};
use crate::rules::{Entry, Run};
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
#[inline(always)]
pub(crate) fn evaluate<W: Watch>(
    program: &Program,
    scratch: &mut Scratch,
    action: ActionId,
    plan: &ActionPlan,
    past: Option<&dyn Past>,
    watch: &mut W,
) -> Evaluation {
    let now = scratch.frame.get(usize::from(plan.now)).copied().unwrap_or_default().int();
    let only = if W::LOOKS { None } else { Turn::only(program, plan, &scratch.layers, action) };
    let mut machine = Machine::new(program, scratch, past, now);
    let ran = match only {
        Some(turn) => run_rules(&mut machine, &turn, watch),
        None => run_turns(&mut machine, action, watch),
    };
    if let Err(stage) = ran {
        return refused(stage, now);
    }
    if let Err(failure) = amplifiers(program, scratch, plan) {
        scratch.effects.causes.push(Cause::Unscored(failure));
        return refused(Stage::Risk, now);
    }
    let Scratch { effects, layers, .. } = scratch;
    let score = score(&program.bundle.schema, plan, effects);
    if let Some(cause) = score_cause(program, layers, score) {
        effects.causes.push(cause);
    }
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

/// Runs the rules of several layers by turns, for a watcher one by one; the error is the stage of the one that refused.
#[inline(never)]
fn run_turns<W: Watch>(machine: &mut Machine<'_>, action: ActionId, watch: &mut W) -> Result<(), Stage> {
    let program = machine.program;
    machine.turns.start(program, machine.layers, action);
    while let Some(turn) = machine.turns.take(program, W::LOOKS) {
        run_rules(machine, &turn, watch)?;
    }
    Ok(())
}

/// Runs the rules whose turn it is; the error is the stage of the one that refused.
#[inline(always)]
fn run_rules<'a, W: Watch>(machine: &mut Machine<'a>, turn: &Turn<'a>, watch: &mut W) -> Result<(), Stage> {
    let end = if W::LOOKS { watched(machine, turn, watch) } else { run(machine, turn, watch) };
    // A rule that could not be evaluated refuses.
    let (entry, failure) = match end {
        Ok(End::Done) => return Ok(()),
        Ok(End::Denied(stage)) => return Err(stage),
        // The loader lets no rule end with an answer.
        Ok(End::Answer(_)) => (*turn.first, Failure::Arithmetic),
        Err((entry, failure)) => (entry, failure),
    };
    machine.effects.causes.push(Cause::Failed(turn.number, entry, failure));
    Err(entry.stage)
}

/// Runs rules in one go; the error says which of them could not be evaluated, and why.
#[inline(always)]
fn run<'a, W: Watch>(
    machine: &mut Machine<'a>,
    turn: &Turn<'a>,
    watch: &mut W,
) -> Result<End, (Entry, Failure)> {
    let entries = &turn.rules.entries;
    let Run { code: Operations { steps, starts }, sites } = turn.rules.run(turn.does, turn.constants);
    machine.constants = turn.constants;
    let (unit, does) = (turn.number, turn.does);
    machine.running = Some(Running { unit, does, entries, sites });
    let start = |rule: usize| starts.get(rule).map_or(steps.len(), |start| *start as usize);
    let steps = steps.get(..start(turn.which.end)).ok_or((*turn.first, Failure::Arithmetic))?;
    let mut place = start(turn.which.start);
    vm::run(machine, steps, &mut place, watch).map_err(|failure| {
        let rule = starts.partition_point(|start| *start as usize <= place).checked_sub(1);
        let entry = rule.and_then(|rule| entries.get(rule));
        (*entry.unwrap_or(turn.first), failure)
    })
}

/// Runs a rule by itself, instruction by instruction.
fn watched<'a, W: Watch>(
    machine: &mut Machine<'a>,
    turn: &Turn<'a>,
    watch: &mut W,
) -> Result<End, (Entry, Failure)> {
    let (unit, does, entry) = (turn.number, turn.does, *turn.first);
    let entries = turn.rules.entries.get(turn.which.clone()).unwrap_or_default();
    machine.constants = turn.constants;
    let sites = turn.rules.run(does, turn.constants).sites_from(&entry);
    machine.running = Some(Running { unit, does, entries, sites });
    watch.rule(unit, entry);
    let end = match does.code.codes.get(entry.code) {
        None => Err(Failure::Arithmetic),
        Some(code) => {
            machine.lift(0);
            let cleared = machine.clear_temporaries(code.temporaries.len());
            cleared.and_then(|()| vm::run(machine, &Operations::to_watch(code).steps, &mut 0, watch))
        }
    };
    watch.ended(end);
    end.map_err(|failure| (entry, failure))
}
