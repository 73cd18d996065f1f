//! What is kept, as rows with types. What only the gateway understands is `body`: bytes that the store never looks into.

use lictor_ledger::{Frontier, Hash};

use crate::counter::Entry;

/// The number of a tenant. Everything that is kept belongs to one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TenantId(pub u32);

/// The greatest number of a tenant, and the greatest index of a log: together they are the 63 bits of a row's key, so that rows are
/// written one after another.
pub const MAX_TENANT: u32 = (1 << 23) - 1;
/// See [`MAX_TENANT`].
pub const MAX_INDEX: u64 = (1 << 40) - 1;

impl TenantId {
    /// The key of a row: this tenant's rows lie side by side, in the order of the log.
    pub(crate) fn key(self, index: u64) -> i64 {
        let tenant = i64::from(self.0.min(MAX_TENANT)) << 40;
        tenant | i64::try_from(index.min(MAX_INDEX)).unwrap_or(0)
    }

    /// The index that a key of this tenant holds.
    pub(crate) fn index(key: i64) -> u64 {
        key.unsigned_abs() & MAX_INDEX
    }
}

/// The head of a tenant's log, and what else must be seen before anything is done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// The right edge of the log: its size and root.
    pub frontier: Frontier,
    /// The greatest time of anything that was written, in milliseconds: no job of this tenant sees an earlier one.
    pub last_now: i64,
    /// How often the store was restored, promoted or found to be behind. Tokens and approvals of another generation are void.
    pub generation: u64,
    /// The generation that an operator has looked at. Where it is behind, counters may have lost something: see [`Head::trusted`].
    pub acknowledged: u64,
    /// How many batches have written here.
    pub serial: u64,
}

impl Head {
    /// The head of a log without records.
    pub(crate) fn first(generation: u64) -> Head {
        Head { frontier: Frontier::default(), last_now: 0, generation, acknowledged: generation, serial: 0 }
    }

    /// Whether counters may be relied upon: an operator has acknowledged this generation.
    pub fn trusted(&self) -> bool {
        self.acknowledged == self.generation
    }
}

/// A record to append. Its index is the one that the log has reached ([`View::next_index`](crate::View::next_index) for the first of a job), its
/// time that of the view.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewRecord {
    /// The hash of its leaf in the log ([`Hash::leaf`]): all that remains of it for ever.
    pub leaf: Hash,
    /// What step it records.
    pub kind: u16,
    /// Who acted, to be searched for; what the gateway made of it.
    pub agent: String,
    /// The action, to be searched for.
    pub action: String,
    /// What was decided, to be searched for.
    pub decision: u16,
    /// What the decision rested on (citations, rule), to be searched for.
    pub cites: String,
    /// The key of its commitments, which stands apart from the log; destroyed with the body.
    pub secret: Option<[u8; 32]>,
    /// All else.
    pub body: Vec<u8>,
}

/// A record of the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// Its index, from 0 on, without gaps.
    pub index: u64,
    /// When, in milliseconds; never before the record before it.
    pub at: i64,
    /// See [`NewRecord`].
    pub leaf: Hash,
    /// See [`NewRecord`].
    pub kind: u16,
    /// See [`NewRecord`].
    pub agent: String,
    /// See [`NewRecord`].
    pub action: String,
    /// See [`NewRecord`].
    pub decision: u16,
    /// See [`NewRecord`].
    pub cites: String,
    /// See [`NewRecord`]. None where there is none, or the record was erased.
    pub secret: Option<[u8; 32]>,
    /// See [`NewRecord`]. None where the record was erased.
    pub body: Option<Vec<u8>>,
}

/// What became of an execution token.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum TokenState {
    /// It may be burned once.
    Issued,
    /// It was burned, and nobody has said yet how the action went.
    Burned,
    /// The action was done.
    Executed,
    /// The action was tried and failed: what it had reserved is free again.
    Failed,
    /// Nobody said how it went: what it had reserved stays counted.
    Unknown,
    /// It was never burned: what it had reserved is free again, and it never burns.
    Released,
}

impl TokenState {
    /// Whether this state follows that one: `issued → burned → executed | failed | unknown`, or `issued → released`.
    pub fn follows(self, before: TokenState) -> bool {
        use TokenState::*;
        matches!((before, self), (Issued, Burned | Released) | (Burned, Executed | Failed | Unknown))
    }

    /// Whether what the token counts for is counted as allowed and executed, and not only as attempted.
    pub fn counts(self) -> bool {
        !matches!(self, TokenState::Failed | TokenState::Released)
    }

    pub(crate) const ALL: [TokenState; 6] = [
        TokenState::Issued,
        TokenState::Burned,
        TokenState::Executed,
        TokenState::Failed,
        TokenState::Unknown,
        TokenState::Released,
    ];
}

/// An execution token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token {
    /// The index of the record of its issue, by which it is kept.
    pub index: u64,
    /// The random part of its `jti`.
    pub id: [u8; 16],
    /// What became of it.
    pub state: TokenState,
    /// The generation it was issued in.
    pub generation: u64,
    /// Until when it may be burned, in milliseconds.
    pub expires_at: i64,
    /// When whoever sweeps must look at it again (to release it, or to call its outcome unknown), in milliseconds.
    pub due_at: Option<i64>,
    /// Whoever burned it; only they settle it.
    pub burned_by: Option<String>,
    /// The index that its entries carry: of the record with which the action was first counted, which is that of the issue unless an approval came before.
    pub action: u64,
    /// What the action counts for. The store keeps counters in step with them and with `state`.
    pub entries: Vec<Entry>,
    /// All else.
    pub body: Vec<u8>,
}

/// The first answer to an idempotency key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remembered {
    /// A digest of principal, endpoint and key.
    pub key: [u8; 32],
    /// A digest of what was asked, so that the same key with another question can be refused.
    pub question: [u8; 32],
    /// Until when it is kept, in milliseconds.
    pub expires_at: i64,
    /// The index of the record of the effect.
    pub index: u64,
    /// The answer.
    pub body: Vec<u8>,
}

/// An API key. The key itself is known only to whoever holds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiKey {
    /// SHA-256 of the key.
    pub hash: [u8; 32],
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub role: String,
    /// Whom it stands for.
    pub principal: String,
    /// When it was made, in milliseconds.
    pub created_at: i64,
    /// From when on it is worth nothing, in milliseconds.
    pub expires_at: Option<i64>,
    /// When it was revoked, in milliseconds.
    pub revoked_at: Option<i64>,
    /// All else.
    pub body: Vec<u8>,
}

/// A small value under a name: a nonce that was seen, an agent that was revoked, the highest sequence of a bundle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slot {
    /// The value.
    pub value: Vec<u8>,
    /// Until when it is kept, in milliseconds; for ever where it does not say.
    pub expires_at: Option<i64>,
}
