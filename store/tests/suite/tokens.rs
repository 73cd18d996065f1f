//! Tokens burn once.

use std::collections::BTreeMap;

use lictor_store::{ErrorKind, TokenState};

use crate::Tried;
use crate::support::jobs::{Authorize, Burn, Burned, Settle, counter};

const NOW: i64 = 1_772_359_200_000;

pub fn issue(tried: &Tried, now: i64) -> u64 {
    let job =
        Authorize { now, counter: counter("tokens"), minor: 100, budget: 1_000_000, window: 86_400_000 };
    tried.store.submit(tried.tenant, job).wait().unwrap().unwrap()
}

/// How often each answer was given, where two hundred present a token at the same moment to two gateways.
fn present(tried: &Tried, index: u64, key: impl Fn(u8) -> Option<[u8; 32]>) -> BTreeMap<String, usize> {
    let pending: Vec<_> = (0..200u8)
        .map(|n| {
            let store = if n % 2 == 0 { &tried.store } else { &tried.second };
            store.submit(tried.tenant, Burn { now: NOW + 1, index, key: key(n) })
        })
        .collect();
    let mut answers = BTreeMap::new();
    for answer in pending {
        *answers.entry(format!("{:?}", answer.wait().unwrap())).or_default() += 1;
    }
    answers
}

pub fn one_of_two_hundred_burns(tried: &Tried) {
    let index = issue(tried, NOW);
    let answers = present(tried, index, |n| Some([n; 32]));
    assert_eq!(answers, BTreeMap::from([("Now".to_owned(), 1), ("Replay".to_owned(), 199)]));
    let index = issue(tried, NOW);
    let answers = present(tried, index, |_| None);
    assert_eq!(answers, BTreeMap::from([("Now".to_owned(), 1), ("Replay".to_owned(), 199)]));
    // A burn, or a refusal of one, is one record each; nothing else was written.
    let size = tried.store.reader().unwrap().head(tried.tenant).unwrap().unwrap().frontier.size();
    assert_eq!(size, 2 + 400);
}

pub fn a_key_gets_its_first_answer(tried: &Tried) {
    let index = issue(tried, NOW);
    let answers = present(tried, index, |_| Some([9; 32]));
    assert_eq!(answers, BTreeMap::from([("Now".to_owned(), 1), ("Repeated".to_owned(), 199)]));
    // After a day the key is forgotten, swept or not; the token stays burned.
    let later = NOW + 86_400_000 + 2;
    let burn = |now| Burn { now, index, key: Some([9; 32]) };
    assert_eq!(tried.store.submit(tried.tenant, burn(later - 2)).wait(), Ok(Burned::Repeated));
    assert_eq!(tried.store.submit(tried.tenant, burn(later)).wait(), Ok(Burned::Replay));
    assert_eq!(tried.store.sweep(later).unwrap().remembered, 1);
    assert_eq!(tried.store.sweep(later).unwrap().remembered, 0);
}

pub fn a_released_token_never_burns(tried: &Tried) {
    let index = issue(tried, NOW);
    let settle = |from, to| Settle { now: NOW, index, from, to, minor: None };
    let released = tried.store.submit(tried.tenant, settle(TokenState::Issued, TokenState::Released)).wait();
    assert_eq!(released, Ok(true));
    let burn = Burn { now: NOW, index, key: None };
    assert_eq!(tried.second.submit(tried.tenant, burn).wait(), Ok(Burned::Replay));
    // Not even a job that thinks otherwise.
    let forced = tried.store.submit(tried.tenant, settle(TokenState::Issued, TokenState::Burned)).wait();
    assert_eq!(forced.unwrap_err().kind, ErrorKind::Conflict);
    let forced = tried.store.submit(tried.tenant, settle(TokenState::Released, TokenState::Burned)).wait();
    assert_eq!(forced.unwrap_err().kind, ErrorKind::Conflict);
}

pub fn a_token_past_its_end_does_not_burn(tried: &Tried) {
    let index = issue(tried, NOW);
    let burn = |now| Settle { now, index, from: TokenState::Issued, to: TokenState::Burned, minor: None };
    let refused = tried.store.submit(tried.tenant, burn(NOW + 120_001)).wait().unwrap_err();
    assert!(refused.message.contains("expired"), "{refused}");
    // The time of a refused job is no record's time, so that it is still early enough.
    assert_eq!(tried.store.submit(tried.tenant, burn(NOW + 120_000)).wait(), Ok(true));
}

pub fn states_follow_each_other(tried: &Tried) {
    use TokenState::*;
    let ways: [&[TokenState]; 4] = [
        &[Issued, Released],
        &[Issued, Burned, Executed],
        &[Issued, Burned, Failed],
        &[Issued, Burned, Unknown],
    ];
    let all = [Issued, Burned, Executed, Failed, Unknown, Released];
    for way in ways {
        let index = issue(tried, NOW);
        for place in 0..way.len() {
            let from = way[place];
            for to in all {
                // What does not follow is refused from every state on the way, and changes nothing.
                if !to.follows(from) {
                    let wrong = Settle { now: NOW, index, from, to, minor: None };
                    let refused = tried.store.submit(tried.tenant, wrong).wait().unwrap_err();
                    assert_eq!(refused.kind, ErrorKind::Conflict, "{from:?} {to:?}");
                }
            }
            if let Some(to) = way.get(place + 1) {
                let right = Settle { now: NOW, index, from, to: *to, minor: None };
                assert_eq!(tried.store.submit(tried.tenant, right).wait(), Ok(true), "{from:?} {to:?}");
            }
        }
        let kept = tried.store.reader().unwrap().token(tried.tenant, index).unwrap().unwrap();
        assert_eq!(Some(&kept.state), way.last());
    }
}

pub fn a_new_generation_voids_what_is_open(tried: &Tried) {
    let index = issue(tried, NOW);
    let head = || tried.store.reader().unwrap().head(tried.tenant).unwrap().unwrap();
    assert!(head().trusted());
    assert_eq!(tried.store.raise_generation(), Ok(2));
    assert!(!head().trusted());
    assert_eq!(
        tried.store.submit(tried.tenant, Burn { now: NOW, index, key: None }).wait(),
        Ok(Burned::Replay)
    );
    let forced = Settle { now: NOW, index, from: TokenState::Issued, to: TokenState::Burned, minor: None };
    let refused = tried.second.submit(tried.tenant, forced).wait().unwrap_err();
    assert!(refused.message.contains("generation"), "{refused}");
    // It can be released, and new ones burn.
    let release = Settle { now: NOW, index, from: TokenState::Issued, to: TokenState::Released, minor: None };
    assert_eq!(tried.store.submit(tried.tenant, release).wait(), Ok(true));
    let index = issue(tried, NOW);
    assert_eq!(tried.store.submit(tried.tenant, Burn { now: NOW, index, key: None }).wait(), Ok(Burned::Now));
}

pub fn what_is_due_is_found(tried: &Tried) {
    let indices: Vec<u64> = (0..5).map(|n| issue(tried, NOW + n)).collect();
    let mut reader = tried.store.reader().unwrap();
    let mut due = |now, limit| -> Vec<u64> {
        let due = reader.due(tried.tenant, now, limit).unwrap();
        due.into_iter().map(|token| token.index).collect()
    };
    assert_eq!(due(NOW + 124_999, 10), [0u64; 0]);
    assert_eq!(due(NOW + 125_001, 10), indices[..2]);
    assert_eq!(due(NOW + 200_000, 3), indices[..3]);
    let release = Settle {
        now: NOW + 9,
        index: indices[0],
        from: TokenState::Issued,
        to: TokenState::Released,
        minor: None,
    };
    tried.store.submit(tried.tenant, release).wait().unwrap();
    assert_eq!(due(NOW + 200_000, 10), indices[1..]);
}
