//! What a receipt says.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::error::{ErrorKind, EvidenceError};
use crate::history::shown;
use crate::json::{Json, MAX_INTEGER};
use crate::keys::{self, SigningKey, Thumbprint};
use crate::time::Moment;
use crate::token::{Mode, TokenId};

use super::KIND;
use super::inclusion::Inclusion;

/// The most causes, approvals, or citations of one cause.
const MAX: usize = 256;

/// What a receipt says. Texts of people and agents are not in it; who they are may be a commitment in place of a name.
///
/// Its texts may be those of the record that it follows from: most receipts are only digested, and signed when somebody asks for them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt<'r> {
    /// The action.
    pub action: Cow<'r, str>,
    /// Who asked.
    pub agent: Cow<'r, Agent>,
    /// The people who were asked, and what they answered.
    pub approvals: Cow<'r, [Approval]>,
    /// The bundle that decided.
    pub bundle: Digest,
    /// What decided: the rules that had an effect, in the order of evaluation.
    pub causes: Vec<Cause<'r>>,
    /// What was decided.
    pub decision: Verdict,
    /// What it is a receipt of.
    pub event: Event,
    /// The digest of the facts.
    pub facts_digest: Digest,
    /// Its name, which nobody can guess.
    pub id: Cow<'r, str>,
    /// The gateway that issued it.
    pub issuer: Cow<'r, str>,
    /// Where the log has the record.
    pub log: Position<'r>,
    /// Whether the decision was enforced.
    pub mode: Mode,
    /// The code of the first cause that made it so.
    pub reason_code: Cow<'r, str>,
    /// The digest of the request.
    pub request_digest: Digest,
    /// The tenant whose policy decided.
    pub tenant: Cow<'r, str>,
    /// When that happened, by the gateway's clock.
    pub time: Moment,
    /// The token that was issued, where one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenState>,
}

/// What a receipt is a receipt of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The action was decided on.
    Decided,
    /// A person was asked and answered.
    Approved,
    /// The token was presented and burned.
    Burned,
    /// It was reported how the action went.
    Settled,
    /// The action came without a token and was recorded.
    Observed,
}

/// What was decided.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It may happen.
    Allow,
    /// It may happen once people approved it.
    StepUp,
    /// It may not happen.
    Deny,
}

/// Who asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// How the gateway knew.
    pub authenticated: Authenticated,
    /// Its id.
    pub id: String,
    /// The key that it signed with, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Thumbprint>,
}

/// How the gateway knew an agent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authenticated {
    /// By a key that both have: it stands on the gateway's word.
    ApiKey,
    /// By its signature on the request.
    Signature,
    /// By nobody: it has no key in force, and whoever reported its action called it so.
    Reported,
}

/// A rule that had an effect, or something else that had.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause<'r> {
    /// The controls that the rule cites.
    pub cites: Cow<'r, [String]>,
    /// Its code.
    pub code: Cow<'r, str>,
    /// What it does by itself.
    pub effect: Verdict,
    /// The layer that the rule stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<Cow<'r, str>>,
    /// The rule, as `module.rule`; none where it was no rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Cow<'r, str>>,
}

/// What a person answered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The person.
    pub by: String,
    /// In which role.
    pub role: String,
    /// What they answered.
    pub answer: Approved,
    /// When.
    pub time: Moment,
    /// What there is to show for it.
    pub evidence: Evidence,
    /// The key that they signed with, where they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Thumbprint>,
}

/// What a person answered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approved {
    /// It may happen.
    Approved,
    /// It may not happen.
    Denied,
    /// Only a reviewer answers so: people decide. It stands in records, and in no receipt.
    Left,
}

/// The role of whoever sits at the machine of the agent: the only one for which an answer counts that is given in a form there.
pub const LOCAL_OPERATOR: &str = "local_operator";

/// What there is to show for an approval.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// They were signed in: it stands on the gateway's word.
    Session,
    /// They signed with a key of their own: it stands against the operator, too.
    Signature,
    /// They answered in a form at the machine of the agent, in the role that is declared for that, [`LOCAL_OPERATOR`]: it stands on the word of the programs there.
    LocalOperator,
    /// No person: the reviewer that the operator has asked, over a connection. It can refuse and never approve.
    Reviewer,
}

/// A token, and what had become of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenState {
    /// The token.
    pub id: TokenId,
    /// What had become of it when the receipt was issued.
    pub state: State,
}

/// What became of a token.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It was issued.
    Issued,
    /// It was used.
    Burned,
    /// The action was done.
    Executed,
    /// The action was tried and failed.
    Failed,
    /// Nobody said how it went.
    Unknown,
    /// It was never used.
    Released,
}

/// Where the log has a record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position<'r> {
    /// The index of the record.
    pub index: u64,
    /// Which log: its origin.
    pub origin: Cow<'r, str>,
}

impl Receipt<'_> {
    /// The digest of the bytes that are signed. It is what the log's entry has of the receipt, so that the signature can be made later.
    ///
    /// # Errors
    /// `V0102`, `V0103` where it says what a receipt cannot say.
    pub fn digest(&self) -> Result<Digest, EvidenceError> {
        self.is_sound()?;
        KIND.digest(self)
    }

    /// The signed document, with the proof that the log has its record, where there is one yet.
    ///
    /// # Errors
    /// As [`Receipt::digest`]; `V0101` where it is longer than 256 KiB.
    pub fn sign(
        &self,
        key: &SigningKey<keys::Receipt>,
        inclusion: Option<&Inclusion>,
    ) -> Result<Vec<u8>, EvidenceError> {
        self.is_sound()?;
        let mut beside = BTreeMap::new();
        if let Some(inclusion) = inclusion {
            beside.insert("inclusion".to_owned(), Json::of(inclusion)?);
        }
        KIND.sign(self, key, beside)
    }

    /// Checks that it says what a receipt can say.
    pub(super) fn is_sound(&self) -> Result<(), EvidenceError> {
        let wrong = |message: &str| Err(EvidenceError::new(ErrorKind::Form, message));
        let Receipt { id, issuer, tenant, action, reason_code, log: Position { origin, .. }, .. } = self;
        let of_receipt = [id, issuer, tenant, action, reason_code, origin];
        let of_cause = |cause: &Cause<'_>| {
            let Cause { code, rule, layer, cites, .. } = cause;
            [code].into_iter().chain(rule).chain(layer).all(|text| shown(text))
                && cites.iter().all(|text| shown(text))
        };
        let of_approval = |approval: &Approval| shown(&approval.by) && shown(&approval.role);
        let all = of_receipt.iter().all(|text| shown(text))
            && shown(&self.agent.id)
            && self.causes.iter().all(of_cause)
            && self.approvals.iter().all(of_approval);
        if !all {
            return wrong("a text is empty, longer than 256 bytes, or has control characters");
        }
        let long = self.causes.iter().any(|cause| cause.cites.len() > MAX);
        if long || self.causes.len() > MAX || self.approvals.len() > MAX {
            return wrong("a list has more than 256 entries");
        }
        if self.log.index > MAX_INTEGER.unsigned_abs() {
            return wrong("an index is beyond 2^53 - 1");
        }
        let unsigned = self
            .approvals
            .iter()
            .any(|approval| (approval.evidence == Evidence::Signature) != approval.key.is_some());
        if unsigned || (self.agent.authenticated == Authenticated::Signature) != self.agent.key.is_some() {
            return wrong("a key stands where nothing was signed, or a signature without its key");
        }
        let in_a_form = |approval: &&Approval| approval.evidence == Evidence::LocalOperator;
        if self.approvals.iter().filter(in_a_form).any(|approval| approval.role != LOCAL_OPERATOR) {
            return wrong(
                "a form at the agent's machine answers for the role local_operator, and for no other",
            );
        }
        let beyond = |approval: &Approval| match approval.answer {
            Approved::Approved => approval.evidence == Evidence::Reviewer,
            Approved::Denied => false,
            Approved::Left => true,
        };
        if self.approvals.iter().any(beyond) {
            return wrong("a reviewer refuses, and does nothing else");
        }
        Ok(())
    }
}
