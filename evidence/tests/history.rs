//! The history of keys: signed by the root, and nothing is ever taken back.

mod support;

use lictor_evidence::error::{ErrorKind, EvidenceError};
use lictor_evidence::history::{KeyEntry, KeyHistory, Revocation};
use lictor_evidence::keys::{Purpose, Root, SigningKey};
use lictor_evidence::time::Moment;
use support::log::*;
use support::*;

fn kind<T: std::fmt::Debug>(result: Result<T, EvidenceError>) -> ErrorKind {
    result.unwrap_err().kind
}

fn open(bytes: &[u8]) -> Result<KeyHistory, EvidenceError> {
    KeyHistory::open(bytes, &root().verifying_key())
}

fn entry(purpose: Purpose, name: &str, seed: u8) -> KeyEntry {
    KeyEntry::new(purpose, name, &plain_key(seed).verifying_key(), day(0))
}

fn revocation(log_size: u64) -> Revocation {
    Revocation { log_size, at: day(5), because: "lost".to_owned() }
}

#[test]
fn what_the_root_signed_is_read_again() {
    for history in [history(), revoked_at(9), both_revoked_at(0)] {
        let bytes = history.sign(&root()).unwrap();
        assert_eq!(open(&bytes), Ok(history));
    }
    let other: SigningKey<Root> = SigningKey::new(plain_key(99));
    assert_eq!(kind(open(&history().sign(&other).unwrap())), ErrorKind::OtherKey);
}

#[test]
fn a_history_is_written_as_the_page_says() {
    let history = KeyHistory::new("https://gateway.example", "store-1", Moment(NOW)).unwrap();
    let history = history.with(entry(Purpose::Receipt, "receipts-1", 1), Moment(NOW + 1)).unwrap();
    let kid = history.keys()[0].kid();
    let history = history.ended(kid, day(1), day(2)).unwrap().revoked(kid, revocation(7), day(6)).unwrap();
    let text = String::from_utf8(history.sign(&root()).unwrap()).unwrap();
    let (content, _) = text.split_once(r#","signature""#).unwrap();
    assert_eq!(
        content,
        concat!(
            r#"{"history":{"edition":4,"issued":"2026-03-07T10:00:00Z","issuer":"https://gateway.example","keys":[{"#,
            r#""from":"2026-03-01T10:00:00Z","key":"iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w","#,
            r#""kid":"UDDReOZl1ipXAfp9wYsm13sDBMK5og--QWdBjzuf6o4","name":"receipts-1","purpose":"receipt","#,
            r#""revoked":{"at":"2026-03-06T10:00:00Z","because":"lost","log_size":7},"until":"2026-03-02T10:00:00Z"}],"#,
            r#""tenant":"store-1","type":"lictor-key-history","version":1}"#
        )
    );
}

#[test]
fn every_changed_byte_is_found() {
    let bytes = revoked_at(9).sign(&root()).unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(open(&changed).is_err(), "{at}");
    }
    for cut in 0..bytes.len() {
        assert!(open(&bytes[..cut]).is_err(), "{cut}");
    }
    assert_eq!(kind(open(&vec![b' '; (1 << 20) + 1])), ErrorKind::TooLarge);
}

/// What the root key signed, and is still no history.
#[test]
fn a_history_that_contradicts_itself_is_refused() {
    let good = String::from_utf8(revoked_at(9).sign(&root()).unwrap()).unwrap();
    let content =
        good.strip_prefix(r#"{"history":"#).unwrap().split_once(r#","signature""#).unwrap().0.to_owned();
    let kid = root().verifying_key().thumbprint();
    let resigned = |content: &str| {
        let signature = base64url(&sign(13, format!("lictor key history 1\n{content}").as_bytes()));
        open(
            format!(r#"{{"history":{content},"signature":{{"kid":"{kid}","value":"{signature}"}}}}"#)
                .as_bytes(),
        )
    };
    assert_eq!(resigned(&content), Ok(revoked_at(9)));
    let first = history().keys()[0].kid().to_string();
    let stranger = token_key(77).verifying_key().thumbprint().to_string();
    let cases = [
        (content.replace("lictor-key-history", "lictor-receipt"), ErrorKind::Form),
        (content.replace(r#""version":1"#, r#""version":2"#), ErrorKind::Form),
        (content.replacen(r#""name""#, r#""more":1,"name""#, 1), ErrorKind::Form),
        (content.replacen(r#""token""#, r#""signing""#, 1), ErrorKind::Form),
        (content.replacen("2025-12-31T10:00:00Z", "2025-12-31T11:00:00+01:00", 1), ErrorKind::Form),
        (content.replacen("2025-12-31T10:00:00Z", "2025-12-31T10:00:00.000Z", 1), ErrorKind::Form),
        (content.replace(&first, &stranger), ErrorKind::Keys),
        (content.replacen(r#""edition":7"#, r#""edition":0"#, 1), ErrorKind::History),
        (content.replace("the machine was stolen", ""), ErrorKind::History),
        (content.replacen("tokens-1", "", 1), ErrorKind::History),
        (content.replace("gateway.example/store-1", "a+b"), ErrorKind::History),
        (content.replace(r#""token""#, r#""token","until":"2020-01-01T00:00:00Z""#), ErrorKind::History),
        (content.replace(r#""log_size":9"#, r#""log_size":9.5"#), ErrorKind::Json),
    ];
    for (content, expected) in cases {
        assert_eq!(kind(resigned(&content)), expected, "{content}");
    }
    // A key for two purposes, and the root among the others.
    let twice = history().with(entry(Purpose::Receipt, "again", 1), day(1));
    assert_eq!(kind(twice), ErrorKind::History);
    let with_root = history().with(entry(Purpose::Bundle, "root", 13), day(1)).unwrap();
    assert_eq!(kind(with_root.sign(&root())), ErrorKind::Keys);
    assert_eq!(kind(KeyHistory::new("", "store-1", day(0))), ErrorKind::History);
}

#[test]
fn nothing_is_taken_back() {
    let first = history();
    let kid = receipt_key().verifying_key().thumbprint();
    let ended = first.ended(kid, day(3), day(3)).unwrap();
    let revoked = first.revoked(kid, revocation(9), day(5)).unwrap();
    for later in [&first, &ended, &revoked] {
        assert_eq!(later.continues(&first), Ok(()));
        assert_eq!(later.continues(later), Ok(()));
    }
    assert_eq!(ended.ended(kid, day(2), day(6)).unwrap().continues(&ended), Ok(()));
    assert_eq!(revoked.revoked(kid, revocation(8), day(6)).unwrap().continues(&revoked), Ok(()));

    let wrong = [
        // An old one; another one of the same number; what was revoked is not; what ended goes on.
        first.continues(&revoked).err(),
        ended.continues(&revoked).err(),
        first.with(entry(Purpose::Token, "t", 31), day(5)).unwrap().continues(&ended).err(),
        first
            .with(entry(Purpose::Token, "t", 31), day(6))
            .unwrap()
            .with(entry(Purpose::Token, "u", 32), day(6))
            .unwrap()
            .continues(&revoked)
            .err(),
        ended.ended(kid, day(4), day(6)).err(),
        revoked.revoked(kid, revocation(10), day(6)).err(),
        // Before the last edition, and a key that nobody knows.
        first.with(entry(Purpose::Token, "t", 31), day(-61)).err(),
        first.ended(token_key(77).verifying_key().thumbprint(), day(1), day(1)).err(),
        KeyHistory::new("https://gateway.example", "store-2", day(9)).unwrap().continues(&first).err(),
    ];
    for (number, error) in wrong.into_iter().enumerate() {
        assert_eq!(error.unwrap_or_else(|| panic!("{number}")).kind, ErrorKind::Continuation, "{number}");
    }
}

#[test]
fn two_tenants_have_no_key_in_common() {
    let other = KeyHistory::new("https://gateway.example", "store-2", day(0)).unwrap();
    let apart = other.with(entry(Purpose::Receipt, "receipts", 41), day(1)).unwrap();
    assert_eq!(apart.shared_with(&history()), None);
    let common = apart.with(entry(Purpose::Receipt, "borrowed", 11), day(2)).unwrap();
    assert_eq!(common.shared_with(&history()).map(|entry| entry.name.as_str()), Some("borrowed"));
}

#[test]
fn codes_are_one_each_and_say_what_to_do() {
    let mut codes: Vec<&str> = ErrorKind::ALL.iter().map(|kind| kind.code()).collect();
    codes.dedup();
    assert_eq!(codes.join(" "), "V0101 V0102 V0103 V0110 V0111 V0112 V0120 V0121");
    let page = include_str!("../../docs/receipts.md");
    for kind in ErrorKind::ALL {
        assert!(page.contains(kind.code()), "docs/receipts.md does not explain {}", kind.code());
        assert!(!kind.help().is_empty());
    }
}
