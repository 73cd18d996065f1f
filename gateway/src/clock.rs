//! The clock of the host, as decisions are told it: it never goes back.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// How far the clock may be behind what was already told before nothing is decided, in milliseconds.
const STEP_BACK: i64 = 5_000;

/// Tells the time, and remembers the latest that it has told.
#[derive(Debug, Default)]
pub(crate) struct Clock(AtomicI64);

/// The clock went back further than what a correction does.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WentBack;

impl Clock {
    /// Now, in milliseconds since 1970 UTC, and never less than before.
    pub fn now(&self) -> Result<i64, WentBack> {
        self.told(system())
    }

    fn told(&self, shown: i64) -> Result<i64, WentBack> {
        let before = self.0.fetch_max(shown, Ordering::Relaxed);
        if before - shown > STEP_BACK { Err(WentBack) } else { Ok(before.max(shown)) }
    }
}

/// What the system's clock shows. One that stands before 1970 shows 0.
pub(crate) fn system() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_steps_back_stand_still_and_large_ones_are_told() {
        let clock = Clock::default();
        assert_eq!(clock.told(100_000), Ok(100_000));
        assert_eq!(clock.told(95_000), Ok(100_000));
        assert_eq!(clock.told(94_999), Err(WentBack));
        assert_eq!(clock.told(100_001), Ok(100_001));
    }
}
