//! Keys of those who ask: that one was made or revoked is said in the log, once, by the first gateway that notices.

use std::collections::BTreeMap;
use std::sync::Arc;

use lictor_evidence::error::EvidenceError;
use lictor_journal::record::Act as Done;
use lictor_store::{Job, Reads, Slot, View, Writes};

use super::record::Act;
use super::signing::NotKept;
use crate::clock;
use crate::key::{Known, Role};
use crate::tenant::Tenant;

/// What the names begin with under which the store keeps which keys the log has told of.
const PREFIX: &str = "access-key/";
/// What it keeps there.
const COUNTS: &[u8] = b"counts";
const REVOKED: &[u8] = b"revoked";
/// How many keys are told of in one transaction.
const MOST: usize = 64;

/// Which keys the log has told of, as far as this gateway knows: by their ids, whether they were revoked.
#[derive(Default)]
pub(crate) struct Told {
    keys: BTreeMap<String, bool>,
    /// What was looked at last; it is another one when keys have changed.
    seen: Option<Arc<[Known]>>,
}

impl Told {
    /// What the log has told by now. It blocks.
    pub fn of(tenant: &Tenant) -> Result<Told, NotKept> {
        let slots = tenant.look(|reader, id| reader.slots(id, PREFIX))?;
        let key = |(name, slot): (String, Slot)| {
            Some((name.strip_prefix(PREFIX)?.to_owned(), slot.value == REVOKED))
        };
        Ok(Told { keys: slots.into_iter().filter_map(key).collect(), seen: None })
    }

    /// Tells what has changed since. It blocks.
    pub fn tell(&mut self, tenant: &Tenant, known: &Arc<[Known]>) -> Result<(), NotKept> {
        if self.seen.as_ref().is_some_and(|seen| Arc::ptr_eq(seen, known)) {
            return Ok(());
        }
        let news: Vec<&Known> =
            known.iter().filter(|key| self.keys.get(&key.id) != Some(&key.revoked)).collect();
        for some in news.chunks(MOST) {
            let keys: Vec<Known> = some.iter().copied().cloned().collect();
            let job = Telling { act: Act::of_host(&tenant.identity.name), keys, now: clock::system() };
            tenant.store.submit(tenant.id, job).wait()?.map_err(NotKept::Form)?;
            self.keys.extend(some.iter().map(|key| (key.id.clone(), key.revoked)));
        }
        self.seen = Some(Arc::clone(known));
        Ok(())
    }
}

struct Telling {
    act: Act,
    keys: Vec<Known>,
    now: i64,
}

impl Job for Telling {
    type Answer = Result<(), EvidenceError>;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        self.keys.iter().fold(Reads::none(), |reads, key| reads.slot(&format!("{PREFIX}{}", key.id)))
    }

    fn run(self, view: &View<'_>) -> (Writes, Self::Answer) {
        match self.told(view) {
            Ok(writes) => (writes, Ok(())),
            Err(error) => (Writes::none(), Err(error)),
        }
    }
}

impl Telling {
    fn told(&self, view: &View<'_>) -> Result<Writes, EvidenceError> {
        let (mut writes, mut told) = (Writes::none(), 0);
        for Known { id, name, role, revoked } in &self.keys {
            let slot = format!("{PREFIX}{id}");
            let before = view.slot(&slot);
            let mut acts = Vec::new();
            // One that was made and revoked while no gateway was there is both.
            if before.is_none() || (before == Some(REVOKED) && !revoked) {
                acts.push(Done::KeyAdded { name: name.clone(), role: Role::name(*role).to_owned() });
            }
            if *revoked && before != Some(REVOKED) {
                acts.push(Done::KeyRevoked { name: name.clone() });
            }
            for act in acts {
                writes.record(self.act.operated(view, told, act)?);
                told += 1;
            }
            let value = if *revoked { REVOKED } else { COUNTS };
            if before != Some(value) {
                writes.set(&slot, Slot { value: value.to_vec(), expires_at: None });
            }
        }
        Ok(writes)
    }
}
