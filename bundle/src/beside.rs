//! Two things at a time.
//!
//! A hook is a process that lives for one decision, and somebody waits for all of it: what two processors can do at once need not be done one
//! after the other. What comes of it is the same: whoever calls this looks at the results in a fixed order.

use std::panic;
use std::thread;

/// How many threads may take part in reading a large file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Threads {
    /// That of whoever asks: for programs that decide inside of others.
    One,
    /// Another one as well, for as long as it takes.
    Two,
}

/// From so many bytes on, a file is large: to start a thread takes as long as to hash a third of that.
const LARGE: usize = 1 << 18;

impl Threads {
    /// Whether two things are done at a time with a file of this length.
    pub(crate) fn share(self, length: usize) -> bool {
        self == Threads::Two && length >= LARGE
    }
}

/// Does one thing in another thread and one here, and gives what came of both. Where no thread is to be had, the first is done here, too, after
/// the second.
pub(crate) fn both<A: Send, B>(aside: impl Fn() -> A + Sync, here: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let started = thread::Builder::new().spawn_scoped(scope, &aside);
        let here = here();
        let aside = match started {
            Ok(started) => started.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked)),
            Err(_) => aside(),
        };
        (aside, here)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_done_and_a_panic_of_either_is_passed_on() {
        assert_eq!(both(|| 1, || 2), (1, 2));
        let panics = |one: bool| {
            panic::catch_unwind(|| both(|| assert!(!one, "aside"), || assert!(one, "here"))).is_err()
        };
        assert!(panics(true) && panics(false));
    }
}
