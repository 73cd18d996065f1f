//! Finding a user among a million: a table sorted by hash, and where in it each range of hashes begins.
//!
//! Whoever names users in requests cannot make a search long: within a range it is halved, and those of one hash are sorted by name.

use std::cmp::Ordering;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

/// How many users share a range, on average: as many as lie in a line of the processor's cache.
const RANGE: usize = 4;

/// Where users' units are, by the user's hash.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    /// Where each range begins in the table; at the end, the table's length.
    starts: Box<[u32]>,
    /// The lower half of the hash, and the number of the user's first unit, sorted by range, then by both.
    table: Box<[(u32, u32)]>,
}

/// The hash of a user's id.
pub(crate) fn hash(id: &[u8]) -> u64 {
    FixedState::with_seed(0).hash_one(id)
}

impl Directory {
    /// The directory of users with these hashes and numbers, where numbers ascend as ids do.
    pub fn new(hashes: Vec<(u64, u32)>) -> Directory {
        let ranges = hashes.len() / RANGE + 1;
        let mut sorted: Vec<(u64, u32)> = hashes
            .into_iter()
            .map(|(hash, number)| ((range(hash, ranges) as u64) << 32 | hash & u64::from(u32::MAX), number))
            .collect();
        sorted.sort_unstable();
        let mut starts = Vec::with_capacity(ranges + 1);
        let mut at = 0;
        for range in 0..=ranges as u64 {
            while sorted.get(at).is_some_and(|(key, _)| key >> 32 < range) {
                at += 1;
            }
            starts.push(at as u32);
        }
        let table = sorted.into_iter().map(|(key, number)| (key as u32, number)).collect();
        Directory { starts: starts.into(), table }
    }

    /// The number of a user's first unit, where `compare` says how the user of a number stands to this id.
    pub fn find(&self, id: &[u8], compare: impl Fn(u32) -> Ordering) -> Option<u32> {
        let hash = hash(id);
        let range = range(hash, self.starts.len().checked_sub(1)?);
        let (start, end) = (self.starts.get(range)?, self.starts.get(range + 1)?);
        let range = self.table.get(*start as usize..*end as usize)?;
        let found =
            range.binary_search_by(|(tag, number)| tag.cmp(&(hash as u32)).then_with(|| compare(*number)));
        range.get(found.ok()?).map(|(_, number)| *number)
    }
}

/// The range of a hash: its upper half, scaled to as many as there are.
fn range(hash: u64, ranges: usize) -> usize {
    ((u128::from(hash >> 32) * ranges as u128) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ids: &[String]) -> Directory {
        Directory::new(ids.iter().zip(0..).map(|(id, number)| (hash(id.as_bytes()), number)).collect())
    }

    #[test]
    fn every_user_is_found_and_nobody_else() {
        for count in [0, 1, 3, 5, 1000] {
            let ids: Vec<String> = (0..count).map(|number| format!("u-{number:04}")).collect();
            let directory = of(&ids);
            let find = |id: &str| {
                directory.find(id.as_bytes(), |number| ids[number as usize].as_bytes().cmp(id.as_bytes()))
            };
            for (number, id) in (0..).zip(&ids) {
                assert_eq!(find(id), Some(number));
                assert_eq!(find(&format!("{id} ")), None);
            }
            assert_eq!(find(""), None);
        }
    }

    #[test]
    fn users_of_one_hash_are_told_apart() {
        let ids = ["a", "b", "c", "d"];
        let same = hash(b"c");
        let directory = Directory::new((0..4).map(|number| (same, number)).collect());
        let found = directory.find(b"c", |number: u32| ids[number as usize].cmp("c"));
        assert_eq!(found, Some(2));
    }
}
