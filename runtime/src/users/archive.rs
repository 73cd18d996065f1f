//! Users' units as they stand in the file, in its order: for whoever wants one in words, or hashes it. Next to them lie the texts and
//! lists of those that have any.
//!
//! Neighbours share a chunk, since a million small pieces of memory would take more than what is in them.

use std::sync::Arc;

use crate::arena::Arena;

/// How many units a chunk has, but for the last one.
const CHUNK: usize = 64;
/// How many chunks a block has, but for the last one: to replace one copies the list of these and not of all.
const BLOCK: usize = 128;

/// All units, encoded.
#[derive(Clone, Default, Debug)]
pub(super) struct Archive {
    blocks: Vec<Arc<[Arc<Chunk>]>>,
    count: usize,
}

/// How many bytes at the end of a unit are the digest of its imports.
const DIGEST: usize = 32;

/// Units that stand next to each other.
#[derive(Default, Debug)]
struct Chunk {
    /// But for the digests at their ends, which neighbours mostly have in common.
    encoded: Box<[u8]>,
    /// These digests, each once, and which of them each unit has.
    digests: Box<[[u8; DIGEST]]>,
    digest_of: Box<[u8]>,
    /// Where each of them ends.
    ends: Box<[u32]>,
    /// The texts and lists of each; empty where none has any.
    arenas: Box<[Option<Arc<Arena>>]>,
}

impl Archive {
    /// How many units there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// A unit, encoded.
    pub fn encoded(&self, rank: usize) -> Option<Vec<u8>> {
        let chunk = self.chunk(rank)?;
        let digest = chunk.digests.get(usize::from(*chunk.digest_of.get(rank % CHUNK)?))?;
        Some([chunk.begin(rank % CHUNK)?, digest].concat())
    }

    /// What a unit begins with, encoded: all but the digest of its imports.
    pub fn begin(&self, rank: usize) -> Option<&[u8]> {
        self.chunk(rank)?.begin(rank % CHUNK)
    }

    /// The texts and lists of a unit; none where it has none.
    pub fn arena(&self, rank: usize) -> Option<&Arc<Arena>> {
        self.chunk(rank)?.arenas.get(rank % CHUNK)?.as_ref()
    }

    /// The same with another unit in the place of this one. `None` where a chunk would be larger than 32 bits can count.
    pub fn with(&self, rank: usize, bytes: &[u8], arena: Option<Arc<Arena>>) -> Option<Archive> {
        let mut builder = Builder::default();
        for index in 0..self.chunk(rank)?.ends.len() {
            let other = rank - rank % CHUNK + index;
            match other == rank {
                true => builder.add(bytes, arena.clone())?,
                false => builder.add(&self.encoded(other)?, self.arena(other).cloned())?,
            }
        }
        let mut archive = self.clone();
        let block = archive.blocks.get_mut(rank / CHUNK / BLOCK)?;
        let mut chunks = block.to_vec();
        *chunks.get_mut(rank / CHUNK % BLOCK)? = Arc::new(builder.finish());
        *block = chunks.into();
        Some(archive)
    }

    fn chunk(&self, rank: usize) -> Option<&Chunk> {
        Some(self.blocks.get(rank / CHUNK / BLOCK)?.get(rank / CHUNK % BLOCK)?)
    }
}

impl Chunk {
    fn begin(&self, index: usize) -> Option<&[u8]> {
        let start = index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.encoded.get(start as usize..*self.ends.get(index)? as usize)
    }
}

/// A chunk in the making.
#[derive(Default)]
struct Builder {
    encoded: Vec<u8>,
    digests: Vec<[u8; DIGEST]>,
    digest_of: Vec<u8>,
    ends: Vec<u32>,
    arenas: Vec<Option<Arc<Arena>>>,
}

impl Builder {
    fn add(&mut self, bytes: &[u8], arena: Option<Arc<Arena>>) -> Option<()> {
        let (begin, digest) = bytes.split_last_chunk::<DIGEST>()?;
        let known = self.digests.iter().rposition(|known| known == digest);
        // There are no more of them than units.
        self.digest_of.push(u8::try_from(known.unwrap_or(self.digests.len())).ok()?);
        if known.is_none() {
            self.digests.push(*digest);
        }
        self.encoded.extend_from_slice(begin);
        self.ends.push(u32::try_from(self.encoded.len()).ok()?);
        self.arenas.push(arena);
        Some(())
    }

    /// The chunk, in memory of the size that it takes. What is left can be used for the next one.
    fn finish(&mut self) -> Chunk {
        if self.arenas.iter().all(Option::is_none) {
            self.arenas.clear();
        }
        let chunk = Chunk {
            encoded: self.encoded.as_slice().into(),
            digests: self.digests.as_slice().into(),
            digest_of: self.digest_of.as_slice().into(),
            ends: self.ends.as_slice().into(),
            arenas: self.arenas.drain(..).collect(),
        };
        self.encoded.clear();
        self.digests.clear();
        self.digest_of.clear();
        self.ends.clear();
        chunk
    }
}

/// Puts units into an archive, in their order.
#[derive(Default)]
pub(super) struct ArchiveBuilder {
    archive: Archive,
    builder: Builder,
    block: Vec<Arc<Chunk>>,
}

impl ArchiveBuilder {
    /// Adds the next unit. `None` where a chunk would be larger than 32 bits can count.
    pub fn add(&mut self, bytes: &[u8], arena: Option<Arc<Arena>>) -> Option<()> {
        self.builder.add(bytes, arena)?;
        self.archive.count += 1;
        if self.builder.ends.len() == CHUNK {
            self.close();
        }
        Some(())
    }

    fn close(&mut self) {
        self.block.push(Arc::new(self.builder.finish()));
        if self.block.len() == BLOCK {
            self.archive.blocks.push(std::mem::take(&mut self.block).into());
        }
    }

    /// All of them.
    pub fn finish(mut self) -> Archive {
        if !self.builder.ends.is_empty() {
            self.close();
        }
        if !self.block.is_empty() {
            self.archive.blocks.push(self.block.into());
        }
        self.archive
    }
}
