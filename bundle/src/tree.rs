//! The tree over a bundle's units: the Merkle tree hash of RFC 6962, section 2.1, kept so that a unit can be exchanged.
//!
//! Hashes are kept from the level of groups of 64 neighbouring units upwards: an exchange hashes one group again and the path above it.
//! Of a million units these are half a megabyte, where all hashes would be 64. Groups lie on pages that trees share: a copy of a tree in
//! which a unit is exchanged takes a page of its own and what is above the pages, some ten kilobytes.

use std::sync::Arc;

use sha2::{Digest, Sha256};

/// How many units a group has: a power of two, so that it is a whole subtree.
pub const GROUP: usize = 64;

/// How many groups a page has: a power of two as well.
const PAGE: usize = 64;

type Hash = [u8; 32];

/// The hashes of a tree from its groups upwards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tree {
    /// The groups, so many on a page.
    pages: Vec<Arc<[Hash]>>,
    /// What is above the pages: the root of each, then level upon level half as many, up to the root of all.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// The tree over these units, as they are encoded.
    pub fn of<'a>(units: impl Iterator<Item = &'a [u8]>) -> Tree {
        let (mut groups, mut group) = (Vec::new(), Vec::with_capacity(GROUP));
        for unit in units {
            group.push(leaf(unit));
            if group.len() == GROUP {
                groups.extend(top(std::mem::take(&mut group)));
            }
        }
        groups.extend(top(group));
        let pages: Vec<Arc<[Hash]>> = groups.chunks(PAGE).map(Arc::from).collect();
        let mut levels: Vec<Vec<Hash>> = vec![pages.iter().filter_map(|page| top(page.to_vec())).collect()];
        while let Some(level) = levels.last().filter(|level| level.len() > 1) {
            levels.push(level.chunks(2).map(pair).collect());
        }
        Tree { pages, levels }
    }

    /// Its root.
    pub fn root(&self) -> Hash {
        let top = self.levels.last().and_then(|level| level.first());
        top.copied().unwrap_or_else(|| Sha256::digest([]).into())
    }

    /// Puts other units into the place of a group: as many, as they are encoded. A group that is not there is left out.
    pub fn exchange<'a>(&mut self, group: usize, units: impl Iterator<Item = &'a [u8]>) {
        let Some((page, hash)) = self.pages.get_mut(group / PAGE).zip(top(units.map(leaf).collect())) else {
            return;
        };
        let mut groups = page.to_vec();
        if let Some(place) = groups.get_mut(group % PAGE) {
            *place = hash;
        }
        *page = groups.as_slice().into();
        let Some(mut hash) = top(groups) else { return };
        let mut at = group / PAGE;
        for level in &mut self.levels {
            if let Some(place) = level.get_mut(at) {
                *place = hash;
            }
            let first = at - at % 2;
            hash = pair(level.get(first..level.len().min(first + 2)).unwrap_or_default());
            at /= 2;
        }
    }
}

fn leaf(bytes: &[u8]) -> Hash {
    Sha256::new_with_prefix([0]).chain_update(bytes).finalize().into()
}

/// The hash of a node over one or two others. An odd last one is carried up as it is: with the levels paired so, the tree is that of
/// the RFC, which splits at the largest power of two.
fn pair(nodes: &[Hash]) -> Hash {
    match nodes {
        [left, right] => {
            Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
        }
        rest => rest.first().copied().unwrap_or_default(),
    }
}

/// The root over these leaves; none where there are none.
fn top(leaves: Vec<Hash>) -> Option<Hash> {
    let mut level = leaves;
    while level.len() > 1 {
        level = level.chunks(2).map(pair).collect();
    }
    level.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of RFC 6962, section 2.1, word for word.
    fn by_definition(units: &[&[u8]]) -> Hash {
        match units {
            [] => Sha256::digest([]).into(),
            [unit] => leaf(unit),
            units => {
                let split = units.len().next_power_of_two() / 2;
                let (left, right) = (by_definition(&units[..split]), by_definition(&units[split..]));
                Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
            }
        }
    }

    fn units(count: usize) -> Vec<Vec<u8>> {
        (0..count).map(|number| vec![number as u8; number % 50]).collect()
    }

    #[test]
    fn the_root_is_the_one_of_the_definition() {
        let all = units(9000);
        for count in (0..140).chain([191, 192, 193, 320, 500, 4095, 4096, 4097, 8192, 8257, 9000]) {
            let units: Vec<&[u8]> = all[..count].iter().map(Vec::as_slice).collect();
            assert_eq!(Tree::of(units.iter().copied()).root(), by_definition(&units), "{count}");
        }
    }

    #[test]
    fn an_exchange_gives_the_tree_of_the_new_units() {
        for count in [1, 5, 64, 65, 130, 300, 4096, 4160, 9000] {
            let mut all = units(count);
            let mut tree = Tree::of(all.iter().map(Vec::as_slice));
            for number in [0, count / 3, count - 1] {
                all[number].push(0xff);
                let group = number / GROUP;
                let members = all.iter().skip(group * GROUP).take(GROUP);
                tree.exchange(group, members.map(Vec::as_slice));
                assert_eq!(tree, Tree::of(all.iter().map(Vec::as_slice)), "{number} of {count}");
            }
        }
    }
}
