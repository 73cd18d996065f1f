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

#[cfg(test)]
mod tests {
    use lictor_store::{Job, Store};

    use super::*;

    /// Uses a nonce at this moment.
    struct Use(Nonce, i64);

    impl Job for Use {
        type Answer = Result<(), Unusable>;

        fn now(&self) -> i64 {
            self.1
        }

        fn reads(&self, _: i64) -> Reads {
            self.0.read(Reads::none())
        }

        fn run(self, view: &View<'_>) -> (Writes, Self::Answer) {
            let mut writes = Writes::none();
            let usable = self.0.usable(view);
            if usable.is_ok() {
                self.0.use_up(&mut writes);
            }
            (writes, usable)
        }
    }

    #[test]
    fn at_no_moment_is_one_used_twice() {
        let (store, until) = (Store::memory().unwrap(), 1_000_000);
        let tenant = store.tenant("shop").unwrap();
        let (one, other) = (Thumbprint([1; 32]), Thumbprint([2; 32]));
        let used = |key, nonce: &str, at| {
            store.submit(tenant, Use(Nonce::of(key, nonce, until), at)).wait().unwrap()
        };
        assert_eq!(used(&one, "a", until - 10), Ok(()));
        assert_eq!(used(&one, "a", until - 10), Err(Unusable::Used));
        assert_eq!(used(&one, "b", until - 10), Ok(()));
        assert_eq!(used(&other, "a", until), Ok(()));
        // A gateway whose clock is ahead does not free it for one whose clock is right.
        store.sweep(until + LONGER - 1).unwrap();
        assert_eq!(used(&one, "a", until - 10), Err(Unusable::Used));
        assert_eq!(used(&one, "c", until + 1), Err(Unusable::Over));
        // It is kept until something was written later than that. Then its signature is over, also for a gateway whose clock is behind.
        let later = Nonce::of(&one, "later", 2 * until);
        assert_eq!(store.submit(tenant, Use(later, until + LONGER)).wait().unwrap(), Ok(()));
        store.sweep(until + LONGER).unwrap();
        for at in [until - 10, until + LONGER] {
            assert_eq!(used(&one, "a", at), Err(Unusable::Over), "{at}");
        }
    }
}
