//! What was decided, as a record says it: all of a decision that is fit to be kept.
//!
//! Left out are words that may speak of a person (those of causes that agents are told otherwise, and those about a request that could not be read, which quote it), and
//! digests of what is covered, since whoever guesses a value could try it on them. Who a user is stands nowhere: the layer of a user is `user`.
//!
//! Decided again, a record must come to the same outcome, byte for byte.
//!
//! It is written at once, with the texts of the decision itself, and held so ([`Held`]): each decision is recorded, and few records are looked into.

use std::borrow::Cow;

use lictor_evidence::json::Json;
use lictor_evidence::receipt::Verdict;
use serde::{Deserialize, Serialize};

use super::texts::Texts;

/// What was decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome<'d> {
    /// All causes, in the order of evaluation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
    /// What came of each stage; those in which no rule stands are left out.
    pub checks: Texts<'d>,
    /// It.
    pub decision: Verdict,
    /// The exceptions that lifted what a rule asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception<'d>>,
    /// What agents are told in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Cow<'d, str>>,
    /// What whoever carries it out must do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obligations: Vec<Obligation<'d>>,
    /// The code of the first cause that made it so.
    pub reason_code: Cow<'d, str>,
    /// The score; none where the evaluation ended before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk<'d>>,
    /// What would have been decided if the layers that are only observed counted; none where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow: Option<Box<Shadow>>,
    /// The stage that it stood in; none for an allow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Cow<'d, str>>,
    /// The code that agents are told instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_as: Option<Cow<'d, str>>,
}

/// One cause.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Who must approve, where it asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<Asked>,
    /// The controls that the rule cites.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cites: Vec<String>,
    /// Its code.
    pub code: String,
    /// What it does by itself.
    pub effect: Verdict,
    /// The layer; none where the request never got to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// The rule, as `module.rule`; none where the engine itself is the cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The stage.
    pub stage: String,
    /// The code that agents are told instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_as: Option<String>,
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
pub struct Risk<'d> {
    /// The amplifiers and what they came to.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub amplifiers: Texts<'d>,
    /// The flags.
    #[serde(default, skip_serializing_if = "<[String]>::is_empty")]
    pub flags: Cow<'d, [String]>,
    /// What added to it, in the order of evaluation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<Points<'d>>,
    /// From 0 to 100.
    pub score: u8,
}

/// What a statement added to the score.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Points<'d> {
    /// Its code.
    pub code: Cow<'d, str>,
    /// How many.
    pub points: u8,
    /// The rule.
    pub rule: Cow<'d, str>,
    /// The layer.
    pub layer: Cow<'d, str>,
}

/// What the caller must do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Obligation<'d> {
    /// What, by name.
    pub id: Cow<'d, str>,
    /// Until when, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Cow<'d, str>>,
    /// The code that says why.
    pub code: Cow<'d, str>,
    /// The rule.
    pub rule: Cow<'d, str>,
    /// The layer.
    pub layer: Cow<'d, str>,
}

/// An exception that lifted what a rule asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception<'d> {
    /// The exception, as `module.exception`.
    pub name: Cow<'d, str>,
    /// The rule that it lifted.
    pub rule: Cow<'d, str>,
    /// The last day on which it holds.
    pub expires: Cow<'d, str>,
    /// The layer that it stands in.
    pub layer: Cow<'d, str>,
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
