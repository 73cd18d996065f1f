//! Which of the signatures under a note count.

use crate::error::{ErrorKind, LedgerError};
use crate::note::{Note, VerifierKey};

/// A signature that was checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signed<'k> {
    /// By which of the known keys.
    pub key: &'k VerifierKey,
    /// For cosignatures, when: in seconds since 1970, by the cosigner's clock.
    pub time: Option<u64>,
}

/// Checks the signatures of keys that are known, as [`check`] does, and that there is at least one.
///
/// # Errors
/// [`ErrorKind::UnknownSigner`] where none is by a known key, and those of [`check`].
pub fn verify<'k>(note: &Note, known: &'k [VerifierKey]) -> Result<Vec<Signed<'k>>, LedgerError> {
    let signed = check(note, known)?;
    if signed.is_empty() {
        let names: Vec<String> = note.signatures.iter().map(|one| one.name.to_string()).take(5).collect();
        let by = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
        let message = format!("the note is signed by {by}, and by no key that is asked for");
        return Err(LedgerError::new(ErrorKind::UnknownSigner, message));
    }
    Ok(signed)
}

/// Checks the signatures of keys that are known, in their order; each key is told once. Those of others are passed over, as the
/// specification says, even where they share a name or an id with a known key.
///
/// # Errors
/// [`ErrorKind::BadSignature`] where one in the name and with the id of a known key is not on this text, [`ErrorKind::AmbiguousKey`] where
/// one could be by two of them.
pub fn check<'k>(note: &Note, known: &'k [VerifierKey]) -> Result<Vec<Signed<'k>>, LedgerError> {
    let mut signed: Vec<Signed<'k>> = Vec::new();
    for signature in &note.signatures {
        let mut keys = known
            .iter()
            .filter(|key| (key.name(), key.id()) == (&signature.name, signature.key_id))
            .collect::<Vec<_>>();
        keys.dedup();
        let key = match keys.as_slice() {
            [] => continue,
            [key] => *key,
            _ => {
                let message =
                    format!("two different keys are called {}+{:08x}", signature.name, signature.key_id);
                return Err(LedgerError::new(ErrorKind::AmbiguousKey, message));
            }
        };
        let Some(time) = key.check(note.text(), &signature.signature) else {
            let message =
                format!("the signature of {}+{:08x} is not on this text", signature.name, signature.key_id);
            return Err(LedgerError::new(ErrorKind::BadSignature, message));
        };
        if !signed.iter().any(|earlier| earlier.key == key) {
            signed.push(Signed { key, time });
        }
    }
    Ok(signed)
}
