//! What steps say that bear on all the rest: an erasure, a bundle, an act of an operator.

use lictor_evidence::Digest;
use lictor_evidence::keys::Thumbprint;
use lictor_evidence::token::Mode;
use serde::{Deserialize, Serialize};

/// See [`Step::Erased`](super::Step::Erased).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erased {
    /// The record that was erased.
    pub of: u64,
    /// The entry that the log has hashed for it, as it was written: it proves what was erased, and shows nothing of it.
    pub entry: String,
    /// Who had it erased.
    pub by: String,
    /// Why: a code, such as `retention` or `request`.
    pub because: String,
}

/// See [`Step::Bundle`](super::Step::Bundle).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Its id.
    pub bundle: Digest,
    /// What it is called.
    pub name: String,
    /// The number of its edition; 0 where it has none.
    pub sequence: u64,
    /// Who vouches for it: the ids of the keys that signed and are trusted. None for the host's own.
    pub signers: Vec<String>,
    /// The mode that its manifest says.
    pub mode: Mode,
}

/// See [`Step::Operator`](super::Step::Operator).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operated {
    /// Who did it; `host` for what is done with the command on the host.
    pub by: String,
    /// What.
    pub act: Act,
}

/// What an operator did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// Said whether decisions count.
    Mode {
        /// From now on.
        mode: Mode,
    },
    /// Has looked at what a new generation of the store means.
    Acknowledged {
        /// Which one.
        generation: u64,
    },
    /// The generation of the store rose.
    Generation {
        /// To this.
        generation: u64,
    },
    /// Made a key with which somebody may ask.
    KeyAdded {
        /// What it is called.
        name: String,
        /// What it may do.
        role: String,
    },
    /// Revoked such a key.
    KeyRevoked {
        /// What it is called.
        name: String,
    },
    /// A key with which the gateway signs came into use.
    SigningKey {
        /// For what: `token`, `receipt`, `checkpoint`.
        purpose: String,
        /// Its thumbprint.
        kid: Thumbprint,
    },
    /// Revoked an agent.
    AgentRevoked {
        /// Which one.
        agent: String,
    },
    /// Gave it back what it may do.
    AgentRestored {
        /// Which one.
        agent: String,
    },
}
