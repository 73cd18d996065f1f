//! Whom one believes about a log.

use crate::checkpoint::Checkpoint;
use crate::error::{ErrorKind, LedgerError};
use crate::note::{self, Note, SignatureType, Signed, VerifierKey};

/// Whom one believes about a log: its own keys, and as many of these witnesses as one asks for.
#[derive(Clone, Copy, Debug)]
pub struct Trust<'k> {
    /// Which log.
    pub origin: &'k str,
    /// Its keys, one of which must have signed. Several stand here while one takes the place of another.
    pub log: &'k [VerifierKey],
    /// The witnesses that are known.
    pub witnesses: &'k [VerifierKey],
    /// How many of them must have cosigned: without any, a log can show different trees to different people, and each proof holds for one.
    pub quorum: usize,
}

/// A checkpoint that is believed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trusted<'k> {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// Who cosigned it of the witnesses that are known, and when. What others signed is not told.
    pub witnesses: Vec<Signed<'k>>,
}

impl<'k> Trust<'k> {
    /// Believes this log by its own signature alone.
    pub fn of(origin: &'k str, log: &'k [VerifierKey]) -> Trust<'k> {
        Trust { origin, log, witnesses: &[], quorum: 0 }
    }

    /// Reads a note as a checkpoint of the log.
    ///
    /// # Errors
    /// Those of [`note::verify`] and [`Checkpoint::parse`]; [`ErrorKind::Origin`] where it is of another log, [`ErrorKind::Quorum`] where too
    /// few witnesses cosigned it.
    pub fn open(&self, note: &Note) -> Result<Trusted<'k>, LedgerError> {
        note::verify(note, self.log)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin() != self.origin {
            let message =
                format!("the checkpoint is of {:?}, and {:?} is asked for", checkpoint.origin(), self.origin);
            return Err(LedgerError::new(ErrorKind::Origin, message));
        }
        let mut witnesses = note::check(note, self.witnesses)?;
        witnesses.retain(|signed| signed.key.kind() == SignatureType::Cosignature);
        // Whoever has one key under two names is one witness.
        let mut keys: Vec<_> = witnesses.iter().map(|signed| signed.key.key().to_bytes()).collect();
        keys.sort_unstable();
        keys.dedup();
        if keys.len() < self.quorum {
            let message = format!(
                "{} of the known witnesses cosigned the checkpoint, and {} must",
                keys.len(),
                self.quorum
            );
            return Err(LedgerError::new(ErrorKind::Quorum, message));
        }
        Ok(Trusted { checkpoint, witnesses })
    }
}
