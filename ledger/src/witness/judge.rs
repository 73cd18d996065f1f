//! Whether a witness may vouch for a checkpoint.

use std::fmt;

use crate::checkpoint::Checkpoint;
use crate::error::LedgerError;
use crate::frontier::TreeHead;
use crate::note::{self, NoteSignature, VerifierKey};
use crate::proof::verify_consistency;
use crate::sign::Cosigner;
use crate::witness::AddCheckpoint;

/// A log that a witness knows.
#[derive(Clone, Copy, Debug)]
pub struct KnownLog<'w> {
    /// Its origin.
    pub origin: &'w str,
    /// The keys with which it signs.
    pub keys: &'w [VerifierKey],
    /// What the witness vouched for last, as it is *stored*; none where it never did.
    pub latest: Option<TreeHead>,
}

/// A checkpoint for which the witness may vouch, once it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accepted {
    checkpoint: Checkpoint,
    from: Option<TreeHead>,
}

/// Why a witness does not vouch for a checkpoint, in the order in which it is looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The request is not one.
    Malformed(LedgerError),
    /// The log is not known.
    UnknownLog,
    /// No key of the log signed the checkpoint, or a signature in the name of one is not on it.
    NotSigned(LedgerError),
    /// The old size is above the new one.
    Backwards,
    /// The old size is not the one that was seen last, which is told.
    Conflict(u64),
    /// The same size with another root: the log shows different trees to different people. Keep the request.
    Fork(TreeHead),
    /// The proof does not lead from the old tree to the new one. Keep the request.
    NotConsistent(LedgerError),
}

/// Says whether a witness may vouch for what is asked: only for a tree that is, or provably comes of, the one that it vouched for last. So it
/// never vouches for two trees of which neither comes of the other, nor for a smaller one after a larger.
///
/// # Errors
/// A [`Refusal`], with the status of the answer in [`Refusal::status`].
pub fn judge<'w>(
    request: &[u8],
    known: impl FnOnce(&str) -> Option<KnownLog<'w>>,
) -> Result<Accepted, Refusal> {
    let request = AddCheckpoint::parse(request).map_err(Refusal::Malformed)?;
    let checkpoint = Checkpoint::parse(request.checkpoint.text()).map_err(Refusal::Malformed)?;
    let log = known(checkpoint.origin())
        .filter(|log| log.origin == checkpoint.origin())
        .ok_or(Refusal::UnknownLog)?;
    note::verify(&request.checkpoint, log.keys).map_err(Refusal::NotSigned)?;
    let new = checkpoint.head;
    if request.old > new.size {
        return Err(Refusal::Backwards);
    }
    let latest = log.latest.unwrap_or(TreeHead::EMPTY);
    if request.old != latest.size {
        return Err(Refusal::Conflict(latest.size));
    }
    // Of a tree without entries there is only one; another root of it is no fork, but nonsense.
    if latest.size > 0 && latest.size == new.size && latest.root != new.root {
        return Err(Refusal::Fork(latest));
    }
    verify_consistency(latest, new, &request.proof).map_err(Refusal::NotConsistent)?;
    Ok(Accepted { checkpoint, from: log.latest })
}

impl Accepted {
    /// The checkpoint.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// What has to be stored already when [`Accepted::cosign`] is called: put the second in place of the first, in one step that fails where
    /// the first no longer stands there. Else a request that was judged earlier could put a smaller tree in place of a larger one.
    pub fn exchange(&self) -> (Option<TreeHead>, TreeHead) {
        (self.from, self.checkpoint.head)
    }

    /// Vouches for it, now that it is stored: the line to answer with, at a time in seconds since 1970.
    ///
    /// # Errors
    /// Those of [`Cosigner::cosign`].
    pub fn cosign(&self, cosigner: &Cosigner, time: u64) -> Result<NoteSignature, LedgerError> {
        cosigner.cosign(&self.checkpoint, time)
    }
}

impl Refusal {
    /// The status of the HTTP answer.
    pub fn status(&self) -> u16 {
        match self {
            Refusal::Malformed(_) | Refusal::Backwards => 400,
            Refusal::UnknownLog => 404,
            Refusal::NotSigned(_) => 403,
            Refusal::Conflict(_) | Refusal::Fork(_) => 409,
            Refusal::NotConsistent(_) => 422,
        }
    }

    /// The type and the text of the HTTP answer: for [`Refusal::Conflict`] the size, from which the log can ask again, else a sentence.
    pub fn body(&self) -> (&'static str, String) {
        match self {
            Refusal::Conflict(size) => ("text/x.tlog.size", format!("{size}\n")),
            other => ("text/plain; charset=utf-8", format!("{other}\n")),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Malformed(error) | Refusal::NotSigned(error) | Refusal::NotConsistent(error) => {
                error.fmt(f)
            }
            Refusal::UnknownLog => f.write_str("the log is not known here"),
            Refusal::Backwards => f.write_str("the old size is above the size of the checkpoint"),
            Refusal::Conflict(size) => write!(f, "the last tree that was seen here has {size} entries"),
            Refusal::Fork(head) => {
                write!(
                    f,
                    "a tree of {} entries was seen here whose root is {}",
                    head.size,
                    head.root.to_base64()
                )
            }
        }
    }
}

impl std::error::Error for Refusal {}
