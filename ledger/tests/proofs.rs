//! Laws of trees and proofs: every proof holds, and no changed one does.

mod support;

use lictor_ledger::proof::{consistency, inclusion, root, verify_consistency, verify_inclusion};
use lictor_ledger::{ErrorKind, Frontier, Hash, MAX_SIZE, TreeHead};
use proptest::prelude::*;
use support::{Log, by_definition};

const SIZES: u64 = 300;
const PAIRS: u64 = 130;

#[test]
fn roots_are_those_of_the_definition() {
    let log = Log::of(SIZES);
    for size in 0..=SIZES as usize {
        assert_eq!(log.heads[size].root, by_definition(&log.leaves[..size]), "{size}");
        let plan = root(size as u64).unwrap().prove(|node| log.node(node)).unwrap();
        assert_eq!(plan.first().copied().unwrap_or(Hash::EMPTY), log.heads[size].root, "{size}");
    }
}

#[test]
fn a_frontier_has_one_encoding_and_goes_on_from_it() {
    let log = Log::of(SIZES);
    let mut frontier = Frontier::new();
    for (size, leaf) in log.leaves.iter().enumerate() {
        let bytes = frontier.to_bytes();
        assert_eq!(bytes.len(), 8 + 32 * size.count_ones() as usize);
        let again = Frontier::from_bytes(&bytes).unwrap();
        assert_eq!((again.head(), again.to_bytes()), (log.heads[size], bytes.clone()));
        for wrong in
            [&bytes[..bytes.len() - 1], &[&bytes[..], &[0]].concat(), &[&bytes[..], &[0; 32]].concat(), b""]
        {
            assert_eq!(Frontier::from_bytes(wrong).unwrap_err().kind, ErrorKind::Frontier);
        }
        frontier = again;
        assert_eq!(frontier.append(*leaf).unwrap(), size as u64);
    }
}

#[test]
fn a_log_is_full_at_its_end() {
    let last = |size: u64| [&size.to_be_bytes()[..], &vec![7; 32 * size.count_ones() as usize]].concat();
    let mut frontier = Frontier::from_bytes(&last(MAX_SIZE - 1)).unwrap();
    assert_eq!(frontier.append(Hash([1; 32])).unwrap(), MAX_SIZE - 1);
    let full = frontier.clone();
    assert_eq!(frontier.append(Hash([1; 32])).unwrap_err().kind, ErrorKind::Full);
    assert_eq!(frontier, full);
    assert_eq!(Frontier::from_bytes(&last(MAX_SIZE + 1)).unwrap_err().kind, ErrorKind::Frontier);
    // Plans for such sizes are made, and are no longer than the tree is high.
    assert!(inclusion(MAX_SIZE / 3, MAX_SIZE).unwrap().nodes().count() <= 63 * 63);
    assert!(consistency(MAX_SIZE / 3, MAX_SIZE).unwrap().nodes().count() <= 63 * 63);
}

#[test]
fn every_inclusion_proof_of_every_size_holds() {
    let log = Log::of(SIZES);
    for size in 1..=SIZES {
        let head = log.heads[size as usize];
        for index in 0..size {
            let plan = inclusion(index, size).unwrap();
            assert!(plan.nodes().all(|node| node.entries().end <= size), "only what is complete");
            let proof = plan.prove(|node| log.node(node)).unwrap();
            verify_inclusion(index, log.leaves[index as usize], head, &proof).unwrap();
        }
        assert_eq!(inclusion(size, size).unwrap_err().kind, ErrorKind::Range);
    }
    assert_eq!(inclusion(0, 0).unwrap_err().kind, ErrorKind::Range);
}

#[test]
fn no_changed_inclusion_proof_holds() {
    let log = Log::of(70);
    for size in 1..=70u64 {
        let head = log.heads[size as usize];
        for index in 0..size {
            let leaf = log.leaves[index as usize];
            let proof = inclusion(index, size).unwrap().prove(|node| log.node(node)).unwrap();
            let refused =
                |index, leaf, head, proof: &[Hash]| verify_inclusion(index, leaf, head, proof).is_err();
            for at in 0..proof.len() {
                let mut changed = proof.clone();
                changed[at].0[at % 32] ^= 1 << (at % 8);
                assert!(refused(index, leaf, head, &changed));
                let mut short = proof.clone();
                short.remove(at);
                assert_eq!(
                    verify_inclusion(index, leaf, head, &short).unwrap_err().kind,
                    ErrorKind::ProofLength
                );
                if at > 0 && proof[at] != proof[at - 1] {
                    let mut swapped = proof.clone();
                    swapped.swap(at, at - 1);
                    assert!(refused(index, leaf, head, &swapped));
                }
            }
            for at in 0..=proof.len() {
                for extra in [leaf, head.root, Hash::EMPTY] {
                    let mut long = proof.clone();
                    long.insert(at, extra);
                    assert_eq!(
                        verify_inclusion(index, leaf, head, &long).unwrap_err().kind,
                        ErrorKind::ProofLength
                    );
                }
            }
            let beyond = verify_inclusion(size, leaf, head, &proof).unwrap_err();
            assert_eq!(beyond.kind, ErrorKind::Range);
            for other in (0..size + 2).filter(|other| *other != index) {
                assert!(refused(other, leaf, head, &proof), "{index} of {size} as {other}");
            }
            // Of another size the proof may have the same shape, but the root tells.
            for other in (1..=70usize).filter(|other| *other as u64 != size) {
                assert!(refused(index, leaf, log.heads[other], &proof), "{index} of {size} in {other}");
            }
            assert!(refused(index, Hash([9; 32]), head, &proof));
        }
    }
}

#[test]
fn consistency_of_all_pairs_holds_and_of_no_others() {
    let log = Log::of(PAIRS);
    for new in 0..=PAIRS {
        for old in 0..=new {
            let (before, after) = (log.heads[old as usize], log.heads[new as usize]);
            let proof = consistency(old, new).unwrap().prove(|node| log.node(node)).unwrap();
            verify_consistency(before, after, &proof).unwrap();
            let refused = |before, after, proof: &[Hash]| verify_consistency(before, after, proof).is_err();
            for at in 0..proof.len() {
                let mut changed = proof.clone();
                changed[at].0[at % 32] ^= 0x80 >> (at % 8);
                assert!(refused(before, after, &changed), "{old} {new} {at}");
                let mut short = proof.clone();
                short.remove(at);
                assert_eq!(
                    verify_consistency(before, after, &short).unwrap_err().kind,
                    ErrorKind::ProofLength
                );
            }
            for at in 0..=proof.len() {
                let mut long = proof.clone();
                long.insert(at, before.root);
                assert_eq!(
                    verify_consistency(before, after, &long).unwrap_err().kind,
                    ErrorKind::ProofLength
                );
            }
            let other = TreeHead { root: Hash([5; 32]), ..before };
            assert!(refused(other, after, &proof), "{old} {new}");
            if old > 0 {
                assert!(refused(before, TreeHead { root: Hash([5; 32]), ..after }, &proof), "{old} {new}");
            }
            if old < new {
                assert_eq!(verify_consistency(after, before, &proof).unwrap_err().kind, ErrorKind::Range);
                assert_eq!(consistency(new, old).unwrap_err().kind, ErrorKind::Range);
            }
        }
    }
}

#[test]
fn a_forked_log_has_no_proof() {
    let (log, mut leaves) = (Log::of(60), Log::of(90).leaves);
    leaves[20] = Hash::leaf(b"something else");
    let fork = Log::over(leaves);
    for old in 21..=60u64 {
        for new in old + 1..=90 {
            let proof = consistency(old, new).unwrap().prove(|node| fork.node(node)).unwrap();
            verify_consistency(fork.heads[old as usize], fork.heads[new as usize], &proof).unwrap();
            let kind = verify_consistency(log.heads[old as usize], fork.heads[new as usize], &proof)
                .unwrap_err()
                .kind;
            assert_eq!(kind, ErrorKind::Consistency, "{old} {new}");
        }
    }
}

proptest! {
    /// Numbers and hashes at random, at the sizes that logs really have and at the largest: an answer, and never yes.
    #[test]
    fn nothing_at_random_is_a_proof(
        index: u64, old: u64, size: u64, count in 0usize..70, small in 0u32..64,
        leaf: [u8; 32], root: [u8; 32], other: [u8; 32],
    ) {
        let proof: Vec<Hash> = (0..count).map(|number| Hash([number as u8; 32])).collect();
        let (index, old, size) = (index >> small, old >> small, size >> small);
        let head = TreeHead { size, root: Hash(root) };
        prop_assume!(leaf != root && other != root);
        prop_assert!(verify_inclusion(index, Hash(leaf), head, &proof).is_err());
        let before = TreeHead { size: old, root: Hash(other) };
        prop_assert!(verify_consistency(before, head, &proof).is_err());
        if let Ok(plan) = inclusion(index, size) {
            prop_assert!(plan.nodes().all(|node| node.entries().end <= size));
        }
        if let Ok(plan) = consistency(old, size) {
            prop_assert!(plan.nodes().all(|node| node.entries().end <= size));
        }
    }
}
