//! A decision: the request is read, the layers that apply are found, the stages are gone through in their order, then the
//! score and the action's default count.

use std::cell::RefCell;

use lictor_bundle::program::{Mode, Stage, UnitKey};
use lictor_bundle::schema::{Action, Approver, Disposition, FactId};
use lictor_compiler::typed::{Expr, ExprKind, Program, Unit};

use crate::decision::{Approval, Cause, RefDecision, Risk, Verdict, Words};
use crate::eval::{Evaluator, Situation, children};
use crate::observed;
use crate::past::PastAction;
use crate::read::{self, Refused, Request};
use crate::rules::{self, Found};
use crate::score::risk;
use crate::value::{Failure, Value};

/// A fact that was needed and not supplied.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    /// Which.
    pub fact: FactId,
    /// What it was asked with.
    pub arguments: Vec<Value>,
}

/// Decides a request, a JSON text that carries its facts.
pub fn decide(program: &Program, request: &str) -> RefDecision {
    decide_and_ask(program, request).0
}

/// Decides a request, and tells the first fact that was needed and not supplied.
pub fn decide_and_ask(program: &Program, text: &str) -> (RefDecision, Option<Asked>) {
    decide_after(program, None, text)
}

/// The same where these actions were decided before, if somebody knows which.
pub fn decide_after(
    program: &Program,
    past: Option<&[PastAction]>,
    text: &str,
) -> (RefDecision, Option<Asked>) {
    let (decision, asked) = match observed::observes(program) {
        true => observed::decide(program, past, text),
        false => alone(program, past, text),
    };
    match program.mode {
        Mode::Enforced => (decision, asked),
        Mode::Observed => (observed::everything(decision), asked),
    }
}

/// Decides by a policy of which every layer counts.
pub(crate) fn alone(
    program: &Program,
    past: Option<&[PastAction]>,
    text: &str,
) -> (RefDecision, Option<Asked>) {
    let missing = RefCell::new(None);
    let decision = match read::request(program, text) {
        Err(Refused { stage, code, path }) => {
            // Of what is no JSON, the place depends on who reads it.
            let words = if path.is_empty() { Words::Engine } else { Words::About(path) };
            at_the_door(stage, code, words, None)
        }
        Ok(request) => match layers(program, &request, &missing) {
            Err((failure, layer)) => {
                at_the_door(Stage::Structure, failure.code(), Words::Engine, Some(layer))
            }
            Ok(layers) => {
                let situation =
                    Situation { program, request: &request, layers: &layers, past, missing: &missing };
                evaluate(situation)
            }
        },
    };
    let asked = missing.into_inner().map(|(fact, arguments)| Asked { fact, arguments });
    (decision, asked)
}

/// A refusal at one of the engine's own two stages.
fn at_the_door(stage: Stage, code: &str, words: Words, layer: Option<String>) -> RefDecision {
    let checks = Stage::ALL.map(|each| {
        let result = match each.cmp(&stage) {
            std::cmp::Ordering::Less => "pass",
            std::cmp::Ordering::Equal => "fail",
            std::cmp::Ordering::Greater => "not_evaluated",
        };
        (each.name(), result)
    });
    let cause = Cause {
        effect: Verdict::Deny,
        code: code.to_owned(),
        words,
        told: None,
        stage,
        rule: None,
        layer,
        approval: None,
        cites: Vec::new(),
    };
    conclude("HARD_RULE_FAILED", vec![cause], None, checks.to_vec())
}

/// The layers that apply: the base, the categories that the request is in, the agent's tier, the user. A category that may or may not
/// apply leaves open what the policy is, so nothing can be decided.
fn layers<'a>(
    program: &'a Program,
    request: &'a Request,
    missing: &RefCell<Option<(FactId, Vec<Value>)>>,
) -> Result<Vec<&'a Unit>, (Failure, String)> {
    let situation = Situation { program, request, layers: &[], past: None, missing };
    let mut applying = Vec::new();
    for unit in &program.units {
        if applies(situation, unit).map_err(|failure| (failure, unit.key.layer(&program.schema)))? {
            applying.push(unit);
        }
    }
    // The units stand in the order of the layers: base, categories by name, tier, user.
    Ok(applying)
}

/// Whether a layer applies to the request.
pub(crate) fn applies(situation: Situation<'_>, unit: &Unit) -> Result<bool, Failure> {
    let Situation { program, request, .. } = situation;
    Ok(match &unit.key {
        UnitKey::Base => true,
        UnitKey::Category(id) => {
            let category = program.categories.iter().find(|category| category.id == *id);
            let when = &category.expect("a layer is of a declared category").when;
            let action = &program.schema.actions[usize::from(request.action)];
            let in_it = has_all(program, action, when).then(|| Evaluator::new(situation).holds(when));
            in_it.unwrap_or(Ok(false))?
        }
        UnitKey::Agent(tier) => member(program, request, "agent", "tier") == Some(Value::Enum(*tier)),
        UnitKey::User(id) => member(program, request, "user", "id") == Some(Value::Text(id.as_str().into())),
    })
}

/// Whether an action has every field that a condition reads.
fn has_all(program: &Program, action: &Action, condition: &Expr) -> bool {
    let fields = &program.schema.records[usize::from(action.request)].fields;
    let here = match &condition.kind {
        ExprKind::Root(name) => fields.iter().any(|field| field.name == *name),
        _ => true,
    };
    here && children(condition).into_iter().all(|child| has_all(program, action, child))
}

/// A member of a part of the envelope.
fn member(program: &Program, request: &Request, part: &str, name: &str) -> Option<Value> {
    let record = program.schema.records.iter().find(|record| record.name.eq_ignore_ascii_case(part))?;
    let number = record.fields.iter().position(|field| field.name == name)?;
    let parts = ["agent", "user", "mandate", "context"];
    let at = parts.iter().position(|known| *known == part)?;
    match request.fields.get(at)? {
        Some(Value::Record(fields)) => fields.get(number)?.clone(),
        _ => None,
    }
}

/// The other eleven stages, the score and the default.
fn evaluate(situation: Situation<'_>) -> RefDecision {
    let mut found = Found::default();
    let mut checks = vec![("schema_version", "pass"), ("structure", "pass")];
    for stage in Stage::ALL.into_iter().skip(2) {
        let result =
            if found.refuses() { "not_evaluated" } else { stage_result(situation, stage, &mut found) };
        checks.push((stage.name(), result));
    }
    if found.refuses() {
        return RefDecision {
            exceptions: found.exceptions,
            ..conclude("HARD_RULE_FAILED", found.causes, None, checks)
        };
    }
    let risk = match risk(situation, &found) {
        Ok(risk) => risk,
        Err(failure) => {
            *last_result(&mut checks) = "fail";
            found.causes.push(of_engine(Verdict::Deny, failure.code(), "base".to_owned()));
            return RefDecision {
                exceptions: found.exceptions,
                ..conclude("HARD_RULE_FAILED", found.causes, None, checks)
            };
        }
    };
    let mut last: Vec<Cause> = of_score(situation, risk.score).into_iter().collect();
    last.extend(of_default(situation));
    // The score and the default are there in any case, so the last stage always has something to say.
    let result = last_result(&mut checks);
    *result = match last.iter().map(|cause| cause.effect).max() {
        Some(Verdict::Deny) => "fail",
        Some(Verdict::StepUp) => "step_up",
        _ if *result == "no_rule" => "pass",
        _ => *result,
    };
    let causes: Vec<Cause> = found.causes.into_iter().chain(last).collect();
    let class = match causes.iter().map(|cause| cause.effect).max() {
        None | Some(Verdict::Allow) => "ALLOWED",
        Some(Verdict::StepUp) => "STEP_UP_REQUIRED",
        Some(Verdict::Deny) => "RISK_OR_POLICY_REJECT",
    };
    let decision = conclude(class, causes, Some(risk), checks);
    // What does not happen obliges nobody.
    let obliges = decision.decision != Verdict::Deny;
    let obligations = if obliges { found.obligations } else { Vec::new() };
    RefDecision { obligations, exceptions: found.exceptions, ..decision }
}

fn last_result<'c>(checks: &'c mut [(&'static str, &'static str)]) -> &'c mut &'static str {
    &mut checks.last_mut().expect("thirteen stages").1
}

/// Runs the rules of a stage, layer by layer, until one refuses.
fn stage_result(situation: Situation<'_>, stage: Stage, found: &mut Found) -> &'static str {
    let before = found.causes.len();
    let mut any = false;
    for unit in situation.layers {
        // A unit lists its rules by stage, then by module, then as they stand in the file.
        for rule in unit.rules.iter().filter(|rule| rule.stage == stage) {
            if rule.actions.contains(&situation.request.action) && !found.refuses() {
                any = true;
                rules::run(situation, unit, rule, found);
            }
        }
    }
    match (found.refuses(), found.causes.len() > before, any) {
        (true, ..) => "fail",
        (_, true, _) => "step_up",
        (_, _, true) => "pass",
        (_, _, false) => "no_rule",
    }
}

/// What the score does by itself.
fn of_score(situation: Situation<'_>, score: u64) -> Option<Cause> {
    let schema = &situation.program.schema;
    // The lowest counts; of equal ones the first layer's.
    let lowest = |base: u8, read: fn(&Unit) -> Option<u8>| {
        let mut found = (base, "base".to_owned());
        for unit in situation.layers {
            match read(unit) {
                Some(set) if set < found.0 => found = (set, unit.key.layer(schema)),
                _ => {}
            }
        }
        found
    };
    let (deny_at, deny_layer) = lowest(schema.risk_deny_at, |unit| unit.thresholds.deny);
    let (ask_at, ask_layer) = lowest(schema.risk_step_up_at, |unit| unit.thresholds.step_up);
    let (effect, code, threshold, layer) = match score {
        0 => return None,
        score if score >= u64::from(deny_at) => (Verdict::Deny, "RISK_DENY", deny_at, deny_layer),
        score if score >= u64::from(ask_at) => (Verdict::StepUp, "RISK_STEP_UP", ask_at, ask_layer),
        _ => return None,
    };
    // Where the policy names nobody, the delegating person is asked.
    let delegating = Approver { role: None, quorum: 1, within: None };
    let approver = schema.escalate.as_ref().unwrap_or(&delegating);
    let approval = (effect == Verdict::StepUp).then(|| Approval::new(schema, approver));
    let words = Words::Score(score, threshold);
    Some(Cause { approval, words, ..of_engine(effect, code, layer) })
}

/// What the action's default does by itself: the strictest of what the layers say, the base's own in place of the declared one. Of
/// several that ask, each approver counts once.
fn of_default(situation: Situation<'_>) -> Vec<Cause> {
    let schema = &situation.program.schema;
    let action = &schema.actions[usize::from(situation.request.action)];
    let said = |unit: &&Unit| {
        let own = unit.defaults.iter().find(|(id, _)| *id == situation.request.action);
        own.map(|(_, default)| (unit.key.layer(schema), default.clone()))
    };
    let mut defaults: Vec<(String, Disposition)> = situation.layers.iter().filter_map(said).collect();
    if !defaults.iter().any(|(layer, _)| layer == "base") {
        defaults.insert(0, ("base".to_owned(), action.default.clone()));
    }
    if let Some((layer, _)) = defaults.iter().find(|(_, default)| *default == Disposition::Deny) {
        return vec![of_engine(Verdict::Deny, "DEFAULT_DENY", layer.clone())];
    }
    let mut asked: Vec<Cause> = Vec::new();
    for (layer, default) in defaults {
        if let Disposition::StepUp(approver) = default {
            let approval = Some(Approval::new(schema, &approver));
            if !asked.iter().any(|cause| cause.approval == approval) {
                asked.push(Cause { approval, ..of_engine(Verdict::StepUp, "DEFAULT_STEP_UP", layer) });
            }
        }
    }
    asked
}

fn of_engine(effect: Verdict, code: &str, layer: String) -> Cause {
    let (code, words, stage) = (code.to_owned(), Words::Engine, Stage::Risk);
    Cause {
        effect,
        code,
        words,
        told: None,
        stage,
        rule: None,
        layer: Some(layer),
        approval: None,
        cites: Vec::new(),
    }
}

/// The first cause of those that decide gives the code.
fn conclude(
    class: &'static str,
    reasons: Vec<Cause>,
    risk: Option<Risk>,
    checks: Vec<(&'static str, &'static str)>,
) -> RefDecision {
    let decision = reasons.iter().map(|cause| cause.effect).max().unwrap_or(Verdict::Allow);
    let first = reasons.iter().find(|cause| cause.effect == decision);
    let reason_code = first.map_or_else(|| "OK".to_owned(), |cause| cause.code.clone());
    let (obligations, exceptions, observed) = (Vec::new(), Vec::new(), None);
    RefDecision { decision, class, reason_code, reasons, risk, obligations, exceptions, checks, observed }
}
