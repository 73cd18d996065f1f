//! What a record says of a decision, out of what the runtime says of it.

use std::borrow::Cow;

use lictor_bundle::program::Stage;
use lictor_evidence::receipt::Verdict;
use lictor_runtime::{self as runtime, CheckResult, Decision, Told};

use super::outcome::{Asked, Cause, Exception, Obligation, Outcome, Points, Risk, Shadow};
use crate::covering::Covering;

impl<'d> Outcome<'d> {
    /// What a record says of a decision.
    pub(crate) fn of(decision: &'d Decision, covering: &mut Covering) -> Outcome<'d> {
        let Decision { reasons, checks, told, risk, .. } = decision;
        // Words about a request that could not be read quote it.
        let is_read = decision.rule.is_some() || decision.stage.is_none_or(|stage| stage > Stage::Structure);
        let words = told.as_ref().map_or(&*decision.reason, |told| &told.told_reason);
        let checks = checks.iter().filter(|check| check.result != CheckResult::NoRule);
        Outcome {
            decision: verdict(decision.decision),
            reason_code: (&*decision.reason_code).into(),
            told_as: told.as_ref().map(|told| (&told.told_as).into()),
            message: is_read.then_some(words.into()),
            stage: decision.stage.map(|stage| stage.name().into()),
            causes: causes("causes", reasons, covering),
            risk: risk.as_ref().map(risk_of),
            obligations: decision.obligations.iter().map(obligation).collect(),
            exceptions: decision.exceptions.iter().map(exception).collect(),
            checks: checks.map(|check| (check.stage.name(), result(check.result))).collect(),
            shadow: decision.observed.as_deref().map(|observed| Box::new(shadow(observed, covering))),
        }
    }

    /// The score, where there is one.
    pub fn score(&self) -> Option<u8> {
        self.risk.as_ref().map(|risk| risk.score)
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
fn layer(layer: &str) -> &str {
    if layer.starts_with("user ") { "user" } else { layer }
}

fn causes(path: &str, reasons: &[runtime::Reason], covering: &mut Covering) -> Vec<Cause> {
    let cause = |(number, reason): (usize, &runtime::Reason)| Cause {
        effect: verdict(reason.effect),
        code: reason.code.to_string(),
        told_as: reason.told.as_ref().map(|Told { told_as, .. }| told_as.clone()),
        stage: reason.stage.name().to_owned(),
        rule: reason.rule.clone(),
        layer: reason.layer.as_deref().map(|name| layer(name).to_owned()),
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

fn risk_of(risk: &runtime::Risk) -> Risk<'_> {
    let amplifiers = risk.amplifiers.iter();
    let points = risk.points.iter();
    Risk {
        score: risk.score,
        flags: Cow::Borrowed(&risk.flags),
        amplifiers: amplifiers.map(|amplifier| (amplifier.name.as_str(), amplifier.value.as_str())).collect(),
        points: points
            .map(|points| Points {
                code: (&points.code).into(),
                points: points.points,
                rule: (&points.rule).into(),
                layer: layer(&points.layer).into(),
            })
            .collect(),
    }
}

fn obligation(obligation: &runtime::Obligation) -> Obligation<'_> {
    Obligation {
        id: (&obligation.id).into(),
        by: obligation.by.as_ref().map(Cow::from),
        code: (&*obligation.code).into(),
        rule: (&obligation.rule).into(),
        layer: layer(&obligation.layer).into(),
    }
}

fn exception(exception: &runtime::UsedException) -> Exception<'_> {
    Exception {
        name: (&exception.name).into(),
        rule: (&exception.rule).into(),
        expires: (&exception.expires).into(),
        layer: layer(&exception.layer).into(),
    }
}

fn shadow(observed: &runtime::Observed, covering: &mut Covering) -> Shadow {
    Shadow {
        layers: observed.layers.iter().map(|name| layer(name).to_owned()).collect(),
        decision: verdict(observed.decision),
        reason_code: observed.reason_code.to_string(),
        causes: causes("shadow.causes", &observed.reasons, covering),
        score: observed.score,
        shadow: observed.observed.as_deref().map(|observed| Box::new(shadow(observed, covering))),
    }
}
