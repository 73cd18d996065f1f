//! The history of a gateway's keys: which key signed what, from when until when, and which are revoked since the log had how many records.
//!
//! It is what receipts are verified with, years later and offline. It is signed by a root key that is kept offline, and nothing is ever taken out of it: each edition
//! has all keys and all revocations of the one before. One key has one purpose, and a history is one tenant's.

mod edition;

use lictor_ledger::note::KeyName;
use serde::{Deserialize, Serialize};

use crate::base64url;
use crate::document::Kind;
use crate::error::{ErrorKind, EvidenceError};
use crate::json::MAX_INTEGER;
use crate::keys::{For, HISTORY_LINE, Purpose, Root, SigningKey, Thumbprint, VerifyingKey};
use crate::time::Moment;

/// The most keys of a history.
pub const MAX_KEYS: usize = 1_000;
/// The longest name or reason, in bytes.
const MAX_TEXT: usize = 256;

const KIND: Kind = Kind {
    r#type: "lictor-key-history",
    domain: HISTORY_LINE,
    content: "history",
    beside: &[],
    longest: 1 << 20,
};

/// The keys that one tenant of one gateway has ever signed with. An edition of it: the next one says the same and more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyHistory {
    issuer: String,
    tenant: String,
    edition: u64,
    issued: Moment,
    keys: Vec<KeyEntry>,
}

/// One key of a history.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyEntry {
    /// What it signs.
    pub purpose: Purpose,
    /// What it is called; of a key for checkpoints, the name in its signatures, which is the origin of the log.
    pub name: String,
    /// Its thumbprint.
    kid: Thumbprint,
    /// Its 32 bytes, in base64url.
    key: String,
    /// The first moment at which it signs.
    pub from: Moment,
    /// The last moment at which it signed, once it no longer does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    /// Since when its signatures prove nothing by themselves, because somebody else may have made them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Revocation>,
}

/// That a key is revoked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// How many records the log had when the key was last known to be in nobody else's hands. What is provably among them stands.
    pub log_size: u64,
    /// When that was written down.
    pub at: Moment,
    /// Why.
    pub because: String,
}

impl KeyEntry {
    /// A key that signs from this moment on.
    pub fn new(
        purpose: Purpose,
        name: &str,
        key: &lictor_bundle::keys::VerifyingKey,
        from: Moment,
    ) -> KeyEntry {
        KeyEntry {
            purpose,
            name: name.to_owned(),
            kid: Thumbprint::of_ed25519(&key.to_bytes()),
            key: base64url::encode(&key.to_bytes()),
            from,
            until: None,
            revoked: None,
        }
    }

    /// Its thumbprint.
    pub fn kid(&self) -> Thumbprint {
        self.kid
    }

    /// The key.
    ///
    /// # Errors
    /// `V0110`: these are not the 32 bytes of a key that goes by this thumbprint, or anybody can sign under it.
    pub fn key(&self) -> Result<lictor_bundle::keys::VerifyingKey, EvidenceError> {
        let wrong = |what: &str| EvidenceError::new(ErrorKind::Keys, format!("the key {} {what}", self.kid));
        let bytes =
            base64url::decode_array(&self.key).ok_or_else(|| wrong("is not 32 bytes in base64url"))?;
        if Thumbprint::of_ed25519(&bytes) != self.kid {
            return Err(wrong("has not the thumbprint that it is called by"));
        }
        lictor_bundle::keys::VerifyingKey::from_bytes(&bytes)
            .map_err(|error| wrong(&format!("is none: {}", error.message)))
    }

    /// The key, typed for a purpose.
    pub(crate) fn typed<P: For>(&self) -> Result<VerifyingKey<P>, EvidenceError> {
        self.key().map(VerifyingKey::new)
    }
}

impl KeyHistory {
    /// The first edition of a history, without keys.
    ///
    /// # Errors
    /// `V0120` where a name is empty, too long or not shown.
    pub fn new(issuer: &str, tenant: &str, issued: Moment) -> Result<KeyHistory, EvidenceError> {
        KeyHistory {
            issuer: issuer.to_owned(),
            tenant: tenant.to_owned(),
            edition: 1,
            issued,
            keys: Vec::new(),
        }
        .sound()
    }

    /// The gateway.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The tenant.
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The number of the edition, from 1 on.
    pub fn edition(&self) -> u64 {
        self.edition
    }

    /// When the edition was made.
    pub fn issued(&self) -> Moment {
        self.issued
    }

    /// The keys, in the order in which they came.
    pub fn keys(&self) -> &[KeyEntry] {
        &self.keys
    }

    /// The key of this thumbprint.
    pub fn find(&self, kid: Thumbprint) -> Option<&KeyEntry> {
        self.keys.iter().find(|entry| entry.kid == kid)
    }

    /// Signs it with the root key.
    ///
    /// # Errors
    /// `V0101`, `V0102` where it cannot be written.
    pub fn sign(&self, root: &SigningKey<Root>) -> Result<Vec<u8>, EvidenceError> {
        self.without_root(root.verifying_key().thumbprint())?;
        KIND.sign(self, root, std::collections::BTreeMap::new())
    }

    /// Reads a history that was signed with this root key.
    ///
    /// # Errors
    /// `V0101` to `V0103` where it is no history, `V0111` and `V0112` where it is not signed with this key, `V0110` and `V0120` where it contradicts itself.
    pub fn open(bytes: &[u8], root: &VerifyingKey<Root>) -> Result<KeyHistory, EvidenceError> {
        let document = KIND.read(bytes)?;
        if document.kid != root.thumbprint() {
            return Err(EvidenceError::new(
                ErrorKind::OtherKey,
                format!(
                    "the history is signed with the key {}, not with {}",
                    document.kid,
                    root.thumbprint()
                ),
            ));
        }
        if !document.is_signed_with(root) {
            return Err(EvidenceError::new(
                ErrorKind::BadSignature,
                "the signature on the history was not made with the root key",
            ));
        }
        let history: KeyHistory = document.content()?;
        history.without_root(root.thumbprint())?;
        history.sound()
    }

    /// The same without a signature: what a gateway has noted, and a root is to sign.
    ///
    /// # Errors
    /// `V0101`, `V0102` where it cannot be written.
    pub fn draft(&self) -> Result<Vec<u8>, EvidenceError> {
        KIND.unsigned(self)
    }

    /// Reads a history without asking who signed it, or whether anybody did: whoever relies on it relies on whoever gave it.
    ///
    /// # Errors
    /// As [`KeyHistory::open`], but for the signature.
    pub fn unverified(bytes: &[u8]) -> Result<KeyHistory, EvidenceError> {
        KIND.read_unverified::<KeyHistory>(bytes)?.sound()
    }

    fn without_root(&self, root: Thumbprint) -> Result<(), EvidenceError> {
        match self.find(root) {
            None => Ok(()),
            Some(entry) => Err(EvidenceError::new(
                ErrorKind::Keys,
                format!("the root key is also the key \"{}\" for {}s", entry.name, entry.purpose.name()),
            )),
        }
    }

    /// Checks that it does not contradict itself.
    fn sound(self) -> Result<KeyHistory, EvidenceError> {
        let wrong = |message: String| Err(EvidenceError::new(ErrorKind::History, message));
        if !shown(&self.issuer) || !shown(&self.tenant) {
            return wrong(
                "the issuer or the tenant is empty, longer than 256 bytes, or has control characters"
                    .to_owned(),
            );
        }
        if !(1..=MAX_INTEGER.unsigned_abs()).contains(&self.edition) {
            return wrong("editions are numbered from 1 to 2^53 - 1".to_owned());
        }
        if self.keys.len() > MAX_KEYS {
            return wrong(format!("it has {} keys, and {MAX_KEYS} are the most", self.keys.len()));
        }
        let mut ids: Vec<Thumbprint> = self.keys.iter().map(KeyEntry::kid).collect();
        ids.sort();
        if let Some(twice) =
            ids.windows(2).find_map(|pair| (pair.first() == pair.last()).then_some(pair.first()?))
        {
            return wrong(format!("the key {twice} stands there twice; one key has one purpose"));
        }
        for entry in &self.keys {
            entry.key()?;
            let name = entry.name.as_str();
            let because = entry.revoked.as_ref().map_or("-", |revoked| revoked.because.as_str());
            if !shown(name) || !shown(because) {
                return wrong(format!(
                    "a text of the key {} is empty, longer than 256 bytes, or has control characters",
                    entry.kid
                ));
            }
            if entry.purpose == Purpose::Checkpoint
                && let Err(error) = KeyName::new(name)
            {
                return wrong(format!(
                    "the key {} is for checkpoints, where it cannot be called so: {}",
                    entry.kid, error.message
                ));
            }
            if entry.until.is_some_and(|until| until < entry.from) {
                return wrong(format!("the key \"{name}\" ends before it begins"));
            }
        }
        Ok(self)
    }
}

/// Whether a text can be shown in a line.
pub(crate) fn shown(text: &str) -> bool {
    (1..=MAX_TEXT).contains(&text.len()) && !text.chars().any(char::is_control)
}
