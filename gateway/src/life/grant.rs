//! What is kept of a token beside what the store itself understands.

use std::borrow::Cow;

use lictor_bundle::hex::{self, Hex};
use lictor_evidence::binding::BindingSecret;
use lictor_evidence::receipt::Approval;
use lictor_evidence::token::Mode;
use lictor_runtime::{Decision, Verdict};
use serde::{Deserialize, Serialize};

use crate::policy::Circumstances;

/// What a token was granted on.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Grant<'g> {
    version: u8,
    /// Whose action it is for.
    pub agent: Cow<'g, str>,
    /// The action.
    pub action: Cow<'g, str>,
    /// The trace id under which it was granted.
    pub trace: Cow<'g, str>,
    /// Whether it was granted where decisions hold.
    pub mode: Mode,
    /// The secret of its binding, as digits.
    binding: String,
    /// What was known of the request: the circumstances are those in which the agent asked.
    pub known: Circumstances,
    /// Which rules people have answered, where they were asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answered: Vec<Answered>,
    /// What they answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
    /// The keys that they came with, by their ids: an answer that was given with a key that was revoked since is worth nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
}

/// A rule that asked and was answered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answered {
    /// The code with which it asked.
    pub code: String,
    /// The rule, as `module.rule`; none where the engine itself asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

/// The version of this form.
const VERSION: u8 = 1;

impl<'g> Grant<'g> {
    /// What is granted to an agent for an action, bound with this secret.
    pub fn new(
        agent: &'g str,
        action: &'g str,
        trace: &'g str,
        mode: Mode,
        secret: &BindingSecret,
        known: Circumstances,
    ) -> Grant<'g> {
        let [agent, action, trace] = [agent, action, trace].map(Cow::Borrowed);
        let binding = Hex(secret.expose()).to_string();
        let (answered, approvals, keys) = (Vec::new(), Vec::new(), Vec::new());
        Grant { version: VERSION, agent, action, trace, mode, binding, known, answered, approvals, keys }
    }

    /// The secret of its binding.
    pub fn secret(&self) -> Option<BindingSecret> {
        hex::parse(&self.binding).map(BindingSecret::new)
    }

    /// The body of the row.
    pub fn to_bytes(&self) -> Vec<u8> {
        // It has texts only, which can always be written.
        let mut bytes = Vec::with_capacity(512);
        serde_json::to_writer(&mut bytes, self).map_or_else(|_| Vec::new(), |()| bytes)
    }

    /// Reads the body of a row; nothing where it is of another version.
    pub fn from_bytes(bytes: &[u8]) -> Option<Grant<'static>> {
        let grant: Grant<'static> = serde_json::from_slice(bytes).ok()?;
        (grant.version == VERSION).then_some(grant)
    }
}

/// Whether a decision lets an action happen, once people have answered these rules: nothing refuses it, and nobody asks who was not answered.
pub(super) fn lets(decision: &Decision, answered: &[Answered]) -> bool {
    let is_answered = |reason: &lictor_runtime::Reason| {
        reason.approval.is_some()
            && answered.iter().any(|one| one.code == *reason.code && one.rule == reason.rule)
    };
    match decision.decision {
        Verdict::Allow => true,
        Verdict::Deny => false,
        Verdict::StepUp => {
            decision.reasons.iter().all(|reason| reason.effect == Verdict::StepUp && is_answered(reason))
        }
    }
}
