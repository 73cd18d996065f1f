//! What a witness answered, as the log reads it.

use crate::error::{ErrorKind, LedgerError};
use crate::note::{self, Note, NoteSignature, VerifierKey};

/// The lines of an answer that are cosignatures of known witnesses on this note, to be put under it. Those of others are left out.
///
/// # Errors
/// Those of [`Note::parse`] where the answer is not lines that are signatures, and those of [`note::check`].
pub fn cosignatures(
    note: &Note,
    answer: &[u8],
    witnesses: &[VerifierKey],
) -> Result<Vec<NoteSignature>, LedgerError> {
    // As the specification proposes: the text with these lines under it is a note as well.
    let bytes = [note.text().as_bytes(), b"\n", answer].concat();
    let answered = Note::parse(&bytes)?;
    if answered.text() != note.text() {
        let message = "the answer has an empty line, so that it is not signatures alone";
        return Err(LedgerError::new(ErrorKind::Note, message));
    }
    note::check(&answered, witnesses)?;
    let Note { mut signatures, .. } = answered;
    signatures.retain(|line| {
        witnesses.iter().any(|key| (key.name(), key.id()) == (&line.name, line.key_id))
            && !note.signatures.contains(line)
    });
    Ok(signatures)
}
