//! Keys of the interface: who asks, and what they may do.
//!
//! A key is shown once, when it is made; what is kept is its digest. Who asks is never what a request says of itself, but what stands beside the key that it
//! came with.

mod secret;
mod approver;
mod signer;
mod stored;
mod kept;

use std::sync::Arc;

use lictor_evidence::keys::Thumbprint;
use serde::{Deserialize, Serialize};

use crate::rate::Bucket;

pub use self::approver::{Approves, StoredApprover};
pub use self::kept::{FileKeys, KeyFile};
pub use self::secret::Secret;
pub(crate) use self::secret::{hex, id};
pub use self::signer::Signer;
pub(crate) use self::stored::SIGNED;
pub use self::stored::{KeyError, NewKey, StoredKey};

/// What a key is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// An agent that asks what it may do, for itself.
    Agent,
    /// A checkout, a tool or a server that asks what an agent may do, before it does it.
    Checkout,
    /// Somebody who approves what waits for a person.
    Approver,
    /// Somebody who reads what happened and by which policy.
    Auditor,
    /// Whoever runs the gateway.
    Admin,
}

/// Something that not everybody may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Right {
    /// Asking what an agent may do.
    Evaluate,
    /// Seeing which policy is in force.
    ReadBundle,
    /// Putting another policy in force.
    ChangeBundle,
    /// Asking for an action, to do it.
    Authorize,
    /// Carrying out what agents ask for: using tokens, and saying how it went.
    Execute,
    /// Looking at a token without using it.
    Introspect,
    /// Seeing what was asked and decided, and what waits for a person.
    ReadLog,
    /// Reading the log itself: its entries and all records, as they are.
    Audit,
    /// Saying yes or no to what waits for a person.
    Approve,
}

impl Role {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Role; 5] = [Role::Agent, Role::Checkout, Role::Approver, Role::Auditor, Role::Admin];

    /// How it is written.
    pub fn name(self) -> &'static str {
        match self {
            Role::Agent => "agent",
            Role::Checkout => "checkout",
            Role::Approver => "approver",
            Role::Auditor => "auditor",
            Role::Admin => "admin",
        }
    }

    /// The role that is written so.
    pub fn named(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether keys of this role may do that. None may do what another role is for: who runs the gateway asks for no agent.
    pub fn may(self, right: Right) -> bool {
        match right {
            Right::Evaluate => matches!(self, Role::Agent | Role::Checkout),
            Right::ReadBundle => matches!(self, Role::Auditor | Role::Admin),
            Right::ChangeBundle => self == Role::Admin,
            Right::Authorize => self == Role::Agent,
            Right::Execute => self == Role::Checkout,
            Right::Introspect => matches!(self, Role::Agent | Role::Checkout),
            Right::ReadLog => matches!(self, Role::Approver | Role::Auditor | Role::Admin),
            Right::Audit => matches!(self, Role::Auditor | Role::Admin),
            Right::Approve => self == Role::Approver,
        }
    }
}

impl Right {
    /// Who may, for a sentence.
    pub(crate) fn roles(self) -> String {
        let roles: Vec<&str> = Role::ALL.into_iter().filter(|role| role.may(self)).map(Role::name).collect();
        roles.join(" or ")
    }
}

/// A key that is in force.
#[derive(Debug)]
pub struct Key {
    /// What it is called in logs; no secret, and no name.
    pub id: String,
    /// Whose it is. For an agent, its id in requests.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// How many evaluations a minute, where that was said.
    pub per_minute: Option<u32>,
    /// Of an approver: who that is, and for which roles of the policy they speak.
    pub approves: Option<Arc<Approves>>,
    /// Of an agent: the person who answers for it, and so never approves what it asks.
    pub owner: Option<String>,
    /// Of an agent that signs its requests: with which key. Without a signature nobody is let in as this agent then.
    pub signs: Option<Signer>,
    /// What policies are told of the agent, as JSON; an object with its `id`.
    pub(crate) agent: String,
    /// The last moment at which it counts, in milliseconds since 1970 UTC.
    pub(crate) until: Option<i64>,
    /// What is left of its requests.
    pub(crate) bucket: Arc<Bucket>,
}

impl Key {
    /// An agent of which nothing is known but what it is called; none where no key may be called so.
    pub(crate) fn unknown(name: &str) -> Option<Key> {
        stored::is_name(name).then(|| Key {
            id: String::new(),
            name: name.to_owned(),
            role: Role::Agent,
            per_minute: None,
            approves: None,
            owner: None,
            signs: None,
            agent: serde_json::json!({ "id": name }).to_string(),
            until: None,
            bucket: Arc::default(),
        })
    }
}

/// A key, as the log tells of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// What it is called in logs.
    pub id: String,
    /// Whose it is.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// Nobody can say which keys there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unavailable;

/// Whoever knows the keys.
pub trait Keys: Send + Sync {
    /// The key that was presented, where it is in force at this moment.
    ///
    /// # Errors
    /// Nobody can say: then nobody is let in.
    fn find(&self, presented: &str, now: i64) -> Result<Option<Arc<Key>>, Unavailable>;

    /// The agent of this name, where it has a key in force at this moment.
    ///
    /// # Errors
    /// Nobody can say.
    fn agent(&self, name: &str, now: i64) -> Result<Option<Arc<Key>>, Unavailable>;

    /// The agent of this name as its newest key says, in force or not; none where there was never one.
    ///
    /// # Errors
    /// Nobody can say.
    fn last_known(&self, name: &str) -> Result<Option<Arc<Key>>, Unavailable>;

    /// The agent that signs with the key of this thumbprint, where that is in force at this moment. Where two would, nobody does.
    ///
    /// # Errors
    /// Nobody can say.
    fn signer(&self, key: &Thumbprint, now: i64) -> Result<Option<Arc<Key>>, Unavailable>;

    /// The key of this id, where it is in force at this moment: whoever signed in with it is let in as long as it is.
    ///
    /// # Errors
    /// Nobody can say.
    fn by_id(&self, id: &str, now: i64) -> Result<Option<Arc<Key>>, Unavailable>;

    /// The keys of approvers that are in force at this moment. One person may have several.
    ///
    /// # Errors
    /// Nobody can say.
    fn approvers(&self, now: i64) -> Result<Vec<Arc<Key>>, Unavailable>;

    /// Whether the key of this id was revoked, or is not known at all. One that has come to its end was not.
    ///
    /// # Errors
    /// Nobody can say.
    fn is_revoked(&self, id: &str) -> Result<bool, Unavailable>;

    /// All keys that there are and were, where that is known; the same list until one has changed.
    fn known(&self) -> Option<Arc<[Known]>> {
        None
    }

    /// Looks again, where keys may have changed without it; what came of it, where somebody should know.
    ///
    /// # Errors
    /// They cannot be read, with why.
    fn refresh(&self) -> Result<(), String>;
}
