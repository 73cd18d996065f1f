//! What a log gives is checked by a program that shares nothing with this one: `independent.py`, written from the specifications.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use lictor_ledger::proof::{consistency, inclusion};
use lictor_ledger::witness::AddCheckpoint;
use lictor_ledger::{Checkpoint, TlogProof};
use support::{Log, cosigner, entry, signer};

const ORIGIN: &str = "example.com/log";

/// Whether the program finds it good, which it says in one word.
fn good(what: &str, file: &Path, given: &str, keys: &[String]) -> bool {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/independent.py");
    let output = Command::new("python3").arg(program).arg(what).arg(file).arg(given).args(keys).output();
    let output = output.expect("this test needs python3, of any version since 3.8");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() || errors.contains("Error"), "{errors}");
    output.status.success() && output.stdout == b"good\n"
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn proofs_hold_for_somebody_else() {
    let log = Log::of(300);
    let (signer, witness) = (signer(ORIGIN, 1), cosigner("witness.example", 2));
    let keys = [signer.verifier_key().to_string(), witness.verifier_key().to_string()];
    for (index, size) in [(0, 1), (5, 8), (0, 300), (299, 300), (171, 257), (256, 257)] {
        let checkpoint = Checkpoint::new(ORIGIN, log.heads[size as usize]).unwrap();
        let mut note = signer.sign(&checkpoint).unwrap();
        note.signatures.push(witness.cosign(&checkpoint, 1_763_800_000).unwrap());
        let hashes = inclusion(index, size).unwrap().prove(|node| log.node(node)).unwrap();
        let proof = TlogProof { extra: Some(vec![1, 2]), index, hashes, checkpoint: note };
        let path = file(&format!("{index}-{size}.tlog-proof"), &proof.to_string());
        assert!(
            good("proof", &path, std::str::from_utf8(&entry(index)).unwrap(), &keys),
            "{index} in {size}"
        );
        assert!(!good("proof", &path, "another entry", &keys), "{index} in {size}");
    }
    for (old, new) in [(1, 2), (8, 9), (7, 300), (128, 256), (255, 256), (300, 300)] {
        let proof = consistency(old, new).unwrap().prove(|node| log.node(node)).unwrap();
        let checkpoint = signer.sign(&Checkpoint::new(ORIGIN, log.heads[new as usize]).unwrap()).unwrap();
        let request = AddCheckpoint { old, proof, checkpoint }.to_string();
        let root = log.heads[old as usize].root.to_base64();
        let path = file(&format!("{old}-{new}.request"), &request);
        assert!(good("request", &path, &root, &keys[..1]), "{old} to {new}");
        assert!(!good("request", &path, &log.heads[3].root.to_base64(), &keys[..1]), "{old} to {new}");
    }
}
