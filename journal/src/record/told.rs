//! What a record says of a decision, out of what the runtime says of it.

use lictor_bundle::program::Stage;
use lictor_evidence::receipt::Verdict;
use lictor_runtime::{self as runtime, CheckResult, Decision, Told};

use super::outcome::{Asked, Cause, Exception, Obligation, Outcome, Points, Risk, Shadow};
use crate::covering::Covering;

impl Outcome {
    /// What a record says of a decision.
    pub(crate) fn of(decision: &Decision, covering: &mut Covering) -> Outcome {
        let Decision { reasons, checks, told, risk, .. } = decision;
        // Words about a request that could not be read quote it.
        let is_read = decision.rule.is_some() || decision.stage.is_none_or(|stage| stage > Stage::Structure);
        let words =
            told.as_ref().map_or_else(|| decision.reason.to_string(), |told| told.told_reason.clone());
        let checks = checks.iter().filter(|check| check.result != CheckResult::NoRule);
        Outcome {
            decision: verdict(decision.decision),
            reason_code: decision.reason_code.to_string(),
            told_as: told.as_ref().map(|told| told.told_as.clone()),
            message: is_read.then_some(words),
            stage: decision.stage.map(|stage| stage.name().to_owned()),
            causes: causes("causes", reasons, covering),
            risk: risk.as_ref().map(risk_of),
            obligations: decision.obligations.iter().map(obligation).collect(),
            exceptions: decision.exceptions.iter().map(exception).collect(),
            checks: checks.map(|check| (check.stage.name().into(), result(check.result).into())).collect(),
            shadow: decision.observed.as_deref().map(|observed| Box::new(shadow(observed, covering))),
        }
    }

    /// The score, where there is one.
    pub fn score(&self) -> Option<u8> {
        self.risk.as_ref().map(|risk| risk.score)
    }

    /// The code that agents are told.
    pub fn told_code(&self) -> &str {
        self.told_as.as_deref().unwrap_or(&self.reason_code)
    }
}

/// A verdict as evidence has it.
pub(crate) fn verdict(verdict: runtime::Verdict) -> Verdict {
    match verdict {
        runtime::Verdict::Allow => Verdict::Allow,
        runtime::Verdict::StepUp => Verdict::StepUp,
        runtime::Verdict::Deny => Verdict::Deny,
    }
}

fn result(result: CheckResult) -> &'static str {
    match result {
        CheckResult::NotEvaluated => "not_evaluated",
        CheckResult::NoRule => "no_rule",
        CheckResult::Pass => "pass",
        CheckResult::StepUp => "step_up",
        CheckResult::Fail => "fail",
    }
}

/// A layer without saying whose it is.
fn layer(layer: &str) -> String {
    if layer.starts_with("user ") { "user".to_owned() } else { layer.to_owned() }
}

fn causes(path: &str, reasons: &[runtime::Reason], covering: &mut Covering) -> Vec<Cause> {
    let cause = |(number, reason): (usize, &runtime::Reason)| Cause {
        effect: verdict(reason.effect),
        code: reason.code.to_string(),
        told_as: reason.told.as_ref().map(|Told { told_as, .. }| told_as.clone()),
        stage: reason.stage.name().to_owned(),
        rule: reason.rule.clone(),
        layer: reason.layer.as_deref().map(layer),
        cites: reason.cites.clone(),
        asks: reason.approval.as_ref().map(|approval| {
            let others = approval.other_than.iter().enumerate();
            let others =
                others.map(|(at, id)| covering.text(&format!("{path}[{number}].other_than[{at}]"), id));
            Asked {
                to: approval.to.clone(),
                quorum: approval.quorum,
                within: approval.within.clone(),
                other_than: others.collect(),
            }
        }),
    };
    reasons.iter().enumerate().map(cause).collect()
}

fn risk_of(risk: &runtime::Risk) -> Risk {
    let amplifiers = risk.amplifiers.iter();
    let points = risk.points.iter();
    Risk {
        score: risk.score,
        flags: risk.flags.to_vec(),
        amplifiers: amplifiers.map(|amplifier| (amplifier.name.clone(), amplifier.value.clone())).collect(),
        points: points
            .map(|points| Points {
                code: points.code.clone(),
                points: points.points,
                rule: points.rule.clone(),
                layer: layer(&points.layer),
            })
            .collect(),
    }
}

fn obligation(obligation: &runtime::Obligation) -> Obligation {
    Obligation {
        id: obligation.id.clone(),
        by: obligation.by.clone(),
        code: obligation.code.clone(),
        rule: obligation.rule.clone(),
        layer: layer(&obligation.layer),
    }
}

fn exception(exception: &runtime::UsedException) -> Exception {
    Exception {
        name: exception.name.clone(),
        rule: exception.rule.clone(),
        expires: exception.expires.clone(),
        layer: layer(&exception.layer),
    }
}

fn shadow(observed: &runtime::Observed, covering: &mut Covering) -> Shadow {
    Shadow {
        layers: observed.layers.iter().map(|name| layer(name)).collect(),
        decision: verdict(observed.decision),
        reason_code: observed.reason_code.to_string(),
        causes: causes("shadow.causes", &observed.reasons, covering),
        score: observed.score,
        shadow: observed.observed.as_deref().map(|observed| Box::new(shadow(observed, covering))),
    }
}
