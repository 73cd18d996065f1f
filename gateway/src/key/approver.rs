//! Who approves: a person, the roles of the policy that they speak for, and the key that they sign with.
//!
//! A person may have several keys of the interface (one for the desk, one for the telephone); whoever counts votes counts persons.

use lictor_bundle::keys::VerifyingKey;
use serde::{Deserialize, Serialize};

use super::secret::unhex;
use super::stored::is_name;

/// The most roles of one key.
const MAX_ROLES: usize = 64;

/// What an approver's key says of its holder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Approves {
    /// The person.
    pub person: String,
    /// The roles of the policy that they speak for, sorted.
    pub roles: Vec<String>,
    /// The key that they sign with, where they have registered one.
    pub signing: Option<VerifyingKey>,
}

impl Approves {
    /// Whether they speak for a role of the policy.
    pub fn speaks_for(&self, role: &str) -> bool {
        self.roles.iter().any(|own| own == role)
    }
}

/// The same as it is kept.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredApprover {
    /// The person, where the key is not called like them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The roles of the policy that they speak for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The 32 bytes of the key that they sign with, as digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_key: Option<String>,
}

impl StoredApprover {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == StoredApprover::default()
    }

    pub(super) fn check(&self) -> Result<(), &'static str> {
        if self.person.as_deref().is_some_and(|person| !is_name(person)) {
            return Err("a person is called by 1 to 64 letters, digits and `- _ . : @ /`");
        }
        let is_role = |role: &String| {
            let mut bytes = role.bytes();
            let rest = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            role.len() <= 64
                && bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
                && bytes.all(rest)
        };
        if self.roles.len() > MAX_ROLES || !self.roles.iter().all(is_role) {
            return Err("a role is called as the policy declares it under `roles`, and a key has 64 at most");
        }
        if self.signing_key.is_some() && self.signing().is_none() {
            return Err("the signing key is not a public key of Ed25519");
        }
        Ok(())
    }

    fn signing(&self) -> Option<VerifyingKey> {
        VerifyingKey::from_bytes(&unhex(self.signing_key.as_deref()?)?).ok()
    }

    /// What it says, of the holder of a key of this name.
    pub(super) fn of(&self, name: &str) -> Approves {
        let mut roles = self.roles.clone();
        roles.sort();
        roles.dedup();
        let person = self.person.clone().unwrap_or_else(|| name.to_owned());
        Approves { person, roles, signing: self.signing() }
    }
}
