//! What steps say in the life of an action.
//!
//! Those that made a decision are written without it: [`Record::to_bytes`](super::Record::to_bytes) puts it beside the rest, since its bytes are mostly known.

use lictor_evidence::json::Json;
use lictor_evidence::receipt::{Approval, State};
use lictor_evidence::time::Moment;
use lictor_evidence::token::{Envelope, TokenId};
use serde::{Deserialize, Serialize};

use super::judged::Judged;
use super::steps::About;

/// See [`Step::Decided`](super::Step::Decided).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// The decision.
    #[serde(skip_serializing)]
    pub judged: Judged,
    /// The token that was issued. Its index is that of this record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Issued>,
    /// The record with which people were asked whose approval this decision had as a fact, and used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<u64>,
    /// What they answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
    /// Where somebody wanted to know yes or no, and no token. There is none then, and no approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluated: Option<Evaluated>,
}

/// A decision that was an evaluation. Whoever is told yes does the action and presents nothing, so nothing follows this record: what the action counts for is spent with the
/// answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluated {
    /// Whose key asked: the agent's own, or that of a checkout which asked for it.
    pub by: String,
    /// How the action went, where yes was told: `unknown`, since nobody reports it, and so it stays counted. Where no was told it was an attempt, and has no outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<State>,
}

/// A token that was issued.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// What it permits in the place of exact values. What was decided on has the most of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub envelope: Option<Envelope>,
    /// Until when it can be used.
    pub expires: Moment,
    /// Its name.
    pub id: TokenId,
}

/// See [`Step::Burned`](super::Step::Burned). What was decided on is what was presented.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Burned {
    /// What people answered before the token was issued.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
    /// The checkout that used it; only it may settle.
    pub by: String,
    /// The decision that was made again.
    #[serde(skip_serializing)]
    pub judged: Judged,
    /// The record of the token's issue.
    pub of: u64,
    /// The token.
    pub token: TokenId,
}

/// See [`Step::Refused`](super::Step::Refused).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// Why, as everybody is told: `REPLAY_DETECTED`.
    pub code: String,
    /// Who presented it, or came for an answer.
    pub by: String,
    /// The record of the token's issue, where the token is known; of an agent that came for an answer of people, the record with which they were asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
    /// The token, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenId>,
    /// Whose action it was for, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// The decision that refused it, where one was made.
    #[serde(default, skip_serializing)]
    pub judged: Option<Judged>,
}

/// See [`Step::Settled`](super::Step::Settled).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settled {
    /// The record of the token's issue.
    pub of: u64,
    /// The token.
    pub token: TokenId,
    /// Whose action it was.
    pub about: About,
    /// How it went: `executed`, `failed` or `unknown`.
    pub outcome: State,
    /// Who said so; nobody where the time for it ran out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What was done in the end, where that is less than what was reserved: fields of the action by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amounts: Option<Json>,
}

/// See [`Step::Released`](super::Step::Released).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Released {
    /// The record of the token's issue.
    pub of: u64,
    /// The token.
    pub token: TokenId,
    /// Whose action it would have been.
    pub about: About,
}

/// See [`Step::Observed`](super::Step::Observed).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// Who reported it.
    pub by: String,
    /// Why it was denied whatever the policy says: `UNKNOWN_AGENT` where the agent has no key in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What the policy would have decided.
    #[serde(skip_serializing)]
    pub judged: Judged,
}
