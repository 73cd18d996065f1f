//! The tiles of a log, made while its entries go by (C2SP tlog-tiles).

use lictor_ledger::tile::{HEIGHT, Tile, TilePath, WIDTH};
use lictor_ledger::{Frontier, Hash, LedgerError, TreeHead};

/// Tiles, each with its bytes.
pub type Made = Vec<(Tile, Vec<u8>)>;

/// The tiles that are not full yet, one at each level.
#[derive(Default)]
pub struct Tiles {
    frontier: Frontier,
    /// The hashes of each.
    open: Vec<Vec<Hash>>,
    /// How many are full, at each level.
    full: Vec<u64>,
}

impl Tiles {
    /// The next entry, by the hash of its leaf. What is full now is handed over, with its bytes.
    ///
    /// # Errors
    /// The log is full.
    pub fn add(&mut self, leaf: Hash) -> Result<Made, LedgerError> {
        let Tiles { frontier, open, full } = self;
        frontier.append_noting(leaf, |node, hash| {
            let level = usize::from(node.level / HEIGHT);
            if node.level % HEIGHT == 0 {
                if open.len() <= level {
                    open.push(Vec::with_capacity(usize::from(WIDTH)));
                    full.push(0);
                }
                if let Some(hashes) = open.get_mut(level) {
                    hashes.push(hash);
                }
            }
        })?;
        let mut done = Vec::new();
        for level in 0..self.open.len() {
            if self.open.get(level).is_some_and(|hashes| hashes.len() == usize::from(WIDTH)) {
                done.extend(self.take(level)?);
            }
        }
        Ok(done)
    }

    /// The tiles that are not full, and the tree.
    ///
    /// # Errors
    /// None that a log of ours has.
    pub fn finish(mut self) -> Result<(Made, TreeHead), LedgerError> {
        let mut rest = Vec::new();
        for level in 0..self.open.len() {
            rest.extend(self.take(level)?);
        }
        Ok((rest, self.frontier.head()))
    }

    fn take(&mut self, level: usize) -> Result<Option<(Tile, Vec<u8>)>, LedgerError> {
        let (Some(hashes), Some(full)) = (self.open.get_mut(level), self.full.get_mut(level)) else {
            return Ok(None);
        };
        let (Ok(width), Ok(height)) = (u16::try_from(hashes.len()), u8::try_from(level)) else {
            return Ok(None);
        };
        if width == 0 {
            return Ok(None);
        }
        let tile = Tile::new(height, *full, width)?;
        let bytes = hashes.drain(..).flat_map(|hash| hash.0).collect();
        *full += 1;
        Ok(Some((tile, bytes)))
    }
}

/// The path of the hashes of a tile, and of the entries below it.
pub(super) fn paths(tile: Tile) -> (String, String) {
    (TilePath::Hashes(tile).to_string(), TilePath::Entries(tile).to_string())
}
