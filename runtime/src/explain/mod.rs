//! An explanation of a decision: every stage and every rule, what each statement came to, the values that conditions read and
//! where those came from, and for what was not allowed a change of one field that would have been.
//!
//! It is for authors, auditors and operators. It shows the true reasons, also where a policy has an agent told something else, so
//! it must not be passed on to one.

mod change;
mod candidates;
mod nodes;
mod readers;
mod request;

use lictor_bundle::decimal::render_decimal;
use lictor_bundle::program::{Effect, Stage, Unit, UnitKey};
use lictor_bundle::source_map::{StepKind, UnitMap};
use serde::Serialize;

use crate::arena::Arenas;
use crate::decision::Decision;
use crate::decode::Input;
use crate::history::Past;
use crate::names::rule_name;
use crate::outcome::{failure_words, thresholds};
use crate::plan::Program;
use crate::scratch::Scratch;
use crate::stage::CheckResult;
use crate::trace::{RuleEnd, RuleTrace, StepOutcome, Trace};
use crate::unit::Wholes;

pub use self::change::{Change, Changes};
pub use self::nodes::{Explained, Origin};
pub use self::readers::ExplainedReader;

/// How a decision came about. Written as JSON its members have these names, and `null` stands for what there is not.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Explanation {
    /// The layers that apply to the request, in their order.
    pub layers: Vec<String>,
    /// Of a tool call: what readers said of its input, to the policy's normalizers of the tool.
    pub readers: Vec<ExplainedReader>,
    /// The thirteen stages.
    pub stages: Vec<ExplainedStage>,
    /// What the score was made of; nothing where the evaluation ended before it.
    pub score: Option<ExplainedScore>,
    /// What would have made it pass; nothing for what was allowed.
    pub changes: Option<Changes>,
}

/// A stage.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ExplainedStage {
    /// Its name.
    #[serde(serialize_with = "crate::stage::serialize")]
    pub stage: Stage,
    /// What came of it.
    pub result: CheckResult,
    /// The rules that stand in it for the request's action and layers, in the order of evaluation.
    pub rules: Vec<ExplainedRule>,
}

/// A rule.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ExplainedRule {
    /// Its name, as `module.rule`.
    pub rule: String,
    /// Its layer.
    pub layer: String,
    /// Its file, as the bundle's manifest lists it.
    pub file: String,
    /// The line on which it begins.
    pub line: u32,
    /// `passed`, `denied`, `failed` (it could not be evaluated, and so it refused) or `not_evaluated`.
    pub outcome: &'static str,
    /// Why it could not be evaluated.
    pub failure: Option<String>,
    /// Its statements. Empty where the bundle carries no source map.
    pub steps: Vec<ExplainedStep>,
}

/// A statement.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ExplainedStep {
    /// `let`, `when`, `require`, `deny`, `step_up`, `risk`, `flag`, `amplify` or `oblige`.
    pub kind: &'static str,
    /// The name of a `let`, or of what an `oblige` demands.
    pub name: Option<String>,
    /// Its text: of a `let` its value, of a `when` its condition.
    pub text: String,
    /// The line on which it begins.
    pub line: u32,
    /// How many `when` it stands in.
    pub depth: u8,
    /// `fired` (it had its effect; what stands in a `when` holds; a `let` was evaluated), `passed`, `failed` or `not_reached`.
    pub outcome: &'static str,
    /// The reason code that it gives.
    pub code: Option<String>,
    /// Its condition, or the value of a `let`.
    pub condition: Option<Explained>,
}

/// What a score was made of.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ExplainedScore {
    /// The score, from 0 to 100.
    pub score: u8,
    /// From which score on a person is asked.
    pub step_up_at: u8,
    /// From which score on it is refused.
    pub deny_at: u8,
    /// Each flag with its weight.
    pub flags: Vec<(String, String)>,
    /// Each amplifier with its value and its weight.
    pub amplifiers: Vec<(String, String, String)>,
    /// Each reason code with its points.
    pub points: Vec<(String, u8)>,
}

/// Decides a request again and explains it: where the base is only observed, what would have been decided if it counted. `past` knows what happened before it, where somebody does.
pub(crate) fn explain(
    program: &Program,
    scratch: &mut Scratch,
    request: &[u8],
    past: Option<&dyn Past>,
) -> (Decision, Explanation) {
    let mut recorder = crate::trace::Recorder::new(program);
    let decision = crate::decide::judge(program, scratch, Input::Whole(request), past, &mut recorder);
    let trace = recorder.into_trace(scratch);
    let mut explanation = Explanation {
        layers: Vec::new(),
        readers: readers::readers(program, request),
        stages: stages(program, scratch, &decision, &trace),
        score: score(program, scratch, &decision),
        changes: None,
    };
    let units = scratch.layers.iter().filter_map(|layer| program.whole(layer.unit));
    explanation.layers = units.map(|unit| unit.key.layer(&program.bundle.schema)).collect();
    // Last, because it decides other requests with the same memory.
    explanation.changes = change::find(program, scratch, request, past, &decision, &trace);
    (crate::decide::in_force(program, decision), explanation)
}

fn stages(program: &Program, scratch: &Scratch, decision: &Decision, trace: &Trace) -> Vec<ExplainedStage> {
    let units = Wholes::of(program, &scratch.layers);
    let of_stage = |stage: Stage| {
        let mut rules = Vec::new();
        for layer in &scratch.layers {
            let Some((unit, plan)) = units.get(layer.unit).zip(program.unit(layer.unit)) else { continue };
            let entries = scratch.action.map(|action| plan.rules.for_action(action)).unwrap_or_default();
            for entry in entries.iter().filter(|entry| entry.stage == stage) {
                let ran = trace.rules.iter().find(|rule| rule.unit == layer.unit && rule.rule == entry.rule);
                let Some(rule) = unit.rules.get(entry.rule) else { continue };
                let (outcome, failure) = match ran.map(|ran| ran.end) {
                    None => ("not_evaluated", None),
                    Some(RuleEnd::Passed) => ("passed", None),
                    Some(RuleEnd::Denied) => ("denied", None),
                    Some(RuleEnd::Failed(failure)) => ("failed", Some(failure_words(failure).1.to_owned())),
                };
                rules.push(ExplainedRule {
                    rule: rule_name(rule),
                    layer: unit.key.layer(&program.bundle.schema),
                    file: rule.source.0.clone(),
                    line: rule.source.1,
                    outcome,
                    failure,
                    steps: ran.map_or(Vec::new(), |ran| steps(program, scratch, unit, ran)),
                });
            }
        }
        rules
    };
    let checks = decision.checks.iter();
    checks
        .map(|check| ExplainedStage {
            stage: check.stage,
            result: check.result,
            rules: of_stage(check.stage),
        })
        .collect()
}

fn steps(program: &Program, scratch: &Scratch, unit: &Unit, ran: &RuleTrace) -> Vec<ExplainedStep> {
    let schema = &program.bundle.schema;
    let Some((rule, map)) = unit.rules.get(ran.rule).zip(unit.map.rules.get(ran.rule)) else {
        return Vec::new();
    };
    let arenas = Arenas { request: &scratch.arena, program: &program.arenas };
    let view = nodes::View { program, layers: &scratch.layers, arenas, unit: &unit.map, map, ran };
    let explained = map.steps.iter().enumerate().filter_map(|(number, step)| {
        let (kind, name, statement) = match &step.kind {
            // Nobody used the name, so nobody evaluated it.
            StepKind::Let(name) if name.is_empty() => return None,
            StepKind::Let(name) => ("let", Some(name.clone()), None),
            StepKind::When => ("when", None, None),
            StepKind::Effect { statement, on } => {
                let statement = rule.statements.get(usize::from(*statement))?;
                let demanded = match &statement.effect {
                    Effect::Oblige { id, .. } => Some(id.clone()),
                    _ => None,
                };
                (effect_word(&statement.effect, *on), demanded, Some(statement))
            }
        };
        let code = statement.and_then(|statement| schema.reasons.get(usize::from(statement.reason?)));
        Some(ExplainedStep {
            kind,
            name,
            text: text(&unit.map, step.text),
            line: unit.map.place_of(step.text).map_or(0, |(_, line)| line),
            depth: step.depth,
            outcome: match ran.step(map, number) {
                StepOutcome::NotReached => "not_reached",
                StepOutcome::Failed => "failed",
                StepOutcome::Passed => "passed",
                StepOutcome::Fired => "fired",
            },
            code: code.map(|code| code.name.clone()),
            condition: step.node.map(|node| view.node(node)),
        })
    });
    explained.collect()
}

fn text(map: &UnitMap, number: u32) -> String {
    map.texts.get(number as usize).map(|text| text.text.clone()).unwrap_or_default()
}

fn effect_word(effect: &Effect, on: bool) -> &'static str {
    match effect {
        Effect::Deny if on => "deny",
        Effect::Deny => "require",
        Effect::StepUp(_) => "step_up",
        Effect::Risk(_) => "risk",
        Effect::Flag(_) => "flag",
        Effect::Amplify(..) => "amplify",
        Effect::Oblige { .. } => "oblige",
    }
}

fn score(program: &Program, scratch: &Scratch, decision: &Decision) -> Option<ExplainedScore> {
    let schema = &program.bundle.schema;
    let risk = decision.risk.as_ref()?;
    let [(step_up_at, _), (deny_at, _)] = thresholds(program, &scratch.layers);
    let weight = |weights: &[lictor_bundle::schema::Weight], name: &str| {
        let found = weights.iter().find(|weight| weight.name == name);
        render_decimal(found.map_or(0, |weight| weight.weight))
    };
    let flags = risk.flags.iter().map(|flag| (flag.clone(), weight(&schema.flags, flag)));
    let amplifiers = risk.amplifiers.iter().map(|amplifier| {
        let weight = weight(&schema.amplifiers, &amplifier.name);
        (amplifier.name.clone(), amplifier.value.clone(), weight)
    });
    Some(ExplainedScore {
        score: risk.score,
        step_up_at,
        deny_at,
        flags: flags.collect(),
        amplifiers: amplifiers.collect(),
        points: risk.points.iter().map(|points| (points.code.clone(), points.points)).collect(),
    })
}

/// The layer that a unit is, and the file and line at which it sets something.
fn set_at(program: &Program, unit: usize, set: usize) -> Option<(String, Option<String>)> {
    let unit = program.whole(unit)?;
    let place = unit
        .map
        .sets
        .get(set)
        .and_then(|(file, line)| Some(format!("{}:{line}", unit.map.files.get(usize::from(*file))?)));
    let layer = match &unit.key {
        UnitKey::Base => "base".to_owned(),
        key => key.layer(&program.bundle.schema),
    };
    Some((layer, place))
}
