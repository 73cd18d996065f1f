//! What makes a signature good once: its nonce, kept in the store as long as it could come again, and longer than that by as much as clocks of gateways may differ.

use lictor_bundle::hex::Hex;
use lictor_evidence::keys::Thumbprint;
use lictor_store::{Reads, Slot, View, Writes};
use sha2::{Digest, Sha256};

/// How much longer it is kept than the signature is good, in milliseconds.
const LONGER: i64 = 300_000;

/// The nonce of a signature that was verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Nonce {
    slot: String,
    until: i64,
}

/// Why a nonce cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unusable {
    /// It was used before.
    Used,
    /// The time of its signature is over by the clock of the store.
    Over,
}

impl Nonce {
    /// Of a key whose signature is good until this moment, in milliseconds.
    pub fn of(key: &Thumbprint, nonce: &str, until: i64) -> Nonce {
        let digest = Sha256::new_with_prefix(b"lictor nonce 1\n").chain_update(key.0).chain_update(nonce);
        Nonce { slot: format!("nonce/{}", Hex(&digest.finalize())), until }
    }

    /// What of it a job reads.
    pub fn read(&self, reads: Reads) -> Reads {
        reads.slot(&self.slot)
    }

    /// Whether it can be used now.
    pub fn usable(&self, view: &View<'_>) -> Result<(), Unusable> {
        match view.slot(&self.slot) {
            Some(_) => Err(Unusable::Used),
            None if view.now() > self.until => Err(Unusable::Over),
            None => Ok(()),
        }
    }

    /// Uses it.
    pub fn use_up(&self, writes: &mut Writes) {
        let expires_at = Some(self.until.saturating_add(LONGER));
        writes.set(&self.slot, Slot { value: Vec::new(), expires_at });
    }
}
