//! How a set of trusted keys is changed: a key comes, gives way to another, or is revoked. No key is ever taken out, and no revocation taken
//! back, so that a set tells its history.

use crate::error::{BundleError, ErrorKind};
use crate::keys::VerifyingKey;

use super::{KeySet, Purpose, TrustedKey};

/// The fewest digits of an id that name a key.
const MIN_DIGITS: usize = 8;

fn wrong(message: impl Into<String>) -> BundleError {
    BundleError::new(ErrorKind::KeySet, message)
}

impl KeySet {
    /// The set with one key more.
    ///
    /// # Errors
    /// As [`KeySet::new`]; and where a key of that name is there already.
    pub fn with(&self, key: TrustedKey) -> Result<KeySet, BundleError> {
        if self.keys.iter().any(|known| known.name == key.name) {
            return Err(wrong(format!(
                "there is a key \"{}\" already; give this one another name",
                key.name
            )));
        }
        let keys = self.keys.iter().cloned().chain([key]).collect();
        KeySet::new(self.threshold, keys)
    }

    /// The set that asks for this many signatures.
    ///
    /// # Errors
    /// As [`KeySet::new`].
    pub fn with_threshold(&self, threshold: u16) -> Result<KeySet, BundleError> {
        KeySet::new(threshold, self.keys.clone())
    }

    /// The set in which a key counts for nothing from this sequence number on.
    ///
    /// # Errors
    /// No key is called so, or it is revoked from an earlier number on: that is not taken back.
    pub fn revoke(&self, name: &str, from_sequence: u64) -> Result<KeySet, BundleError> {
        let revoked = self.named(name)?;
        if let Some(earlier) = revoked.revoked_from.filter(|earlier| *earlier < from_sequence) {
            return Err(wrong(format!(
                "the key \"{}\" is revoked from number {earlier} on already, and that is not taken back",
                revoked.name
            )));
        }
        let revoked = TrustedKey { revoked_from: Some(from_sequence), ..revoked.clone() };
        self.replacing(revoked, None)
    }

    /// The set in which a new key signs from this sequence number on what an old one signed before. The old one goes on for as many
    /// editions as the `overlap` says, in which either is enough.
    ///
    /// # Errors
    /// No key is called so, `at` is 0, or the new key is there already.
    pub fn rotate(
        &self,
        old: &str,
        (name, key): (&str, VerifyingKey),
        at: u64,
        overlap: u64,
    ) -> Result<KeySet, BundleError> {
        let old = self.named(old)?;
        let last = at.checked_sub(1).ok_or_else(|| {
            wrong("a key gives way from a sequence number on, and bundles without one have number 0")
        })?;
        let last = last.saturating_add(overlap);
        let ends = old.until_sequence.map_or(last, |until| until.min(last));
        let new = TrustedKey { purpose: old.purpose, from_sequence: at, ..TrustedKey::new(name, key) };
        let old = TrustedKey { until_sequence: Some(ends), ..old.clone() };
        self.replacing(old, Some(new))
    }

    /// The key that is called so: by its name, its id, or the beginning of its id.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub fn named(&self, name: &str) -> Result<&TrustedKey, BundleError> {
        if let Some(key) = self.keys.iter().find(|key| key.name == name) {
            return Ok(key);
        }
        let digits = name.len() >= MIN_DIGITS;
        let mut found = self.keys.iter().filter(|key| digits && key.key.id().to_string().starts_with(name));
        match (found.next(), found.next()) {
            (Some(key), None) => Ok(key),
            (Some(_), Some(_)) => Err(BundleError::new(
                ErrorKind::NoSuchKey,
                format!("the ids of several keys begin with {name}"),
            )),
            (None, _) => {
                let names: Vec<String> = self.keys.iter().map(|key| format!("\"{}\"", key.name)).collect();
                let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                Err(BundleError::new(
                    ErrorKind::NoSuchKey,
                    format!("there is no key {name:?}; the set has {known}"),
                ))
            }
        }
    }

    /// How many keys may still sign bundles: those that are neither revoked nor end with a sequence number.
    pub fn lasting(&self) -> usize {
        let lasts = |key: &&TrustedKey| {
            key.purpose == Purpose::Bundle && key.revoked_from.is_none() && key.until_sequence.is_none()
        };
        self.keys.iter().filter(lasts).count()
    }

    fn replacing(&self, changed: TrustedKey, added: Option<TrustedKey>) -> Result<KeySet, BundleError> {
        let keys = self.keys.iter().map(|key| if key.key == changed.key { &changed } else { key });
        let set = KeySet::new(self.threshold, keys.cloned().collect())?;
        match added {
            Some(added) => set.with(added),
            None => Ok(set),
        }
    }
}
