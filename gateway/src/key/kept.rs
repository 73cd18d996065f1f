//! Keys in a file of the data directory, until a store keeps them: changed on the host, noticed by a gateway that runs.

use std::collections::HashMap;
use std::fs::Metadata;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use arc_swap::ArcSwapOption;
use lictor_bundle::keys::VerifyingKey;
use lictor_evidence::keys::Thumbprint;

use super::secret::{self, Secret};
use super::stored::{KeyError, NewKey, Stored, StoredKey};
use super::{Key, Keys, Known, Role, Unavailable};
use crate::clock;
use crate::file::Dir;
use crate::rate::Bucket;

/// What the file is called.
const FILE: &str = "keys.json";

/// The file, for whoever changes it.
#[derive(Debug)]
pub struct KeyFile(Dir);

impl KeyFile {
    /// The file of a data directory, which is made where there is none.
    ///
    /// # Errors
    /// The directory cannot be made.
    pub fn of(data: &Path) -> Result<KeyFile, KeyError> {
        Ok(KeyFile(Dir::open(data)?))
    }

    /// Makes a key.
    ///
    /// # Errors
    /// The name is taken or none, or the file cannot be read or written.
    pub fn add(&self, new: NewKey) -> Result<Secret, KeyError> {
        self.change(|stored| stored.add(new, clock::system()))
    }

    /// Revokes the keys of a name; how many there were.
    ///
    /// # Errors
    /// There is none, or the file cannot be read or written.
    pub fn revoke(&self, name: &str) -> Result<usize, KeyError> {
        self.change(|stored| stored.revoke(name, clock::system()))
    }

    /// Makes a new key like that of a name, and says until when the old one counts beside it: so many milliseconds. Where a public key is given, it signs with that
    /// from then on.
    ///
    /// # Errors
    /// There is none, or it is nobody's who signs, or the file cannot be read or written.
    pub fn rotate(
        &self,
        name: &str,
        overlap: i64,
        signing: Option<&VerifyingKey>,
    ) -> Result<(Secret, i64), KeyError> {
        self.change(|stored| stored.rotate(name, overlap, signing, clock::system()))
    }

    /// All keys, those that no longer count included.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn list(&self) -> Result<Vec<StoredKey>, KeyError> {
        Ok(self.read()?.keys().to_vec())
    }

    fn read(&self) -> Result<Stored, KeyError> {
        self.0.read(FILE)?.map_or_else(|| Ok(Stored::default()), |bytes| Stored::read(&bytes))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Stored) -> Result<T, KeyError>) -> Result<T, KeyError> {
        let _lock = self.0.lock(FILE)?;
        let mut stored = self.read()?;
        let done = change(&mut stored)?;
        self.0.replace(FILE, &stored.write()?)?;
        Ok(done)
    }
}

/// The keys in force, as requests look them up.
#[derive(Debug)]
pub struct FileKeys {
    file: KeyFile,
    table: ArcSwapOption<Table>,
    /// What the file looked like when it was read last.
    seen: Mutex<Option<Stamp>>,
}

#[derive(Debug, Default)]
struct Table {
    by_id: HashMap<String, ([u8; 32], Arc<Key>)>,
    agents: HashMap<String, Vec<Arc<Key>>>,
    /// Each agent as its newest key says, revoked or not.
    last_known: HashMap<String, Arc<Key>>,
    signers: HashMap<Thumbprint, Vec<Arc<Key>>>,
    approvers: Vec<Arc<Key>>,
    known: Arc<[Known]>,
}

/// What changes when a file does: it is replaced whole, so it is another file then.
type Stamp = (Option<SystemTime>, u64, u64);

impl FileKeys {
    /// The keys of a data directory.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn open(data: &Path) -> Result<FileKeys, KeyError> {
        let keys =
            FileKeys { file: KeyFile::of(data)?, table: ArcSwapOption::empty(), seen: Mutex::default() };
        keys.load()?;
        Ok(keys)
    }

    fn stamp(&self) -> Option<Stamp> {
        let metadata = std::fs::metadata(self.file.0.path(FILE)).ok()?;
        Some((metadata.modified().ok(), metadata.len(), inode(&metadata)))
    }

    fn load(&self) -> Result<(), KeyError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // Before it is read: what changes meanwhile is noticed the next time.
        *seen = self.stamp();
        let table = self.file.read().and_then(|stored| self.table(&stored));
        match table {
            Ok(table) => {
                self.table.store(Some(Arc::new(table)));
                Ok(())
            }
            // Nobody knows who was revoked since.
            Err(error) => {
                self.table.store(None);
                *seen = None;
                Err(error)
            }
        }
    }

    fn table(&self, stored: &Stored) -> Result<Table, KeyError> {
        let before = self.table.load_full();
        let bucket = |id: &str| -> Arc<Bucket> {
            let known = before.as_ref().and_then(|before| before.by_id.get(id));
            known.map(|(_, key)| Arc::clone(&key.bucket)).unwrap_or_default()
        };
        let known = stored.keys().iter().map(|key| Known {
            id: key.id.clone(),
            name: key.name.clone(),
            role: key.role,
            revoked: key.revoked.is_some(),
        });
        let mut table = Table { known: known.collect(), ..Table::default() };
        for stored in stored.keys() {
            let key = Arc::new(stored.key(bucket(&stored.id)));
            if key.role == Role::Agent {
                table.last_known.insert(key.name.clone(), Arc::clone(&key));
            }
            if stored.revoked.is_some() {
                continue;
            }
            let digest = stored.digest().ok_or_else(|| KeyError::File("a digest is none".to_owned()))?;
            match key.role {
                Role::Agent => {
                    table.agents.entry(key.name.clone()).or_default().push(Arc::clone(&key));
                    if let Some(signer) = &key.signs {
                        table.signers.entry(signer.thumbprint).or_default().push(Arc::clone(&key));
                    }
                }
                Role::Approver => table.approvers.push(Arc::clone(&key)),
                Role::Checkout | Role::Auditor | Role::Admin => {}
            }
            table.by_id.insert(stored.id.clone(), (digest, key));
        }
        Ok(table)
    }
}

impl Keys for FileKeys {
    fn find(&self, presented: &str, now: i64) -> Result<Option<Arc<Key>>, Unavailable> {
        let table = self.table.load();
        let table = table.as_ref().ok_or(Unavailable)?;
        let Some(id) = secret::id(presented) else { return Ok(None) };
        let digest = secret::digest(presented);
        // A name that is not there costs as much as a secret that is wrong.
        let (kept, key) = match table.by_id.get(id) {
            Some((kept, key)) => (*kept, Some(key)),
            None => ([0; 32], None),
        };
        let is_it = secret::same(&kept, &digest);
        Ok(key.filter(|key| is_it && key.counts(now)).cloned())
    }

    fn agent(&self, name: &str, now: i64) -> Result<Option<Arc<Key>>, Unavailable> {
        let table = self.table.load();
        let table = table.as_ref().ok_or(Unavailable)?;
        // The newest one says what the agent is.
        let keys = table.agents.get(name).map(Vec::as_slice).unwrap_or_default();
        Ok(keys.iter().rev().find(|key| key.counts(now)).cloned())
    }

    fn last_known(&self, name: &str) -> Result<Option<Arc<Key>>, Unavailable> {
        let table = self.table.load();
        Ok(table.as_ref().ok_or(Unavailable)?.last_known.get(name).cloned())
    }

    fn signer(&self, key: &Thumbprint, now: i64) -> Result<Option<Arc<Key>>, Unavailable> {
        let table = self.table.load();
        let table = table.as_ref().ok_or(Unavailable)?;
        let keys = table.signers.get(key).map(Vec::as_slice).unwrap_or_default();
        let mut in_force = keys.iter().rev().filter(|key| key.counts(now));
        let newest = in_force.next();
        // A file that was written by hand may give one key to two: then it says of neither who it is.
        Ok(newest.filter(|newest| in_force.all(|other| other.name == newest.name)).cloned())
    }

    fn by_id(&self, id: &str, now: i64) -> Result<Option<Arc<Key>>, Unavailable> {
        let table = self.table.load();
        let table = table.as_ref().ok_or(Unavailable)?;
        Ok(table.by_id.get(id).map(|(_, key)| key).filter(|key| key.counts(now)).cloned())
    }

    fn approvers(&self, now: i64) -> Result<Vec<Arc<Key>>, Unavailable> {
        let table = self.table.load();
        let table = table.as_ref().ok_or(Unavailable)?;
        Ok(table.approvers.iter().filter(|key| key.counts(now)).cloned().collect())
    }

    fn is_revoked(&self, id: &str) -> Result<bool, Unavailable> {
        let table = self.table.load();
        // The table has every key that was not revoked, those that have ended included.
        Ok(!table.as_ref().ok_or(Unavailable)?.by_id.contains_key(id))
    }

    fn known(&self) -> Option<Arc<[Known]>> {
        self.table.load().as_ref().map(|table| Arc::clone(&table.known))
    }

    fn refresh(&self) -> Result<(), String> {
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen == self.stamp() && self.table.load().is_some() {
            return Ok(());
        }
        self.load().map_err(|error| error.to_string())
    }
}

impl Key {
    /// Whether it counts at this moment.
    fn counts(&self, now: i64) -> bool {
        self.until.is_none_or(|until| now <= until)
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}
