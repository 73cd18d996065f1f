//! What counts besides the rules: failures, the score, the action's default.

use std::iter;

use lictor_bundle::instr::Failure;
use lictor_bundle::program::Thresholds;
use lictor_bundle::schema::{ActionId, Approver, Disposition, Schema};

use crate::decision::Verdict;
use crate::plan::Program;
use crate::scratch::Layer;
use crate::value::find;
use crate::vm::{Cause, Fired};

/// Who is asked where the policy names nobody.
const DELEGATING_USER: Approver = Approver { role: None, quorum: 1, within: None };

/// The code and the words of a failure.
pub(crate) fn failure_words(failure: Failure) -> (&'static str, &'static str) {
    match failure {
        Failure::Arithmetic => ("EVALUATION_ERROR", "A number does not fit its type, or is divided by zero"),
        Failure::CurrencyMismatch => (
            "CURRENCY_MISMATCH",
            "Amounts in different currencies meet, or a parameter has no value in the amount's currency",
        ),
        Failure::FactUnavailable => ("FACT_UNAVAILABLE", "A fact that is needed was not supplied"),
        Failure::EmptyCollection => {
            ("EMPTY_COLLECTION", "A list is empty, and the rule does not say what that means")
        }
    }
}

/// The code of a cause. Empty where it names what is not there, which the loader has ruled out.
pub(crate) fn code<'p>(program: &'p Program, cause: &Cause) -> &'p str {
    match *cause {
        Cause::Denied(fired) | Cause::Asked(fired) => code_of_statement(program, fired).unwrap_or_default(),
        Cause::Failed(_, _, failure) | Cause::Unscored(failure) => failure_words(failure).0,
        Cause::Score(effect) => score_code(effect),
        Cause::Default(_, effect) => default_code(effect),
    }
}

fn code_of_statement(program: &Program, fired: Fired) -> Option<&str> {
    Some(&program.bundle.schema.reasons.get(usize::from(fired.stated.reason?))?.name)
}

/// The code of what the score does.
pub(crate) fn score_code(effect: Verdict) -> &'static str {
    if effect == Verdict::Deny { "RISK_DENY" } else { "RISK_STEP_UP" }
}

/// The code of what the default does.
pub(crate) fn default_code(effect: Verdict) -> &'static str {
    if effect == Verdict::Deny { "DEFAULT_DENY" } else { "DEFAULT_STEP_UP" }
}

/// What the score does by itself. A score of 0 does nothing, whatever the thresholds are.
pub(crate) fn score_cause(program: &Program, layers: &[Layer], score: u8) -> Option<Cause> {
    if score == 0 {
        return None;
    }
    let [(step_up, _), (deny, _)] = thresholds(program, layers);
    match score {
        score if score >= deny => Some(Cause::Score(Verdict::Deny)),
        score if score >= step_up => Some(Cause::Score(Verdict::StepUp)),
        _ => None,
    }
}

/// Who is asked where a statement names nobody.
pub(crate) fn escalation(schema: &Schema) -> &Approver {
    schema.escalate.as_ref().unwrap_or(&DELEGATING_USER)
}

/// The scores from which a person is asked, and from which it is refused, each with the unit of the first layer that says so; none
/// where they are the schema's.
pub(crate) fn thresholds(program: &Program, layers: &[Layer]) -> [(u8, Option<usize>); 2] {
    let schema = &program.bundle.schema;
    if !program.sets_thresholds {
        return [(schema.risk_step_up_at, None), (schema.risk_deny_at, None)];
    }
    [
        lowest(program, layers, schema.risk_step_up_at, |set| set.step_up),
        lowest(program, layers, schema.risk_deny_at, |set| set.deny),
    ]
}

/// The lowest of the base's threshold and those that layers set, and the first layer that says it.
fn lowest(
    program: &Program,
    layers: &[Layer],
    base: u8,
    read: impl Fn(Thresholds) -> Option<u8>,
) -> (u8, Option<usize>) {
    let units = layers.iter().map(|layer| layer.unit);
    let set = units.filter_map(|unit| Some((read(program.unit(unit)?.does.thresholds)?, Some(unit))));
    set.fold((base, None), |lowest, set| if set.0 < lowest.0 { set } else { lowest })
}

/// The default of an action: as a unit sets it, or as it is declared.
pub(crate) fn default_of(program: &Program, action: ActionId, unit: Option<usize>) -> Option<&Disposition> {
    match unit {
        None => Some(&program.bundle.schema.actions.get(usize::from(action))?.default),
        Some(unit) => {
            let defaults = &program.unit(unit)?.does.defaults;
            find(defaults, |(set, _)| set.cmp(&action)).map(|(_, default)| default)
        }
    }
}

/// What the action's default does by itself: of the base and all other layers the strictest; of those that ask, each
/// approver once.
#[inline]
pub(crate) fn default_causes(program: &Program, layers: &[Layer], action: ActionId, causes: &mut Vec<Cause>) {
    let first = causes.len();
    // The base's own default stands in the place of the declared one; the other layers' come on top.
    let declared = program.base.enforced.filter(|base| default_of(program, action, Some(*base)).is_some());
    let others = layers.iter().map(|layer| Some(layer.unit)).filter(|unit| *unit != declared);
    for unit in iter::once(declared).chain(others) {
        match default_of(program, action, unit) {
            None | Some(Disposition::Allow) => {}
            Some(Disposition::StepUp(approver)) => {
                let asked = causes.get(first..).unwrap_or_default();
                let known = |cause: &Cause| match *cause {
                    Cause::Default(unit, _) => {
                        matches!(default_of(program, action, unit), Some(Disposition::StepUp(known)) if known == approver)
                    }
                    _ => false,
                };
                if !asked.iter().any(known) {
                    causes.push(Cause::Default(unit, Verdict::StepUp));
                }
            }
            Some(Disposition::Deny) => {
                causes.truncate(first);
                causes.push(Cause::Default(unit, Verdict::Deny));
                return;
            }
        }
    }
}
