//! Checkpoints: what a log says of itself at a moment (C2SP tlog-checkpoint).

use std::fmt;

use crate::error::{ErrorKind, LedgerError};
use crate::frontier::TreeHead;
use crate::hash::Hash;
use crate::note::Note;
use crate::text;

/// The longest origin, in bytes. Other formats of C2SP write it after one byte of length.
const MAX_ORIGIN: usize = 255;

/// Which log, how large, and its root: the text of a note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    origin: String,
    /// Size and root.
    pub head: TreeHead,
    /// Lines after these three. No log of ours writes any, since nobody can audit what they say; those of others are kept, and mean nothing here.
    extensions: Vec<String>,
}

impl Checkpoint {
    /// What the log of this origin says of itself. The origin tells logs apart; by custom it is an address without `https://`, and the name
    /// of the key that signs.
    ///
    /// # Errors
    /// [`ErrorKind::Checkpoint`] where the origin is empty, has control characters, or is longer than 255 bytes.
    pub fn new(origin: &str, head: TreeHead) -> Result<Checkpoint, LedgerError> {
        if origin.is_empty() || origin.len() > MAX_ORIGIN || origin.contains(|sign| sign < ' ') {
            let shown: String = origin.chars().take(80).collect();
            return Err(refused(format!("{shown:?} cannot be the origin of a log")));
        }
        Ok(Checkpoint { origin: origin.to_owned(), head, extensions: Vec::new() })
    }

    /// Reads the text of a note as a checkpoint. That somebody signed it has to be known already: see [`Trust::open`](crate::Trust::open).
    ///
    /// # Errors
    /// [`ErrorKind::Checkpoint`].
    pub fn parse(text: &str) -> Result<Checkpoint, LedgerError> {
        let lines = text
            .strip_suffix('\n')
            .map(|text| text.split('\n').collect::<Vec<_>>())
            .ok_or_else(|| refused("the checkpoint does not end with a newline".to_owned()))?;
        let [origin, size, root, extensions @ ..] = lines.as_slice() else {
            return Err(refused(format!("the checkpoint has {} lines instead of three", lines.len())));
        };
        let size = text::number(size).ok_or_else(|| {
            refused("the second line of the checkpoint is not a number of entries".to_owned())
        })?;
        let root = Hash::from_base64(root)
            .ok_or_else(|| refused("the third line of the checkpoint is not a hash in base64".to_owned()))?;
        if let Some(number) = extensions.iter().position(|line| line.is_empty()) {
            return Err(refused(format!("line {} of the checkpoint is empty", number + 4)));
        }
        let checkpoint = Checkpoint::new(origin, TreeHead { size, root })?;
        Ok(Checkpoint { extensions: extensions.iter().map(|&line| line.to_owned()).collect(), ..checkpoint })
    }

    /// Reads a checkpoint as people keep it: the text alone, or with the signatures under it, of which none is looked at.
    ///
    /// # Errors
    /// [`ErrorKind::Checkpoint`], and those of [`Note::parse`].
    pub fn kept(bytes: &[u8]) -> Result<Checkpoint, LedgerError> {
        match std::str::from_utf8(bytes) {
            // No line of the text is empty, so the first one that is stands before the signatures.
            Ok(text) if !text.contains("\n\n") => Checkpoint::parse(text),
            _ => Checkpoint::parse(Note::parse(bytes)?.text()),
        }
    }

    /// Which log it is of.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The lines after the root.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }
}

/// The text that is signed.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.head.size, self.head.root.to_base64())?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

fn refused(message: String) -> LedgerError {
    LedgerError::new(ErrorKind::Checkpoint, message)
}
