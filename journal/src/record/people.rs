//! What steps say in which people are asked.

use lictor_evidence::Digest;
use lictor_evidence::keys::Thumbprint;
use lictor_evidence::receipt::Approval;
use lictor_evidence::time::Moment;
use serde::{Deserialize, Serialize};

use super::outcome::Asked;
use super::steps::About;

/// See [`Step::ApprovalAsked`](super::Step::ApprovalAsked).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    /// The record of the decision that asks.
    pub of: u64,
    /// What the request for approval is called.
    pub id: String,
    /// Whose action it is.
    pub about: About,
    /// The digest of agent, action and bundle that it is bound to.
    pub subject: Digest,
    /// Everything that asks, one element for each cause.
    pub asks: Vec<Asked>,
    /// How many persons must approve.
    pub quorum: u16,
    /// Until when.
    pub expires: Moment,
}

/// See [`Step::ApprovalAnswered`](super::Step::ApprovalAnswered).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// The record with which it was asked.
    pub of: u64,
    /// What the request for approval is called.
    pub id: String,
    /// Whose action it is.
    pub about: About,
    /// Who answered what.
    pub answer: Approval,
    /// What became of the request.
    pub state: ApprovalState,
    /// What the person signed, where they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<SignedStatement>,
    /// What a reviewer said to it, where it was one that answered: words of a stranger, cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// What became of a request for approval with an answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// More persons must answer.
    Pending,
    /// As many as must have approved.
    Approved,
    /// Somebody refused.
    Denied,
}

/// What a person signed with a key of their own: it stands against the operator, too.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedStatement {
    /// The key's thumbprint.
    pub key: Thumbprint,
    /// The key's 32 bytes, in base64url.
    pub public: String,
    /// The text that was signed.
    pub statement: String,
    /// The signature, in base64url.
    pub value: String,
}

/// See [`Step::ApprovalVoid`](super::Step::ApprovalVoid).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Void {
    /// The record with which it was asked.
    pub of: u64,
    /// What the request for approval is called.
    pub id: String,
    /// Whose action it is.
    pub about: About,
    /// Why.
    pub because: VoidReason,
}

/// Why a request for approval came to nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoidReason {
    /// Nobody answered, or nobody collected the answer, in time.
    Expired,
    /// Another bundle is in force.
    Bundle,
    /// A rule asks now that did not ask then.
    Rule,
    /// Whoever approved was revoked.
    Approver,
    /// Whoever asked was revoked.
    Agent,
    /// The store was restored.
    Generation,
}
