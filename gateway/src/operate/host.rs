//! What is done on the host of a gateway, beside it: with its store, and the right to write there.

use std::fmt;
use std::path::Path;

use lictor_evidence::error::EvidenceError;
use lictor_evidence::history::{KeyHistory, Revocation};
use lictor_evidence::keys::{Root, Thumbprint, VerifyingKey};
use lictor_evidence::time::Moment;
use lictor_store::{Head, Job, Options, Reads, Slot, Store, StoreError, TenantId, View, Writes};

use super::signing::{HISTORY, SIGNED};
use crate::clock;
use crate::config::StoreAt;
use crate::file::Dir;

/// The store of a gateway that may be running meanwhile, and one tenant of it.
pub struct Host {
    pub(super) store: Store,
    pub(super) id: TenantId,
    pub(super) tenant: String,
}

/// Why something could not be done on the host.
#[derive(Debug)]
pub enum HostError {
    /// No gateway has begun in this data directory.
    Nothing(String),
    /// It is not clear whose it is; these are there.
    Tenant(Vec<String>),
    /// The store.
    Store(StoreError),
    /// A document, or what would follow from it.
    Evidence(EvidenceError),
    /// It cannot be done as things are, with a sentence that says why.
    Refused(String),
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HostError::Nothing(path) => write!(f, "there is no store in {path}: no gateway has begun there"),
            HostError::Tenant(there) if there.is_empty() => f.write_str("the store has no tenant yet"),
            HostError::Tenant(there) => write!(f, "the store has the tenants {}", there.join(", ")),
            HostError::Store(error) => write!(f, "{error}"),
            HostError::Evidence(error) => write!(f, "{}: {}", error.code(), error.message),
            HostError::Refused(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for HostError {}

impl From<StoreError> for HostError {
    fn from(error: StoreError) -> HostError {
        HostError::Store(error)
    }
}

impl From<EvidenceError> for HostError {
    fn from(error: EvidenceError) -> HostError {
        HostError::Evidence(error)
    }
}

impl Host {
    /// Opens the store of the gateway with this data directory. Without a name, the only tenant there is.
    ///
    /// # Errors
    /// There is none, it cannot be opened, or it is not clear whose it is.
    pub fn open(data: &Path, at: &StoreAt, tenant: Option<&str>) -> Result<Host, HostError> {
        let missing = || HostError::Nothing(data.display().to_string());
        let store = match at {
            StoreAt::File => {
                let file = data.join("store.db");
                if !file.is_file() {
                    return Err(missing());
                }
                let dir = Dir::open(data).map_err(|_| missing())?;
                let anchor = Some(dir.path("store.anchor")).filter(|path| path.is_file());
                Store::sqlite(&file, &Options { anchor, ..Options::default() })?
            }
            StoreAt::Postgres { url, standby } => {
                Store::postgres(url, &Options { anchor: None, standby: *standby })?
            }
        };
        let tenants = store.reader()?.tenants()?;
        let found = match tenant {
            Some(name) => tenants.iter().find(|(_, known)| known == name),
            None => tenants.first().filter(|_| tenants.len() == 1),
        };
        let Some((id, tenant)) = found.cloned() else {
            return Err(HostError::Tenant(tenants.into_iter().map(|(_, name)| name).collect()));
        };
        Ok(Host { store, id, tenant })
    }

    /// Whose it is.
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The head of the log.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn head(&self) -> Result<Head, HostError> {
        let head = self.store.reader()?.head(self.id)?;
        head.ok_or_else(|| HostError::Tenant(Vec::new()))
    }

    /// The history of the keys that its gateways sign with, as they noted it.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn history(&self) -> Result<KeyHistory, HostError> {
        let slots = self.store.reader()?.slots(self.id, HISTORY)?;
        let found = slots.into_iter().find(|(name, _)| name == HISTORY);
        let (_, slot) =
            found.ok_or_else(|| HostError::Refused("no gateway has noted its keys yet".to_owned()))?;
        Ok(KeyHistory::unverified(&slot.value)?)
    }

    /// Ends a key: it signed for the last time at this moment. What is to be signed next.
    ///
    /// # Errors
    /// As [`KeyHistory::ended`]; the store.
    pub fn end_key(&self, kid: Thumbprint, until: i64) -> Result<KeyHistory, HostError> {
        self.go_on(move |history, now| history.ended(kid, Moment(until), now))
    }

    /// Revokes a key that was last known to be in good hands when the log had so many records. What is to be signed next.
    ///
    /// # Errors
    /// As [`KeyHistory::revoked`]; the store.
    pub fn revoke_key(&self, kid: Thumbprint, size: u64, because: &str) -> Result<KeyHistory, HostError> {
        let because = because.to_owned();
        self.go_on(move |history, now| {
            history.revoked(kid, Revocation { log_size: size, at: now, because }, now)
        })
    }

    /// Has the gateways publish an edition that a root has signed.
    ///
    /// # Errors
    /// It is not signed with this root, is not of this tenant, does not go on where the one before ended, or lacks what gateways noted meanwhile.
    pub fn publish(&self, bytes: &[u8], root: &VerifyingKey<Root>) -> Result<KeyHistory, HostError> {
        let signed = KeyHistory::open(bytes, root)?;
        let job = Publishing { signed: signed.clone(), bytes: bytes.to_vec(), now: clock::system() };
        self.store.submit(self.id, job).wait()??;
        Ok(signed)
    }

    fn go_on(
        &self,
        next: impl FnOnce(&KeyHistory, Moment) -> Result<KeyHistory, EvidenceError> + Send + 'static,
    ) -> Result<KeyHistory, HostError> {
        self.store.submit(self.id, GoingOn { next, now: clock::system() }).wait()?
    }
}

/// Puts the next edition in the place of what gateways noted.
struct GoingOn<F> {
    next: F,
    now: i64,
}

impl<F> Job for GoingOn<F>
where
    F: FnOnce(&KeyHistory, Moment) -> Result<KeyHistory, EvidenceError> + Send + 'static,
{
    type Answer = Result<KeyHistory, HostError>;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none().slot(HISTORY)
    }

    fn run(self, view: &View<'_>) -> (Writes, Self::Answer) {
        let mut writes = Writes::none();
        let go_on = || {
            let none = || HostError::Refused("no gateway has noted its keys yet".to_owned());
            let known = KeyHistory::unverified(view.slot(HISTORY).ok_or_else(none)?)?;
            let next = (self.next)(&known, Moment(view.now()).max(known.issued()))?;
            writes.set(HISTORY, Slot { value: next.draft()?, expires_at: None });
            Ok(next)
        };
        let next = go_on();
        (writes, next)
    }
}

/// Puts an edition that a root has signed in the place of the one before.
struct Publishing {
    signed: KeyHistory,
    bytes: Vec<u8>,
    now: i64,
}

impl Job for Publishing {
    type Answer = Result<(), HostError>;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none().slot(HISTORY).slot(SIGNED)
    }

    fn run(self, view: &View<'_>) -> (Writes, Self::Answer) {
        match self.follows(view) {
            Ok(()) => {
                let mut writes = Writes::none();
                writes.set(SIGNED, Slot { value: self.bytes, expires_at: None });
                (writes, Ok(()))
            }
            Err(error) => (Writes::none(), Err(error)),
        }
    }
}

impl Publishing {
    fn follows(&self, view: &View<'_>) -> Result<(), HostError> {
        if let Some(before) = view.slot(SIGNED) {
            self.signed.continues(&KeyHistory::unverified(before)?)?;
        }
        let none = || HostError::Refused("no gateway has noted its keys yet".to_owned());
        let noted = KeyHistory::unverified(view.slot(HISTORY).ok_or_else(none)?)?;
        if self.signed != noted {
            return Err(HostError::Refused(format!(
                "edition {} was signed, and what the gateways noted is edition {}: sign that",
                self.signed.edition(),
                noted.edition()
            )));
        }
        Ok(())
    }
}
