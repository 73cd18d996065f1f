//! Who is signed in. A browser holds 256 random bits in a cookie; here is only their SHA-256, so that whoever sees the memory of a gateway cannot take a session over.
//!
//! A gateway knows the sessions that began with it: whoever meets another one, or the same one after a restart, signs in again. A session is worth as much as the
//! key that began it, which is looked up anew each time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::key::hex;

/// How long a session lasts at most, in milliseconds.
const LONGEST: i64 = 8 * 3_600_000;
/// How long it lasts without being used.
const IDLE: i64 = 3_600_000;
/// The most sessions; beyond that the ones that were not used for the longest time end.
const MOST: usize = 10_000;

/// The sessions of a gateway.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<HashMap<[u8; 32], Session>>);

/// A session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// The key that began it, by its id.
    pub key: String,
    began: i64,
    used: i64,
    /// What its nonces are made of.
    secret: [u8; 32],
}

impl Sessions {
    /// Begins one; what the browser is to hold.
    pub fn begin(&self, key: &str, now: i64) -> Result<String, getrandom::Error> {
        let (mut held, mut secret) = ([0u8; 32], [0u8; 32]);
        getrandom::fill(&mut held)?;
        getrandom::fill(&mut secret)?;
        let held = hex(&held);
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, session| session.lasts(now));
        if sessions.len() >= MOST {
            let oldest = sessions.iter().min_by_key(|(_, session)| session.used).map(|(id, _)| *id);
            oldest.map(|id| sessions.remove(&id));
        }
        sessions.insert(digest(&held), Session { key: key.to_owned(), began: now, used: now, secret });
        Ok(held)
    }

    /// The session of what a browser holds, which is used by that.
    pub fn find(&self, held: &str, now: i64) -> Option<Session> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.get_mut(&digest(held)).filter(|session| session.lasts(now))?;
        session.used = session.used.max(now);
        Some(session.clone())
    }

    /// Ends one.
    pub fn end(&self, held: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&digest(held));
    }
}

impl Session {
    fn lasts(&self, now: i64) -> bool {
        now - self.began < LONGEST && now - self.used < IDLE
    }

    /// What a form of this session sends along, so that no other page can send it: it is for one purpose, and nobody else can make it.
    pub fn nonce(&self, purpose: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else {
            // HMAC takes keys of any length; if one day it did not, no form would be taken.
            return String::new();
        };
        mac.update(purpose.as_bytes());
        hex(&mac.finalize().into_bytes())
    }

    /// Whether that is what came along.
    pub fn has_sent(&self, nonce: &str, purpose: &str) -> bool {
        !nonce.is_empty() && bool::from(self.nonce(purpose).as_bytes().ct_eq(nonce.as_bytes()))
    }
}

fn digest(held: &str) -> [u8; 32] {
    Sha256::digest(held.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_by_itself() {
        let sessions = Sessions::default();
        let held = sessions.begin("k", 0).unwrap();
        assert_eq!(held.len(), 64);
        assert!(sessions.find("other", 0).is_none());
        for hour in 0..16 {
            let found = sessions.find(&held, hour * 1_800_000);
            assert_eq!(found.map(|session| session.key).as_deref(), Some("k"), "{hour}");
        }
        assert!(sessions.find(&held, LONGEST).is_none());
        let idle = sessions.begin("k", 0).unwrap();
        assert!(sessions.find(&idle, IDLE).is_none());
        let held = sessions.begin("k", 0).unwrap();
        sessions.end(&held);
        assert!(sessions.find(&held, 0).is_none());
    }

    #[test]
    fn a_nonce_is_for_one_session_and_one_purpose() {
        let sessions = Sessions::default();
        let of = |held: String| sessions.find(&held, 0).unwrap();
        let (one, other) = (of(sessions.begin("k", 0).unwrap()), of(sessions.begin("k", 0).unwrap()));
        let nonce = one.nonce("approve 1");
        assert!(one.has_sent(&nonce, "approve 1"));
        assert!(!one.has_sent(&nonce, "approve 2"));
        assert!(!other.has_sent(&nonce, "approve 1"));
        assert!(!one.has_sent("", "approve 1"));
    }

    #[test]
    fn there_are_only_so_many() {
        let sessions = Sessions::default();
        let first = sessions.begin("k", 0).unwrap();
        for at in 1..=MOST {
            sessions.begin("k", i64::try_from(at).unwrap()).unwrap();
        }
        assert!(sessions.find(&first, 1).is_none());
        assert_eq!(sessions.0.lock().unwrap().len(), MOST);
    }
}
