//! What an audit finds, and what it says that it cannot know.

mod support;

use lictor_ledger::audit::{Anchor, Audit, Fault, Kept, MAX_FAULTS, Report};
use lictor_ledger::{Hash, TreeHead};
use proptest::prelude::*;
use support::Log;

fn anchor(name: &str, head: TreeHead, kept: Kept) -> Anchor {
    Anchor { name: name.to_owned(), head, kept }
}

fn elsewhere(log: &Log, size: u64) -> Anchor {
    anchor(&format!("receipt {size}"), log.heads[size as usize], Kept::Elsewhere)
}

fn audit(leaves: &[Hash], anchors: Vec<Anchor>) -> Report {
    let mut audit = Audit::new(anchors);
    leaves.iter().zip(0..).for_each(|(leaf, index)| audit.entry(index, *leaf));
    audit.finish()
}

#[test]
fn a_log_as_it_was() {
    let log = Log::of(100);
    let report = audit(
        &log.leaves,
        vec![elsewhere(&log, 60), elsewhere(&log, 20), anchor("head", log.heads[100], Kept::Here)],
    );
    assert!(report.is_clean());
    assert_eq!((report.head, report.vouched, report.open()), (log.heads[100], 60, 60..100));
    assert_eq!(
        report.to_string(),
        "entries 0 to 59 are as logged, by the checkpoint of receipt 60\n\
         entries 60 to 99 are vouched for by nothing kept elsewhere: changes cannot be excluded\n\
         that entries after the first 100 were cut off cannot be excluded\n"
    );
}

#[test]
fn without_anything_kept_elsewhere() {
    let log = Log::of(100);
    for anchors in [
        Vec::new(),
        vec![anchor("head", log.heads[100], Kept::Here)],
        vec![anchor("none", log.heads[0], Kept::Elsewhere)],
    ] {
        let report = audit(&log.leaves, anchors);
        assert!(report.is_clean());
        assert_eq!((report.vouched, report.open()), (0, 0..100));
        assert_eq!(
            report.to_string(),
            "no checkpoint that was kept elsewhere vouches for any entry\n\
             entries 0 to 99 are vouched for by nothing kept elsewhere: changes cannot be excluded\n\
             that entries after the first 100 were cut off cannot be excluded\n"
        );
    }
    let report = audit(&[], Vec::new());
    assert!(report.is_clean() && report.open().is_empty());
}

#[test]
fn an_edit_is_found_between_two_checkpoints() {
    let log = Log::of(100);
    let anchors = || [20, 40, 60, 100].map(|size| elsewhere(&log, size)).to_vec();
    for at in 0..100 {
        let mut leaves = log.leaves.clone();
        leaves[at] = Hash::leaf(b"edited");
        let report = audit(&leaves, anchors());
        let before = [0, 20, 40, 60].into_iter().rfind(|size| *size <= at as u64).unwrap();
        let after = [20, 40, 60, 100].into_iter().find(|size| *size > at as u64).unwrap();
        let Fault::Altered { entries, anchor } = &report.faults[0] else { panic!("{report:?}") };
        assert_eq!(
            (entries.clone(), anchor.clone(), report.vouched),
            (before..after, format!("receipt {after}"), before)
        );
    }
}

#[test]
fn content_is_told_apart_from_the_log() {
    let log = Log::of(50);
    let mut audit = Audit::new(vec![elsewhere(&log, 50)]);
    for (leaf, index) in log.leaves.iter().zip(0..) {
        let content = if index == 17 { Hash::leaf(b"edited") } else { *leaf };
        audit.entry_with_content(index, *leaf, content);
    }
    let report = audit.finish();
    assert_eq!(report.faults, [Fault::Content(17)]);
    assert_eq!(report.vouched, 50);
}

#[test]
fn a_cut_log_is_found() {
    let log = Log::of(100);
    for size in 0..100usize {
        let report = audit(&log.leaves[..size], vec![elsewhere(&log, 10), elsewhere(&log, 100)]);
        let gone = Fault::Truncated { entries: size as u64..100, anchor: "receipt 100".to_owned() };
        assert_eq!(report.faults.last(), Some(&gone));
        assert_eq!(report.vouched, if size < 10 { 0 } else { 10 });
    }
    // With the one that knows of less, the end is what cannot be known.
    assert_eq!(audit(&log.leaves[..50], vec![elsewhere(&log, 50)]).faults, []);
}

#[test]
fn gaps_and_repetitions_are_found_without_any_checkpoint() {
    let log = Log::of(30);
    let run = |indices: Vec<u64>| {
        let mut audit = Audit::new(vec![elsewhere(&log, 10), elsewhere(&log, 30)]);
        indices.into_iter().for_each(|index| audit.entry(index, log.leaves[index as usize]));
        audit.finish()
    };
    let lost = Fault::NotCompared { size: 30, anchor: "receipt 30".to_owned() };
    let missing = run((0..12).chain(15..30).collect());
    assert_eq!((missing.faults, missing.vouched), (vec![Fault::Missing(12..15), lost.clone()], 10));
    let twice = run((0..=20).chain(20..30).collect());
    assert_eq!(twice.faults, [Fault::OutOfOrder { expected: 21, found: 20 }, lost.clone()]);
    let swapped = run((0..20).chain([21, 20]).chain(22..30).collect());
    assert_eq!(swapped.faults, [Fault::Missing(20..21), lost]);
}

#[test]
fn two_histories_are_told() {
    let log = Log::of(60);
    let mut leaves = log.leaves.clone();
    leaves[30] = Hash::leaf(b"rewritten");
    let fork = Log::over(leaves);
    let shown = anchor("witness", fork.heads[40], Kept::Elsewhere);
    let report = audit(&log.leaves, vec![shown.clone(), elsewhere(&log, 60)]);
    let forked = Fault::Forked { anchor: "witness".to_owned(), size: 40, by: "receipt 60".to_owned() };
    assert_eq!((report.faults, report.vouched), (vec![forked], 60));
    let report = audit(&log.leaves, vec![shown, elsewhere(&log, 40)]);
    assert_eq!(
        report.faults,
        [Fault::Forked { anchor: "witness".to_owned(), size: 40, by: "receipt 40".to_owned() }]
    );
}

#[test]
fn faults_are_told_in_sentences() {
    let log = Log::of(3);
    let mut leaves = log.leaves.clone();
    leaves[0] = Hash::leaf(b"edited");
    let report = audit(&leaves[..2], vec![elsewhere(&log, 1), elsewhere(&log, 2), elsewhere(&log, 3)]);
    assert_eq!(
        report.to_string(),
        "L0204: entry 0 is not what was logged: at least one was changed, removed, added or put elsewhere, by the checkpoint of receipt 1\n\
         L0204: entries 0 to 1 are not what was logged: at least one was changed, removed, added or put elsewhere, by the checkpoint of receipt 2\n\
         L0206: entry 2 is cut off, by the checkpoint of receipt 3\n\
         no checkpoint that was kept elsewhere vouches for any entry\n\
         entries 0 to 1 are vouched for by nothing kept elsewhere: changes cannot be excluded\n\
         that entries after the first 2 were cut off cannot be excluded\n"
    );
}

#[test]
fn faults_do_not_fill_the_memory() {
    let wrong = anchor("witness", TreeHead { size: 1, root: Hash([3; 32]) }, Kept::Elsewhere);
    let mut audit = Audit::new(vec![wrong]);
    (0..3 * MAX_FAULTS as u64)
        .for_each(|index| audit.entry_with_content(index, Hash([1; 32]), Hash([2; 32])));
    let report = audit.finish();
    assert_eq!((report.faults.len(), report.more), (MAX_FAULTS + 1, 2 * MAX_FAULTS as u64));
    // They do not hide what a checkpoint tells.
    let altered = Fault::Altered { entries: 0..1, anchor: "witness".to_owned() };
    assert_eq!(report.faults.last(), Some(&altered));
    assert!(report.to_string().contains("\nL0201: the content of 2000 more is not what was logged\n"));
}

proptest! {
    /// Whatever is done to a log below a checkpoint that was kept elsewhere, it is found; and no log as it was is accused.
    #[test]
    fn nothing_is_done_unseen(size in 1u64..60, kept in 1u64..60, at: prop::sample::Index, to: prop::sample::Index, what in 0..5) {
        let log = Log::of(60);
        let kept = kept.min(size);
        let (at, to) = (at.index(kept as usize), to.index(size as usize));
        let mut leaves = log.leaves[..size as usize].to_vec();
        match what {
            0 => leaves[at] = Hash::leaf(b"edited"),
            1 => { leaves.remove(at); }
            2 => leaves.insert(at, Hash::leaf(b"added")),
            3 => leaves.swap(at, to),
            _ => leaves.truncate(at),
        }
        let report = audit(&leaves, vec![elsewhere(&log, kept)]);
        let same = leaves.get(..kept as usize) == Some(&log.leaves[..kept as usize]);
        prop_assert_eq!(report.is_clean(), same, "{}", report);
        prop_assert_eq!(report.vouched, if same { kept } else { 0 });
    }
}
