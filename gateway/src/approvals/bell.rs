//! Waiting for an answer: whoever waits is woken when somebody answers here, and looks by itself now and then, since an answer may be given at another gateway.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The most that wait at a time.
const WAITERS: usize = 1_024;
/// How often it is looked anyway.
const LOOK: Duration = Duration::from_millis(1_500);

/// Rings when a request for approval has changed.
#[derive(Clone, Debug)]
pub(crate) struct Bell {
    changes: watch::Sender<u64>,
    places: Arc<Semaphore>,
}

/// Somebody who waits.
pub(crate) struct Waiter {
    changes: watch::Receiver<u64>,
    _place: OwnedSemaphorePermit,
}

impl Default for Bell {
    fn default() -> Bell {
        Bell { changes: watch::Sender::new(0), places: Arc::new(Semaphore::new(WAITERS)) }
    }
}

impl Bell {
    /// Wakes all that wait.
    pub fn ring(&self) {
        self.changes.send_modify(|rung| *rung = rung.wrapping_add(1));
    }

    /// Waits from now on; nobody, where too many do.
    pub fn waiter(&self) -> Option<Waiter> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        Some(Waiter { changes: self.changes.subscribe(), _place: place })
    }
}

impl Waiter {
    /// Until something has changed, or it is time to look, or this time is over.
    pub async fn wait(&mut self, at_most: Duration) {
        let _ = tokio::time::timeout(at_most.min(LOOK), self.changes.changed()).await;
    }
}
