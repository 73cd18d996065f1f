//! Requests for a person's approval.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::counter::Entry;

/// What became of a request for approval.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ApprovalState {
    /// It waits.
    Pending,
    /// As many as were asked for have approved. It may be used once.
    Approved,
    /// Somebody refused it.
    Denied,
    /// Nobody answered, or nobody collected it, in time.
    Expired,
    /// A token was issued for it.
    Used,
    /// It lost its ground: another bundle, an approver who was revoked, a store that was restored.
    Void,
}

impl ApprovalState {
    /// Whether this state follows that one.
    pub fn follows(self, before: ApprovalState) -> bool {
        use ApprovalState::*;
        matches!(
            (before, self),
            (Pending, Pending | Approved | Denied | Expired | Void) | (Approved, Used | Expired | Void)
        )
    }

    pub(crate) const ALL: [ApprovalState; 6] = [
        ApprovalState::Pending,
        ApprovalState::Approved,
        ApprovalState::Denied,
        ApprovalState::Expired,
        ApprovalState::Used,
        ApprovalState::Void,
    ];
}

/// What a person said.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Vote {
    /// The person, not the key: each has one voice.
    pub person: String,
    /// Whether they approved.
    pub approves: bool,
    /// When, in milliseconds.
    pub at: i64,
    /// The index of the record of it.
    pub index: u64,
    /// How they proved who they are.
    pub evidence: String,
}

/// A request for approval.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Approval {
    /// The index of the record with which it began, by which it is kept.
    pub index: u64,
    /// The random part of its id.
    pub id: [u8; 16],
    /// How often the row was written: each change names the one it was made from.
    pub version: u32,
    /// What became of it.
    pub state: ApprovalState,
    /// The generation it was asked in.
    pub generation: u64,
    /// A digest of agent, action and bundle: equal requests are one, and after a refusal the same one waits.
    pub subject: [u8; 32],
    /// The agent that asks: pending requests are counted by it.
    pub agent: String,
    /// How many persons must approve.
    pub quorum: u16,
    /// Until when it can be answered, and then collected, in milliseconds.
    pub expires_at: i64,
    /// After a refusal: until when the same is not asked again, in milliseconds.
    pub cools_until: Option<i64>,
    /// What was said; one vote a person.
    pub votes: Vec<Vote>,
    /// What the action counts for as an attempt; the token that is issued takes them over.
    pub entries: Vec<Entry>,
    /// All else.
    pub body: Vec<u8>,
}

impl Approval {
    /// How many persons approved.
    pub fn approving(&self) -> usize {
        self.votes.iter().filter(|vote| vote.approves).count()
    }
}
