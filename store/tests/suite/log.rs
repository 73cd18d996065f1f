//! The log.

use lictor_ledger::{Frontier, Hash};
use lictor_store::{Filter, NewRecord, Reads, View, Writes};

use crate::Tried;
use crate::support::jobs::{Do, record};

const NOW: i64 = 1_772_359_200_000;

/// Appends so many records in one job; says the index of the first, and what time it was.
fn append(tried: &Tried, now: i64, records: Vec<NewRecord>) -> lictor_store::Pending<(u64, i64)> {
    let what = move |view: &View<'_>| {
        let mut writes = Writes::none();
        records.into_iter().for_each(|record| writes.record(record));
        (writes, (view.next_index(), view.now()))
    };
    let store = if now % 2 == 0 { &tried.store } else { &tried.second };
    store.submit(tried.tenant, Do { now, reads: Reads::none(), what })
}

fn numbered(n: u32) -> NewRecord {
    record(n as u16, &n.to_be_bytes())
}

pub fn indices_have_no_gaps(tried: &Tried) {
    let pending: Vec<_> =
        (0..300).map(|n| append(tried, NOW + n, vec![numbered(0); 1 + n as usize % 3])).collect();
    let mut firsts: Vec<(u64, u64)> =
        pending.into_iter().zip(0u64..).map(|(pending, n)| (pending.wait().unwrap().0, 1 + n % 3)).collect();
    firsts.sort_unstable();
    let mut next = 0;
    for (first, many) in firsts {
        assert_eq!(first, next);
        next += many;
    }
    let mut reader = tried.store.reader().unwrap();
    assert_eq!(reader.head(tried.tenant).unwrap().unwrap().frontier.size(), next);
    let records = reader.records(tried.tenant, 0..u64::MAX, &Filter::default(), false, usize::MAX).unwrap();
    assert!(records.iter().map(|record| record.index).eq(0..next));
    assert!(records.is_sorted_by_key(|record| record.at));
}

pub fn records_are_found(tried: &Tried) {
    let mut rows = Vec::new();
    for n in 0..60u32 {
        let row = NewRecord {
            agent: format!("a-{}", n % 3),
            action: if n % 2 == 0 { "x.y".to_owned() } else { "x.z".to_owned() },
            decision: (n % 5) as u16,
            cites: format!("LAW-{} RULE-{}", n % 4, n % 7),
            secret: None,
            ..numbered(n)
        };
        append(tried, NOW + i64::from(n) * 10, vec![row.clone()]).wait().unwrap();
        rows.push(row);
    }
    let mut reader = tried.store.reader().unwrap();
    let mut found = |filter: &Filter, newest_first, limit| -> Vec<u64> {
        let records = reader.records(tried.tenant, 0..60, filter, newest_first, limit).unwrap();
        records.into_iter().map(|record| record.index).collect()
    };
    let all = Filter::default();
    assert_eq!(found(&all, true, 3), [59, 58, 57]);
    assert_eq!(found(&all, false, 3), [0, 1, 2]);
    let agent = Filter { agent: Some("a-1".to_owned()), ..all.clone() };
    assert_eq!(found(&agent, false, 3), [1, 4, 7]);
    let between = Filter { from: Some(NOW + 100), to: Some(NOW + 130), ..all.clone() };
    assert_eq!(found(&between, false, 9), [10, 11, 12]);
    let several = Filter {
        action: Some("x.y".to_owned()),
        decision: Some(0),
        cites: Some("RULE-3".to_owned()),
        ..all.clone()
    };
    assert_eq!(found(&several, true, 9), [10]);
    assert_eq!(found(&Filter { kind: Some(12), ..all.clone() }, true, 9), [12]);
    // What is searched for is a text, and no pattern.
    assert_eq!(found(&Filter { cites: Some("%".to_owned()), ..all }, true, 9), [0u64; 0]);
    let record = reader.record(tried.tenant, 31).unwrap().unwrap();
    assert_eq!((record.leaf, record.body.as_deref()), (rows[31].leaf, Some(&rows[31].body[..])));
    assert_eq!((record.at, record.secret, record.cites), (NOW + 310, None, rows[31].cites.clone()));
    assert_eq!(reader.record(tried.tenant, 60), Ok(None));
}

pub fn an_erased_record_keeps_its_leaf(tried: &Tried) {
    append(tried, NOW, vec![numbered(1), numbered(2)]).wait().unwrap();
    let erase = |index| {
        let what = move |_: &View<'_>| {
            let mut writes = Writes::none();
            writes.erase(index);
            writes.record(record(8, b"tombstone"));
            (writes, ())
        };
        tried.store.submit(tried.tenant, Do { now: NOW, reads: Reads::none(), what }).wait()
    };
    erase(0).unwrap();
    assert!(erase(9).unwrap_err().message.contains("record 9"));
    let mut reader = tried.store.reader().unwrap();
    let erased = reader.record(tried.tenant, 0).unwrap().unwrap();
    assert_eq!((erased.body, erased.secret, erased.leaf), (None, None, numbered(1).leaf));
    assert!(reader.record(tried.tenant, 1).unwrap().unwrap().body.is_some());
    assert_eq!(reader.leaves(tried.tenant, 0..3).unwrap()[..2], [numbered(1).leaf, numbered(2).leaf]);
}

pub fn what_lies_beside_an_erased_record_goes_with_it(tried: &Tried) {
    let index = super::tokens::issue(tried, NOW);
    let mut reader = tried.store.reader().unwrap();
    let before = reader.token(tried.tenant, index).unwrap().unwrap();
    assert!(!before.body.is_empty());
    let what = move |_: &View<'_>| {
        let mut writes = Writes::none();
        writes.erase(index);
        (writes, ())
    };
    tried.store.submit(tried.tenant, Do { now: NOW, reads: Reads::none(), what }).wait().unwrap();
    tried.store.scrub().unwrap();
    let after = reader.token(tried.tenant, index).unwrap().unwrap();
    assert!(after.body.is_empty());
    // What it counts for, and in what state it is, stays.
    assert_eq!((after.state, after.entries), (before.state, before.entries));
}

/// The root of the tree over leaves, by the library of the log.
fn root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.append(*leaf).unwrap();
    }
    frontier.root()
}

pub fn nodes_are_those_of_the_tree(tried: &Tried) {
    let leaves: Vec<Hash> = (0..1_000).map(|n| numbered(n).leaf).collect();
    for (first, chunk) in (0..1_000u32).collect::<Vec<_>>().chunks(90).enumerate() {
        let records = chunk.iter().map(|n| numbered(*n)).collect();
        append(tried, NOW + first as i64, records).wait().unwrap();
    }
    let mut reader = tried.store.reader().unwrap();
    assert_eq!(reader.leaves(tried.tenant, 0..u64::MAX).unwrap(), leaves);
    assert_eq!(reader.nodes(tried.tenant, 0, 997..5_000).unwrap(), leaves[997..]);
    let whole: Vec<Hash> = leaves.chunks_exact(256).map(root).collect();
    assert_eq!(whole.len(), 3);
    assert_eq!(reader.nodes(tried.tenant, 1, 0..256).unwrap(), whole);
    assert_eq!(reader.nodes(tried.tenant, 1, 1..2).unwrap(), whole[1..2]);
    assert_eq!(reader.nodes(tried.tenant, 2, 0..256).unwrap(), [Hash([0; 32]); 0]);
    let head = reader.head(tried.tenant).unwrap().unwrap();
    assert_eq!((head.frontier.size(), head.frontier.root()), (1_000, root(&leaves)));
}

pub fn time_never_goes_back(tried: &Tried) {
    let at = |now| append(tried, now, vec![numbered(0)]).wait().unwrap().1;
    assert_eq!(at(NOW), NOW);
    assert_eq!(at(NOW - 5_000), NOW);
    assert_eq!(at(NOW + 3), NOW + 3);
    assert_eq!(at(NOW + 1), NOW + 3);
}
