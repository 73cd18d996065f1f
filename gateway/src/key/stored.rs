//! Keys as they are kept: everything but the secret.

use std::fmt;

use lictor_bundle::hex::Hex;
use lictor_bundle::keys::VerifyingKey;
use lictor_bundle::time::{parse_timestamp, render_timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::approver::StoredApprover;
use super::secret::{Secret, unhex};
use super::signer::Signer;
use super::{Key, Role};
use crate::rate::Bucket;

/// What the gateway itself tells policies of an agent, where they declare it: whether it has signed what it asks.
pub(crate) const SIGNED: &str = "signature_verified";

/// The most keys that are kept.
const MAX_KEYS: usize = 100_000;

/// A key as it is kept.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredKey {
    /// What it is called in logs.
    pub id: String,
    /// Whose it is.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// The SHA-256 of the key.
    sha256: String,
    /// When it was made.
    pub created: String,
    /// Until when it counts, where it has an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Since when it does not count any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<String>,
    /// How many evaluations a minute, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_minute: Option<u32>,
    /// Of an approver: who that is, and for whom they speak. What is left out follows from the name; see [`Approves`](super::Approves).
    #[serde(default, skip_serializing_if = "StoredApprover::is_empty")]
    pub approves: StoredApprover,
    /// Of an agent: the person who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Of an agent that signs its requests: the 32 bytes of its public key, as digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signing_key: Option<String>,
    /// What policies are told of the agent beside its id.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub agent: Map<String, Value>,
}

/// What a new key is to be.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Whose it is.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// How many evaluations a minute, where that is said.
    pub per_minute: Option<u32>,
    /// Of an approver: who that is, and for whom they speak.
    pub approves: StoredApprover,
    /// Of an agent: the person who answers for it.
    pub owner: Option<String>,
    /// Of an agent that signs its requests, or an approver who signs their answers: the public key.
    pub signing_key: Option<VerifyingKey>,
    /// What policies are told of the agent beside its id.
    pub agent: Map<String, Value>,
}

/// Why keys were not changed, or cannot be read.
#[derive(Debug)]
pub enum KeyError {
    /// The name has not the form of one.
    Name,
    /// There is a key of that name.
    Taken(String),
    /// There is no key of that name in force.
    Unknown(String),
    /// What is to be said of an agent is not for a file to say, or the key is not an agent's.
    Agent(&'static str),
    /// What is said of an approver is not as it must be, or the key is not an approver's.
    Approver(&'static str),
    /// Somebody else signs with this key.
    Signs(String),
    /// There are too many.
    TooMany,
    /// The file is not one of keys.
    File(String),
    /// The system gives no random numbers.
    Random(getrandom::Error),
    /// It could not be read or written.
    Io(std::io::Error),
}

/// The file of them.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    version: u8,
    keys: Vec<StoredKey>,
}

impl Stored {
    /// Reads them. Nothing of a file that is wrong anywhere is taken.
    pub fn read(bytes: &[u8]) -> Result<Stored, KeyError> {
        let stored: Stored =
            serde_json::from_slice(bytes).map_err(|error| KeyError::File(error.to_string()))?;
        if stored.version != 1 {
            return Err(KeyError::File(format!(
                "its version is {}, and only 1 is known here",
                stored.version
            )));
        }
        for key in &stored.keys {
            key.check().map_err(|what| KeyError::File(format!("the key {}: {what}", key.id)))?;
        }
        Ok(stored)
    }

    pub fn write(&self) -> Result<Vec<u8>, KeyError> {
        let mut bytes = serde_json::to_vec_pretty(&Stored { version: 1, keys: self.keys.clone() })
            .map_err(|error| KeyError::File(error.to_string()))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// All of them, those that no longer count included.
    pub fn keys(&self) -> &[StoredKey] {
        &self.keys
    }

    /// Adds a key.
    pub fn add(&mut self, new: NewKey, now: i64) -> Result<Secret, KeyError> {
        if !is_name(&new.name) {
            return Err(KeyError::Name);
        }
        if self.in_force(&new.name, now).next().is_some() {
            return Err(KeyError::Taken(new.name));
        }
        if !new.agent.is_empty() && new.role != Role::Agent {
            return Err(KeyError::Agent("only of agents is a policy told"));
        }
        if new.agent.contains_key("id") {
            return Err(KeyError::Agent("`id` is the name of the key"));
        }
        if new.agent.contains_key(SIGNED) {
            return Err(KeyError::Agent("`signature_verified` is for the gateway to say; leave it out"));
        }
        if new.owner.is_some() && new.role != Role::Agent {
            return Err(KeyError::Agent("only agents have an owner"));
        }
        if new.owner.as_deref().is_some_and(|owner| !is_name(owner)) {
            return Err(KeyError::Name);
        }
        if !new.approves.is_empty() && new.role != Role::Approver {
            return Err(KeyError::Approver(
                "only a key of the role `approver` speaks for roles of the policy",
            ));
        }
        new.approves.check().map_err(KeyError::Approver)?;
        self.push(new, now)
    }

    /// Whose this public key is already, where it is somebody else's: what an agent signs with is nobody's besides, or it could approve what it asks.
    fn signed_by(&self, new: &NewKey, key: &VerifyingKey, now: i64) -> Option<&str> {
        let others = self.keys.iter().filter(|other| other.name != new.name && other.counts(now));
        let mut same = others.filter(|other| other.signing().is_some_and(|signer| signer.key == *key));
        let other = same.find(|other| Role::Agent == new.role || Role::Agent == other.role)?;
        Some(&other.name)
    }

    fn push(&mut self, new: NewKey, now: i64) -> Result<Secret, KeyError> {
        if self.keys.len() >= MAX_KEYS {
            return Err(KeyError::TooMany);
        }
        if let Some(key) = &new.signing_key {
            if !matches!(new.role, Role::Agent | Role::Approver) {
                return Err(KeyError::Agent("only agents and approvers sign"));
            }
            if let Some(other) = self.signed_by(&new, key, now) {
                return Err(KeyError::Signs(other.to_owned()));
            }
        }
        let secret = Secret::draw().map_err(KeyError::Random)?;
        let signs = |role| {
            new.signing_key.as_ref().filter(|_| new.role == role).map(|key| Hex(&key.to_bytes()).to_string())
        };
        let (signing_key, of_approver) = (signs(Role::Agent), signs(Role::Approver));
        self.keys.push(StoredKey {
            id: secret.id().to_owned(),
            name: new.name,
            role: new.role,
            sha256: secret.digest(),
            created: render_timestamp(now),
            until: None,
            revoked: None,
            per_minute: new.per_minute,
            approves: StoredApprover { signing_key: of_approver, ..new.approves },
            owner: new.owner,
            signing_key,
            agent: new.agent,
        });
        Ok(secret)
    }

    /// Revokes all keys of a name; how many there were.
    pub fn revoke(&mut self, name: &str, now: i64) -> Result<usize, KeyError> {
        let mut count = 0;
        for key in self.keys.iter_mut().filter(|key| key.name == name && key.counts(now)) {
            key.revoked = Some(render_timestamp(now));
            count += 1;
        }
        if count == 0 { Err(KeyError::Unknown(name.to_owned())) } else { Ok(count) }
    }

    /// Makes a new key like the one of this name, which signs with another public key where one is given. The old one counts for so many milliseconds more.
    pub fn rotate(
        &mut self,
        name: &str,
        overlap: i64,
        signing: Option<&VerifyingKey>,
        now: i64,
    ) -> Result<(Secret, i64), KeyError> {
        let until = now.saturating_add(overlap);
        let mut like = None;
        for key in self.keys.iter_mut().filter(|key| key.name == name && key.counts(now)) {
            like = Some(NewKey {
                name: key.name.clone(),
                role: key.role,
                per_minute: key.per_minute,
                approves: key.approves.clone(),
                owner: key.owner.clone(),
                signing_key: signing.copied().or_else(|| key.signing().map(|signer| signer.key)),
                agent: key.agent.clone(),
            });
            // One that ends sooner still does.
            let ends = key.ends().map_or(until, |ends| ends.min(until));
            key.until = Some(render_timestamp(ends));
        }
        let like = like.ok_or_else(|| KeyError::Unknown(name.to_owned()))?;
        Ok((self.push(like, now)?, until))
    }

    fn in_force(&self, name: &str, now: i64) -> impl Iterator<Item = &StoredKey> {
        self.keys.iter().filter(move |key| key.name == name && key.counts(now))
    }
}

impl StoredKey {
    /// Whether it counts at this moment.
    pub fn counts(&self, now: i64) -> bool {
        self.revoked.is_none() && self.ends().is_none_or(|until| now <= until)
    }

    /// What its holder signs with, where that is registered: an agent its requests, an approver their answers.
    pub fn signing(&self) -> Option<Signer> {
        Signer::read(self.signing_key.as_deref().or(self.approves.signing_key.as_deref())?)
    }

    fn ends(&self) -> Option<i64> {
        self.until.as_deref().and_then(|until| parse_timestamp(until).ok())
    }

    fn check(&self) -> Result<(), &'static str> {
        let moments = [Some(&self.created), self.until.as_ref(), self.revoked.as_ref()];
        if moments.into_iter().flatten().any(|moment| parse_timestamp(moment).is_err()) {
            return Err("a moment is none");
        }
        if !is_name(&self.name) || self.agent.contains_key("id") {
            return Err("it has a name that no key has, or says another");
        }
        if self.owner.as_deref().is_some_and(|owner| !is_name(owner)) {
            return Err("its owner has a name that nobody has");
        }
        self.approves.check()?;
        let is_agent = self.role == Role::Agent;
        if self.signing_key.as_deref().is_some_and(|digits| !is_agent || Signer::read(digits).is_none()) {
            return Err("the signing key is not a public key of Ed25519, or the key is not an agent's");
        }
        if unhex(&self.sha256).is_none() {
            return Err("`sha256` is not the digest of a key");
        }
        Ok(())
    }

    /// The digest of its secret.
    pub(super) fn digest(&self) -> Option<[u8; 32]> {
        unhex(&self.sha256)
    }

    /// The key as requests meet it.
    pub(super) fn key(&self, bucket: std::sync::Arc<Bucket>) -> Key {
        let mut agent = Map::new();
        agent.insert("id".to_owned(), Value::from(self.name.clone()));
        agent.extend(self.agent.clone().into_iter().filter(|(name, _)| name != SIGNED));
        Key {
            id: self.id.clone(),
            name: self.name.clone(),
            role: self.role,
            per_minute: self.per_minute,
            approves: (self.role == Role::Approver)
                .then(|| std::sync::Arc::new(self.approves.of(&self.name))),
            owner: self.owner.clone(),
            signs: self.signing().filter(|_| self.role == Role::Agent),
            agent: Value::Object(agent).to_string(),
            until: self.ends(),
            bucket,
        }
    }
}

/// A name is short, and looks the same wherever it is shown.
pub(super) fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:@/".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(allowed)
}

impl From<std::io::Error> for KeyError {
    fn from(error: std::io::Error) -> KeyError {
        KeyError::Io(error)
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyError::Name => f.write_str("a name has 1 to 64 letters, digits and `- _ . : @ /`"),
            KeyError::Taken(name) => {
                write!(f, "{name} has a key; `rotate` makes a new one, `revoke` ends it")
            }
            KeyError::Unknown(name) => write!(f, "{name} has no key in force"),
            KeyError::Agent(why) | KeyError::Approver(why) => f.write_str(why),
            KeyError::Signs(name) => {
                write!(f, "{name} signs with this key; whoever signs needs one of their own")
            }
            KeyError::TooMany => write!(f, "there are {MAX_KEYS} keys, and no more are kept"),
            KeyError::File(why) => write!(f, "the file of keys cannot be read: {why}"),
            KeyError::Random(error) => write!(f, "the system gives no random numbers: {error}"),
            KeyError::Io(error) => write!(f, "the file of keys: {error}"),
        }
    }
}

impl std::error::Error for KeyError {}
