//! What logs and witnesses exchange: refused, or read as what is written the same again. None of it is signed by anybody who is known.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lictor_bundle::keys::SigningKey;
use lictor_ledger::note::{KeyName, Note, SignatureType, VerifierKey, verify};
use lictor_ledger::tile::{TilePath, decode_entries, encode_entries};
use lictor_ledger::witness::{AddCheckpoint, KnownLog, judge};
use lictor_ledger::{Checkpoint, Frontier, Hash, TlogProof, Trust};

fuzz_target!(|bytes: &[u8]| {
    let key = SigningKey::from_seed([1; 32]).verifying_key();
    let name = KeyName::new("example.com/log").expect("a name");
    let known = [SignatureType::Ed25519, SignatureType::Cosignature]
        .map(|kind| VerifierKey::new(name.clone(), kind, key));
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(note.to_string().as_bytes(), bytes);
        assert!(verify(&note, &known).is_err(), "a signature is forged");
    }
    if let Ok(proof) = TlogProof::parse(bytes) {
        assert_eq!(proof.to_string().as_bytes(), bytes);
        assert!(proof.verify(Hash::EMPTY, &Trust::of("example.com/log", &known)).is_err());
    }
    if let Ok(request) = AddCheckpoint::parse(bytes) {
        assert_eq!(request.to_string().as_bytes(), bytes);
    }
    let log = |origin: &str| {
        (origin == "example.com/log").then_some(KnownLog {
            origin: "example.com/log",
            keys: &known,
            latest: None,
        })
    };
    assert!(judge(bytes, log).is_err());
    if let Ok(frontier) = Frontier::from_bytes(bytes) {
        assert_eq!(frontier.to_bytes(), bytes);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        assert_eq!(checkpoint.to_string(), text);
    }
    if let Ok(key) = VerifierKey::parse(text) {
        assert_eq!(VerifierKey::parse(&key.to_string()), Ok(key));
    }
    // A path, and after the first line the bytes of what it names.
    let (path, rest) = text.split_once('\n').unwrap_or((text, ""));
    if let Ok(path) = TilePath::parse(path) {
        assert_eq!(path.to_string(), text.split('\n').next().unwrap_or_default());
        let _ = path.tile().read(rest.as_bytes());
        if let Ok(entries) = decode_entries(path.tile(), rest.as_bytes()) {
            assert_eq!(encode_entries(entries).as_deref(), Ok(rest.as_bytes()));
        }
    }
});
