//! The request `add-checkpoint`: the size that the witness saw last, what leads on from there, and the new checkpoint.

use std::fmt;

use crate::checkpoint::Checkpoint;
use crate::error::{ErrorKind, LedgerError};
use crate::hash::Hash;
use crate::note::{MAX_NOTE, Note};
use crate::text;

/// A request may have no more hashes.
const MAX_HASHES: usize = 63;
/// The longest a request can be, in bytes: the first line, the hashes and a note.
const MAX_REQUEST: usize = 32 + MAX_HASHES * 45 + MAX_NOTE;

/// What a log asks of a witness, as the body of `POST …/add-checkpoint`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddCheckpoint {
    /// The size of the tree that the witness saw last, or 0.
    pub old: u64,
    /// That the new tree comes of that one.
    pub proof: Vec<Hash>,
    /// The new checkpoint.
    pub checkpoint: Note,
}

impl AddCheckpoint {
    /// Reads the body of a request. Whether it is right is for [`judge`](super::judge) to say.
    ///
    /// # Errors
    /// [`ErrorKind::WitnessRequest`], and those of [`Note::parse`] and [`Checkpoint::parse`]: status 400.
    pub fn parse(bytes: &[u8]) -> Result<AddCheckpoint, LedgerError> {
        let wrong = |message: &str| LedgerError::new(ErrorKind::WitnessRequest, message);
        if bytes.len() > MAX_REQUEST {
            return Err(wrong("the request is too long to be one"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| wrong("the request is not UTF-8"))?;
        let (head, checkpoint) =
            text.split_once("\n\n").ok_or_else(|| wrong("no empty line stands before the checkpoint"))?;
        let (old, hashes) = match head.split_once('\n') {
            None => (head, Vec::new()),
            Some((old, hashes)) => (old, hashes.split('\n').collect()),
        };
        let old = old.strip_prefix("old ").and_then(text::number);
        let old = old.ok_or_else(|| wrong("the first line is not `old` and a number of entries"))?;
        let proof = text::hashes(&hashes, MAX_HASHES)
            .ok_or_else(|| wrong("a line of the proof is not a hash in base64, or there are more than 63"))?;
        let checkpoint = Note::parse(checkpoint.as_bytes())?;
        Checkpoint::parse(checkpoint.text())?;
        Ok(AddCheckpoint { old, proof, checkpoint })
    }
}

/// The body of the request.
impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{}", hash.to_base64()))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
