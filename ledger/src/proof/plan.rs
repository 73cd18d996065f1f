//! Making proofs: first which hashes it takes, so that they can be fetched together, then the proof.

use std::ops::Range;

use crate::error::{ErrorKind, LedgerError};
use crate::frontier::MAX_SIZE;
use crate::hash::Hash;
use crate::node::{Node, peaks, split};

/// What a proof is made of: for each of its hashes the whole subtrees under it, of which there are several only at the right edge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    parts: Vec<Vec<Node>>,
}

impl Plan {
    /// Every hash that the proof takes, in the order in which [`Plan::prove`] asks. All are complete in the tree that was asked about, so that
    /// they are the same in every larger one.
    pub fn nodes(&self) -> impl Iterator<Item = Node> {
        self.parts.iter().flatten().copied()
    }

    /// Makes the proof of the hashes that the source gives.
    ///
    /// # Errors
    /// The first that the source gives.
    pub fn prove<E>(&self, mut source: impl FnMut(Node) -> Result<Hash, E>) -> Result<Vec<Hash>, E> {
        let mut proof = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let hashes = part.iter().map(|node| source(*node)).collect::<Result<Vec<Hash>, E>>()?;
            proof.extend(Hash::over(&hashes));
        }
        Ok(proof)
    }

    /// From the steps of a descent from the root, of which the proof begins with the last.
    fn of(steps: Vec<Range<u64>>) -> Plan {
        Plan { parts: steps.into_iter().rev().map(peaks).collect() }
    }
}

/// Not a proof: one hash, the root of a tree of this size, from what is below it. None where it is empty.
///
/// # Errors
/// [`ErrorKind::Range`] above [`MAX_SIZE`].
pub fn root(size: u64) -> Result<Plan, LedgerError> {
    if size > MAX_SIZE {
        return Err(LedgerError::new(ErrorKind::Range, format!("a log cannot have {size} entries")));
    }
    Ok(Plan { parts: vec![peaks(0..size)] })
}

/// The proof that the entry of this index is in the tree of this size: `PATH(index, D[size])` of RFC 9162, section 2.1.3.1.
///
/// # Errors
/// [`ErrorKind::Range`] where the tree does not have it.
pub fn inclusion(index: u64, size: u64) -> Result<Plan, LedgerError> {
    if index >= size || size > MAX_SIZE {
        return Err(LedgerError::new(
            ErrorKind::Range,
            format!("a tree of {size} entries has no entry {index}"),
        ));
    }
    let (mut first, mut end) = (0, size);
    let mut steps = Vec::new();
    while end - first > 1 {
        let middle = first + split(end - first);
        if index < middle {
            steps.push(middle..end);
            end = middle;
        } else {
            steps.push(first..middle);
            first = middle;
        }
    }
    Ok(Plan::of(steps))
}

/// The proof that the tree of the new size is the one of the old size with more after it: `PROOF(old, D[new])` of RFC 9162, section 2.1.4.1.
/// Where the sizes are equal, or the old tree is empty, it has no hashes.
///
/// # Errors
/// [`ErrorKind::Range`] where the old size is above the new one.
pub fn consistency(old: u64, new: u64) -> Result<Plan, LedgerError> {
    if old > new || new > MAX_SIZE {
        let message = format!("a tree of {new} entries does not come of one of {old}");
        return Err(LedgerError::new(ErrorKind::Range, message));
    }
    let (mut first, mut end) = (0, new);
    let mut steps = Vec::new();
    if old > 0 {
        while old < end {
            let middle = first + split(end - first);
            if old <= middle {
                steps.push(middle..end);
                end = middle;
            } else {
                steps.push(first..middle);
                first = middle;
            }
        }
        // Whoever checks knows the old tree's own root, but not that of a part of it.
        if first > 0 {
            steps.push(first..end);
        }
    }
    Ok(Plan::of(steps))
}
