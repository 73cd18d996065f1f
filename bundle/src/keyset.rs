//! The keys that a host trusts: what each may sign, from which edition or day on and until which, and since when it is revoked.
//!
//! Old and new keys stand side by side in a set, so a key is exchanged without a moment in which nothing can be loaded. A set is changed
//! on the host alone: no bundle can add a key.

mod file;
mod change;

use crate::error::{BundleError, ErrorKind};
use crate::keys::{KeyId, VerifyingKey};
use crate::release::Now;
use crate::time::render_timestamp;

/// The most keys of a set.
pub const MAX_KEYS: usize = 1_000;

/// What a key may sign.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Purpose {
    /// Whole bundles, and everything that changes one.
    Bundle,
    /// Changes to the policies of users, and nothing else.
    UserLayer,
}

/// A key that is trusted within limits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrustedKey {
    /// What people call it.
    pub name: String,
    /// The key.
    pub key: VerifyingKey,
    /// What it may sign.
    pub purpose: Purpose,
    /// The first sequence number that it signs for.
    pub from_sequence: u64,
    /// The last one, where there is one.
    pub until_sequence: Option<u64>,
    /// The first moment at which it counts, in milliseconds since 1970 UTC.
    pub from: Option<i64>,
    /// The last one.
    pub until: Option<i64>,
    /// The first sequence number for which its signature no longer counts, since somebody else may have made it; 0 revokes all it has signed.
    pub revoked_from: Option<u64>,
}

/// The keys that a host trusts, none of them twice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeySet {
    threshold: u16,
    keys: Vec<TrustedKey>,
}

impl Purpose {
    /// How it is written in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Bundle => "bundle",
            Purpose::UserLayer => "user-layer",
        }
    }

    /// The purpose that is written so.
    pub fn named(name: &str) -> Option<Purpose> {
        [Purpose::Bundle, Purpose::UserLayer].into_iter().find(|purpose| purpose.name() == name)
    }

    /// Whether a key of this purpose may sign what asks for that one.
    pub fn covers(self, asked: Purpose) -> bool {
        self == Purpose::Bundle || self == asked
    }

    /// What keys of this purpose sign.
    fn signs(self) -> &'static str {
        match self {
            Purpose::Bundle => "bundles",
            Purpose::UserLayer => "changes to the policies of users",
        }
    }

    /// One thing that asks for this purpose.
    fn one(self) -> &'static str {
        match self {
            Purpose::Bundle => "bundle",
            Purpose::UserLayer => "change to the policy of a user",
        }
    }
}

impl TrustedKey {
    /// A key that may sign bundles, without limits.
    pub fn new(name: impl Into<String>, key: VerifyingKey) -> TrustedKey {
        TrustedKey {
            name: name.into(),
            key,
            purpose: Purpose::Bundle,
            from_sequence: 0,
            until_sequence: None,
            from: None,
            until: None,
            revoked_from: None,
        }
    }

    /// Whether its signature counts under what asks for this purpose and has this sequence number.
    ///
    /// # Errors
    /// It may not sign that, was not in force, or is revoked.
    pub fn check(&self, asked: Purpose, sequence: u64, now: Now) -> Result<(), BundleError> {
        let refused =
            |kind, why: String| Err(BundleError::new(kind, format!("the key \"{}\" {why}", self.name)));
        if !self.purpose.covers(asked) {
            return refused(
                ErrorKind::KeyPurpose,
                format!("may sign {} only, and this is a {}", self.purpose.signs(), asked.one()),
            );
        }
        if let Some(from) = self.revoked_from.filter(|from| sequence >= *from) {
            return refused(
                ErrorKind::KeyRevoked,
                match from {
                    0 => "is revoked".to_owned(),
                    from => format!("is revoked from number {from} on, and this is number {sequence}"),
                },
            );
        }
        if sequence < self.from_sequence {
            let from = self.from_sequence;
            return refused(
                ErrorKind::KeyNotInForce,
                format!("signs from number {from} on, and this is number {sequence}"),
            );
        }
        if let Some(until) = self.until_sequence.filter(|until| sequence > *until) {
            return refused(
                ErrorKind::KeyNotInForce,
                format!("signs up to number {until}, and this is number {sequence}"),
            );
        }
        let bounded = self.from.is_some() || self.until.is_some();
        match now {
            Now::Unsaid if bounded => refused(
                ErrorKind::KeyNotInForce,
                "counts for a time only, and the host does not say what time it is".to_owned(),
            ),
            Now::At(now) => match (self.from, self.until) {
                (Some(from), _) if now < from => refused(
                    ErrorKind::KeyNotInForce,
                    format!("counts from {} on, and it is {}", render_timestamp(from), render_timestamp(now)),
                ),
                (_, Some(until)) if now > until => refused(
                    ErrorKind::KeyNotInForce,
                    format!("counted until {}, and it is {}", render_timestamp(until), render_timestamp(now)),
                ),
                _ => Ok(()),
            },
            Now::Unsaid | Now::Any => Ok(()),
        }
    }
}

impl KeySet {
    /// The set of these keys, of which `threshold` must have signed a bundle.
    ///
    /// # Errors
    /// There are too many keys, one stands there twice or has no proper name, its limits contradict each other, or fewer keys may sign
    /// bundles than must.
    pub fn new(threshold: u16, mut keys: Vec<TrustedKey>) -> Result<KeySet, BundleError> {
        let wrong = |message: String| Err(BundleError::new(ErrorKind::KeySet, message));
        if keys.len() > MAX_KEYS {
            return wrong(format!("there are {} keys, and a set has {MAX_KEYS} at most", keys.len()));
        }
        for key in &keys {
            if key.name.trim().is_empty() || key.name.len() > 100 || key.name.chars().any(char::is_control) {
                return wrong(format!(
                    "the key {} has a name that is empty, longer than 100 bytes, or not shown",
                    key.key.id()
                ));
            }
            let ends_first = key.until_sequence.is_some_and(|until| until < key.from_sequence)
                || key.from.zip(key.until).is_some_and(|(from, until)| until < from);
            if ends_first {
                return wrong(format!("the key \"{}\" ends before it begins", key.name));
            }
        }
        keys.sort_by_key(|key| key.key.id());
        let twice = keys.windows(2).find_map(|pair| match pair {
            [left, right] if left.key == right.key => Some((&left.name, &right.name)),
            _ => None,
        });
        if let Some((left, right)) = twice {
            return wrong(format!("the keys \"{left}\" and \"{right}\" are the same"));
        }
        let sign = keys.iter().filter(|key| key.purpose == Purpose::Bundle).count();
        if threshold == 0 {
            return wrong("no signature is asked for: the threshold is 0".to_owned());
        }
        if !keys.is_empty() && usize::from(threshold) > sign {
            return wrong(format!(
                "{threshold} signatures are asked for, and the set has {sign} keys that may sign bundles"
            ));
        }
        Ok(KeySet { threshold, keys })
    }

    /// The keys, sorted by id.
    pub fn keys(&self) -> &[TrustedKey] {
        &self.keys
    }

    /// How many of them must have signed a bundle.
    pub fn threshold(&self) -> u16 {
        self.threshold
    }

    /// How many must have signed what asks for this purpose. One is enough for what may be delegated.
    pub fn threshold_for(&self, asked: Purpose) -> u16 {
        match asked {
            Purpose::Bundle => self.threshold,
            Purpose::UserLayer => 1,
        }
    }

    /// The key of this id.
    pub fn find(&self, id: KeyId) -> Option<&TrustedKey> {
        let index = self.keys.binary_search_by_key(&id, |key| key.key.id()).ok()?;
        self.keys.get(index)
    }

    /// Keys that are trusted without limits, one of which is enough.
    pub(crate) fn any_of(keys: &[VerifyingKey]) -> KeySet {
        let mut keys: Vec<TrustedKey> = keys.iter().map(|key| TrustedKey::new("given", *key)).collect();
        keys.sort_by_key(|key| key.key.id());
        keys.dedup_by(|left, right| left.key == right.key);
        KeySet { threshold: 1, keys }
    }
}
