//! The keys that a tenant's gateways sign with, as a history that receipts are verified by years later.
//!
//! The store keeps what the gateways noted themselves, and beside it the edition that a root key has signed last, which is kept offline. What is published is the signed
//! one, or where there is none yet what was noted: that is worth as much as whoever shows it.

use std::fmt;
use std::sync::Arc;

use lictor_bundle::keys::VerifyingKey;
use lictor_evidence::error::EvidenceError;
use lictor_evidence::history::{KeyEntry, KeyHistory};
use lictor_evidence::keys::{Purpose, Thumbprint};
use lictor_evidence::time::Moment;
use lictor_journal::record::Act as Done;
use lictor_store::{Job, Reads, Slot, StoreError, View, Writes};

use super::record::Act;
use crate::clock;
use crate::tenant::{Identity, Tenant};

/// Where the store keeps what the gateways noted.
pub(crate) const HISTORY: &str = "key-history";
/// Where it keeps the edition that a root signed last.
pub(crate) const SIGNED: &str = "key-history-signed";

/// Why something could not be written down.
#[derive(Debug)]
pub(crate) enum NotKept {
    /// The store.
    Store(StoreError),
    /// What would be written has not its form, or does not follow from what is there.
    Form(EvidenceError),
}

impl fmt::Display for NotKept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotKept::Store(error) => write!(f, "{error}"),
            NotKept::Form(error) => write!(f, "{}: {}", error.code(), error.message),
        }
    }
}

impl From<StoreError> for NotKept {
    fn from(error: StoreError) -> NotKept {
        NotKept::Store(error)
    }
}

/// Notes the keys that this gateway signs with, where they are new. It blocks.
pub(crate) fn keys_in_use(tenant: &Tenant) -> Result<(), NotKept> {
    let first = tenant.look(|reader, id| reader.record(id, 0))?;
    let bytes = |bytes: [u8; 32]| VerifyingKey::from_bytes(&bytes);
    let own = [
        (Purpose::Token, bytes(tenant.token_key.verifying_key().to_bytes())),
        (Purpose::Receipt, bytes(tenant.receipt_key.verifying_key().to_bytes())),
        (Purpose::Checkpoint, bytes(tenant.checkpoint_key.verifier_key().key().to_bytes())),
    ];
    // A key of ours is one.
    let keys: Vec<_> = own.into_iter().filter_map(|(purpose, key)| Some((purpose, key.ok()?))).collect();
    let kids: Vec<Thumbprint> = keys_of(&keys);
    let identity = Arc::clone(&tenant.identity);
    let act = Act::of_host(&identity.name);
    let job = Noting { identity, act, keys, since: first.map(|record| record.at), now: clock::system() };
    tenant.store.submit(tenant.id, job).wait()?.map_err(NotKept::Form)?;
    let slots = tenant.look(|reader, id| reader.slots(id, SIGNED))?;
    let signed = slots.first().map(|(_, slot)| KeyHistory::unverified(&slot.value)).transpose();
    let signed = signed.map_err(NotKept::Form)?;
    if signed.is_some_and(|signed| kids.iter().any(|kid| signed.find(*kid).is_none())) {
        tracing::warn!(
            "a key signs here that the root has not signed for: sign and publish the history of keys again"
        );
    }
    Ok(())
}

fn keys_of(keys: &[(Purpose, VerifyingKey)]) -> Vec<Thumbprint> {
    keys.iter().map(|(_, key)| Thumbprint::of_ed25519(&key.to_bytes())).collect()
}

/// Notes keys that are not in the history yet, and says in the log that they are in use.
struct Noting {
    identity: Arc<Identity>,
    act: Act,
    keys: Vec<(Purpose, VerifyingKey)>,
    /// The time of the first record.
    since: Option<i64>,
    now: i64,
}

impl Job for Noting {
    type Answer = Result<(), EvidenceError>;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none().slot(HISTORY)
    }

    fn run(self, view: &View<'_>) -> (Writes, Self::Answer) {
        match self.noted(view) {
            Ok(writes) => (writes, Ok(())),
            Err(error) => (Writes::none(), Err(error)),
        }
    }
}

impl Noting {
    fn noted(&self, view: &View<'_>) -> Result<Writes, EvidenceError> {
        let mut writes = Writes::none();
        let since = Moment(self.since.unwrap_or(view.now()).min(view.now()));
        let known = match view.slot(HISTORY) {
            Some(bytes) => KeyHistory::unverified(bytes)?,
            None => KeyHistory::new(&self.identity.issuer, &self.identity.name, since)?,
        };
        let kid = |key: &VerifyingKey| Thumbprint::of_ed25519(&key.to_bytes());
        let new: Vec<_> = self.keys.iter().filter(|(_, key)| known.find(kid(key)).is_none()).collect();
        if new.is_empty() {
            return Ok(writes);
        }
        // Receipts are signed when they are first read: a key for them signs for all of the log that was there before it.
        let beginning = known.keys().iter().map(|entry| entry.from).min().unwrap_or(since);
        let entries = new.iter().map(|(purpose, key)| {
            let from = if *purpose == Purpose::Receipt { beginning } else { Moment(view.now()) };
            let before = known.keys().iter().filter(|entry| entry.purpose == *purpose).count();
            let name = match purpose {
                Purpose::Checkpoint => self.identity.origin.clone(),
                purpose => format!("{}s-{}", purpose.name(), before + 1),
            };
            KeyEntry::new(*purpose, &name, key, from)
        });
        let next = known.with_all(entries, Moment(view.now()).max(known.issued()))?;
        writes.set(HISTORY, Slot { value: next.draft()?, expires_at: None });
        for ((purpose, key), after) in new.iter().zip(0..) {
            let done = Done::SigningKey { purpose: purpose.name().to_owned(), kid: kid(key) };
            writes.record(self.act.operated(view, after, done)?);
        }
        Ok(writes)
    }
}
