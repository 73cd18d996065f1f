//! The keys that a host trusts: which signatures count, and how old keys give way to new ones.

mod builder;

use builder::bundle;
use lictor_bundle::container::{Now, Requirements, Sealed, Trust, open, seal};
use lictor_bundle::error::{BundleError, ErrorKind};
use lictor_bundle::keys::SigningKey;
use lictor_bundle::keyset::{KeySet, MAX_KEYS, Purpose, TrustedKey};
use lictor_bundle::program::Release;

fn secret(number: u8) -> SigningKey {
    SigningKey::from_seed([number; 32])
}

fn trusted(number: u8) -> TrustedKey {
    TrustedKey::new(format!("key {number}"), secret(number).verifying_key())
}

fn set(threshold: u16, keys: Vec<TrustedKey>) -> KeySet {
    KeySet::new(threshold, keys).unwrap()
}

/// A bundle with this sequence number, signed with these keys, as a host takes it that trusts this set.
fn load(set: &KeySet, sequence: u64, now: Now, signers: &[u8]) -> Result<Sealed, BundleError> {
    let mut bundle = bundle();
    bundle.manifest.release = Release { sequence, expires: None };
    let keys: Vec<SigningKey> = signers.iter().map(|number| secret(*number)).collect();
    let file = seal(&bundle, &keys).unwrap();
    open(&file, Requirements { now, ..Requirements::from(Trust::Set(set)) })
}

fn kind(set: &KeySet, sequence: u64, now: Now, signers: &[u8]) -> ErrorKind {
    load(set, sequence, now, signers).unwrap_err().kind
}

#[test]
fn a_key_without_limits_signs_every_edition() {
    let set = set(1, vec![trusted(1), trusted(2)]);
    for sequence in [0, 1, 1 << 40] {
        let sealed = load(&set, sequence, Now::Unsaid, &[1]).unwrap();
        assert!(sealed.signatures[0].trusted);
    }
    assert_eq!(kind(&set, 1, Now::Unsaid, &[3]), ErrorKind::UntrustedSigner);
    assert_eq!(kind(&set, 1, Now::Unsaid, &[]), ErrorKind::Unsigned);
}

#[test]
fn a_key_signs_within_its_sequence_numbers() {
    let set = set(1, vec![TrustedKey { from_sequence: 5, until_sequence: Some(9), ..trusted(1) }]);
    for (sequence, counts) in [(0, false), (4, false), (5, true), (9, true), (10, false)] {
        let loaded = load(&set, sequence, Now::Unsaid, &[1]);
        assert_eq!(loaded.is_ok(), counts, "{sequence}");
        assert!(loaded.err().is_none_or(|error| error.kind == ErrorKind::KeyNotInForce));
    }
}

#[test]
fn a_key_signs_within_its_time() {
    let set = set(1, vec![TrustedKey { from: Some(1_000), until: Some(2_000), ..trusted(1) }]);
    for (now, counts) in [(999, false), (1_000, true), (2_000, true), (2_001, false)] {
        assert_eq!(load(&set, 1, Now::At(now), &[1]).is_ok(), counts, "{now}");
    }
    assert_eq!(kind(&set, 1, Now::At(0), &[1]), ErrorKind::KeyNotInForce);
    assert_eq!(kind(&set, 1, Now::Unsaid, &[1]), ErrorKind::KeyNotInForce);
    assert!(load(&set, 1, Now::Any, &[1]).is_ok());
}

#[test]
fn a_revoked_key_counts_for_nothing_from_its_number_on() {
    let from = |number| set(1, vec![TrustedKey { revoked_from: Some(number), ..trusted(1) }]);
    assert!(load(&from(6), 5, Now::Unsaid, &[1]).is_ok());
    assert_eq!(kind(&from(6), 6, Now::Unsaid, &[1]), ErrorKind::KeyRevoked);
    let error = load(&from(6), 7, Now::Any, &[1]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "B0179: the key \"key 1\" is revoked from number 6 on, and this is number 7"
    );
    assert_eq!(kind(&from(0), 0, Now::Unsaid, &[1]), ErrorKind::KeyRevoked);
}

#[test]
fn a_key_for_the_policies_of_users_signs_no_bundle() {
    let set = set(1, vec![TrustedKey { purpose: Purpose::UserLayer, ..trusted(1) }, trusted(2)]);
    let error = load(&set, 1, Now::Unsaid, &[1]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "B0181: the key \"key 1\" may sign changes to the policies of users only, and this is a bundle"
    );
    let sealed = load(&set, 1, Now::Unsaid, &[1, 2]).unwrap();
    assert_eq!(sealed.signatures.iter().filter(|signature| signature.trusted).count(), 1);
    assert!(Purpose::Bundle.covers(Purpose::UserLayer) && !Purpose::UserLayer.covers(Purpose::Bundle));
}

#[test]
fn a_key_is_exchanged_without_a_gap() {
    // The old key ends with number 9, the new one begins with 8: in between either is enough, and so are both.
    let set = set(
        1,
        vec![
            TrustedKey { until_sequence: Some(9), ..trusted(1) },
            TrustedKey { from_sequence: 8, ..trusted(2) },
        ],
    );
    for (sequence, old, new) in [(7, true, false), (8, true, true), (9, true, true), (10, false, true)] {
        assert_eq!(load(&set, sequence, Now::Unsaid, &[1]).is_ok(), old, "{sequence}");
        assert_eq!(load(&set, sequence, Now::Unsaid, &[2]).is_ok(), new, "{sequence}");
        assert!(load(&set, sequence, Now::Unsaid, &[1, 2]).is_ok(), "{sequence}");
    }
}

#[test]
fn as_many_keys_must_sign_as_the_set_says() {
    let two_of_three =
        set(2, vec![trusted(1), trusted(2), TrustedKey { revoked_from: Some(5), ..trusted(3) }]);
    assert_eq!(kind(&two_of_three, 1, Now::Unsaid, &[1]), ErrorKind::Threshold);
    assert!(load(&two_of_three, 1, Now::Unsaid, &[1, 3]).is_ok());
    assert!(load(&two_of_three, 1, Now::Unsaid, &[1, 2, 3, 4]).is_ok());
    // Signing twice with one key is one signature, and a stranger's is none.
    assert_eq!(kind(&two_of_three, 1, Now::Unsaid, &[1, 1, 4]), ErrorKind::Threshold);
    let error = load(&two_of_three, 5, Now::Unsaid, &[1, 3]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "B0178: it has 1 of the 2 signatures that are asked for; the key \"key 3\" is revoked from number 5 on, and this is number 5"
    );
}

#[test]
fn a_set_is_read_as_it_is_written() {
    let all = set(
        2,
        vec![
            trusted(1),
            TrustedKey { until_sequence: Some(9), revoked_from: Some(0), ..trusted(2) },
            TrustedKey { from: Some(0), until: Some(86_399_999), ..trusted(3) },
            TrustedKey { purpose: Purpose::UserLayer, from_sequence: 4, ..trusted(4) },
        ],
    );
    let text = all.to_json().unwrap();
    assert_eq!(KeySet::from_json(text.as_bytes()).unwrap(), all);
    assert!(text.contains("\"until\": \"1970-01-01T23:59:59.999Z\"") && text.ends_with("}\n"), "{text}");
}

#[test]
fn what_is_no_set_of_keys_is_refused() {
    let good = set(1, vec![trusted(1), TrustedKey { from_sequence: 3, until: Some(1), ..trusted(2) }]);
    let good = good.to_json().unwrap();
    let id = secret(1).verifying_key().id().to_string();
    let texts = [
        String::new(),
        "{}".to_owned(),
        good.replace("\"version\": 1", "\"version\": 2"),
        good.replace("\"version\": 1", "\"version\": 1, \"version\": 1"),
        good.replace("\"threshold\": 1", "\"threshold\": 0"),
        good.replace("\"threshold\": 1", "\"threshold\": 3"),
        good.replace("\"threshold\": 1", "\"threshold\": -1"),
        good.replace("\"threshold\": 1", "\"threshold\": 1, \"more\": true"),
        good.replace("\"name\": \"key 1\"", "\"name\": \" \""),
        good.replace("\"name\": \"key 1\"", "\"name\": \"a\\u001b[2J\""),
        good.replace("\"purpose\": \"bundle\"", "\"purpose\": \"everything\""),
        good.replace("\"from_sequence\": 3", "\"from_sequence\": 9007199254740992"),
        good.replace("\"from_sequence\": 3", "\"from_sequence\": 3, \"until_sequence\": 2"),
        good.replace("\"from_sequence\": 3", "\"from_sequence\": 3.5"),
        good.replace("1970-01-01T00:00:00.001Z", "1970-01-01"),
        good.replace(&id, &id.replace(['a', 'b', 'c'], "d")),
        good.replace("\"public_key\": \"", "\"public_key\": \"+"),
        good.replace("\"keys\": [", "\"keys\": [null,"),
        good[..good.len() / 2].to_owned(),
        format!("{good}{good}"),
        "[".repeat(100_000),
    ];
    for text in texts {
        let error = KeySet::from_json(text.as_bytes()).unwrap_err();
        assert_eq!((error.kind, error.code()), (ErrorKind::KeySet, "B0182"), "{text}");
    }
    assert_eq!(KeySet::new(1, vec![trusted(1), trusted(1)]).unwrap_err().kind, ErrorKind::KeySet);
    assert_eq!(KeySet::new(1, vec![trusted(1); MAX_KEYS + 1]).unwrap_err().kind, ErrorKind::KeySet);
    // A weak key is refused as such, also in a set.
    let weak = format!("\"public_key\": \"01{}\"", "0".repeat(62));
    let public = good.lines().find(|line| line.contains("public_key")).unwrap().trim().trim_end_matches(',');
    let error = KeySet::from_json(good.replace(public, &weak).as_bytes()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::WeakKey);
}

#[test]
fn a_key_is_found_by_its_name_or_the_beginning_of_its_id() {
    let set = set(1, vec![trusted(1), trusted(2)]);
    let id = secret(2).verifying_key().id().to_string();
    for name in ["key 2", &id, &id[..8]] {
        assert_eq!(set.named(name).unwrap().name, "key 2");
    }
    for name in ["key 3", &id[..7], ""] {
        let error = set.named(name).unwrap_err();
        assert_eq!((error.kind, error.code()), (ErrorKind::NoSuchKey, "B0183"), "{name}");
    }
}

#[test]
fn keys_come_and_give_way_and_are_never_forgotten() {
    let first = set(1, vec![trusted(1)]);
    let second = ("next", secret(2).verifying_key());
    let both = first.rotate("key 1", second, 10, 5).unwrap();
    assert_eq!(both.named("key 1").unwrap().until_sequence, Some(14));
    assert_eq!(both.named("next").unwrap().from_sequence, 10);
    assert_eq!((first.lasting(), both.lasting()), (1, 1));

    // An end that was nearer stays; the new key is for what the old one was for.
    let users = TrustedKey { purpose: Purpose::UserLayer, until_sequence: Some(3), ..trusted(3) };
    let rotated = first.with(users).unwrap().rotate("key 3", second, 10, 0).unwrap();
    assert_eq!(rotated.named("key 3").unwrap().until_sequence, Some(3));
    assert_eq!(rotated.named("next").unwrap().purpose, Purpose::UserLayer);

    let revoked = both.revoke("key 1", 12).unwrap();
    assert_eq!(revoked.named("key 1").unwrap().revoked_from, Some(12));
    assert_eq!(revoked.revoke("key 1", 0).unwrap().named("key 1").unwrap().revoked_from, Some(0));
    for wrong in [
        revoked.revoke("key 1", 13),
        both.rotate("key 1", second, 20, 0),
        first.rotate("key 1", second, 0, 0),
        first.with(TrustedKey::new("key 1", secret(4).verifying_key())),
        first.with_threshold(2),
    ] {
        assert_eq!(wrong.unwrap_err().kind, ErrorKind::KeySet);
    }
    assert_eq!(both.with_threshold(2).unwrap().threshold(), 2);
}
