//! Hashes out of tiles, for whoever has only these.

use std::collections::BTreeMap;

use crate::error::LedgerError;
use crate::hash::Hash;
use crate::node::Node;
use crate::tile::Tile;

/// Gives the hashes that a [`Plan`](crate::proof::Plan) asks for out of tiles, each of which it fetches once. What it gives is as true as the
/// tiles are: a proof that is made of it has to be checked against a checkpoint, like any other.
pub struct TileReader<F> {
    size: u64,
    fetch: F,
    seen: BTreeMap<Tile, Vec<Hash>>,
}

impl<E: From<LedgerError>, F: FnMut(Tile) -> Result<Vec<u8>, E>> TileReader<F> {
    /// Reads the tiles of a tree of this size, whose bytes the other gives.
    pub fn new(size: u64, fetch: F) -> TileReader<F> {
        TileReader { size, fetch, seen: BTreeMap::new() }
    }

    /// The hash at this place.
    ///
    /// # Errors
    /// Those of fetching; [`Range`](crate::ErrorKind::Range) where the tree does not have it, and [`Tile`](crate::ErrorKind::Tile) where the
    /// bytes are not as many as the tile has.
    pub fn node(&mut self, node: Node) -> Result<Hash, E> {
        let tile = Tile::over(node, self.size)?;
        if !self.seen.contains_key(&tile) {
            let hashes = tile.read(&(self.fetch)(tile)?)?;
            self.seen.insert(tile, hashes);
        }
        let hash = self.seen.get(&tile).and_then(|hashes| tile.hash(hashes, node));
        hash.ok_or_else(|| tile.lacks(node).into())
    }
}
