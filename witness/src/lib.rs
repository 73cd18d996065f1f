//! A witness of logs over HTTP (C2SP tlog-witness): it remembers of each log the last tree that it saw, and vouches only for one that provably comes of it.
//!
//! Whoever asks for a cosigned checkpoint cannot be shown another tree than everybody else, as long as the witness is not in league with the log. It is therefore run by
//! somebody else, on another machine. What it vouches for is judged in [`lictor_ledger::witness`]; here it is remembered, and carried.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod state;
mod server;

use std::sync::{Mutex, PoisonError};

use lictor_ledger::Cosigner;
use lictor_ledger::note::VerifierKey;
use lictor_ledger::witness::{KnownLog, Refusal, judge};

pub use self::server::serve;
pub use self::state::State;

/// A witness of some logs.
pub struct Witness {
    cosigner: Cosigner,
    logs: Vec<Log>,
    state: Mutex<State>,
}

/// A log that is known, and the keys with which it signs.
struct Log {
    origin: String,
    keys: Vec<VerifierKey>,
}

/// What is answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// The type of the text.
    pub content_type: &'static str,
    /// The text.
    pub body: String,
}

impl Witness {
    /// A witness that signs with this key, knows the logs of these keys, and remembers what it saw here. A key is called by the origin of its log.
    pub fn new(cosigner: Cosigner, keys: Vec<VerifierKey>, state: State) -> Witness {
        let mut logs: Vec<Log> = Vec::new();
        for key in keys {
            let origin = key.name().as_str().to_owned();
            match logs.iter_mut().find(|log| log.origin == origin) {
                Some(log) => log.keys.push(key),
                None => logs.push(Log { origin, keys: vec![key] }),
            }
        }
        Witness { cosigner, logs, state: Mutex::new(state) }
    }

    /// The key that others know it by.
    pub fn verifier_key(&self) -> &VerifierKey {
        self.cosigner.verifier_key()
    }

    /// Answers the body of `POST …/add-checkpoint` at a time in seconds since 1970. Once a cosignature is answered, what it vouches for is on the disk.
    pub fn add_checkpoint(&self, request: &[u8], now: u64) -> Answer {
        // One at a time: between judging and remembering nothing else may be remembered.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |origin: &str| self.logs.iter().find(|log| log.origin == origin);
        let judged = judge(request, |origin| {
            let Log { origin, keys } = known(origin)?;
            Some(KnownLog { origin, keys, latest: state.latest(origin) })
        });
        let accepted = match judged {
            Ok(accepted) => accepted,
            Err(refusal) => return Answer::refused(&refusal),
        };
        let (from, to) = accepted.exchange();
        match state.exchange(accepted.checkpoint().origin(), from, to) {
            Ok(true) => {}
            Ok(false) => return Answer::failed("another checkpoint came in between"),
            Err(error) => return Answer::failed(&format!("the state could not be kept: {}", error.kind())),
        }
        match accepted.cosign(&self.cosigner, now) {
            Ok(line) => {
                Answer { status: 200, content_type: "text/plain; charset=utf-8", body: format!("{line}\n") }
            }
            Err(error) => Answer::failed(&error.message),
        }
    }
}

impl Answer {
    fn refused(refusal: &Refusal) -> Answer {
        let (content_type, body) = refusal.body();
        Answer { status: refusal.status(), content_type, body }
    }

    fn failed(why: &str) -> Answer {
        Answer { status: 503, content_type: "text/plain; charset=utf-8", body: format!("{why}\n") }
    }
}
