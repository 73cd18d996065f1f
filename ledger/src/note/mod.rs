//! Signed notes: a text, and under it who signed it (C2SP signed-note).

mod key;
mod open;

use std::fmt;

use base64ct::{Base64, Encoding};

use crate::error::{ErrorKind, LedgerError};
use crate::text;

pub(crate) use key::cosigned;
pub use key::{KeyName, SignatureType, VerifierKey};
pub use open::{Signed, check, verify};

/// The longest note, in bytes: room for the signatures, even of kinds that are long, and for a text that no checkpoint needs.
pub const MAX_NOTE: usize = 1 << 19;
/// The most signatures of a note. At least 16 must be taken.
pub const MAX_SIGNATURES: usize = 100;

/// How a line with a signature begins: an em dash and a space.
const DASH: &str = "\u{2014} ";

/// A text and the signatures under it, none of which has been checked: see [`verify`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    text: String,
    /// The signatures, in their order.
    pub signatures: Vec<NoteSignature>,
}

/// A line under a note, by whomever it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoteSignature {
    /// The key's name.
    pub name: KeyName,
    /// The key's id.
    pub key_id: u32,
    /// What the key made of the text.
    pub signature: Vec<u8>,
}

impl Note {
    /// A text that nobody has signed yet.
    ///
    /// # Errors
    /// [`ErrorKind::Note`] where it does not end with a newline or has other control characters; [`ErrorKind::NoteSize`].
    pub fn new(text: impl Into<String>) -> Result<Note, LedgerError> {
        let text = text.into();
        plain(&text)?;
        if !text.ends_with('\n') {
            return Err(LedgerError::new(ErrorKind::Note, "the text of a note must end with a newline"));
        }
        Ok(Note { text, signatures: Vec::new() })
    }

    /// Reads a signed note. What its text says must not be used before [`verify`] has found a signature that counts.
    ///
    /// # Errors
    /// [`ErrorKind::Note`] where it is none, [`ErrorKind::NoteSize`] above [`MAX_NOTE`] and [`MAX_SIGNATURES`].
    pub fn parse(bytes: &[u8]) -> Result<Note, LedgerError> {
        let wrong = |message: String| LedgerError::new(ErrorKind::Note, message);
        if bytes.len() > MAX_NOTE {
            return Err(too_long(bytes.len()));
        }
        let note = std::str::from_utf8(bytes)
            .map_err(|error| wrong(format!("the note is not UTF-8 from byte {} on", error.valid_up_to())))?;
        plain(note)?;
        // The last empty line is the one that separates: the text may have some of its own.
        let Some((text, signatures)) = note.rsplit_once("\n\n") else {
            return Err(wrong("the note has no empty line before its signatures".to_owned()));
        };
        let Some(signatures) = signatures.strip_suffix('\n') else {
            return Err(wrong(
                "the note does not end with signatures, each followed by a newline".to_owned(),
            ));
        };
        let count = signatures.split('\n').count();
        if count > MAX_SIGNATURES {
            return Err(LedgerError::new(
                ErrorKind::NoteSize,
                format!("the note has {count} signatures, and {MAX_SIGNATURES} are taken at most"),
            ));
        }
        let signatures = signatures
            .split('\n')
            .enumerate()
            .map(|(number, line)| {
                NoteSignature::parse(line)
                    .ok_or_else(|| wrong(format!("line {} of the signatures is not a signature", number + 1)))
            })
            .collect::<Result<_, _>>()?;
        Ok(Note { text: format!("{text}\n"), signatures })
    }

    /// The text, newline at the end included: this is what is signed.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl NoteSignature {
    /// Reads a line without the newline at its end: what a witness answers, too.
    pub fn parse(line: &str) -> Option<NoteSignature> {
        let (name, bytes) = line.strip_prefix(DASH)?.split_once(' ')?;
        let name = KeyName::new(name).ok()?;
        let bytes = text::base64(bytes)?;
        let (id, signature) = bytes.split_first_chunk::<4>()?;
        let signature = (!signature.is_empty()).then(|| signature.to_vec())?;
        Some(NoteSignature { name, key_id: u32::from_be_bytes(*id), signature })
    }
}

/// Text that notes may hold: no control characters but newlines, and not too long.
fn plain(text: &str) -> Result<(), LedgerError> {
    if text.len() > MAX_NOTE {
        return Err(too_long(text.len()));
    }
    match text.bytes().position(|byte| byte < b' ' && byte != b'\n') {
        None => Ok(()),
        Some(at) => {
            Err(LedgerError::new(ErrorKind::Note, format!("the note has a control character at byte {at}")))
        }
    }
}

fn too_long(length: usize) -> LedgerError {
    LedgerError::new(
        ErrorKind::NoteSize,
        format!("the note has {length} bytes, and {MAX_NOTE} are taken at most"),
    )
}

/// As [`Note::parse`] reads it.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

/// The line, without a newline.
impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.key_id.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.signature);
        write!(f, "{DASH}{} {}", self.name, Base64::encode_string(&bytes))
    }
}
