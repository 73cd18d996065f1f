//! A block of the table of users: records that stand next to each other, with what belongs to them.
//!
//! To exchange a unit, its block is copied, some tens of kilobytes, and all others are shared.

use std::sync::Arc;

use lictor_bundle::error::BundleError;

use crate::plan::too_large;
use crate::slot::Slot;

use super::Ready;
use super::body::Body;
use super::record::{Packed, Record};

/// How many places a block has, but for the last one.
pub(super) const BLOCK: usize = 512;

/// Places that stand next to each other.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub records: Arc<[Record]>,
    /// The slots that records have no room for.
    pub elsewhere: Arc<[Slot]>,
    /// The bodies of the records, each once.
    bodies: Arc<[Arc<Body>]>,
}

impl Block {
    /// What deciding needs of the unit at a place.
    pub fn ready(&self, at: usize) -> Option<Ready<'_>> {
        let record = self.records.get(at)?;
        let body = match &*self.bodies {
            // So the body can be looked at before the record has come from memory.
            [only] => only,
            bodies => bodies.get(usize::from(record.body))?,
        };
        Some(Ready {
            body,
            constants: record.constants(&self.elsewhere),
            sets: record.settings(&self.elsewhere),
        })
    }

    /// The same with another unit at a place. `exchange` makes it of the one that is there, and its body of those of the block.
    pub fn with<'n>(
        &self,
        place: usize,
        exchange: impl Fn(Packed<'_>, &[Arc<Body>]) -> (Packed<'n>, Arc<Body>),
    ) -> Result<Block, BundleError> {
        let mut builder = Builder::default();
        for (at, record) in self.records.iter().enumerate() {
            let unit = record.packed(&self.elsewhere).zip(self.bodies.get(usize::from(record.body)));
            match unit {
                None => builder.leave_out(),
                Some((packed, _)) if at == place => {
                    let (packed, body) = exchange(packed, &self.bodies);
                    builder.add(packed, &body)?;
                }
                Some((packed, body)) => builder.add(packed, body)?,
            }
        }
        Ok(builder.finish())
    }
}

/// A block in the making.
#[derive(Default)]
pub(super) struct Builder {
    records: Vec<Record>,
    elsewhere: Vec<Slot>,
    bodies: Vec<Arc<Body>>,
    /// The bodies of the block before.
    before: Arc<[Arc<Body>]>,
}

impl Builder {
    /// How many places it has by now.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Adds a unit.
    pub fn add(&mut self, packed: Packed<'_>, body: &Arc<Body>) -> Result<(), BundleError> {
        let known = self.bodies.iter().rposition(|known| Arc::ptr_eq(known, body));
        let number = known.unwrap_or(self.bodies.len());
        if known.is_none() {
            self.bodies.push(body.clone());
        }
        let number = u16::try_from(number).map_err(|_| too_large())?;
        self.records.push(Record::of(packed, number, &mut self.elsewhere).ok_or_else(too_large)?);
        Ok(())
    }

    /// Leaves a place vacant.
    pub fn leave_out(&mut self) {
        self.records.push(Record::default());
    }

    /// The block. What is left can be used for the next one.
    pub fn finish(&mut self) -> Block {
        // Where all users' units do the same there is one list of bodies, which stays in the processor's cache.
        let same = self.before.len() == self.bodies.len()
            && self.before.iter().zip(&self.bodies).all(|(before, body)| Arc::ptr_eq(before, body));
        if !same {
            self.before = self.bodies.as_slice().into();
        }
        let block = Block {
            records: self.records.as_slice().into(),
            elsewhere: self.elsewhere.as_slice().into(),
            bodies: self.before.clone(),
        };
        self.records.clear();
        self.elsewhere.clear();
        self.bodies.clear();
        block
    }
}
