//! `lictor audit` and `lictor receipt`: logs of a gateway, verified, exported and decided again by the command.

mod common;
#[path = "../../journal/tests/support/mod.rs"]
mod support;

use std::path::Path;

use common::{Dir, page};
use lictor_bundle::container;
use lictor_bundle::keys::SigningKey;
use lictor_evidence::history::{KeyEntry, KeyHistory};
use lictor_evidence::keys::{Purpose, Receipt, Root, SigningKey as KeyFor};
use lictor_evidence::receipt::Inclusion;
use lictor_evidence::time::Moment;
use lictor_journal::record::Issuer;
use lictor_journal::source::ORIGIN;
use lictor_ledger::note::KeyName;
use lictor_ledger::{Checkpoint, CheckpointSigner, Cosigner, Frontier, Hash, TlogProof, proof};
use lictor_store::{Job, Options, Reads, Slot, Store, View, Writes};
use serde_json::{Value, json};
use support::log::{TENANT, Written, append, one_of_each};
use support::{NOW, decide, decided, engine, reading};

const NAME: &str = "gateway.example/clinic-1";

/// Gives the log its name, as a gateway does.
struct Named;

impl Job for Named {
    type Answer = ();

    fn now(&self) -> i64 {
        NOW
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none()
    }

    fn run(self, _: &View<'_>) -> (Writes, ()) {
        let mut writes = Writes::none();
        writes.set(ORIGIN, Slot { value: NAME.as_bytes().to_vec(), expires_at: None });
        (writes, ())
    }
}

fn signer() -> CheckpointSigner {
    CheckpointSigner::new(KeyName::new(NAME).unwrap(), SigningKey::from_seed([3; 32]))
}

/// A data directory with a log of sixteen records, the last with a receipt.
fn data() -> Dir {
    let dir = Dir::new();
    let engine = engine();
    let bundle = container::seal(&support::bundle(), &[]).unwrap();
    let id = engine.id().to_string();
    dir.write(&format!("data/bundles/{}.bundle", id.trim_start_matches("sha256:")), &bundle);
    let mut written = one_of_each(&engine);
    let made = decide(&engine, &reading("u-bob", 2), 14);
    written.push(Written { record: decided(&made, 14), covering: Some(made.covering) });
    let made = decide(&engine, &reading("u-ada", 12), 15);
    let issuer =
        Issuer { issuer: "https://gateway.example", tenant: TENANT, origin: NAME, index: 15, time: NOW + 15 };
    let record = decided(&made, 15).with_receipt(issuer, "r-15", None).unwrap();
    written.push(Written { record, covering: Some(made.covering) });
    let store = Store::sqlite(&dir.path("data/store.db"), &Options::default()).unwrap();
    let tenant = store.tenant(TENANT).unwrap();
    store.submit(tenant, Named).wait().unwrap();
    append(&store, tenant, written, true);
    dir
}

/// What the head of the log is, read beside the command.
fn leaves(dir: &Dir) -> Vec<Hash> {
    let mut reader = lictor_store::Reader::sqlite(&dir.path("data/store.db")).unwrap();
    let (tenant, _) = reader.tenants().unwrap().remove(0);
    reader.leaves(tenant, 0..u64::MAX).unwrap()
}

fn checkpoint(leaves: &[Hash]) -> Checkpoint {
    let mut frontier = Frontier::new();
    leaves.iter().for_each(|leaf| drop(frontier.append(*leaf)));
    Checkpoint::new(NAME, frontier.head()).unwrap()
}

/// The receipt of the last record, as its holder has it, and the history of the issuer's keys.
fn receipt(dir: &Dir) {
    let key: KeyFor<Receipt> = KeyFor::new(SigningKey::from_seed([1; 32]));
    let record = {
        let mut reader = lictor_store::Reader::sqlite(&dir.path("data/store.db")).unwrap();
        let (tenant, _) = reader.tenants().unwrap().remove(0);
        lictor_journal::Body::from_bytes(&reader.record(tenant, 15).unwrap().unwrap().body.unwrap())
            .unwrap()
            .record
    };
    let leaves = leaves(dir);
    let plan = proof::inclusion(15, 16).unwrap();
    let hashes = plan
        .prove(|node| {
            let range = node.entries();
            let part = &leaves[range.start as usize..range.end as usize];
            let mut frontier = Frontier::new();
            part.iter().for_each(|leaf| drop(frontier.append(*leaf)));
            Ok::<Hash, ()>(frontier.root())
        })
        .unwrap();
    let note = signer().sign(&checkpoint(&leaves)).unwrap();
    let proof = TlogProof { extra: None, index: 15, hashes, checkpoint: note }.to_string();
    let entry = record.entry(TENANT, 15, NOW + 15).unwrap().to_bytes().unwrap();
    let inclusion = Inclusion { entry: String::from_utf8(entry).unwrap(), proof };
    let says = record.receipt_at(TENANT, 15, NOW + 15, None).unwrap().unwrap();
    dir.write("receipt.json", &says.sign(&key, Some(&inclusion)).unwrap());
    dir.write("bare.json", &says.sign(&key, None).unwrap());

    let root: KeyFor<Root> = KeyFor::new(SigningKey::from_seed([2; 32]));
    let day = Moment(NOW - 86_400_000);
    let entry = |purpose, name: &str, seed| {
        KeyEntry::new(purpose, name, &SigningKey::from_seed([seed; 32]).verifying_key(), day)
    };
    let history = KeyHistory::new("https://gateway.example", TENANT, day).unwrap();
    let history = history.with(entry(Purpose::Receipt, "receipts-1", 1), day).unwrap();
    let history = history.with(entry(Purpose::Checkpoint, NAME, 3), day).unwrap();
    dir.write("history.json", &history.sign(&root).unwrap());
    dir.write("root.pub", SigningKey::from_seed([2; 32]).verifying_key().to_pem().unwrap().as_bytes());
    dir.write("other.pub", SigningKey::from_seed([9; 32]).verifying_key().to_pem().unwrap().as_bytes());
}

fn codes(told: &Value) -> Vec<String> {
    let faults = told["faults"].as_array().unwrap().iter();
    faults.map(|fault| fault["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_page_shows_what_the_command_does() {
    page::check_in(&data(), "audit.md");
}

/// Runs a statement on the store as somebody would who has the file, and not through us.
fn edit(dir: &Dir, sql: &str) {
    let path = dir.path("data/store.db");
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.execute_batch(sql).unwrap();
    connection.close().unwrap();
}

#[test]
fn whoever_edits_the_database_is_found_out() {
    let good = data();
    good.run(&["audit", "anchor", "data", "--out", "anchor"]).ends_with(0);
    let anchor = good.read("anchor");
    let store = {
        edit(&good, "PRAGMA wal_checkpoint(TRUNCATE)");
        good.read("data/store.db")
    };
    let cases: &[(&str, &str)] = &[
        (
            "UPDATE record SET body = CAST(replace(CAST(body AS TEXT), 'REPLAY_DETECTED', 'TOKEN_EXPIREDXX') AS BLOB) WHERE key & 1099511627775 = 3",
            "L0201",
        ),
        ("UPDATE record SET at = at + 1 WHERE key & 1099511627775 = 3", "L0201"),
        (
            "INSERT INTO record SELECT key + 50, at, leaf, kind, decision, agent, action, cites, secret, body FROM record WHERE key & 1099511627775 = 1",
            "L0308",
        ),
        ("UPDATE record SET kind = 5 WHERE key & 1099511627775 = 3", "L0301"),
        ("UPDATE record SET agent = 'nobody' WHERE key & 1099511627775 = 3", "L0301"),
        ("UPDATE record SET decision = 3 WHERE key & 1099511627775 = 1", "L0301"),
        ("DELETE FROM record WHERE key & 1099511627775 = 3", "L0202"),
        ("DELETE FROM record WHERE key & 1099511627775 = 15", "L0206"),
        ("UPDATE record SET leaf = zeroblob(32) WHERE key & 1099511627775 = 3", "L0204"),
        ("UPDATE record SET body = NULL WHERE key & 1099511627775 = 3", "L0302"),
        ("UPDATE record SET body = NULL, secret = NULL WHERE key & 1099511627775 = 13", "L0302"),
        (
            "UPDATE record SET key = key + 100 WHERE key & 1099511627775 = 15; UPDATE record SET key = key - 1 WHERE key & 1099511627775 = 115",
            "L0206",
        ),
    ];
    for (sql, code) in cases {
        let dir = Dir::new();
        dir.write("data/store.db", &store);
        dir.write("anchor", &anchor);
        dir.run(&["audit", "verify", "data", "--anchor", "anchor"]).ends_with(0);
        edit(&dir, sql);
        let run =
            dir.run(&["audit", "verify", "data", "--anchor", "anchor", "--format", "json"]).ends_with(1);
        assert!(codes(&run.json()).iter().any(|found| found == code), "{sql}: {run:?}");
        dir.run(&["audit", "anchor", "data"]).ends_with(1);
        dir.run(&["audit", "export", "data", "--to", "export"]).ends_with(1);
        assert!(!dir.path("export").exists());
    }
}

#[test]
fn a_changed_byte_of_the_file_changes_no_record_unseen() {
    let good = data();
    good.run(&["audit", "anchor", "data", "--out", "anchor"]).ends_with(0);
    edit(&good, "PRAGMA wal_checkpoint(TRUNCATE)");
    let store = good.read("data/store.db");
    let shown = |dir: &Dir| dir.run(&["audit", "export", "data", "--as", "jsonl"]).stdout;
    let expected = shown(&good);
    let dir = Dir::new();
    dir.write("anchor", &good.read("anchor"));
    // A process for each is slow, so that only some are tried; the rows are tried byte by byte in the tests of the journal.
    for at in (100..store.len()).step_by(store.len() / 60) {
        let mut changed = store.clone();
        changed[at] ^= 1;
        dir.write("data/store.db", &changed);
        let run = dir.run(&["audit", "verify", "data", "--anchor", "anchor"]);
        assert!(!run.stderr.contains("panicked"), "{at}: {run:?}");
        if run.status == 0 {
            assert_eq!(shown(&dir), expected, "byte {at}");
        }
    }
}

#[test]
fn receipts_and_witnesses_stand_for_a_log() {
    let dir = data();
    receipt(&dir);
    let run = dir.run(&["audit", "verify", "data", "--receipt", "receipt.json"]).ends_with(0);
    assert!(run.stdout.contains("as logged, by the checkpoint of receipt.json"), "{run:?}");
    assert!(
        dir.run(&["audit", "verify", "data", "--receipt", "bare.json"]).ends_with(1).stderr.contains("C0223")
    );
    // With the key of the log everything must be signed with it.
    dir.write("log.pub", signer().verifier_key().to_string().as_bytes());
    dir.run(&["audit", "verify", "data", "--receipt", "receipt.json", "--log-key", "log.pub"]).ends_with(0);
    let other = CheckpointSigner::new(KeyName::new(NAME).unwrap(), SigningKey::from_seed([8; 32]));
    let key = other.verifier_key().to_string();
    let run =
        dir.run(&["audit", "verify", "data", "--receipt", "receipt.json", "--log-key", &key]).ends_with(1);
    assert!(run.stderr.contains("L0135"), "{run:?}");
    // A checkpoint of another log.
    dir.write(
        "another",
        Checkpoint::new("another.example/log", checkpoint(&leaves(&dir)).head)
            .unwrap()
            .to_string()
            .as_bytes(),
    );
    assert!(
        dir.run(&["audit", "verify", "data", "--anchor", "another"]).ends_with(1).stderr.contains("L0141")
    );
    // What a witness cosigned counts as kept elsewhere, although it lies beside the log.
    let witness = Cosigner::new(KeyName::new("witness.example/w1").unwrap(), SigningKey::from_seed([4; 32]));
    let mut note = signer().sign(&checkpoint(&leaves(&dir))).unwrap();
    note.signatures.push(witness.cosign(&checkpoint(&leaves(&dir)), 1_772_359_200).unwrap());
    dir.write("cosigned", note.to_string().as_bytes());
    dir.run(&["audit", "export", "data", "--to", "export", "--checkpoint", "cosigned"]).ends_with(0);
    let run = dir.run(&["audit", "verify", "export", "--format", "json"]).ends_with(0).json();
    assert_eq!(
        (&run["vouched"], &run["vouched_by"], &run["not_vouched"]),
        (&json!(0), &json!(null), &json!([0, 16]))
    );
    let key = witness.verifier_key().to_string();
    let run = dir
        .run(&["audit", "verify", "export", "--witness-key", &key, "--format", "json"])
        .ends_with(0)
        .json();
    assert_eq!((&run["vouched"], &run["vouched_by"]), (&json!(16), &json!("the witness witness.example/w1")));
    // The log goes on otherwise than the witness saw it.
    edit(&dir, "UPDATE record SET leaf = zeroblob(32) WHERE key & 1099511627775 = 3");
    dir.run(&["audit", "verify", "data", "--anchor", "cosigned", "--witness-key", &key]).ends_with(1);
}

#[test]
fn a_receipt_is_verified_with_the_history_of_keys_alone() {
    let dir = data();
    receipt(&dir);
    let verify = |more: &[&str]| dir.run(&[&["receipt", "verify"], more].concat());
    let run = verify(&["receipt.json", "--keys", "history.json", "--root", "root.pub"]).ends_with(0);
    assert!(
        run.stdout.contains("ok      log         record 15 of gateway.example/clinic-1, which then had 16"),
        "{run:?}"
    );
    assert!(run.stdout.ends_with("The receipt is genuine\n"), "{run:?}");
    let run = verify(&["receipt.json", "--keys", "history.json"]).ends_with(0);
    assert!(run.stdout.starts_with("-       history     nobody vouches for it"), "{run:?}");
    assert!(
        verify(&["receipt.json", "--keys", "history.json", "--root", "other.pub"])
            .ends_with(1)
            .stderr
            .contains("V0111")
    );
    let told = verify(&["bare.json", "--keys", "history.json", "--root", "root.pub", "--format", "json"])
        .ends_with(0)
        .json();
    assert_eq!((&told["genuine"], &told["receipt"]["reason_code"]), (&json!(true), &json!("BULK")));
    let edited = String::from_utf8(dir.read("receipt.json")).unwrap().replace("step_up", "allow");
    dir.write("edited.json", edited.as_bytes());
    assert!(
        verify(&["edited.json", "--keys", "history.json", "--root", "root.pub"])
            .ends_with(1)
            .stdout
            .contains("FAILED  signature")
    );
    // Another version of the log was kept elsewhere.
    let mut other = leaves(&dir);
    other.swap(2, 3);
    dir.write("anchor", checkpoint(&other).to_string().as_bytes());
    let run = verify(&["receipt.json", "--keys", "history.json", "--root", "root.pub", "--anchor", "anchor"])
        .ends_with(1);
    assert!(run.stdout.contains("FAILED  anchor"), "{run:?}");
    assert!(verify(&["receipt.json", "--keys", "receipt.json"]).ends_with(1).stderr.contains("C0228"));
}

#[test]
fn what_is_no_log_is_told() {
    let dir = data();
    assert!(dir.run(&["audit", "verify", "nowhere"]).ends_with(1).stderr.contains("C0220"));
    dir.write(
        "text/store.db",
        b"not a database at all, but a text that is long enough to be looked at as one",
    );
    assert!(dir.run(&["audit", "verify", "text"]).ends_with(1).stderr.contains("C0221"));
    assert!(
        dir.run(&["audit", "verify", "data", "--tenant", "another"]).ends_with(1).stderr.contains("clinic-1")
    );
    dir.run(&["audit", "export", "data", "--to", "export"]).ends_with(0);
    assert!(dir.run(&["audit", "export", "data", "--to", "export"]).ends_with(1).stderr.contains("C0105"));
    assert!(dir.run(&["audit", "export", "export", "--to", "again"]).ends_with(1).stderr.contains("C0225"));
    // What is wanted is taken from an export as from a store.
    for form in ["jsonl", "csv"] {
        let taken = |from: &str| {
            dir.run(&["audit", "export", from, "--as", form, "--decision", "step_up"]).ends_with(0).stdout
        };
        assert_eq!(taken("export"), taken("data"));
        assert_eq!(taken("data").lines().count(), if form == "csv" { 2 } else { 1 });
    }
    assert!(Path::new(&dir.path("export/tile/0/000.p/16")).is_file());
}

#[test]
fn a_decision_that_was_not_made_so_is_found_by_deciding_again() {
    let dir = data();
    let run = dir.run(&["audit", "replay", "data", "--format", "json"]).ends_with(0).json();
    assert_eq!((&run["same"], &run["attested"], &run["erased"]), (&json!(2), &json!(4), &json!(1)));
    // Exported, nothing can be opened.
    dir.run(&["audit", "export", "data", "--to", "export"]).ends_with(0);
    let run = dir.run(&["audit", "replay", "export", "--format", "json"]).ends_with(0).json();
    assert_eq!((&run["same"], &run["good"]), (&json!(0), &json!(true)));
    // Whoever edits a record and makes the tree anew is found by its decision.
    edit(
        &dir,
        "UPDATE record SET body = CAST(replace(CAST(body AS TEXT), '\"pages\":12', '\"pages\":10') AS BLOB) WHERE key & 1099511627775 = 15",
    );
    let run = dir.run(&["audit", "replay", "data", "--format", "json"]).ends_with(1).json();
    assert_eq!(run["differs"][0]["record"], 15);
    std::fs::remove_dir_all(dir.path("data/bundles")).unwrap();
    let run = dir.run(&["audit", "replay", "data"]).ends_with(1);
    assert!(run.stdout.contains("which is not there: give it with `--bundle`"), "{run:?}");
}
