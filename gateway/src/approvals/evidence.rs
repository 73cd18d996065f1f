//! What there is to show for an answer: kept with the vote, so that it can be judged again later.

use lictor_evidence::receipt::LOCAL_OPERATOR;
use serde::{Deserialize, Serialize};

use super::asked::Demand;

/// How somebody answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Means {
    /// With their key alone.
    Session,
    /// With a signature on the statement of their answer, in base64.
    Signature(String),
    /// In a form that the program of the agent has shown them.
    LocalOperator,
}

/// What there is to show for an answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The key that the person came with, by its id: an answer given with a key that was revoked later is worth nothing.
    pub key: String,
    /// The demands that the person answered, by their numbers.
    pub demands: Vec<usize>,
    /// How they proved who they are.
    pub proof: Proof,
}

/// How a person proved who they are.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// They were signed in: it stands on the gateway's word.
    Session,
    /// They signed with a key of their own: it stands against the operator, too.
    Signature {
        /// The 32 bytes of the public key, as digits.
        key: String,
        /// The 64 bytes of the signature, in base64.
        signature: String,
    },
    /// They have answered in a form at the machine of the agent: it stands on the word of the programs there, which hold a key of theirs. It answers what asks for
    /// the role [`LOCAL_OPERATOR`], and nothing else.
    LocalOperator,
    /// It was no person: the reviewer that the operator has asked. It only denies, and what approves is never this.
    Reviewer {
        /// Why, in its words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
}

impl Proof {
    /// What it is called.
    pub fn name(&self) -> &'static str {
        match self {
            Proof::Session => "session",
            Proof::Signature { .. } => "signature",
            Proof::LocalOperator => LOCAL_OPERATOR,
            Proof::Reviewer { .. } => "reviewer",
        }
    }

    /// Whether a person stands behind it.
    pub fn is_of_person(&self) -> bool {
        match self {
            Proof::Session | Proof::Signature { .. } | Proof::LocalOperator => true,
            Proof::Reviewer { .. } => false,
        }
    }

    /// Whether an approval with it can count for what a demand asks.
    pub fn counts_for(&self, demand: &Demand) -> bool {
        match self {
            Proof::Session | Proof::Signature { .. } => true,
            Proof::LocalOperator => demand.to == LOCAL_OPERATOR,
            Proof::Reviewer { .. } => false,
        }
    }
}

impl Evidence {
    /// As a vote keeps it.
    pub fn write(&self) -> String {
        // It has texts and numbers only, which can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// That of a vote; nothing where it cannot be read, and then the vote does not count.
    pub fn read(text: &str) -> Option<Evidence> {
        serde_json::from_str(text).ok()
    }
}
