//! Which tokens were signed here lately. Verifying a signature says the same each time, and costs more than all else that is done with a token; of one that was signed here the answer
//! is known beforehand. It says nothing but that: whether its key is in force, and whether the token was used, is asked each time.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// How many sets there are: with the tokens of each, 65,536 tokens and two mebibytes.
const SETS: usize = 16_384;
/// How many tokens a set remembers.
const WAYS: usize = 4;

/// The SHA-256 of whole tokens, signatures included. Where too many come, those that came first are forgotten, and verified. Of a tenant that signs none it takes no memory.
#[derive(Default)]
pub(super) struct Issued(Mutex<Vec<Set>>);

#[derive(Clone, Copy, Default)]
struct Set {
    digests: [[u8; 32]; WAYS],
    /// Which of them is forgotten next.
    next: usize,
}

impl Issued {
    /// Remembers a token that was signed here.
    pub fn note(&self, token: &str) {
        let digest = digest(token);
        let mut sets = self.sets();
        if sets.is_empty() {
            sets.resize(SETS, Set::default());
        }
        if let Some(set) = sets.get_mut(place(&digest)) {
            if let Some(oldest) = set.digests.get_mut(set.next) {
                *oldest = digest;
            }
            set.next = (set.next + 1) % WAYS;
        }
    }

    /// Whether exactly this token was signed here. Of one that was, the answer may be no.
    pub fn knows(&self, token: &str) -> bool {
        let digest = digest(token);
        let sets = self.sets();
        sets.get(place(&digest))
            .is_some_and(|set| set.digests.iter().any(|known| known.ct_eq(&digest).into()))
    }

    fn sets(&self) -> MutexGuard<'_, Vec<Set>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The set that a token belongs to.
fn place(digest: &[u8; 32]) -> usize {
    let [first, second, ..] = *digest;
    usize::from(u16::from_be_bytes([first, second])) % SETS
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_to_its_last_sign_and_only_once_it_was_signed() {
        let issued = Issued::default();
        let token = "eyJ0.eyJ1.c2ln";
        assert!(!issued.knows(token));
        issued.note(token);
        assert!(issued.knows(token));
        for other in ["", "eyJ0.eyJ1.c2lo", "eyJ0.eyJ1.c2ln ", "eyJ0.eyJ1", "EYJ0.eyJ1.c2ln"] {
            assert!(!issued.knows(other), "{other:?}");
        }
    }

    #[test]
    fn the_last_ones_are_known_and_the_memory_does_not_grow() {
        let issued = Issued::default();
        let name = |number: usize| format!("eyJ0.{number}.c2ln");
        (0..400_000).for_each(|number| issued.note(&name(number)));
        let known = |range: std::ops::Range<usize>| range.filter(|at| issued.knows(&name(*at))).count();
        assert_eq!(issued.0.lock().unwrap().len(), SETS);
        assert_eq!(known(399_999..400_000), 1);
        assert!(known(390_000..400_000) > 9_900);
        assert!(known(0..100_000) < 1_000);
        assert_eq!(known(400_000..500_000), 0);
    }
}
