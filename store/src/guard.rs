//! A store that went back: a snapshot that was restored, a replica that was promoted before it had caught up.
//!
//! What such a store has forgotten was acknowledged: tokens that were burned look as if they could be. So how far each log has come is kept where
//! it is not restored with the store: in this process, and in an anchor file. A store that is behind either has its generation
//! raised before anything else is done with it, which voids every open token.
//!
//! The file is written with each commit, before anybody is answered. It is not synced: where the power fails, it may be behind the store, and
//! that does no harm.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::backend::{Backend, Readers, Swept, Wanted};
use crate::changes::Changes;
use crate::error::{ErrorKind, StoreError};
use crate::overlay::Base;
use crate::rows::{Head, TenantId};
use crate::tally::{Counted, Last, Range, Values};

/// A line of the anchor: tenant, serial and the beginning of their digest, 24 bytes. The first line is the store's id instead.
const LINE: usize = 24;

/// See the module.
pub(crate) struct Guard {
    backend: Box<dyn Backend>,
    anchor: Option<File>,
    /// How far each head has come, as far as is known here.
    seen: BTreeMap<TenantId, u64>,
    /// How far they come with the batch under way.
    moving: BTreeMap<TenantId, u64>,
    /// Whether the anchor could not be written: then nothing may be acknowledged any more.
    lost: bool,
}

fn line(tenant: u64, serial: u64) -> [u8; LINE] {
    let mut line = [0; LINE];
    let digest =
        Sha256::new().chain_update(tenant.to_be_bytes()).chain_update(serial.to_be_bytes()).finalize();
    let bytes = tenant.to_be_bytes().into_iter().chain(serial.to_be_bytes()).chain(digest);
    line.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    line
}

fn read_line(bytes: &[u8]) -> Option<(u64, u64)> {
    let (tenant, rest) = bytes.split_first_chunk()?;
    let (tenant, serial) = (u64::from_be_bytes(*tenant), u64::from_be_bytes(*rest.first_chunk()?));
    (line(tenant, serial) == bytes).then_some((tenant, serial))
}

impl Guard {
    /// Looks whether the store is where it was when it was last seen.
    pub(crate) fn over(mut backend: Box<dyn Backend>, anchor: Option<&Path>) -> Result<Guard, StoreError> {
        let (id, heads) = backend.place()?;
        let seen = heads.iter().map(|(tenant, head)| (*tenant, head.serial)).collect();
        let mut guard = Guard { backend, anchor: None, seen, moving: BTreeMap::new(), lost: false };
        let Some(path) = anchor else { return Ok(guard) };
        let wrong = |error: std::io::Error| {
            StoreError::new(
                ErrorKind::Setup,
                format!("the anchor {} cannot be used: {error}", path.display()),
            )
        };
        let mut options = File::options();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(path).map_err(wrong)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(wrong)?;
        let mut lines = bytes.chunks(LINE);
        let first: Vec<u8> = id.iter().copied().chain(*b"lictor-1").collect();
        match lines.next() {
            None => file.write_all(&first).and_then(|()| file.sync_all()).map_err(wrong)?,
            Some(known) if known == first => {}
            Some(_) => {
                let message = format!(
                    "the anchor {} is of another store: if this one was put in its place on purpose, remove the anchor and raise the generation",
                    path.display()
                );
                return Err(StoreError::new(ErrorKind::Setup, message));
            }
        }
        // A line that cannot be read was being written when the power failed.
        let noted: Vec<(u64, u64)> = lines.filter_map(read_line).collect();
        let behind = |(tenant, serial): &(u64, u64)| {
            let known = u32::try_from(*tenant).ok().and_then(|tenant| guard.seen.get(&TenantId(tenant)));
            known.is_none_or(|known| known < serial)
        };
        if noted.iter().any(behind) {
            guard.backend.raise()?;
        }
        guard.anchor = Some(file);
        guard.note(guard.seen.clone()).map_err(wrong)?;
        Ok(guard)
    }

    fn note(&mut self, moved: BTreeMap<TenantId, u64>) -> std::io::Result<()> {
        if let Some(file) = &mut self.anchor {
            for (tenant, serial) in &moved {
                let tenant = u64::from(tenant.0);
                file.seek(SeekFrom::Start((tenant + 1) * LINE as u64))?;
                file.write_all(&line(tenant, *serial))?;
            }
        }
        self.seen.extend(moved);
        Ok(())
    }
}

impl Backend for Guard {
    fn begin(&mut self, tenants: &BTreeSet<TenantId>) -> Result<BTreeMap<TenantId, Head>, StoreError> {
        self.moving.clear();
        let heads = self.backend.begin(tenants)?;
        let behind = |tenant: &TenantId| {
            let known = self.seen.get(tenant).copied().unwrap_or(0);
            heads.get(tenant).map_or(known > 0, |head| head.serial < known)
        };
        if !tenants.iter().any(behind) {
            self.seen.extend(heads.iter().map(|(tenant, head)| (*tenant, head.serial)));
            return Ok(heads);
        }
        self.backend.abort();
        self.backend.raise()?;
        let (_, heads) = self.backend.place()?;
        self.seen.clear();
        let now = heads.iter().map(|(tenant, head)| (*tenant, head.serial)).collect();
        self.lost = self.note(now).is_err();
        let message = "the store went back: it was restored, or a replica was promoted. Its generation was raised, and what was open is void";
        Err(StoreError::new(ErrorKind::Unavailable, message))
    }

    fn apply(&mut self, changes: &Changes) -> Result<(), StoreError> {
        self.backend.apply(changes)?;
        self.moving.extend(changes.heads.iter().map(|(tenant, head)| (*tenant, head.serial)));
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.backend.commit()?;
        let moved = std::mem::take(&mut self.moving);
        self.note(moved).map_err(|error| {
            self.lost = true;
            let message = format!(
                "the anchor could not be written ({error}): what was done is kept, and the store stops"
            );
            StoreError::new(ErrorKind::Unknown, message)
        })
    }

    fn abort(&mut self) {
        self.moving.clear();
        self.backend.abort();
    }

    fn is_lost(&self) -> bool {
        self.lost || self.backend.is_lost()
    }

    fn rows(&mut self, wanted: &Wanted) -> Result<Base, StoreError> {
        self.backend.rows(wanted)
    }

    fn counted(&mut self, ranges: &[Range]) -> Result<Vec<Counted>, StoreError> {
        self.backend.counted(ranges)
    }

    fn values(&mut self, ranges: &[Range]) -> Result<Vec<Values>, StoreError> {
        self.backend.values(ranges)
    }

    fn last(&mut self, ranges: &[Range]) -> Result<Vec<Option<Last>>, StoreError> {
        self.backend.last(ranges)
    }

    fn place(&mut self) -> Result<([u8; 16], BTreeMap<TenantId, Head>), StoreError> {
        self.backend.place()
    }

    fn tenant(&mut self, name: &str) -> Result<TenantId, StoreError> {
        self.backend.tenant(name)
    }

    fn raise(&mut self) -> Result<u64, StoreError> {
        self.backend.raise()
    }

    fn sweep(&mut self, before: i64) -> Result<Swept, StoreError> {
        self.backend.sweep(before)
    }

    fn scrub(&mut self) -> Result<(), StoreError> {
        self.backend.scrub()
    }

    fn readers(&self) -> Readers {
        self.backend.readers()
    }
}
