//! An effect that is asked for again with the same `Idempotency-Key` is not done again: whoever asks gets the first answer.

use lictor_store::{Reads, Remembered, View, Writes};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// For how long an answer is kept, in milliseconds: a day.
const KEPT: i64 = 86_400_000;

/// A key of idempotency, and what was asked with it; or none. It belongs to whoever asks and to the path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Once(Option<Asked>);

#[derive(Clone, Copy, Debug)]
struct Asked {
    key: [u8; 32],
    question: [u8; 32],
}

/// What somebody is given who asks for an effect.
pub(crate) enum Given<T> {
    /// The answer: it was done now.
    First(T),
    /// The first answer: it was done before.
    Repeated(T),
    /// None: something else was asked with this key before.
    KeyReused,
}

impl Once {
    /// What was asked with a key of somebody at a path.
    pub fn of(principal: &str, path: &str, key: &str, body: &[u8]) -> Once {
        let mut digest = Sha256::new_with_prefix(b"lictor idempotency 1\n");
        for part in [principal, path, key] {
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part);
        }
        Once(Some(Asked { key: digest.finalize().into(), question: Sha256::digest(body).into() }))
    }

    /// What of it a job reads.
    pub fn read(&self, reads: Reads) -> Reads {
        self.0.iter().fold(reads, |reads, asked| reads.remembered(asked.key))
    }

    /// What was answered before, where it was asked before.
    pub fn before<T: DeserializeOwned>(&self, view: &View<'_>) -> Option<Given<T>> {
        let asked = self.0.as_ref()?;
        let first = view.remembered(&asked.key)?;
        if first.question != asked.question {
            return Some(Given::KeyReused);
        }
        // What cannot be read is not done again.
        Some(serde_json::from_slice(&first.body).map_or(Given::KeyReused, Given::Repeated))
    }

    /// Keeps the first answer, with the index of the record of its effect.
    pub fn remember<T: Serialize>(&self, view: &View<'_>, writes: &mut Writes, index: u64, answer: &T) {
        let Some(asked) = &self.0 else { return };
        // Answers are texts, numbers and lists of them, which can always be written.
        let Ok(body) = serde_json::to_vec(answer) else { return };
        writes.remember(Remembered {
            key: asked.key,
            question: asked.question,
            expires_at: view.now().saturating_add(KEPT),
            index,
            body,
        });
    }
}
