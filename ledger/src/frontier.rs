//! The right edge of the tree: all that is needed to append, and to know the root.

use crate::error::{ErrorKind, LedgerError};
use crate::hash::Hash;
use crate::node::Node;

/// The most entries of a log: what databases count to in a signed 64-bit number.
pub const MAX_SIZE: u64 = i64::MAX as u64;

/// How large a log is, and its root: what a checkpoint says of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TreeHead {
    /// The number of entries.
    pub size: u64,
    /// The Merkle tree hash over them (RFC 6962, section 2.1).
    pub root: Hash,
}

impl TreeHead {
    /// A tree without entries.
    pub const EMPTY: TreeHead = TreeHead { size: 0, root: Hash::EMPTY };
}

/// The right edge of the tree, also called a compact range: the size, and for each binary one in it the hash of a whole subtree, the largest
/// first. Of a million entries these are seven hashes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The edge of a tree without entries.
    pub fn new() -> Frontier {
        Frontier::default()
    }

    /// The number of entries, which is the index of the next one.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root: [`Hash::EMPTY`] where there are no entries.
    pub fn root(&self) -> Hash {
        Hash::over(&self.peaks).unwrap_or(Hash::EMPTY)
    }

    /// Size and root.
    pub fn head(&self) -> TreeHead {
        TreeHead { size: self.size, root: self.root() }
    }

    /// Appends an entry, of which only the hash ([`Hash::leaf`]) matters here, and says its index.
    ///
    /// # Errors
    /// [`ErrorKind::Full`], and nothing is appended.
    pub fn append(&mut self, leaf: Hash) -> Result<u64, LedgerError> {
        self.append_noting(leaf, |_, _| {})
    }

    /// Appends an entry, and tells each hash that is complete with it: that of the entry first, then that of every subtree that it fills,
    /// from below. Whoever keeps hashes keeps these, and never has to change one.
    ///
    /// # Errors
    /// [`ErrorKind::Full`], and nothing is appended or told.
    pub fn append_noting(
        &mut self,
        leaf: Hash,
        mut complete: impl FnMut(Node, Hash),
    ) -> Result<u64, LedgerError> {
        let index = self.size;
        if index >= MAX_SIZE {
            return Err(LedgerError::new(ErrorKind::Full, format!("the log already has {MAX_SIZE} entries")));
        }
        let (mut hash, mut level) = (leaf, 0u8);
        complete(Node { level, index }, hash);
        // Each binary one at the end of the size is a subtree that the new entry fills up to the next larger one.
        while index >> level & 1 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            hash = Hash::node(&left, &hash);
            level += 1;
            complete(Node { level, index: index >> level }, hash);
        }
        self.peaks.push(hash);
        self.size = index + 1;
        Ok(index)
    }

    /// Its one encoding: the size in 8 bytes, the most significant first, and the hashes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        self.peaks.iter().for_each(|hash| bytes.extend_from_slice(&hash.0));
        bytes
    }

    /// Reads what [`Frontier::to_bytes`] writes.
    ///
    /// # Errors
    /// [`ErrorKind::Frontier`] where the bytes are not a size and as many hashes as it has binary ones.
    pub fn from_bytes(bytes: &[u8]) -> Result<Frontier, LedgerError> {
        let wrong = |message: String| LedgerError::new(ErrorKind::Frontier, message);
        let (size, hashes) = bytes
            .split_first_chunk::<8>()
            .ok_or_else(|| wrong(format!("{} bytes are too few for the head of a log", bytes.len())))?;
        let size = u64::from_be_bytes(*size);
        if size > MAX_SIZE {
            return Err(wrong(format!("a log cannot have {size} entries")));
        }
        let (hashes, rest) = hashes.as_chunks::<32>();
        if !rest.is_empty() || hashes.len() != size.count_ones() as usize {
            let expected = size.count_ones();
            let found = bytes.len() - 8;
            return Err(wrong(format!(
                "the head of a log with {size} entries has {expected} hashes of 32 bytes, and here are {found} bytes"
            )));
        }
        Ok(Frontier { size, peaks: hashes.iter().copied().map(Hash).collect() })
    }
}
