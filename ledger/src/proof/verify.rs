//! Checking proofs, by the algorithms of RFC 9162. A proof of another length than the sizes ask for is refused, even if it led to the root.

use crate::error::{ErrorKind, LedgerError};
use crate::frontier::{MAX_SIZE, TreeHead};
use crate::hash::Hash;

/// Checks that the entry with this hash stands at this index of the tree: RFC 9162, section 2.1.3.2.
///
/// # Errors
/// [`ErrorKind::Range`] where the tree has no such index, [`ErrorKind::ProofLength`], [`ErrorKind::Inclusion`].
pub fn verify_inclusion(index: u64, leaf: Hash, head: TreeHead, proof: &[Hash]) -> Result<(), LedgerError> {
    let TreeHead { size, root } = head;
    if index >= size || size > MAX_SIZE {
        return Err(LedgerError::new(
            ErrorKind::Range,
            format!("a tree of {size} entries has no entry {index}"),
        ));
    }
    let mut climb = Climb::new(index, size - 1);
    let mut hash = leaf;
    for sibling in proof {
        hash = match climb.step().ok_or_else(|| length("longer"))? {
            Side::Left => Hash::node(sibling, &hash),
            Side::Right => Hash::node(&hash, sibling),
        };
    }
    if !climb.arrived() {
        return Err(length("shorter"));
    }
    if hash != root {
        let message =
            format!("the proof does not lead from entry {index} to the root of the tree of {size} entries");
        return Err(LedgerError::new(ErrorKind::Inclusion, message));
    }
    Ok(())
}

/// Checks that the new tree is the old one with more after it: RFC 9162, section 2.1.4.2. Every tree comes of the empty one, and equal sizes need
/// equal roots; neither takes any proof.
///
/// # Errors
/// [`ErrorKind::Range`] where the old size is above the new one, [`ErrorKind::ProofLength`], [`ErrorKind::Consistency`].
pub fn verify_consistency(old: TreeHead, new: TreeHead, proof: &[Hash]) -> Result<(), LedgerError> {
    if old.size > new.size || new.size > MAX_SIZE {
        let message = format!("a tree of {} entries does not come of one of {}", new.size, old.size);
        return Err(LedgerError::new(ErrorKind::Range, message));
    }
    if old.size == 0 || old.size == new.size {
        if !proof.is_empty() {
            return Err(length("longer"));
        }
        let known = if old.size == 0 { Hash::EMPTY } else { new.root };
        return if old.root == known && (new.size > 0 || new.root == known) {
            Ok(())
        } else {
            Err(differs(old, new))
        };
    }
    let mut climb = Climb::new(old.size - 1, new.size - 1);
    // As far as the old tree is whole subtrees at its right edge, the new one has the same above them.
    climb.skip();
    let mut hashes = proof.iter();
    let start = if old.size.is_power_of_two() { Some(&old.root) } else { hashes.next() };
    let start = *start.ok_or_else(|| length("shorter"))?;
    let (mut old_hash, mut new_hash) = (start, start);
    for sibling in hashes {
        match climb.step().ok_or_else(|| length("longer"))? {
            Side::Left => {
                old_hash = Hash::node(sibling, &old_hash);
                new_hash = Hash::node(sibling, &new_hash);
            }
            // To the right of the old tree stands only what is new.
            Side::Right => new_hash = Hash::node(&new_hash, sibling),
        }
    }
    if !climb.arrived() {
        return Err(length("shorter"));
    }
    if old_hash != old.root || new_hash != new.root {
        return Err(differs(old, new));
    }
    Ok(())
}

/// The way from a place at the bottom of the tree up to its root: which the place is, and which the last one is, at the level that is reached.
struct Climb {
    at: u64,
    last: u64,
}

/// Where the next hash of a proof stands.
enum Side {
    Left,
    Right,
}

impl Climb {
    fn new(at: u64, last: u64) -> Climb {
        Climb { at, last }
    }

    /// Up to where the place is a left one.
    fn skip(&mut self) {
        while self.at & 1 == 1 {
            self.up();
        }
    }

    /// On which side the hash stands that leads a level up; none where the root is reached already.
    fn step(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let side = if self.at & 1 == 1 || self.at == self.last {
            // At the right edge, nodes without a sibling are carried up as they are.
            while self.at & 1 == 0 && self.at != 0 {
                self.up();
            }
            Side::Left
        } else {
            Side::Right
        };
        self.up();
        Some(side)
    }

    fn up(&mut self) {
        self.at >>= 1;
        self.last >>= 1;
    }

    fn arrived(&self) -> bool {
        self.last == 0
    }
}

fn length(than: &str) -> LedgerError {
    LedgerError::new(ErrorKind::ProofLength, format!("the proof is {than} than one for these sizes"))
}

fn differs(old: TreeHead, new: TreeHead) -> LedgerError {
    let message =
        format!("the tree of {} entries is not the one of {} with more after it", new.size, old.size);
    LedgerError::new(ErrorKind::Consistency, message)
}
