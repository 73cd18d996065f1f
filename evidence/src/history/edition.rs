//! How a history goes on: a key comes, ends, or is revoked. Nothing is taken out, and no revocation taken back or made milder.

use crate::error::{ErrorKind, EvidenceError};
use crate::keys::Thumbprint;
use crate::time::Moment;

use super::{KeyEntry, KeyHistory, Revocation};

impl KeyHistory {
    /// The next edition, with a key more.
    ///
    /// # Errors
    /// `V0120` where the key is there already, under any purpose; `V0121` where the edition is made before this one.
    pub fn with(&self, key: KeyEntry, issued: Moment) -> Result<KeyHistory, EvidenceError> {
        self.with_all([key], issued)
    }

    /// The next edition, with these keys more.
    ///
    /// # Errors
    /// As [`KeyHistory::with`].
    pub fn with_all(
        &self,
        keys: impl IntoIterator<Item = KeyEntry>,
        issued: Moment,
    ) -> Result<KeyHistory, EvidenceError> {
        let mut next = self.next(issued);
        next.keys.extend(keys);
        self.followed_by(next)
    }

    /// The next edition, in which a key signed for the last time at this moment.
    ///
    /// # Errors
    /// `V0121` where there is no such key, or it ended earlier already; as [`KeyHistory::with`].
    pub fn ended(&self, kid: Thumbprint, until: Moment, issued: Moment) -> Result<KeyHistory, EvidenceError> {
        self.changing(kid, issued, |entry| entry.until = Some(until))
    }

    /// The next edition, in which a key is revoked.
    ///
    /// # Errors
    /// `V0121` where there is no such key, or it is revoked at a smaller size already; as [`KeyHistory::with`].
    pub fn revoked(
        &self,
        kid: Thumbprint,
        revocation: Revocation,
        issued: Moment,
    ) -> Result<KeyHistory, EvidenceError> {
        self.changing(kid, issued, |entry| entry.revoked = Some(revocation))
    }

    /// Checks that this history goes on where an earlier edition ended. Whoever keeps the edition that they last saw finds out by this when an old one is shown to them,
    /// or one in which something was taken back.
    ///
    /// # Errors
    /// `V0121`, with the first thing that was taken back.
    pub fn continues(&self, earlier: &KeyHistory) -> Result<(), EvidenceError> {
        let wrong = |message: String| Err(EvidenceError::new(ErrorKind::Continuation, message));
        if (&self.issuer, &self.tenant) != (&earlier.issuer, &earlier.tenant) {
            return wrong("it is the history of another gateway or tenant".to_owned());
        }
        if self == earlier {
            return Ok(());
        }
        if self.edition <= earlier.edition {
            return wrong(format!(
                "it is edition {}, and edition {} is known",
                self.edition, earlier.edition
            ));
        }
        if self.issued < earlier.issued {
            return wrong(format!("it was made at {}, before edition {}", self.issued, earlier.edition));
        }
        if self.keys.len() < earlier.keys.len() {
            return wrong("a key was taken out of it".to_owned());
        }
        for (before, now) in earlier.keys.iter().zip(&self.keys) {
            let name = &before.name;
            let same = KeyEntry { until: before.until, revoked: before.revoked.clone(), ..now.clone() };
            if same != *before {
                return wrong(format!("the key \"{name}\" was taken out of it or changed"));
            }
            if before.until.is_some_and(|until| now.until.is_none_or(|later| later > until)) {
                return wrong(format!("the key \"{name}\" ended, and goes on"));
            }
            let size = |entry: &KeyEntry| entry.revoked.as_ref().map(|revoked| revoked.log_size);
            if size(before).is_some_and(|size_before| size(now).is_none_or(|later| later > size_before)) {
                return wrong(format!("the revocation of the key \"{name}\" was taken back"));
            }
        }
        Ok(())
    }

    /// A key that another history has, too. No two tenants may have one: what it signs for one would be good for the other.
    pub fn shared_with(&self, other: &KeyHistory) -> Option<&KeyEntry> {
        self.keys.iter().find(|entry| other.find(entry.kid).is_some())
    }

    fn next(&self, issued: Moment) -> KeyHistory {
        KeyHistory { edition: self.edition.saturating_add(1), issued, ..self.clone() }
    }

    fn changing(
        &self,
        kid: Thumbprint,
        issued: Moment,
        change: impl FnOnce(&mut KeyEntry),
    ) -> Result<KeyHistory, EvidenceError> {
        let mut next = self.next(issued);
        let entry = next.keys.iter_mut().find(|entry| entry.kid == kid);
        let unknown = || EvidenceError::new(ErrorKind::Continuation, format!("it has no key {kid}"));
        change(entry.ok_or_else(unknown)?);
        self.followed_by(next)
    }

    fn followed_by(&self, next: KeyHistory) -> Result<KeyHistory, EvidenceError> {
        let next = next.sound()?;
        next.continues(self)?;
        Ok(next)
    }
}
