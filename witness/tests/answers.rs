//! What a witness answers, and what it remembers.

use std::path::PathBuf;

use lictor_bundle::keys::SigningKey;
use lictor_ledger::note::{KeyName, Note};
use lictor_ledger::witness::{AddCheckpoint, cosignatures};
use lictor_ledger::{Checkpoint, CheckpointSigner, Cosigner, Frontier, Hash, Node, proof};
use lictor_witness::{State, Witness};

const ORIGIN: &str = "gateway.example/log";

fn signer(seed: u8) -> CheckpointSigner {
    CheckpointSigner::new(KeyName::new(ORIGIN).unwrap(), SigningKey::from_seed([seed; 32]))
}

struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        let path = std::env::temp_dir().join(format!("lictor-witness-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Place(path)
    }

    fn witness(&self) -> Witness {
        let state = State::open(&self.0.join("seen.json")).unwrap();
        let cosigner =
            Cosigner::new(KeyName::new("witness.example/w1").unwrap(), SigningKey::from_seed([2; 32]));
        Witness::new(cosigner, vec![signer(1).verifier_key().clone()], state)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A log whose entries are numbers, from this one on.
fn leaves(first: u8, size: u8) -> Vec<Hash> {
    (first..first + size).map(|entry| Hash::leaf(&[entry])).collect()
}

fn tree(leaves: &[Hash]) -> Frontier {
    let mut frontier = Frontier::new();
    leaves.iter().for_each(|leaf| drop(frontier.append(*leaf)));
    frontier
}

fn request(leaves: &[Hash], old: u64, seed: u8) -> (Note, Vec<u8>) {
    let new = tree(leaves).head();
    let node = |node: Node| {
        let range = node.entries();
        Ok::<Hash, ()>(tree(&leaves[range.start as usize..range.end as usize]).root())
    };
    let proof = proof::consistency(old, new.size).unwrap().prove(node).unwrap();
    let note = signer(seed).sign(&Checkpoint::new(ORIGIN, new).unwrap()).unwrap();
    (note.clone(), AddCheckpoint { old, proof, checkpoint: note }.to_string().into_bytes())
}

#[test]
fn it_vouches_for_what_comes_of_what_it_saw_and_remembers_it() {
    let place = Place::new("grows");
    let witness = place.witness();
    let (note, body) = request(&leaves(0, 3), 0, 1);
    let answer = witness.add_checkpoint(&body, 1_772_359_200);
    assert_eq!(answer.status, 200, "{answer:?}");
    let known = [witness.verifier_key().clone()];
    assert_eq!(cosignatures(&note, answer.body.as_bytes(), &known).unwrap().len(), 1);
    // The same once more is no harm, and an old size is told what was seen.
    assert_eq!(witness.add_checkpoint(&request(&leaves(0, 3), 3, 1).1, 1).status, 200);
    let behind = witness.add_checkpoint(&request(&leaves(0, 5), 0, 1).1, 1);
    assert_eq!((behind.status, behind.content_type, &*behind.body), (409, "text/x.tlog.size", "3\n"));
    assert_eq!(witness.add_checkpoint(&request(&leaves(0, 5), 3, 1).1, 1).status, 200);
    // Another history, another tree of this size, a stranger, nonsense, a log that nobody knows.
    assert_eq!(witness.add_checkpoint(&request(&leaves(9, 7), 5, 1).1, 1).status, 422);
    assert_eq!(witness.add_checkpoint(&request(&leaves(9, 5), 5, 1).1, 1).status, 409);
    assert_eq!(witness.add_checkpoint(&request(&leaves(0, 6), 5, 7).1, 1).status, 403);
    assert_eq!(witness.add_checkpoint(b"old", 1).status, 400);
    let text = String::from_utf8(request(&leaves(0, 6), 5, 1).1).unwrap();
    let text = text.replace(ORIGIN, "other.example/log");
    assert_eq!(witness.add_checkpoint(text.as_bytes(), 1).status, 404);
    drop(witness);
    // It forgets nothing when it is started again.
    let witness = place.witness();
    assert_eq!(witness.add_checkpoint(&request(&leaves(9, 5), 0, 1).1, 1).body, "5\n");
    assert_eq!(witness.add_checkpoint(&request(&leaves(0, 6), 5, 1).1, 1).status, 200);
}

#[test]
fn a_state_that_cannot_be_relied_on_is_refused() {
    let place = Place::new("state");
    let path = place.0.join("seen.json");
    let witness = place.witness();
    assert!(State::open(&path).is_err(), "two witnesses must not have one state");
    assert_eq!(witness.add_checkpoint(&request(&leaves(0, 3), 0, 1).1, 1).status, 200);
    drop(witness);
    let good = std::fs::read_to_string(&path).unwrap();
    for bad in ["", "{", "[]", &good.replace("root", "roof"), &good.replace("\"size\": 3", "\"size\": -3")] {
        std::fs::write(&path, bad).unwrap();
        assert!(State::open(&path).is_err(), "{bad}");
    }
    std::fs::write(&path, &good).unwrap();
    assert_eq!(State::open(&path).unwrap().latest(ORIGIN).unwrap().size, 3);
}

#[test]
fn what_cannot_be_kept_is_not_vouched_for() {
    let place = Place::new("full");
    let witness = place.witness();
    // The directory is gone, so that nothing can be written.
    std::fs::remove_dir_all(&place.0).unwrap();
    for _ in 0..2 {
        assert_eq!(witness.add_checkpoint(&request(&leaves(0, 3), 0, 1).1, 1).status, 503);
    }
}
