//! How often a key may ask: a bucket that fills evenly.
//!
//! Kept as one number, the moment at which the bucket will be full again (GCRA, the generic cell rate algorithm), so that counting neither locks nor waits.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// One minute, in nanoseconds.
const MINUTE: u64 = 60_000_000_000;

/// A bucket of a key.
#[derive(Debug)]
pub(crate) struct Bucket {
    started: Instant,
    /// When it will be full, in nanoseconds since it was started.
    full_at: AtomicU64,
}

/// What is left after a request, as its answer says it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Standing {
    /// How many a minute.
    pub limit: u32,
    /// How many are left now.
    pub remaining: u32,
    /// In how many seconds all of them are.
    pub reset: u64,
    /// In how many seconds it would go, where it did not.
    pub retry_after: Option<u64>,
}

impl Default for Bucket {
    fn default() -> Bucket {
        Bucket { started: Instant::now(), full_at: AtomicU64::new(0) }
    }
}

impl Bucket {
    /// Takes so many out of it, or none where there are fewer. `limit` is what it holds, and what it gains in a minute.
    pub fn take(&self, limit: u32, count: u32) -> Standing {
        let now = u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX / 2);
        self.take_at(now, limit.max(1), count)
    }

    fn take_at(&self, now: u64, limit: u32, count: u32) -> Standing {
        let each = MINUTE / u64::from(limit);
        let whole = each * u64::from(limit);
        let cost = each.saturating_mul(u64::from(count));
        let mut taken = None;
        let before = self.full_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
            let after = full_at.max(now).saturating_add(cost);
            taken = Some(after);
            (after - now <= whole).then_some(after)
        });
        let (full_at, retry_after) = match before {
            Ok(_) => (taken.unwrap_or(now), None),
            // At least a second: nobody is told to come back at once.
            Err(full_at) => {
                let over = taken.unwrap_or(u64::MAX).saturating_sub(now).saturating_sub(whole);
                (full_at.max(now), Some(over.div_ceil(1_000_000_000).max(1)))
            }
        };
        let used = full_at - now;
        let remaining = u32::try_from(whole.saturating_sub(used) / each).unwrap_or(limit);
        Standing { limit, remaining, reset: used.div_ceil(1_000_000_000), retry_after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn a_bucket_empties_and_fills() {
        let bucket = Bucket::default();
        for left in (0..60).rev() {
            let standing = bucket.take_at(SECOND, 60, 1);
            assert_eq!((standing.remaining, standing.retry_after), (left, None));
        }
        let refused = bucket.take_at(SECOND, 60, 1);
        assert_eq!(refused, Standing { limit: 60, remaining: 0, reset: 60, retry_after: Some(1) });
        // What was refused has cost nothing.
        assert_eq!(bucket.take_at(2 * SECOND, 60, 1).retry_after, None);
        assert_eq!(bucket.take_at(2 * SECOND, 60, 1).retry_after, Some(1));
        assert_eq!(bucket.take_at(61 * SECOND, 60, 1).remaining, 58);
    }

    #[test]
    fn more_than_it_holds_is_never_taken() {
        let bucket = Bucket::default();
        assert_eq!(bucket.take_at(0, 10, 11).retry_after, Some(6));
        assert!(bucket.take_at(0, 10, u32::MAX).retry_after.is_some());
        assert_eq!(bucket.take_at(0, 10, 10).remaining, 0);
    }

    #[test]
    fn threads_together_take_no_more_than_there_is() {
        let bucket = Bucket::default();
        let taken: usize = std::thread::scope(|scope| {
            let all: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        (0..500).filter(|_| bucket.take_at(0, 1000, 1).retry_after.is_none()).count()
                    })
                })
                .collect();
            all.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(taken, 1000);
    }
}
