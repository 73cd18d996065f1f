//! What is kept of a token beside what the store itself understands.

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
pub(super) struct Grant {
    version: u8,
    /// Whose action it is for.
    pub agent: String,
    /// The action.
    pub action: String,
    /// The trace id under which it was granted.
    pub trace: String,
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

impl Grant {
    /// What is granted to an agent for an action.
    pub fn new(agent: &str, action: &str, trace: &str, mode: Mode, known: Circumstances) -> Grant {
        let (agent, action, trace) = (agent.to_owned(), action.to_owned(), trace.to_owned());
        let binding = String::new();
        let (answered, approvals, keys) = (Vec::new(), Vec::new(), Vec::new());
        Grant { version: VERSION, agent, action, trace, mode, binding, known, answered, approvals, keys }
    }

    /// The same, bound with this secret.
    pub fn bound_with(self, secret: &BindingSecret) -> Grant {
        Grant { binding: Hex(secret.expose()).to_string(), ..self }
    }

    /// The secret of its binding.
    pub fn secret(&self) -> Option<BindingSecret> {
        hex::parse(&self.binding).map(BindingSecret::new)
    }

    /// The body of the row.
    pub fn to_bytes(&self) -> Vec<u8> {
        // It has texts only, which can always be written.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads the body of a row; nothing where it is of another version.
    pub fn from_bytes(bytes: &[u8]) -> Option<Grant> {
        let grant: Grant = serde_json::from_slice(bytes).ok()?;
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
