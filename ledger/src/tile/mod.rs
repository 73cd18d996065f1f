//! Tiles: the hashes of the tree in files of up to 256, as logs serve them (C2SP tlog-tiles).

mod path;
mod reader;
mod entries;

use std::ops::Range;

use crate::error::{ErrorKind, LedgerError};
use crate::frontier::MAX_SIZE;
use crate::hash::Hash;
use crate::node::Node;

pub use entries::{MAX_ENTRY, decode as decode_entries, encode as encode_entries};
pub use path::TilePath;
pub use reader::TileReader;

/// How many levels of the tree a tile stands for.
pub const HEIGHT: u8 = 8;
/// How many hashes a full tile has.
pub const WIDTH: u16 = 1 << HEIGHT;
/// The highest level of tiles that a log of [`MAX_SIZE`] entries has.
const TOP: u8 = 7;

/// A tile: hashes of neighbouring subtrees of `256^level` entries each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Tile {
    level: u8,
    index: u64,
    width: u16,
}

impl Tile {
    /// The tile of this level, with so many tiles to its left and so many hashes: 256 where it is full.
    ///
    /// # Errors
    /// [`ErrorKind::Tile`] where no log has such a tile.
    pub fn new(level: u8, index: u64, width: u16) -> Result<Tile, LedgerError> {
        let end = index.checked_mul(u64::from(WIDTH)).and_then(|first| first.checked_add(u64::from(width)));
        let there = level <= TOP
            && (1..=WIDTH).contains(&width)
            && end.is_some_and(|end| end <= MAX_SIZE >> (level * HEIGHT));
        if !there {
            let message = format!("no log has a tile {index} of {width} hashes at level {level}");
            return Err(LedgerError::new(ErrorKind::Tile, message));
        }
        Ok(Tile { level, index, width })
    }

    /// The tile by which the hash of a node is known in a tree of this size.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] where the tree does not have the node, or not all of the entries below it.
    pub fn over(node: Node, size: u64) -> Result<Tile, LedgerError> {
        if node.entries().end > size || size > MAX_SIZE {
            let Node { level, index } = node;
            let message = format!("a tree of {size} entries has no whole subtree {index} of level {level}");
            return Err(LedgerError::new(ErrorKind::Range, message));
        }
        let level = node.level / HEIGHT;
        let index = (node.index << (node.level % HEIGHT)) / u64::from(WIDTH);
        let there = (size >> (level * HEIGHT)).saturating_sub(index * u64::from(WIDTH));
        let width = u16::try_from(there).map_or(WIDTH, |there| there.min(WIDTH));
        Tile::new(level, index, width)
    }

    /// The tiles that a tree of the new size has and one of the old size has not, level by level: what a log writes when it has grown. From size
    /// 0 on these are all.
    pub fn between(old: u64, new: u64) -> impl Iterator<Item = Tile> {
        let wide = u64::from(WIDTH);
        (0..=TOP).flat_map(move |level| {
            let [old, new] = [old, new].map(|size| size.min(MAX_SIZE) >> (level * HEIGHT));
            let first = if new > old { old / wide } else { new.div_ceil(wide) };
            (first..new.div_ceil(wide)).map(move |index| {
                let width = u16::try_from((new - index * wide).min(wide)).unwrap_or(WIDTH);
                Tile { level, index, width }
            })
        })
    }

    /// Its level: a hash in it is over `256^level` entries.
    pub fn level(self) -> u8 {
        self.level
    }

    /// How many tiles of its level are to its left.
    pub fn index(self) -> u64 {
        self.index
    }

    /// How many hashes it has.
    pub fn width(self) -> u16 {
        self.width
    }

    /// The places of its hashes, in their order: what somebody has to look up who writes it.
    pub fn nodes(self) -> impl Iterator<Item = Node> {
        let level = self.level * HEIGHT;
        self.places().map(move |index| Node { level, index })
    }

    /// The places of its hashes among those of its level.
    fn places(self) -> Range<u64> {
        let first = self.index * u64::from(WIDTH);
        first..first + u64::from(self.width)
    }

    /// Writes the tile, of the hashes that the source gives for [`Tile::nodes`].
    ///
    /// # Errors
    /// The first that the source gives.
    pub fn write<E>(self, mut source: impl FnMut(Node) -> Result<Hash, E>) -> Result<Vec<u8>, E> {
        let mut bytes = Vec::with_capacity(usize::from(self.width) * 32);
        for node in self.nodes() {
            bytes.extend_from_slice(&source(node)?.0);
        }
        Ok(bytes)
    }

    /// Reads the bytes of the tile.
    ///
    /// # Errors
    /// [`ErrorKind::Tile`] where they are not as many as it has.
    pub fn read(self, bytes: &[u8]) -> Result<Vec<Hash>, LedgerError> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        if hashes.len() != usize::from(self.width) || !rest.is_empty() {
            let message = format!(
                "the tile {} has {} bytes, and here are {}",
                TilePath::Hashes(self),
                usize::from(self.width) * 32,
                bytes.len()
            );
            return Err(LedgerError::new(ErrorKind::Tile, message));
        }
        Ok(hashes.iter().copied().map(Hash).collect())
    }

    /// The hash of a node that it stands for, from its own; none where it does not have all that is below the node.
    pub fn hash(self, hashes: &[Hash], node: Node) -> Option<Hash> {
        if node.level / HEIGHT != self.level || hashes.len() != usize::from(self.width) {
            return None;
        }
        let above = node.level % HEIGHT;
        let first = node.index.checked_mul(1 << above)?.checked_sub(self.places().start)?;
        let first = usize::try_from(first).ok()?;
        let mut row = hashes.get(first..first.checked_add(1 << above)?)?.to_vec();
        while row.len() > 1 {
            row = row.chunks(2).filter_map(Hash::over).collect();
        }
        row.first().copied()
    }

    /// That it does not have what is below a node.
    fn lacks(self, node: Node) -> LedgerError {
        let message = format!(
            "the tile {} does not have the hash {} of level {}",
            TilePath::Hashes(self),
            node.index,
            node.level
        );
        LedgerError::new(ErrorKind::Tile, message)
    }
}
