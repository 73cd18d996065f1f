//! What was decided, as a record says it: all of a decision that is fit to be kept.
//!
//! Left out are words that may speak of a person (those of causes that agents are told otherwise, and those about a request that could not be read, which quote it), and
//! digests of what is covered, since whoever guesses a value could try it on them. Who a user is stands nowhere: the layer of a user is `user`.
//!
//! Decided again, a record must come to the same outcome, byte for byte.

use std::collections::BTreeMap;

use lictor_bundle::program::Stage;
use lictor_evidence::json::Json;
use lictor_evidence::receipt::Verdict;
use lictor_runtime::{self as runtime, CheckResult, Decision, Told};
use serde::{Deserialize, Serialize};

use crate::covering::Covering;

/// What was decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// It.
    pub decision: Verdict,
    /// The code of the first cause that made it so.
    pub reason_code: String,
    /// The code that agents are told instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_as: Option<String>,
    /// What agents are told in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The stage that it stood in; none for an allow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// All causes, in the order of evaluation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
    /// The score; none where the evaluation ended before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
    /// What whoever carries it out must do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obligations: Vec<Obligation>,
    /// The exceptions that lifted what a rule asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
    /// What came of each stage; those in which no rule stands are left out.
    pub checks: BTreeMap<String, String>,
    /// What would have been decided if the layers that are only observed counted; none where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow: Option<Box<Shadow>>,
}

/// One cause.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// What it does by itself.
    pub effect: Verdict,
    /// Its code.
    pub code: String,
    /// The code that agents are told instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_as: Option<String>,
    /// The stage.
    pub stage: String,
    /// The rule, as `module.rule`; none where the engine itself is the cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The layer; none where the request never got to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// The controls that the rule cites.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cites: Vec<String>,
    /// Who must approve, where it asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<Asked>,
}

/// Who must approve.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The role, or `user` for the delegating person.
    pub to: String,
    /// How many people.
    pub quorum: u16,
    /// Within what time, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Those whose approval does not count; covered, where they do not stand open in the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_than: Vec<Json>,
}

/// The score and what it is made of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// From 0 to 100.
    pub score: u8,
    /// The flags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// The amplifiers and what they came to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub amplifiers: BTreeMap<String, String>,
    /// What added to it, in the order of evaluation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<Points>,
}

/// What a statement added to the score.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// Its code.
    pub code: String,
    /// How many.
    pub points: u8,
    /// The rule.
    pub rule: String,
    /// The layer.
    pub layer: String,
}

/// What the caller must do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Obligation {
    /// What, by name.
    pub id: String,
    /// Until when, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The code that says why.
    pub code: String,
    /// The rule.
    pub rule: String,
    /// The layer.
    pub layer: String,
}

/// An exception that lifted what a rule asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The exception, as `module.exception`.
    pub name: String,
    /// The rule that it lifted.
    pub rule: String,
    /// The last day on which it holds.
    pub expires: String,
    /// The layer that it stands in.
    pub layer: String,
}

/// What would have been decided if what is only observed counted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shadow {
    /// The observed layers that apply.
    pub layers: Vec<String>,
    /// What would have been decided.
    pub decision: Verdict,
    /// The code of the first cause that would have made it so.
    pub reason_code: String,
    /// The causes that the decision itself does not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
    /// What the score would have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// Where all of the policy is only observed: what layers that are observed besides would have made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow: Option<Box<Shadow>>,
}

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
            checks: checks
                .map(|check| (check.stage.name().to_owned(), result(check.result).to_owned()))
                .collect(),
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
