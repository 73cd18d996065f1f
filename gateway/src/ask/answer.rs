//! What somebody is told: the decision, and of its reasons what is for whoever asks.

use std::borrow::Cow;

use lictor_runtime::{Decision, NOTHING_OBJECTS, OK, Obligation, Verdict};
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};

use super::beside::Beside;

/// What came of an evaluation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It may happen.
    Allow,
    /// A person would have to approve.
    StepUp,
    /// It may not happen.
    Deny,
}

impl Outcome {
    /// How it is written.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Allow => "allow",
            Outcome::StepUp => "step_up",
            Outcome::Deny => "deny",
        }
    }
}

/// The engine's code for what is not of the declared form.
const UNREADABLE: &str = "STRUCTURE_INVALID";

/// An answer to an evaluation. It is kept like this where it is given once more to whoever asks again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// What was decided.
    pub outcome: Outcome,
    /// Whether that counts.
    counts: bool,
    code: Cow<'static, str>,
    reason: Cow<'static, str>,
    obligations: Vec<Obliged>,
    /// Where its receipt is; none where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    receipt: Option<String>,
}

/// What whoever carries it out must do. Whoever cannot must not carry it out.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Obliged {
    id: String,
    #[serde(rename = "type")]
    kind: Cow<'static, str>,
    properties: Because,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Because {
    reason_code: String,
    reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

impl Answer {
    /// What is told of a decision. Where the true cause is not for an agent, it is the other one that the policy names.
    pub fn of(decision: Decision, counts: bool) -> Answer {
        let outcome = match decision.decision {
            Verdict::Allow => Outcome::Allow,
            Verdict::StepUp => Outcome::StepUp,
            Verdict::Deny => Outcome::Deny,
        };
        let (code, reason) = match decision.told {
            Some(told) => (told.told_as.into(), told.told_reason.into()),
            None => (decision.reason_code, decision.reason),
        };
        let obligations = decision.obligations.into_iter().map(obliged).collect();
        Answer { outcome, counts, code, reason, obligations, receipt: None }
    }

    /// What is told of an action that nothing objects to, and that obliges to nothing.
    pub fn allowed(counts: bool) -> Answer {
        let (code, reason) = (Cow::Borrowed(OK), Cow::Borrowed(NOTHING_OBJECTS));
        Answer { outcome: Outcome::Allow, counts, code, reason, obligations: Vec::new(), receipt: None }
    }

    /// A denial that no rule is the cause of.
    pub fn denied(code: &'static str, reason: impl Into<Cow<'static, str>>) -> Answer {
        let (outcome, reason) = (Outcome::Deny, reason.into());
        Answer { outcome, counts: true, code: code.into(), reason, obligations: Vec::new(), receipt: None }
    }

    /// The denial of what the policy has no place for.
    pub fn unreadable(reason: String) -> Answer {
        Answer::denied(UNREADABLE, reason)
    }

    /// The same, in a gateway where it counts, or does not.
    pub fn counting(self, counts: bool) -> Answer {
        Answer { counts, ..self }
    }

    /// The same, with where its receipt is.
    pub fn with_receipt(self, receipt: String) -> Answer {
        Answer { receipt: Some(receipt), ..self }
    }

    /// Whether it was denied because it is not of the form that the policy declares.
    pub fn is_unreadable(&self) -> bool {
        self.code == UNREADABLE
    }

    /// Whether it may happen.
    pub fn is_allowed(&self) -> bool {
        !self.counts || self.outcome == Outcome::Allow
    }

    /// The code that is told.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The words that are told.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// What whoever carries it out must do, as it is written.
    pub fn obligations(&self) -> serde_json::Value {
        serde_json::to_value(&self.obligations).unwrap_or_default()
    }

    /// The same with what is wanted beside it. What obliges is never left out.
    pub fn told(&self, beside: Beside) -> Told<'_> {
        Told { answer: self, beside }
    }
}

fn obliged(obligation: Obligation) -> Obliged {
    let Obligation { id, by, code, reason, told, .. } = obligation;
    let (reason_code, reason) = told.map_or((code, reason), |told| (told.told_as, told.told_reason));
    Obliged { id, kind: "obligation".into(), properties: Because { reason_code, reason, by } }
}

/// An answer as it is written.
pub(crate) struct Told<'a> {
    answer: &'a Answer,
    beside: Beside,
}

impl Serialize for Told<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Told { answer, beside } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("decision", &answer.is_allowed())?;
        let context = Context {
            answer: Some(*answer).filter(|answer| beside.reasons && !answer.is_allowed()),
            obligations: if answer.counts { &answer.obligations } else { &[] },
            receipt: answer.receipt.as_deref().filter(|_| beside.receipt),
        };
        if context.answer.is_some() || !context.obligations.is_empty() || context.receipt.is_some() {
            map.serialize_entry("context", &context)?;
        }
        map.end()
    }
}

/// What stands beside a decision.
struct Context<'a> {
    answer: Option<&'a Answer>,
    obligations: &'a [Obliged],
    receipt: Option<&'a str>,
}

impl Serialize for Context<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(answer) = self.answer {
            map.serialize_entry("outcome", answer.outcome.name())?;
            map.serialize_entry("reason_code", &answer.code)?;
            map.serialize_entry("reason", &answer.reason)?;
        }
        if !self.obligations.is_empty() {
            map.serialize_entry("obligations", self.obligations)?;
        }
        if let Some(receipt) = self.receipt {
            map.serialize_entry("receipt", receipt)?;
        }
        map.end()
    }
}
