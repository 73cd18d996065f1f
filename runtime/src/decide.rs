//! A decision: the request is read, the layers that apply are found, their rules are run stage by stage.
//!
//! The order is fixed: thirteen stages; within a stage the base, each category that matches, the agent's tier, the user; within
//! a layer its rules as the bundle lists them. The first refusal ends the evaluation. After the rules come the score and the
//! action's default.

use std::borrow::Cow;
use std::collections::BTreeSet;

use lictor_bundle::instr::{Failure, TEMPORARIES};
use lictor_bundle::program::Stage;
use lictor_bundle::schema::ActionId;

use crate::arena::Arenas;
use crate::decision::{Class, Decision, Found, Reason, ToolCall, Verdict};
use crate::decode::{Input, Refusal, decode};
use crate::digest::{Digest, Digests};
use crate::except::{in_time, lifting};
use crate::history::Past;
use crate::layers::find_layers;
use crate::names::{cites, rule_name};
use crate::needs::{FactQuery, Needs};
use crate::outcome::{default_reasons, failure_words, score_reason};
use crate::plan::{ActionPlan, Entry, Program};
use crate::score::{amplifiers, risk};
use crate::scratch::{Layer, Scratch};
use crate::shadow::{is_observed, observed, with_observed};
use crate::stage::{CheckResult, not_evaluated};
use crate::trace::Watch;
use crate::vm::{self, Effects, End, Machine, Origin};

/// Decides a request before the eyes of a watcher; who knows what happened before is `past`.
pub(crate) fn decide<W: Watch>(
    program: &Program,
    scratch: &mut Scratch,
    input: Input<'_>,
    past: Option<&dyn Past>,
    watch: &mut W,
) -> Decision {
    scratch.clear();
    match read(program, scratch, input) {
        Err(reason) => {
            let (request, apart) = input.parts();
            Decision::new(refused(*reason), None, all(program, Digests::raw(request, apart)))
        }
        Ok((action, plan)) => {
            let found = evaluate(program, scratch, action, plan, past, watch);
            let observed = observed(program, scratch, action, plan, past, &found, watch);
            // After both: what either of them asked for belongs to the facts with which the decision is made again.
            let digests = typed_digests(program, scratch, action, plan);
            let named = program.bundle.schema.actions.get(usize::from(action));
            let call = scratch.tool.take().zip(named);
            let call = call.map(|(tool, action)| ToolCall { tool, action: action.name.clone() });
            Decision { call, ..Decision::new(found, observed, all(program, digests)) }
        }
    }
}

/// The engine's own two stages: reads the request and finds the layers that apply to it.
pub(crate) fn read<'p>(
    program: &'p Program,
    scratch: &mut Scratch,
    input: Input<'_>,
) -> Result<(ActionId, &'p ActionPlan), Box<Reason>> {
    let action = decode(program, scratch, input)
        .map_err(|Refusal { stage, code, reason }| Box::new(denied(stage, code, reason, None, None)))?;
    let failed = |failure, layer| Box::new(not_evaluated_at_all(failure, layer));
    let plan = program.actions.get(usize::from(action)).ok_or_else(|| failed(Failure::Arithmetic, None))?;
    scratch.action = Some(action);
    // A category that may or may not apply leaves open which rules do, so nothing can be decided.
    find_layers(program, scratch, action, plan).map_err(|undecided| {
        let unit = program.bundle.units.get(undecided.unit);
        failed(undecided.failure, unit.map(|unit| unit.key.layer(&program.bundle.schema)))
    })?;
    Ok((action, plan))
}

/// Reads the report of an event, or something that happened before; what is wrong with it as a decision that refuses it.
pub(crate) fn recall(
    program: &Program,
    scratch: &mut Scratch,
    input: Input<'_>,
) -> Result<(), Box<Decision>> {
    scratch.clear();
    match decode(program, scratch, input) {
        Ok(action) => {
            scratch.action = Some(action);
            Ok(())
        }
        Err(Refusal { stage, code, reason }) => {
            let (report, apart) = input.parts();
            let found = refused(denied(stage, code, reason, None, None));
            Err(Box::new(Decision::new(found, None, all(program, Digests::raw(report, apart)))))
        }
    }
}

/// Where it cannot be said which layers apply, nothing is evaluated.
pub(crate) fn not_evaluated_at_all(failure: Failure, layer: Option<String>) -> Reason {
    let (code, words) = failure_words(failure);
    denied(Stage::Structure, code, words.to_owned(), None, layer)
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

/// The other eleven stages, then the score and the default.
pub(crate) fn evaluate<W: Watch>(
    program: &Program,
    scratch: &mut Scratch,
    action: ActionId,
    plan: &ActionPlan,
    past: Option<&dyn Past>,
    watch: &mut W,
) -> Found {
    let now = scratch.frame.get(usize::from(plan.now)).copied().unwrap_or_default().int();
    let past = (past, now);
    let mut checks = not_evaluated();
    let mut effects = Effects { now, ..Effects::default() };
    for check in &mut checks {
        check.result = match check.stage {
            Stage::SchemaVersion | Stage::Structure => CheckResult::Pass,
            stage => run_stage(program, scratch, stage, past, &mut effects, watch),
        };
        if check.result == CheckResult::Fail {
            break;
        }
    }
    let mut ended = checks.iter().any(|check| check.result == CheckResult::Fail);
    if !ended && let Err(failure) = amplifiers(program, scratch, plan, &mut effects) {
        let (code, words) = failure_words(failure);
        effects.reasons.push(denied(Stage::Risk, code, words.to_owned(), None, Some("base".to_owned())));
        let [.., last] = &mut checks;
        last.result = CheckResult::Fail;
        ended = true;
    }
    let risk = (!ended).then(|| risk(&program.bundle.schema, plan, &mut effects));
    let Effects { mut reasons, mut obligations, exceptions, .. } = effects;
    let class = if let Some(risk) = &risk {
        let of_rules = reasons.len();
        let score = risk.score;
        reasons.extend(score_reason(program, &scratch.layers, score));
        default_reasons(program, &scratch.layers, action, &mut reasons);
        // The score and the default are always there, so the last stage never has nothing to say.
        let [.., last] = &mut checks;
        last.result = last.result.max(CheckResult::of(reasons.get(of_rules..).unwrap_or_default()));
        match CheckResult::of(&reasons) {
            CheckResult::Fail => Class::RiskOrPolicyReject,
            CheckResult::StepUp => Class::StepUpRequired,
            _ => Class::Allowed,
        }
    } else {
        Class::HardRuleFailed
    };
    if CheckResult::of(&reasons) == CheckResult::Fail {
        obligations.clear();
    }
    Found { class, reasons, risk, obligations, exceptions, checks }
}

/// Runs the rules of a stage, layer by layer, until one refuses.
fn run_stage<W: Watch>(
    program: &Program,
    scratch: &mut Scratch,
    stage: Stage,
    past: (Option<&dyn Past>, i64),
    effects: &mut Effects,
    watch: &mut W,
) -> CheckResult {
    let before = effects.reasons.len();
    let mut result = CheckResult::NoRule;
    for layer in 0..scratch.layers.len() {
        while let Some((unit, entry)) = next_entry(program, scratch, layer, stage) {
            watch.rule(unit, entry);
            let end = run_rule(program, scratch, unit, entry, past, effects, watch);
            watch.ended(end);
            match end {
                Ok(End::Done) => result = CheckResult::Pass,
                Ok(End::Denied) => return CheckResult::Fail,
                // The loader lets no rule end with an answer.
                Ok(End::Answer(_)) => return failed(program, unit, entry, Failure::Arithmetic, effects),
                Err(failure) => return failed(program, unit, entry, failure, effects),
            }
        }
    }
    match effects.reasons.get(before..) {
        None | Some([]) => result,
        Some(_) => CheckResult::StepUp,
    }
}

/// The next rule of a layer, if it stands in this stage.
fn next_entry(
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
            |(unit, entry): (usize, Entry)| Some(&program.bundle.units.get(unit)?.rules.get(entry.rule)?.key);
        if found.zip(other).is_some_and(|(one, other)| key(other) < key(one)) {
            (at, found) = (layer + 1, other);
        }
    }
    scratch.layers.get_mut(at)?.next += usize::from(found.is_some());
    found
}

/// The rule of a layer that would come next, if it stands in this stage.
fn waiting(program: &Program, layer: &Layer, stage: Stage) -> Option<(usize, Entry)> {
    let entry = *program.units.get(layer.unit)?.entries.get(layer.next..layer.end)?.first()?;
    // Rules are sorted by stage, so one that stands earlier cannot come later; it would run rather than be passed over.
    (entry.stage <= stage).then_some((layer.unit, entry))
}

fn run_rule<W: Watch>(
    program: &Program,
    scratch: &mut Scratch,
    unit: usize,
    entry: Entry,
    past: (Option<&dyn Past>, i64),
    effects: &mut Effects,
    watch: &mut W,
) -> Result<End, Failure> {
    let (compiled, plan) =
        program.bundle.units.get(unit).zip(program.units.get(unit)).ok_or(Failure::Arithmetic)?;
    let rule = compiled.rules.get(entry.rule).ok_or(Failure::Arithmetic)?;
    let code = compiled.code.codes.get(entry.code).ok_or(Failure::Arithmetic)?;
    let lifted = lifting(program, scratch, unit, rule, entry, past);
    let (past, now) = past;
    let mut machine = Machine {
        program,
        frame: &mut scratch.frame,
        constants: &plan.constants,
        arena: &mut scratch.arena,
        facts: &mut scratch.facts,
        layers: &scratch.layers,
        params: &mut scratch.params,
        merge: &mut scratch.merge,
        past: past.map(|past| (past, now)),
        origin: Some(Origin { layer: &compiled.key, rule, lifted }),
        effects,
    };
    vm::run(&mut machine, code, watch)
}

/// Lists the facts that deciding a request may need, those that only observed layers need after the others.
pub(crate) fn facts_needed(program: &Program, scratch: &mut Scratch, input: Input<'_>) -> Vec<FactQuery> {
    scratch.clear();
    let Ok((action, plan)) = read(program, scratch, input) else { return Vec::new() };
    let now = scratch.frame.get(usize::from(plan.now)).copied().unwrap_or_default().int();
    let (listed, queries) = (BTreeSet::new(), Vec::new());
    let mut needs = Needs { listed, queries, now, program, observed: false };
    explore(program, scratch, &mut needs);
    if is_observed(scratch) && scratch.unobserved.is_none() {
        needs.observed = true;
        with_observed(program, scratch, action, |scratch| explore(program, scratch, &mut needs));
    }
    needs.queries
}

/// Lists what the rules of the layers that apply may ask for.
fn explore(program: &Program, scratch: &mut Scratch, needs: &mut Needs<'_>) {
    let now = needs.now;
    let mut effects = Effects::default();
    for layer in 0..scratch.layers.len() {
        while let Some((unit, entry)) = next_entry(program, scratch, layer, Stage::Risk) {
            let Some((compiled, plan)) = program.bundle.units.get(unit).zip(program.units.get(unit)) else {
                continue;
            };
            let Some(rule) = compiled.rules.get(entry.rule) else { continue };
            let lifting = in_time(program, &scratch.layers, rule, entry, now).map(|(_, code)| code);
            let codes: Vec<_> = lifting.chain([entry.code]).collect();
            let mut machine = Machine {
                program,
                frame: &mut scratch.frame,
                constants: &plan.constants,
                arena: &mut scratch.arena,
                facts: &mut scratch.facts,
                layers: &scratch.layers,
                params: &mut scratch.params,
                merge: &mut scratch.merge,
                past: None,
                origin: None,
                effects: &mut effects,
            };
            for code in codes.into_iter().filter_map(|code| compiled.code.codes.get(code)) {
                needs.explore(&mut machine, code);
            }
        }
    }
}

/// A rule that could not be evaluated refuses.
fn failed(
    program: &Program,
    unit: usize,
    entry: Entry,
    failure: Failure,
    effects: &mut Effects,
) -> CheckResult {
    let unit = program.bundle.units.get(unit);
    let rule = unit.and_then(|unit| unit.rules.get(entry.rule));
    let cites = rule.map(|rule| cites(&program.bundle.manifest, rule, effects.now)).unwrap_or_default();
    let layer = unit.map(|unit| unit.key.layer(&program.bundle.schema));
    let (code, words) = failure_words(failure);
    let reason = denied(entry.stage, code, words.to_owned(), rule.map(rule_name), layer);
    effects.reasons.push(Reason { cites, ..reason });
    CheckResult::Fail
}

/// A refusal of the engine's own.
pub(crate) fn denied(
    stage: Stage,
    code: &'static str,
    reason: String,
    rule: Option<String>,
    layer: Option<String>,
) -> Reason {
    Reason {
        effect: Verdict::Deny,
        code: Cow::Borrowed(code),
        reason,
        told: None,
        stage,
        rule,
        layer,
        approval: None,
        cites: Vec::new(),
    }
}

fn typed_digests(program: &Program, scratch: &mut Scratch, action: ActionId, plan: &ActionPlan) -> Digests {
    let start = usize::from(TEMPORARIES);
    let request = scratch.frame.get(start..start + plan.width).unwrap_or_default();
    let arenas = Arenas { request: &scratch.arena, program: &program.arenas };
    Digests::typed(program, arenas, action, request, &scratch.facts, &mut scratch.bytes)
}

/// The three digests of a decision.
fn all(program: &Program, digests: Digests) -> [Digest; 3] {
    [Digest(program.id.0), digests.request, digests.facts]
}
