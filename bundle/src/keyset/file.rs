//! A set of trusted keys as a file: JSON that a person can read and compare, and `lictor keys` keeps.

use serde::{Deserialize, Serialize};

use crate::error::{BundleError, ErrorKind};
use crate::hex::{self, Hex};
use crate::keys::VerifyingKey;
use crate::release::MAX_SEQUENCE;
use crate::time::{parse_timestamp, render_timestamp};

use super::{KeySet, Purpose, TrustedKey};

/// The version of the file that is written, and the only one that is read.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    threshold: u16,
    keys: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    id: String,
    public_key: String,
    purpose: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from_sequence: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until_sequence: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revoked_from_sequence: Option<u64>,
}

fn wrong(message: impl Into<String>) -> BundleError {
    BundleError::new(ErrorKind::KeySet, message)
}

impl KeySet {
    /// Reads the file of a set.
    ///
    /// # Errors
    /// It is not such a file, of another version, has members that nobody knows, or [`KeySet::new`] refuses its keys.
    pub fn from_json(bytes: &[u8]) -> Result<KeySet, BundleError> {
        let file: File = serde_json::from_slice(bytes)
            .map_err(|error| wrong(format!("this is not a file of trusted keys: {error}")))?;
        if file.version != VERSION {
            return Err(wrong(format!(
                "the file is of version {}, and only version {VERSION} is known here",
                file.version
            )));
        }
        let keys = file.keys.into_iter().map(Entry::read).collect::<Result<_, _>>()?;
        KeySet::new(file.threshold, keys)
    }

    /// Writes the file of the set: the same set gives the same text.
    ///
    /// # Errors
    /// None that a set could have; the writer's are passed on.
    pub fn to_json(&self) -> Result<String, BundleError> {
        let keys = self.keys.iter().map(Entry::of).collect();
        let file = File { version: VERSION, threshold: self.threshold, keys };
        let text = serde_json::to_string_pretty(&file)
            .map_err(|error| wrong(format!("the set cannot be written: {error}")))?;
        Ok(format!("{text}\n"))
    }
}

impl Entry {
    fn of(key: &TrustedKey) -> Entry {
        Entry {
            name: key.name.clone(),
            id: key.key.id().to_string(),
            public_key: Hex(&key.key.to_bytes()).to_string(),
            purpose: key.purpose.name().to_owned(),
            from_sequence: (key.from_sequence > 0).then_some(key.from_sequence),
            until_sequence: key.until_sequence,
            from: key.from.map(render_timestamp),
            until: key.until.map(render_timestamp),
            revoked_from_sequence: key.revoked_from,
        }
    }

    fn read(self) -> Result<TrustedKey, BundleError> {
        let Entry {
            name,
            id,
            public_key,
            purpose,
            from_sequence,
            until_sequence,
            from,
            until,
            revoked_from_sequence,
        } = self;
        let of_key = |what: &str| wrong(format!("the key {name:?}: {what}"));
        let bytes =
            hex::parse(&public_key).ok_or_else(|| of_key("`public_key` is not 64 hexadecimal digits"))?;
        let key = VerifyingKey::from_bytes(&bytes)
            .map_err(|error| BundleError::new(error.kind, format!("the key {name:?}: {}", error.message)))?;
        // The id follows from the key. It stands there for people, who would be misled by a wrong one.
        if key.id().to_string() != id {
            return Err(of_key(&format!("`id` is not that of its public key, which is {}", key.id())));
        }
        let purpose = Purpose::named(&purpose)
            .ok_or_else(|| of_key("`purpose` is neither \"bundle\" nor \"user-layer\""))?;
        let sequences = [from_sequence, until_sequence, revoked_from_sequence];
        if sequences.into_iter().flatten().any(|sequence| sequence > MAX_SEQUENCE) {
            return Err(of_key(&format!("a sequence number is over {MAX_SEQUENCE}")));
        }
        let moment = |member: &str, text: Option<String>| {
            let moment = |text: String| {
                parse_timestamp(&text).map_err(|error| of_key(&format!("`{member}`: {text:?} {error}")))
            };
            text.map(moment).transpose()
        };
        Ok(TrustedKey {
            key,
            purpose,
            from_sequence: from_sequence.unwrap_or(0),
            until_sequence,
            from: moment("from", from)?,
            until: moment("until", until)?,
            revoked_from: revoked_from_sequence,
            name: name.clone(),
        })
    }
}
