//! What counts besides the rules: failures, the score, the action's default.

use std::borrow::Cow;

use lictor_bundle::instr::Failure;
use lictor_bundle::program::{Stage, Thresholds, UnitKey};
use lictor_bundle::schema::{ActionId, Approver, Disposition};

use crate::decision::{Reason, Verdict};
use crate::names::approval;
use crate::plan::Program;
use crate::scratch::Layer;

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

/// What the score does by itself. A score of 0 does nothing, whatever the thresholds are.
pub(crate) fn score_reason(program: &Program, layers: &[Layer], score: u8) -> Option<Reason> {
    let schema = &program.bundle.schema;
    let [step_up, deny] = thresholds(program, layers);
    let (effect, code, (threshold, layer)) = match score {
        0 => return None,
        score if score >= deny.0 => (Verdict::Deny, "RISK_DENY", deny),
        score if score >= step_up.0 => (Verdict::StepUp, "RISK_STEP_UP", step_up),
        _ => return None,
    };
    let does = if effect == Verdict::Deny { "refuses" } else { "asks for approval" };
    let approver = schema.escalate.as_ref().unwrap_or(&DELEGATING_USER);
    Some(Reason {
        effect,
        code: Cow::Borrowed(code),
        reason: format!("The risk score is {score}, and the policy {does} from {threshold} on"),
        told: None,
        stage: Stage::Risk,
        rule: None,
        layer: Some(layer.layer(schema)),
        approval: (effect == Verdict::StepUp).then(|| approval(schema, approver)),
        cites: Vec::new(),
    })
}

/// The scores from which a person is asked, and from which it is refused, each with the first layer that says so.
pub(crate) fn thresholds<'p>(program: &'p Program, layers: &[Layer]) -> [(u8, &'p UnitKey); 2] {
    let schema = &program.bundle.schema;
    [
        lowest(program, layers, schema.risk_step_up_at, |set| set.step_up),
        lowest(program, layers, schema.risk_deny_at, |set| set.deny),
    ]
}

/// The lowest of the base's threshold and those that layers set, and the first layer that says it.
fn lowest<'p>(
    program: &'p Program,
    layers: &[Layer],
    base: u8,
    read: impl Fn(Thresholds) -> Option<u8>,
) -> (u8, &'p UnitKey) {
    let units = layers.iter().filter_map(|layer| program.bundle.units.get(layer.unit));
    let set = units.filter_map(|unit| Some((read(unit.thresholds)?, &unit.key)));
    set.fold((base, &UnitKey::Base), |lowest, set| if set.0 < lowest.0 { set } else { lowest })
}

/// What the action's default does by itself: of the base and all other layers the strictest; of those that ask, each
/// approver once.
pub(crate) fn default_reasons(
    program: &Program,
    layers: &[Layer],
    action: ActionId,
    reasons: &mut Vec<Reason>,
) {
    let schema = &program.bundle.schema;
    let Some(declared) = schema.actions.get(usize::from(action)) else { return };
    let set_by = |layer: &Layer| {
        let unit = program.bundle.units.get(layer.unit)?;
        let at = unit.defaults.binary_search_by_key(&action, |(action, _)| *action).ok()?;
        Some((&unit.key, unit.defaults.get(at).map(|(_, default)| default)?))
    };
    let base = UnitKey::Base;
    let set: Vec<_> = layers.iter().filter_map(set_by).collect();
    // The base's own default stands in the place of the declared one; the other layers' come on top.
    let declared_stands = !set.iter().any(|(key, _)| **key == base);
    let all = declared_stands.then_some((&base, &declared.default)).into_iter().chain(set);

    let reason = |effect, code, reason: String, key: &UnitKey| Reason {
        effect,
        code: Cow::Borrowed(code),
        reason,
        told: None,
        stage: Stage::Risk,
        rule: None,
        layer: Some(key.layer(schema)),
        approval: None,
        cites: Vec::new(),
    };
    let mut asked: Vec<(&Approver, Reason)> = Vec::new();
    for (key, default) in all {
        match default {
            Disposition::Allow => {}
            Disposition::StepUp(approver) if asked.iter().any(|(known, _)| *known == approver) => {}
            Disposition::StepUp(approver) => {
                let approval = approval(schema, approver);
                let words = format!(
                    "{} is decided by {} unless the policy says otherwise",
                    declared.name, approval.to
                );
                let asks = reason(Verdict::StepUp, "DEFAULT_STEP_UP", words, key);
                asked.push((approver, Reason { approval: Some(approval), ..asks }));
            }
            Disposition::Deny => {
                let words = format!("{} is refused unless the policy says otherwise", declared.name);
                reasons.push(reason(Verdict::Deny, "DEFAULT_DENY", words, key));
                return;
            }
        }
    }
    reasons.extend(asked.into_iter().map(|(_, reason)| reason));
}
