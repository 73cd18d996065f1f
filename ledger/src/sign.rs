//! Signing checkpoints: as the log that they are of, and as a witness of it.

use lictor_bundle::dedicated::{Dedicated, Purpose};
use lictor_bundle::keys::SigningKey;

use crate::checkpoint::Checkpoint;
use crate::error::{ErrorKind, LedgerError};
use crate::note::{KeyName, Note, NoteSignature, SignatureType, VerifierKey, cosigned};

/// How messages of witnesses begin. The second line of a checkpoint is a number, and here it is not: no message is both.
const COSIGNATURE: &str = "cosignature/v1\ntime ";

/// The purpose of a log's key: checkpoints.
enum Checkpoints {}

/// The purpose of a witness's key: cosignatures.
enum Cosignatures {}

/// A log's private key. It signs checkpoints and nothing else.
pub struct CheckpointSigner {
    key: Dedicated<Checkpoints>,
    public: VerifierKey,
}

/// A witness's private key. It cosigns checkpoints and nothing else; each witness needs one of its own, since its name is not signed.
pub struct Cosigner {
    key: Dedicated<Cosignatures>,
    public: VerifierKey,
}

impl Purpose for Checkpoints {
    fn takes(message: &[u8]) -> bool {
        std::str::from_utf8(message).is_ok_and(|text| Checkpoint::parse(text).is_ok())
    }
}

impl Purpose for Cosignatures {
    fn takes(message: &[u8]) -> bool {
        let text = std::str::from_utf8(message).ok().and_then(|text| text.strip_prefix(COSIGNATURE));
        let checkpoint = text.and_then(|text| text.split_once('\n')).map(|(_, checkpoint)| checkpoint);
        checkpoint.is_some_and(|checkpoint| Checkpoint::parse(checkpoint).is_ok())
    }
}

impl CheckpointSigner {
    /// The key of the log that is called so; the name should be its origin.
    pub fn new(name: KeyName, key: SigningKey) -> CheckpointSigner {
        let public = VerifierKey::new(name, SignatureType::Ed25519, key.verifying_key());
        CheckpointSigner { key: Dedicated::new(key), public }
    }

    /// Whoever knows this can check what it signs.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.public
    }

    /// Signs a checkpoint. A log must never sign two that contradict each other: call this only with a head that is written for good.
    ///
    /// # Errors
    /// [`ErrorKind::Checkpoint`]; there is none for what [`Checkpoint::new`] and [`Checkpoint::parse`] give.
    pub fn sign(&self, checkpoint: &Checkpoint) -> Result<Note, LedgerError> {
        let mut note = Note::new(checkpoint.to_string())?;
        let signature = self.key.sign(note.text().as_bytes()).ok_or_else(not_a_checkpoint)?;
        note.signatures.push(line(&self.public, signature.to_vec()));
        Ok(note)
    }
}

impl Cosigner {
    /// The key of the witness that is called so.
    pub fn new(name: KeyName, key: SigningKey) -> Cosigner {
        let public = VerifierKey::new(name, SignatureType::Cosignature, key.verifying_key());
        Cosigner { key: Dedicated::new(key), public }
    }

    /// Whoever knows this can check what it signs.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.public
    }

    /// States that at this time, in seconds since 1970, no larger tree of this log was seen that this one is not consistent with. Whether that
    /// is true is judged in [`crate::witness`].
    ///
    /// # Errors
    /// [`ErrorKind::Checkpoint`] for a time above 2^63 − 1.
    pub fn cosign(&self, checkpoint: &Checkpoint, time: u64) -> Result<NoteSignature, LedgerError> {
        let message = cosigned(time, &checkpoint.to_string()).ok_or_else(not_a_checkpoint)?;
        let signature = self.key.sign(message.as_bytes()).ok_or_else(not_a_checkpoint)?;
        Ok(line(&self.public, [&time.to_be_bytes()[..], &signature[..]].concat()))
    }
}

fn line(key: &VerifierKey, signature: Vec<u8>) -> NoteSignature {
    NoteSignature { name: key.name().clone(), key_id: key.id(), signature }
}

fn not_a_checkpoint() -> LedgerError {
    LedgerError::new(ErrorKind::Checkpoint, "what is to be signed is not a checkpoint")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of the specification's example, and what its witness signs.
    const TEXT: &str =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn each_kind_of_key_takes_its_messages_and_no_others() {
        let cosigned = cosigned(1_679_315_147, TEXT).unwrap_or_default();
        assert_eq!(cosigned, format!("cosignature/v1\ntime 1679315147\n{TEXT}"));
        let messages = [TEXT, &cosigned, "", "hello\n", "cosignature/v1\ntime 1\nhello\n", "DSSEv1 1 a 1 b"];
        let takes = |takes: fn(&[u8]) -> bool| messages.map(|message| takes(message.as_bytes()));
        assert_eq!(takes(Checkpoints::takes), [true, false, false, false, false, false]);
        assert_eq!(takes(Cosignatures::takes), [false, true, false, false, false, false]);
    }
}
