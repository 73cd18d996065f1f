//! That there is an answer: whatever panics, hangs or is never sent.

use std::io::Read;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::answer::Answer;
use crate::call::Trouble;
use crate::host::Host;

/// The most bytes that a host may write. What is decided is shorter by far; this is what is read before that is known.
pub const MAX_INPUT: usize = 4 << 20;

/// How much room the work has: deciding is bounded in depth, and far below this.
const STACK: usize = 8 << 20;

/// Does the work beside, and answers for it where it panics, or has not answered in time: that is refused.
///
/// The thread is left behind in any case; whoever calls this ends the process with the answer.
pub fn guarded(host: Host, limit: Duration, work: impl FnOnce() -> Answer + Send + 'static) -> Answer {
    let (send, receive) = mpsc::sync_channel(1);
    let started = thread::Builder::new().stack_size(STACK).spawn(move || {
        let _ = send.send(work());
        // The process ends with the answer: to give back what this thread holds would only make the host wait.
        loop {
            thread::park();
        }
    });
    if started.is_err() {
        return host.stopped(&failed("there is no room for another thread"));
    }
    match receive.recv_timeout(limit) {
        Ok(answer) => answer,
        Err(mpsc::RecvTimeoutError::Timeout) => host.stopped(&Trouble {
            code: "HOOK_TIMEOUT",
            sentence: format!("nothing was decided within {} ms; see whether the host wrote its call, and whether the policy can be read", limit.as_millis()),
        }),
        // The work has ended without an answer: it has panicked.
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            host.stopped(&failed("this is a fault of Lictor; please report it with the call"))
        }
    }
}

fn failed(sentence: &str) -> Trouble {
    Trouble { code: "HOOK_FAILED", sentence: sentence.to_owned() }
}

/// Reads all that the host writes.
///
/// # Errors
/// It is more than [`MAX_INPUT`], or cannot be read.
pub fn read_all(from: impl Read) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let read = from.take(MAX_INPUT as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Trouble::input(format!("what the host wrote could not be read: {error}")))?;
    match bytes.len() > MAX_INPUT {
        true => Err(Trouble::input(format!("the host wrote more than {MAX_INPUT} bytes"))),
        false => Ok(bytes),
    }
}
