//! What a tenant has from its first day on, the same for all gateways on its store: who issues in its name, what its log is called, the key of its
//! counters, and since when they count.

use hmac::{Hmac, KeyInit, Mac};
use lictor_store::{Job, Reads, Slot, View, Writes};
use sha2::Sha256;

use super::since::Since;
use crate::clock;

/// Where the store keeps who issues tokens and receipts. It is an identity and no address: receipts are verified by it years later.
const ISSUER: &str = "issuer";
/// Where the store keeps what the log is called.
const ORIGIN: &str = "log-origin";
/// Where it keeps the key of counters.
const COUNTERS: &str = "counter-key";

/// The key under which counters and values are told apart, so that a row alone does not say whom it counts. It stands in the store, as
/// the keys of records do: who reads all of the store can find out whom a counter counts by trying names.
pub(crate) struct CounterKey([u8; 32]);

impl CounterKey {
    /// A digest of these parts, none of which can run into the next, under this line.
    pub fn digest(&self, domain: &[u8], parts: &[&[u8]]) -> [u8; 16] {
        let mut out = [0; 16];
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return out };
        mac.update(domain);
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        out.iter_mut().zip(mac.finalize().into_bytes()).for_each(|(to, from)| *to = from);
        out
    }
}

/// Finds what a tenant has, or gives it that.
pub(super) struct Founding {
    issuer: String,
    origin: String,
    counters: [u8; 32],
}

/// What it has.
pub(super) struct Founded {
    pub issuer: String,
    pub origin: String,
    pub counters: CounterKey,
}

impl Founding {
    /// What it gets where it has nothing yet.
    pub fn draw(issuer: String, origin: String) -> Result<Founding, String> {
        let mut counters = [0; 32];
        getrandom::fill(&mut counters)
            .map_err(|error| format!("the system gives no random numbers: {error}"))?;
        Ok(Founding { issuer, origin, counters })
    }
}

impl Job for Founding {
    type Answer = Founded;

    fn now(&self) -> i64 {
        clock::system()
    }

    fn reads(&self, _: i64) -> Reads {
        Since::read(Reads::none()).slot(ISSUER).slot(ORIGIN).slot(COUNTERS)
    }

    fn run(self, view: &View<'_>) -> (Writes, Founded) {
        let mut writes = Writes::none();
        Since::founding(view, &mut writes);
        let mut kept = |name: &str, new: &[u8]| match view.slot(name) {
            Some(kept) => kept.to_vec(),
            None => {
                writes.set(name, Slot { value: new.to_vec(), expires_at: None });
                new.to_vec()
            }
        };
        let issuer = String::from_utf8(kept(ISSUER, self.issuer.as_bytes())).unwrap_or(self.issuer);
        let origin = String::from_utf8(kept(ORIGIN, self.origin.as_bytes())).unwrap_or(self.origin);
        let counters = kept(COUNTERS, &self.counters).try_into().unwrap_or(self.counters);
        (writes, Founded { issuer, origin, counters: CounterKey(counters) })
    }
}
