//! The decision: what the caller gets to know. Its members are written in the order in which they stand here.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use lictor_bundle::program::Stage;

use crate::digest::Digest;
use crate::stage::{self, Check, not_evaluated};

/// What was decided about a request, and why.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Decision {
    /// What was decided.
    pub decision: Verdict,
    /// The same in a word for people.
    pub answer: Answer,
    /// What kind of thing decided.
    pub class: Class,
    /// The code of the first cause that made it so; `OK` for an allow.
    pub reason_code: Cow<'static, str>,
    /// That cause in words.
    pub reason: Cow<'static, str>,
    /// What the agent is told instead of that, where the policy says so.
    #[serde(flatten)]
    pub told: Option<Told>,
    /// The stage it stood in.
    #[serde(serialize_with = "stage::serialize_option")]
    pub stage: Option<Stage>,
    /// The rule, as `module.rule`.
    pub rule: Option<String>,
    /// The layer.
    pub layer: Option<String>,
    /// All causes, in the order of evaluation.
    pub reasons: Vec<Reason>,
    /// The score; absent where the evaluation ended before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
    /// What the caller must do; who cannot must refuse. Nothing where it is refused anyway.
    pub obligations: Vec<Obligation>,
    /// The exceptions that lifted what a rule asked, in the order of evaluation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<UsedException>,
    /// The tool that was called, and which action that is, where the request was the call of a tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<ToolCall>,
    /// What the layers that are only observed would have made of it; absent where none applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed: Option<Box<Observed>>,
    /// What came of each stage.
    pub checks: [Check; 13],
    /// The bundle that decided.
    pub bundle: Digest,
    /// The digest of the request.
    pub request_digest: Digest,
    /// The digest of the facts.
    pub facts_digest: Digest,
}

/// What a tool call was taken for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ToolCall {
    /// The tool.
    pub tool: String,
    /// The action that the policy makes of the call.
    pub action: String,
}

/// What is decided.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It may happen.
    Allow,
    /// It may happen once people approved it.
    StepUp,
    /// It may not happen.
    Deny,
}

/// A decision in a word for people.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Answer {
    /// It may happen.
    Yes,
    /// Somebody must be asked.
    Ask,
    /// It may not happen.
    No,
}

/// What kind of thing decided.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Class {
    /// Nothing objected.
    Allowed,
    /// Only statements that ask did.
    StepUpRequired,
    /// A hard statement, the structure of the request, or something that could not be evaluated.
    HardRuleFailed,
    /// The score, or the action's default.
    RiskOrPolicyReject,
}

/// One cause.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Reason {
    /// What it does by itself: refuses or asks.
    pub effect: Verdict,
    /// Its code.
    pub code: Cow<'static, str>,
    /// It in words.
    pub reason: String,
    /// What the agent is told instead.
    #[serde(flatten)]
    pub told: Option<Told>,
    /// The stage it stands in.
    #[serde(serialize_with = "stage::serialize")]
    pub stage: Stage,
    /// The rule, as `module.rule`; none where the engine itself is the cause.
    pub rule: Option<String>,
    /// The layer; none where the request never got to one.
    pub layer: Option<String>,
    /// Who must approve, where it asks.
    #[serde(flatten)]
    pub approval: Option<Approval>,
    /// The controls that the rule cites and that are in force at the time of the decision, in the order in which it cites them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cites: Vec<String>,
}

/// What an agent is told where the true cause is not for it. The decision itself is the record: who passes it on to an agent puts
/// this in the place of the code and the words beside it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Told {
    /// The code.
    pub told_as: String,
    /// That code in words.
    pub told_reason: String,
}

/// What the caller must do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Obligation {
    /// What, by name.
    pub id: String,
    /// Until when, where that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The code that says why.
    pub code: String,
    /// It in words.
    pub reason: String,
    /// What the agent is told instead.
    #[serde(flatten)]
    pub told: Option<Told>,
    /// The rule, as `module.rule`.
    pub rule: String,
    /// The layer.
    pub layer: String,
}

/// An exception that lifted what a rule asked: without it, the decision could have been stricter.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct UsedException {
    /// The exception, as `module.exception`.
    pub name: String,
    /// The rule that it lifted, as `module.rule`.
    pub rule: String,
    /// Who granted it.
    pub granted_by: String,
    /// Why.
    pub because: String,
    /// The last day on which it holds, UTC.
    pub expires: String,
    /// The layer that it stands in.
    pub layer: String,
}

/// What would have been decided if the layers that are only observed counted like the others. None of it counts, and none of it is for
/// an agent.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Observed {
    /// The observed layers that apply to the request, in their order. `base` alone where all of the policy is only observed.
    pub layers: Vec<String>,
    /// What would have been decided.
    pub decision: Verdict,
    /// The code of the first cause that would have made it so; `OK` for an allow.
    pub reason_code: Cow<'static, str>,
    /// The causes that the decision itself does not have: what observed rules say, and what others say only because of an observed
    /// setting.
    pub reasons: Vec<Reason>,
    /// What the score would have been; absent where the evaluation would have ended before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// The obligations that the decision itself does not have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub obligations: Vec<Obligation>,
    /// Where all of the policy is only observed: what layers that are observed besides would have made of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed: Option<Box<Observed>>,
}

/// Who must approve.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Approval {
    /// The role, or `user` for the delegating person.
    pub to: String,
    /// How many people.
    pub quorum: u16,
    /// Within what time, where that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// The ids of those whose approval does not count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_than: Vec<String>,
}

/// The score and what it is made of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Risk {
    /// From 0 to 100.
    pub score: u8,
    /// The action's flags, then those that statements raised, each once.
    #[serde(serialize_with = "serialize_flags")]
    pub flags: Arc<[String]>,
    /// The amplifiers that the action declares or statements raised, by name.
    pub amplifiers: Vec<AmplifierValue>,
    /// What added to it, in the order of evaluation.
    pub points: Vec<Points>,
}

/// What an amplifier came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AmplifierValue {
    /// Its name.
    pub name: String,
    /// A decimal from 0 to 100.
    pub value: String,
}

/// What a statement added to the score.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Points {
    /// Its code.
    pub code: String,
    /// How many points.
    pub points: u8,
    /// The rule, as `module.rule`.
    pub rule: String,
    /// The layer.
    pub layer: String,
    /// What the agent is told instead of the code.
    #[serde(flatten)]
    pub told: Option<Told>,
}

/// What the base is called among layers.
const BASE: &str = "base";
/// The code of a decision that allows.
pub const OK: &str = "OK";
/// The same in words.
pub const NOTHING_OBJECTS: &str = "No rule in force objects";

/// What an evaluation came to.
pub(crate) struct Found {
    pub class: Class,
    pub reasons: Vec<Reason>,
    pub risk: Option<Risk>,
    /// Nothing where it is refused: what does not happen obliges nobody.
    pub obligations: Vec<Obligation>,
    pub exceptions: Vec<UsedException>,
    pub checks: [Check; 13],
}

impl Found {
    /// What is decided: the strictest of all causes.
    pub fn verdict(&self) -> Verdict {
        self.reasons.iter().map(|reason| reason.effect).max().unwrap_or(Verdict::Allow)
    }

    /// The first cause that made it so.
    fn first(&self) -> Option<&Reason> {
        let verdict = self.verdict();
        self.reasons.iter().find(|reason| reason.effect == verdict)
    }

    /// Its code.
    pub fn code(&self) -> Cow<'static, str> {
        self.first().map_or(Cow::Borrowed(OK), |first| first.code.clone())
    }
}

impl Decision {
    /// A decision by what was found: the first of the causes that decide gives the code.
    pub(crate) fn new(found: Found, observed: Option<Box<Observed>>, digests: [Digest; 3]) -> Decision {
        let verdict = found.verdict();
        let first = found.first();
        let [bundle, request_digest, facts_digest] = digests;
        Decision {
            decision: verdict,
            answer: match verdict {
                Verdict::Allow => Answer::Yes,
                Verdict::StepUp => Answer::Ask,
                Verdict::Deny => Answer::No,
            },
            class: found.class,
            reason_code: found.code(),
            reason: first.map_or(Cow::Borrowed(NOTHING_OBJECTS), |first| first.reason.clone().into()),
            told: first.and_then(|first| first.told.clone()),
            stage: first.map(|first| first.stage),
            rule: first.and_then(|first| first.rule.clone()),
            layer: first.and_then(|first| first.layer.clone()),
            reasons: found.reasons,
            risk: found.risk,
            obligations: found.obligations,
            exceptions: found.exceptions,
            call: None,
            observed,
            checks: found.checks,
            bundle,
            request_digest,
            facts_digest,
        }
    }
}

impl Decision {
    /// The same where the base is only observed: nothing objects, since nothing counts, and what was decided is told beside it.
    pub(crate) fn only_observed(self) -> Decision {
        let digests = [self.bundle, self.request_digest, self.facts_digest];
        let observed = Observed {
            layers: vec![BASE.to_owned()],
            decision: self.decision,
            reason_code: self.reason_code,
            reasons: self.reasons,
            score: self.risk.map(|risk| risk.score),
            obligations: self.obligations,
            observed: self.observed,
        };
        let nothing = Found {
            class: Class::Allowed,
            reasons: Vec::new(),
            risk: None,
            obligations: Vec::new(),
            exceptions: Vec::new(),
            checks: not_evaluated(),
        };
        Decision { call: self.call, ..Decision::new(nothing, Some(Box::new(observed)), digests) }
    }
}

fn serialize_flags<S: Serializer>(flags: &Arc<[String]>, serializer: S) -> Result<S::Ok, S::Error> {
    flags.as_ref().serialize(serializer)
}
