//! A decision: the request is read, evaluated, and what was found is put into words.

use std::borrow::Cow;
use std::collections::BTreeSet;

use lictor_bundle::instr::{Failure, TEMPORARIES};
use lictor_bundle::program::{Mode, Stage};
use lictor_bundle::schema::ActionId;

use crate::arena::Arenas;
use crate::decision::{Class, Decision, Found, Reason, Verdict};
use crate::decode::{Input, Refusal, decode};
use crate::digest::{Digest, Digests};
use crate::except::in_time;
use crate::history::Past;
use crate::layers::{Undecided, find_layers, user};
use crate::needs::{FactQuery, Needs};
use crate::outcome::failure_words;
use crate::plan::{ActionPlan, Program};
use crate::prepared::Prepared;
use crate::scratch::Scratch;
use crate::shadow::{is_observed, with_observed};
use crate::stage::{CheckResult, not_evaluated};
use crate::trace::Watch;
use crate::turns::Turns;
use crate::vm::{Machine, untrue};

/// Decides a request before the eyes of a watcher; who knows what happened before is `past`.
pub(crate) fn decide<W: Watch>(
    program: &Program,
    scratch: &mut Scratch,
    input: Input<'_>,
    past: Option<&dyn Past>,
    watch: &mut W,
) -> Decision {
    in_force(program, judge(program, scratch, input, past, watch))
}

/// Decides a request as if the base counted, be it observed or not.
pub(crate) fn judge<W: Watch>(
    program: &Program,
    scratch: &mut Scratch,
    input: Input<'_>,
    past: Option<&dyn Past>,
    watch: &mut W,
) -> Decision {
    match prepare(program, scratch, input) {
        Err(decision) => *decision,
        Ok(mut prepared) => prepared.evaluate_before(past, watch).judged(watch),
    }
}

/// What of a decision counts: all of it, or where the base is only observed nothing but that it was made.
pub(crate) fn in_force(program: &Program, decision: Decision) -> Decision {
    match program.mode {
        Mode::Enforced => decision,
        Mode::Observed => decision.only_observed(),
    }
}

/// Reads a request; what is wrong with it as a decision that refuses it, whether it counts or not.
pub(crate) fn prepare<'a>(
    program: &'a Program,
    scratch: &'a mut Scratch,
    input: Input<'a>,
) -> Result<Prepared<'a>, Box<Decision>> {
    match read(program, scratch, input) {
        Ok((action, plan)) => Ok(Prepared::new(program, scratch, input, action, plan)),
        Err(reason) => Err(Box::new(unread(program, input, *reason))),
    }
}

/// The engine's own two stages, but for the layers: reads a request into the scratch.
fn read<'p>(
    program: &'p Program,
    scratch: &mut Scratch,
    input: Input<'_>,
) -> Result<(ActionId, &'p ActionPlan), Box<Reason>> {
    scratch.clear();
    scratch.params.make_room(program.params.len());
    let action = decode(program, scratch, input)
        .map_err(|Refusal { stage, code, reason }| Box::new(denied(stage, code, reason, None)))?;
    scratch.action = Some(action);
    // Whatever was decoded has a plan.
    let plan = program.actions.get(usize::from(action));
    let plan = plan.ok_or_else(|| Box::new(unevaluated(Failure::Arithmetic, None)))?;
    scratch.user = user(program, scratch, plan);
    let start = usize::from(TEMPORARIES);
    scratch.untrue = untrue(scratch.frame.get(start..start + plan.width).unwrap_or_default());
    Ok((action, plan))
}

/// Reads the report of an event, or something that happened before; what is wrong with it as a decision that refuses it.
pub(crate) fn recall(
    program: &Program,
    scratch: &mut Scratch,
    input: Input<'_>,
) -> Result<(), Box<Decision>> {
    prepare(program, scratch, input).map(|_| ())
}

/// The decision about a request that could not be read, or of which nobody can say which layers apply to it.
pub(crate) fn unread(program: &Program, input: Input<'_>, reason: Reason) -> Decision {
    Decision::new(refused(reason), None, all(program, raw_digests(input)))
}

/// The cause where nobody can say which layers apply.
pub(crate) fn undecided(program: &Program, Undecided { unit, failure }: Undecided) -> Reason {
    unevaluated(failure, program.whole(unit).map(|unit| unit.key.layer(&program.bundle.schema)))
}

/// Where it cannot be said which layers apply, nothing is evaluated.
pub(crate) fn unevaluated(failure: Failure, layer: Option<String>) -> Reason {
    let (code, words) = failure_words(failure);
    denied(Stage::Structure, code, words.to_owned(), layer)
}

/// A refusal at one of the engine's own stages.
pub(crate) fn refused(reason: Reason) -> Found {
    let mut checks = not_evaluated();
    for check in &mut checks {
        if check.stage == reason.stage {
            check.result = CheckResult::Fail;
        } else if check.stage < reason.stage {
            check.result = CheckResult::Pass;
        }
    }
    Found {
        class: Class::HardRuleFailed,
        reasons: vec![reason],
        risk: None,
        obligations: Vec::new(),
        exceptions: Vec::new(),
        checks,
    }
}

/// A refusal at one of the engine's own stages, as a cause.
pub(crate) fn denied(stage: Stage, code: &'static str, reason: String, layer: Option<String>) -> Reason {
    Reason {
        effect: Verdict::Deny,
        code: Cow::Borrowed(code),
        reason,
        told: None,
        stage,
        rule: None,
        layer,
        approval: None,
        cites: Vec::new(),
    }
}

/// The digests of what came, where it could not be read.
pub(crate) fn raw_digests(input: Input<'_>) -> Digests {
    let (request, apart) = input.parts();
    Digests::raw(request, apart)
}

/// The digests of a request that was read, and of its facts.
pub(crate) fn typed_digests(
    program: &Program,
    scratch: &mut Scratch,
    action: ActionId,
    plan: &ActionPlan,
) -> Digests {
    let start = usize::from(TEMPORARIES);
    let request = scratch.frame.get(start..start + plan.width).unwrap_or_default();
    let arenas = Arenas { request: &scratch.arena, program: &program.arenas };
    Digests::typed(program, arenas, action, request, &scratch.facts, &mut scratch.bytes)
}

/// The three digests of a decision.
pub(crate) fn all(program: &Program, digests: Digests) -> [Digest; 3] {
    [Digest(program.id.0), digests.request, digests.facts]
}

/// Lists the facts that deciding a request may need, those that only observed layers need after the others.
pub(crate) fn facts_needed(program: &Program, scratch: &mut Scratch, input: Input<'_>) -> Vec<FactQuery> {
    let Ok((action, plan)) = read(program, scratch, input) else { return Vec::new() };
    if find_layers(program, scratch, plan).is_err() {
        return Vec::new();
    }
    let now = scratch.frame.get(usize::from(plan.now)).copied().unwrap_or_default().int();
    let (listed, queries) = (BTreeSet::new(), Vec::new());
    let observed = program.mode == Mode::Observed;
    let mut needs = Needs { listed, queries, now, program, observed };
    explore(program, scratch, action, &mut needs);
    if is_observed(scratch) && scratch.unobserved.is_none() {
        needs.observed = true;
        with_observed(program, scratch, |scratch| explore(program, scratch, action, &mut needs));
    }
    needs.queries
}

/// Lists what the rules of the layers that apply may ask for.
fn explore(program: &Program, scratch: &mut Scratch, action: ActionId, needs: &mut Needs<'_>) {
    let mut turns = Turns::default();
    turns.start(program, &scratch.layers, action);
    let mut machine = Machine::new(program, scratch, None, needs.now);
    while let Some(turn) = turns.take(program, false) {
        let does = turn.does;
        machine.constants = turn.constants;
        for entry in turn.rules.entries.get(turn.which.clone()).unwrap_or_default() {
            let Some(rule) = does.rules.get(entry.rule) else { continue };
            let lifting = in_time(program, machine.layers, rule, *entry, needs.now).map(|(_, code)| code);
            for code in lifting.chain([entry.code]).filter_map(|code| does.code.codes.get(code)) {
                needs.explore(&mut machine, code);
            }
        }
    }
}
