//! Users' policies, of which there may be a million and of which a request runs one.
//!
//! A user's unit is kept twice. What deciding needs lies ready: its values, and a [`Body`], which says what it does and not what it is
//! called, so that all users whose policies differ only in values and names share one. The whole of it stays encoded, as it stands in
//! the file, until somebody wants it in words. Neighbours share a chunk, since a million small pieces of memory would take more than
//! what is in them.

mod body;
mod directory;

use std::sync::Arc;

use lictor_bundle::encoded;
use lictor_bundle::error::BundleError;
use lictor_bundle::program::{Mode, Unit};
use lictor_bundle::schema::ParamId;

use crate::arena::Arena;
use crate::plan::too_large;
use crate::slot::Slot;
use crate::unit::{LayerUnits, Values};
use crate::value::{Loader, Value};
use body::Bodies;
pub(crate) use body::Body;
use directory::{Directory, hash};

/// How many units a chunk has.
const CHUNK: usize = 64;
/// How many chunks a block has.
const BLOCK: usize = 128;

/// The units of all users, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Users {
    /// The chunks, so many of them together: to replace one copies those beside it, and the list of all.
    blocks: Vec<Arc<[Arc<Chunk>]>>,
    count: usize,
    directory: Arc<Directory>,
    /// Whether any of them counts.
    pub enforced: bool,
    /// Whether any of them is only observed.
    pub observed: bool,
}

/// Units that stand next to each other.
#[derive(Debug)]
struct Chunk {
    units: Box<[Packed]>,
    constants: Box<[Slot]>,
    sets: Box<[(ParamId, Value)]>,
    arena: Arena,
    /// The units as they are encoded, one after the other.
    encoded: Box<[u8]>,
}

/// A unit, and where what belongs to it ends in its chunk; it begins where that of the unit before ends.
#[derive(Debug)]
struct Packed {
    body: Arc<Body>,
    ends: Ends,
}

#[derive(Clone, Copy, Default, Debug)]
struct Ends {
    constants: u32,
    sets: u32,
    encoded: u32,
}

/// What deciding needs of a user's unit.
#[derive(Clone, Copy)]
pub(crate) struct Ready<'a> {
    pub body: &'a Arc<Body>,
    pub constants: &'a [Slot],
    pub sets: &'a [(ParamId, Value)],
}

impl Users {
    /// What deciding needs of the unit of this number, counted from the first user.
    pub fn ready(&self, number: usize) -> Option<Ready<'_>> {
        let chunk = self.chunk(number / CHUNK)?;
        let packed = chunk.units.get(number % CHUNK)?;
        let (start, end) = (chunk.starts(number % CHUNK), packed.ends);
        Some(Ready {
            body: &packed.body,
            constants: chunk.constants.get(start.constants as usize..end.constants as usize)?,
            sets: chunk.sets.get(start.sets as usize..end.sets as usize)?,
        })
    }

    /// The whole of a unit, decoded.
    pub fn whole(&self, number: usize) -> Option<Unit> {
        encoded::decode(self.encoded(number)?).ok()
    }

    /// How many units there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The units of a user, by number.
    pub fn find(&self, id: &str) -> LayerUnits {
        if self.count == 0 {
            return LayerUnits::default();
        }
        let id = id.as_bytes();
        let user = |number: usize| self.encoded(number).and_then(encoded::user);
        let mut found = LayerUnits::default();
        let Some(first) = self.directory.find(id, |number| user(number as usize).cmp(&Some(id))) else {
            return found;
        };
        // What is observed of a user stands next to what counts.
        for number in [first as usize, first as usize + 1] {
            let Some(ready) = self.ready(number).filter(|_| user(number) == Some(id)) else { break };
            match ready.body.unit.mode {
                Mode::Enforced => found.enforced = Some(number),
                Mode::Observed => found.observed = Some(number),
            }
        }
        found
    }

    /// Where texts and elements of a chunk are.
    pub fn arena(&self, number: u32) -> Option<&Arena> {
        Some(&self.chunk((u32::MAX - number) as usize)?.arena)
    }

    /// A unit, encoded.
    pub fn encoded(&self, number: usize) -> Option<&[u8]> {
        let chunk = self.chunk(number / CHUNK)?;
        let end = chunk.units.get(number % CHUNK)?.ends.encoded;
        chunk.encoded.get(chunk.starts(number % CHUNK).encoded as usize..end as usize)
    }
}

impl Users {
    fn chunk(&self, number: usize) -> Option<&Arc<Chunk>> {
        self.blocks.get(number / BLOCK)?.get(number % BLOCK)
    }

    /// The same with another unit in the place of this number: of the same user, and of the same mode. `bytes` is how it is encoded.
    pub fn with(&self, number: usize, unit: &Unit, bytes: &[u8]) -> Result<Users, BundleError> {
        let first = number - number % CHUNK;
        let mut builder = Builder::default();
        for other in first..self.count.min(first + CHUNK) {
            let Some((known, encoded)) = self.ready(other).zip(self.encoded(other)) else { continue };
            if other == number {
                builder.values(other, unit)?;
                builder.rest(known.body.or_of(unit.clone()), bytes)?;
            } else {
                builder.values(other, &encoded::decode(encoded)?)?;
                builder.rest(known.body.clone(), encoded)?;
            }
        }
        let mut users = self.clone();
        let (chunk, block) = (number / CHUNK, number / CHUNK / BLOCK);
        if let Some(place) = users.blocks.get_mut(block) {
            let mut chunks: Vec<Arc<Chunk>> = place.to_vec();
            if let Some(place) = chunks.get_mut(chunk % BLOCK) {
                *place = Arc::new(builder.finish());
            }
            *place = chunks.into();
        }
        Ok(users)
    }
}

impl Chunk {
    fn starts(&self, index: usize) -> Ends {
        let before = index.checked_sub(1).and_then(|before| self.units.get(before));
        before.map(|packed| packed.ends).unwrap_or_default()
    }
}

/// A chunk in the making.
#[derive(Default)]
struct Builder {
    units: Vec<Packed>,
    constants: Vec<Slot>,
    sets: Vec<(ParamId, Value)>,
    arena: Arena,
    encoded: Vec<u8>,
}

impl Builder {
    /// Adds the values of the unit of a number. Fails where constants do not fit into memory's 32-bit places.
    fn values(&mut self, number: usize, unit: &Unit) -> Result<(), BundleError> {
        // Chunks are numbered from the end, where they meet none of the arenas that there are besides.
        let mut loader = Loader { arena: &mut self.arena, number: u32::MAX - place(number / CHUNK)? };
        let Values { constants, sets } = Values::of(unit, &mut loader).ok_or_else(too_large)?;
        self.constants.extend(constants);
        self.sets.extend(sets);
        Ok(())
    }

    /// Adds the rest of it.
    fn rest(&mut self, body: Arc<Body>, bytes: &[u8]) -> Result<(), BundleError> {
        self.encoded.extend_from_slice(bytes);
        let ends = Ends {
            constants: place(self.constants.len())?,
            sets: place(self.sets.len())?,
            encoded: place(self.encoded.len())?,
        };
        self.units.push(Packed { body, ends });
        Ok(())
    }

    /// The chunk, in memory of the size that it takes. What is left can be used for the next one.
    fn finish(&mut self) -> Chunk {
        let mut arena = std::mem::take(&mut self.arena);
        arena.shrink();
        let chunk = Chunk {
            units: self.units.drain(..).collect(),
            constants: self.constants.drain(..).collect(),
            sets: self.sets.drain(..).collect(),
            arena,
            encoded: self.encoded.as_slice().into(),
        };
        self.encoded.clear();
        chunk
    }
}

fn place(length: usize) -> Result<u32, BundleError> {
    u32::try_from(length).map_err(|_| too_large())
}

/// Puts users' units away as they are read, in their order.
#[derive(Default)]
pub(crate) struct Packer {
    users: Users,
    bodies: Bodies,
    hashes: Vec<(u64, u32)>,
    /// Whose unit came last.
    last: Vec<u8>,
    builder: Builder,
    block: Vec<Arc<Chunk>>,
}

impl Packer {
    /// Puts a unit away; `bytes` is how it is encoded. Fails where its constants do not fit into memory's 32-bit places.
    pub fn add(&mut self, unit: Unit, bytes: &[u8]) -> Result<(), BundleError> {
        let number = self.users.count;
        let user = encoded::user(bytes).unwrap_or_default();
        if self.hashes.is_empty() || user != self.last {
            self.hashes.push((hash(user), place(number)?));
            self.last.clear();
            self.last.extend_from_slice(user);
        }
        match unit.mode {
            Mode::Enforced => self.users.enforced = true,
            Mode::Observed => self.users.observed = true,
        }
        self.builder.values(number, &unit)?;
        self.builder.rest(self.bodies.of(unit)?, bytes)?;
        self.users.count += 1;
        if self.builder.units.len() == CHUNK {
            self.close();
        }
        Ok(())
    }

    /// All of them.
    pub fn finish(mut self) -> Users {
        if !self.builder.units.is_empty() {
            self.close();
        }
        if !self.block.is_empty() {
            self.users.blocks.push(self.block.into());
        }
        Users { directory: Arc::new(Directory::new(self.hashes)), ..self.users }
    }

    fn close(&mut self) {
        self.block.push(Arc::new(self.builder.finish()));
        if self.block.len() == BLOCK {
            self.users.blocks.push(std::mem::take(&mut self.block).into());
        }
    }
}
