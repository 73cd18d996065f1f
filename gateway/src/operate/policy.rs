//! Which policy is in force, whether it counts, and of which generation the store is: said in the log before anything is decided by it.

use lictor_bundle::error::{BundleError, ErrorKind};
use lictor_evidence::Digest;
use lictor_evidence::error::EvidenceError;
use lictor_evidence::token::Mode as Recorded;
use lictor_journal::Step;
use lictor_journal::record::{Act as Done, Bundle};
use lictor_store::{Job, Reads, Slot, View, Writes};

use super::record::Act;
use super::signing::NotKept;
use crate::clock;
use crate::config::Mode;
use crate::policy::{InForce, Refused};
use crate::tenant::Tenant;

/// Where the store keeps whether decisions count.
const MODE: &str = "mode";
/// Where it keeps the generation that the log has last said.
pub(super) const GENERATION: &str = "generation";

/// Where it keeps the number of the highest edition that any of its gateways had in force.
const EDITION: &str = "edition";

/// Says in the log that a bundle is in force from now on, and who has done that. It blocks.
///
/// # Errors
/// A gateway on this store has had a later edition in force, or the log cannot be told.
pub(crate) fn bundle_in_force(tenant: &Tenant, policy: &InForce, act: Act) -> Result<(), Refused> {
    let release = policy.release();
    let step = Step::Bundle(Bundle {
        bundle: Digest::from(policy.engine.id()),
        name: policy.engine.bundle().manifest.name.clone(),
        sequence: release.sequence,
        signers: policy.signers.clone(),
        mode: match policy.engine.mode() {
            lictor_runtime::Mode::Enforced => Recorded::Enforce,
            lictor_runtime::Mode::Observed => Recorded::Observe,
        },
    });
    let job = InForceNow { act, step, sequence: release.sequence, now: clock::system() };
    let said = tenant.store.submit(tenant.id, job).wait().map_err(NotKept::Store);
    match said.and_then(|said| said.map_err(NotKept::Form)) {
        Ok(None) => Ok(()),
        Ok(Some(reached)) => {
            let message = format!(
                "the bundle is number {}, and a gateway on this store has had number {reached} in force",
                release.sequence
            );
            Err(Refused::Bundle(BundleError { kind: ErrorKind::Rollback, message }))
        }
        Err(error) => Err(Refused::Said(error.to_string())),
    }
}

/// Says that a bundle is in force, unless a later edition was: then it gives the number of that.
struct InForceNow {
    act: Act,
    step: Step,
    sequence: u64,
    now: i64,
}

impl Job for InForceNow {
    type Answer = Result<Option<u64>, EvidenceError>;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none().slot(EDITION)
    }

    fn run(self, view: &View<'_>) -> (Writes, Self::Answer) {
        let reached = view.slot(EDITION).map(|value| {
            // What cannot be read may be any number.
            std::str::from_utf8(value).ok().and_then(|text| text.parse().ok()).unwrap_or(u64::MAX)
        });
        if let Some(reached) = reached.filter(|reached| *reached > self.sequence) {
            return (Writes::none(), Ok(Some(reached)));
        }
        let mut writes = Writes::none();
        match self.act.step(view, 0, self.step) {
            Ok(record) => writes.record(record),
            Err(error) => return (Writes::none(), Err(error)),
        }
        if reached != Some(self.sequence) {
            let value = self.sequence.to_string().into_bytes();
            writes.set(EDITION, Slot { value, expires_at: None });
        }
        (writes, Ok(None))
    }
}

/// Says in the log whether decisions count, where that is not what it has said last, and that the generation of the store has risen. It blocks.
pub(crate) fn begun(tenant: &Tenant, mode: Mode) -> Result<(), NotKept> {
    let job = Begun { act: Act::of_host(&tenant.identity.name), mode, now: clock::system() };
    tenant.store.submit(tenant.id, job).wait()?.map_err(NotKept::Form)
}

struct Begun {
    act: Act,
    mode: Mode,
    now: i64,
}

impl Job for Begun {
    type Answer = Result<(), EvidenceError>;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none().slot(MODE).slot(GENERATION)
    }

    fn run(self, view: &View<'_>) -> (Writes, Self::Answer) {
        match self.said(view) {
            Ok(writes) => (writes, Ok(())),
            Err(error) => (Writes::none(), Err(error)),
        }
    }
}

impl Begun {
    fn said(&self, view: &View<'_>) -> Result<Writes, EvidenceError> {
        let (mut writes, mut said) = (Writes::none(), 0);
        let mut say =
            |writes: &mut Writes, name: &str, value: &str, done: Done| -> Result<(), EvidenceError> {
                writes.record(self.act.operated(view, said, done)?);
                writes.set(name, Slot { value: value.as_bytes().to_vec(), expires_at: None });
                said += 1;
                Ok(())
            };
        if view.slot(MODE) != Some(self.mode.name().as_bytes()) {
            let mode = match self.mode {
                Mode::Enforce => Recorded::Enforce,
                Mode::Observe => Recorded::Observe,
            };
            say(&mut writes, MODE, self.mode.name(), Done::Mode { mode })?;
        }
        let generation = view.head().generation;
        let written = generation.to_string();
        // The first one is what it began with.
        if view.slot(GENERATION).is_some_and(|known| known != written.as_bytes()) {
            say(&mut writes, GENERATION, &written, Done::Generation { generation })?;
        } else if view.slot(GENERATION).is_none() {
            writes.set(GENERATION, Slot { value: written.into_bytes(), expires_at: None });
        }
        Ok(writes)
    }
}
