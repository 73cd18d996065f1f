//! Where hashes stand in the tree.

use std::ops::Range;

/// The place of a hash over a whole subtree: of `2^level` entries, of which there are `index` subtrees of that size to the left. Only whole
/// subtrees have places; their hashes never change, however the tree grows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Node {
    /// How far above the entries: 0 is the hash of an entry.
    pub level: u8,
    /// How many subtrees of this level stand to the left.
    pub index: u64,
}

impl Node {
    /// The entries below it.
    pub fn entries(self) -> Range<u64> {
        let first = shifted(self.index, self.level);
        first..first.saturating_add(shifted(1, self.level))
    }
}

/// The whole subtrees, the largest first, of which the subtree over these entries consists. The range must be one that the RFC's splitting
/// gives: it begins at a multiple of a power of two that is not below its length.
pub(crate) fn peaks(entries: Range<u64>) -> Vec<Node> {
    let length = entries.end.saturating_sub(entries.start);
    let mut first = entries.start;
    let mut nodes = Vec::with_capacity(length.count_ones() as usize);
    for level in (0..64u8).rev().filter(|level| length >> level & 1 == 1) {
        nodes.push(Node { level, index: first >> level });
        first += 1 << level;
    }
    nodes
}

/// The largest power of two below a number that is above one: where the RFC splits a tree of so many entries.
pub(crate) fn split(length: u64) -> u64 {
    1 << (length.saturating_sub(1).max(1).ilog2())
}

/// A number shifted to the left, as far as it goes.
fn shifted(number: u64, by: u8) -> u64 {
    if number == 0 {
        0
    } else if u32::from(by) > number.leading_zeros() {
        u64::MAX
    } else {
        number << by
    }
}
