//! What is signed and comes back from outside: refused, or read as what is written the same again; and never found to be signed by anybody who is known.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use lictor_bundle::keys;
use lictor_evidence::history::{KeyEntry, KeyHistory};
use lictor_evidence::json::Json;
use lictor_evidence::jwks::TokenKeys;
use lictor_evidence::keys::{Purpose, Root, SigningKey, Token};
use lictor_evidence::receipt::{Elsewhere, verify};
use lictor_evidence::record::LogEntry;
use lictor_evidence::time::Moment;
use lictor_evidence::token::{Claims, Envelope, TokenId};

/// The keys of somebody, of which the fuzzer does not know the private halves.
struct Known {
    tokens: TokenKeys,
    root: SigningKey<Root>,
    history: KeyHistory,
}

static KNOWN: OnceLock<Known> = OnceLock::new();

fn known() -> Known {
    let key = |seed| keys::SigningKey::from_seed([seed; 32]);
    let history = KeyHistory::new("https://gateway.example", "store-1", Moment(0)).expect("a history");
    let entries =
        [(Purpose::Receipt, "receipts-1", 11), (Purpose::Checkpoint, "gateway.example/store-1", 12)];
    let history = entries.into_iter().fold(history, |history, (purpose, name, seed)| {
        let entry = KeyEntry::new(purpose, name, &key(seed).verifying_key(), Moment(0));
        history.with(entry, Moment(0)).expect("a key more")
    });
    Known {
        tokens: TokenKeys::new(SigningKey::<Token>::new(key(1)).verifying_key()),
        root: SigningKey::new(key(13)),
        history,
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Known { tokens, root, history } = KNOWN.get_or_init(known);
    if let Ok(json) = Json::parse(bytes) {
        let canonical = json.canonical().expect("what was read is written");
        assert_eq!(Json::parse(&canonical), Ok(json));
    }
    if let Ok(entry) = LogEntry::from_bytes(bytes) {
        assert_eq!(entry.to_bytes().as_deref(), Ok(bytes));
    }
    if let Ok(keys) = TokenKeys::from_json(bytes) {
        assert_eq!(TokenKeys::from_json(keys.to_json(0).as_bytes()), Ok(keys));
    }
    let _ = serde_json::from_slice::<Envelope>(bytes)
        .map(|envelope| (envelope.check(|_| None), envelope.maximum("amount").is_some()));

    // The seeds hold documents that are signed: what the fuzzer makes of them must not be.
    let report = verify(bytes, history, &Elsewhere::default());
    assert_eq!(
        report.is_genuine(),
        report.lines.iter().all(|line| line.outcome != lictor_evidence::receipt::Outcome::Failed),
        "{report}"
    );
    if let Some(receipt) = &report.receipt {
        assert!(receipt.id.starts_with("r-") && receipt.agent.id == "agent-7", "a signature is forged");
    }
    if let Ok(read) = KeyHistory::open(bytes, &root.verifying_key()) {
        let again = read.sign(root).expect("what was read is signed");
        assert_eq!(KeyHistory::open(&again, &root.verifying_key()), Ok(read));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(claims) = Claims::open(text, tokens, 0) {
        assert_eq!(claims.subject, "agent-7", "a signature is forged");
    }
    if let Ok(id) = text.parse::<TokenId>() {
        assert_eq!(id.to_string(), text);
    }
});
