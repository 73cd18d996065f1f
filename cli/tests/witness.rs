//! `lictor witness` over real connections, and what its word is worth to an audit.

mod common;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Stdio};

use common::server::send;
use common::{Dir, command};
use lictor_bundle::keys::SigningKey;
use lictor_ledger::note::{KeyName, VerifierKey};
use lictor_ledger::witness::{AddCheckpoint, cosignatures};
use lictor_ledger::{Checkpoint, CheckpointSigner, Frontier, Hash};

const ORIGIN: &str = "gateway.example/log";

/// A witness that runs, and ends with the test.
struct Witness {
    child: Child,
    address: SocketAddr,
    key: String,
}

impl Witness {
    fn start(dir: &Dir, log: &str) -> Witness {
        let args = [
            "witness",
            "--name",
            "witness.example/w1",
            "--key",
            "witness.key",
            "--state",
            "seen.json",
            "--log-key",
            log,
            "--listen",
            "127.0.0.1:0",
        ];
        let mut child = command(&dir.0, &args).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut next = || lines.next().unwrap().unwrap();
        let key = next().strip_prefix("the key of this witness is ").unwrap().to_owned();
        let listening = next();
        let address = listening.strip_prefix("listening on http://").unwrap();
        let address = address.strip_suffix("/add-checkpoint").unwrap().parse().unwrap();
        Witness { child, address, key }
    }

    fn post(&self, body: &[u8]) -> (u16, String) {
        let answer = send(self.address, "POST", "/add-checkpoint", &[], body);
        (answer.status, answer.body)
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_cosigns_over_http_and_remembers_what_it_saw() {
    let dir = Dir::new();
    dir.run(&["keygen", "-o", "witness"]).ends_with(0);
    let log = CheckpointSigner::new(KeyName::new(ORIGIN).unwrap(), SigningKey::from_seed([1; 32]));
    dir.write("log.pub", format!("{}\n", log.verifier_key()).as_bytes());
    let checkpoint = |entries: &[u8]| {
        let mut tree = Frontier::new();
        entries.iter().for_each(|entry| drop(tree.append(Hash::leaf(&[*entry]))));
        Checkpoint::new(ORIGIN, tree.head()).unwrap()
    };
    let request = |entries: &[u8], old: u64| {
        let checkpoint = log.sign(&checkpoint(entries)).unwrap();
        (checkpoint.clone(), AddCheckpoint { old, proof: Vec::new(), checkpoint }.to_string())
    };

    let witness = Witness::start(&dir, "log.pub");
    let (mut note, body) = request(b"abc", 0);
    let (status, line) = witness.post(body.as_bytes());
    assert_eq!(status, 200, "{line}");
    let key = VerifierKey::parse(&witness.key).unwrap();
    let cosigned = cosignatures(&note, line.as_bytes(), std::slice::from_ref(&key)).unwrap();
    assert_eq!(cosigned.len(), 1);
    note.signatures.extend(cosigned);
    dir.write("cosigned", note.to_string().as_bytes());

    // Another tree of this size is another history.
    assert_eq!(witness.post(request(b"abd", 3).1.as_bytes()).0, 409);
    assert_eq!(witness.post(b"nonsense").0, 400);
    assert_eq!(send(witness.address, "GET", "/add-checkpoint", &[], b"").status, 405);
    // One file is one witness's.
    let second =
        ["witness", "--name", "w", "--key", "witness.key", "--state", "seen.json", "--log-key", "log.pub"];
    assert!(dir.run(&second).ends_with(1).stderr.contains("C0226"));

    drop(witness);
    let witness = Witness::start(&dir, "log.pub");
    assert_eq!(witness.post(request(b"xyz", 0).1.as_bytes()), (409, "3\n".to_owned()));
    assert_eq!(witness.post(request(b"abc", 3).1.as_bytes()).0, 200);
}

#[test]
fn what_it_cannot_begin_with_is_told() {
    let dir = Dir::new();
    dir.run(&["keygen", "-o", "witness"]).ends_with(0);
    let with = |name: &str, key: &str, log: &str| {
        let args = [
            "witness",
            "--name",
            name,
            "--key",
            key,
            "--state",
            "seen.json",
            "--log-key",
            log,
            "--listen",
            "127.0.0.1:0",
        ];
        dir.run(&args).ends_with(1).stderr
    };
    assert!(with("a name", "witness.key", "x").contains("L0132"));
    assert!(with("w", "witness.key", "not a key").contains("L0133"));
    let log = CheckpointSigner::new(KeyName::new(ORIGIN).unwrap(), SigningKey::from_seed([1; 32]));
    let log = log.verifier_key().to_string();
    assert!(with("w", "nowhere.key", &log).contains("C0102"));
    dir.write("seen.json", b"{");
    assert!(with("w", "witness.key", &log).contains("C0226"));
}
