//! Bundles: those that decide, and those that are refused, each for one thing that is wrong with it.

use std::collections::BTreeMap;

use lictor_bundle::container;
use lictor_bundle::keys::SigningKey;
use lictor_bundle::keyset::{KeySet, Purpose, TrustedKey};
use lictor_bundle::program::Bundle;
use lictor_bundle::release::Release;
use lictor_compiler::compile;
use sha2::{Digest as _, Sha256};

use crate::form::{Ask, TestKey};
use crate::projects;
use crate::support::NOW;
use crate::witnesses::{OTHER_WITNESS, WITNESS};

/// Test keys that sign policy: seeds that anybody can count up to.
const RELEASE: u8 = 101;
const SECOND: u8 = 102;
const FOREIGN: u8 = 103;

/// A vector of this file: its name, why it is there, what is asked, and what a person says is to come of it.
pub type Wanted = (String, String, Ask, String);

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

pub fn test_keys() -> Vec<TestKey> {
    let keys = [
        ("release", "bundles of policy", RELEASE),
        ("second", "bundles of policy, beside the first", SECOND),
        ("foreign", "bundles that nobody asked it for", FOREIGN),
        ("token-1", "tokens", 1),
        ("token-2", "tokens, later", 2),
        ("receipt", "receipts", 11),
        ("checkpoint", "checkpoints of the log", 12),
        ("root", "the history of keys", 13),
        ("checkpoint-2", "checkpoints of the log, later", 14),
        ("witness-1", "cosignatures of a witness", WITNESS),
        ("witness-2", "cosignatures of another witness", OTHER_WITNESS),
    ];
    let test_key = |(name, signs, seed): (&str, &str, u8)| TestKey {
        name: name.to_owned(),
        signs: signs.to_owned(),
        seed: format!("{seed:02x}").repeat(32),
        public_key: key(seed).verifying_key().to_pem().unwrap(),
    };
    keys.into_iter().map(test_key).collect()
}

/// A policy of the folder, compiled.
fn policy(name: &str) -> Bundle {
    let mut project = projects::folder("conformance/policies");
    project.files.retain(|file| file.path.strip_prefix(name).is_some_and(|rest| !rest.contains("tests")));
    project.name = name.to_owned();
    let compiled = compile(&project);
    let errors: Vec<_> = compiled.diagnostics.iter().filter(|told| told.is_error()).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
    compiled.bundle.unwrap()
}

fn signed(bundle: &Bundle, seeds: &[u8]) -> Vec<u8> {
    let keys: Vec<SigningKey> = seeds.iter().map(|seed| key(*seed)).collect();
    container::seal(bundle, &keys).unwrap()
}

pub fn bundles() -> BTreeMap<String, Vec<u8>> {
    let tiny = policy("tiny");
    let released = |sequence, expires| {
        let mut bundle = tiny.clone();
        bundle.manifest.release = Release { sequence, expires };
        signed(&bundle, &[RELEASE])
    };
    let good = signed(&tiny, &[RELEASE]);
    let altered = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        // A file ends with the digest of all before it, which whoever alters one writes anew.
        let end = bytes.len() - 32;
        let digest = Sha256::digest(&bytes[..end]);
        bytes[end..].copy_from_slice(&digest);
        bytes
    };
    let last = good.len() - 1;
    // The statement that is signed stands in the clear; the digest in it is where a forger would begin.
    let digest = good.windows(7).position(|window| window == b"sha256:").unwrap() + 10;
    let mut damaged = good.clone();
    damaged[digest] ^= 1;
    let foreign = signed(&tiny, &[FOREIGN]);
    let all = [
        ("market", signed(&policy("market"), &[RELEASE])),
        ("layers", signed(&policy("layers"), &[RELEASE])),
        ("tiny", good.clone()),
        ("tiny-number-7", released(7, None)),
        ("tiny-expires", released(8, Some(NOW))),
        ("tiny-by-two", signed(&tiny, &[RELEASE, SECOND])),
        ("tiny-unsigned", signed(&tiny, &[])),
        ("tiny-foreign", foreign),
        ("tiny-statement-altered", altered(digest)),
        ("tiny-contents-altered", altered(last - 32)),
        ("tiny-damaged", damaged),
        ("tiny-cut", good[..last].to_vec()),
        ("tiny-longer", [good.as_slice(), b"x"].concat()),
        ("tiny-magic-altered", altered(0)),
        ("empty", Vec::new()),
        ("no-bundle", b"{\"bundle\": true}".to_vec()),
    ];
    all.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect()
}

/// Sets of trusted keys, as a host keeps them.
pub fn documents() -> BTreeMap<String, String> {
    let trusted = |name: &str, seed| TrustedKey::new(name, key(seed).verifying_key());
    let (release, second) = (trusted("release", RELEASE), trusted("second", SECOND));
    let set = |threshold, keys: Vec<TrustedKey>| KeySet::new(threshold, keys).unwrap().to_json().unwrap();
    let one = set(1, vec![release.clone()]);
    [
        ("trusted-one", one.clone()),
        ("trusted-two-of-two", set(2, vec![release.clone(), second.clone()])),
        ("trusted-revoked", set(1, vec![TrustedKey { revoked_from: Some(7), ..release.clone() }])),
        ("trusted-later", set(1, vec![TrustedKey { from_sequence: 9, ..release.clone() }])),
        ("trusted-users-only", set(1, vec![TrustedKey { purpose: Purpose::UserLayer, ..release }, second])),
        ("trusted-unknown-member", one.replacen("\"threshold\"", "\"trust_all\": true, \"threshold\"", 1)),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .into()
}

pub fn loads() -> Vec<Wanted> {
    let mut all = Vec::new();
    let mut ask = |name: &str, why: &str, ask: Ask, outcome: &str| {
        all.push((format!("load: {name}"), why.to_owned(), ask, outcome.to_owned()));
    };
    let by = |bundle: &str, keys: &[&str]| Ask::Load {
        bundle: bundle.to_owned(),
        keys: keys.iter().map(|name| (*name).to_owned()).collect(),
        trusted: None,
        min_sequence: None,
        now: None,
        max_steps: None,
    };
    ask("signed", "one trusted key has signed it", by("tiny", &["release"]), "OK");
    ask("one of two keys", "one of the trusted keys is enough", by("tiny", &["second", "release"]), "OK");
    ask("unsigned", "what nobody has signed is not taken", by("tiny-unsigned", &["release"]), "B0106");
    ask("foreign", "it is signed, by a key that nobody trusts", by("tiny-foreign", &["release"]), "B0107");
    ask("no keys", "who trusts nobody takes nothing", by("tiny", &[]), "B0107");
    ask(
        "statement altered",
        "what was signed is another statement",
        by("tiny-statement-altered", &["release"]),
        "B0108",
    );
    ask("damaged", "a bit fell over on the way", by("tiny-damaged", &["release"]), "B0104");
    ask(
        "contents altered",
        "the contents are not those of the statement",
        by("tiny-contents-altered", &["release"]),
        "B0109",
    );
    ask("cut", "the last byte is missing", by("tiny-cut", &["release"]), "B0104");
    ask("longer", "a byte follows that belongs to nothing", by("tiny-longer", &["release"]), "B0104");
    ask("magic altered", "it does not begin like a bundle", by("tiny-magic-altered", &["release"]), "B0102");
    ask("empty", "no bytes are no bundle", by("empty", &["release"]), "B0102");
    ask("no bundle", "JSON is no bundle", by("no-bundle", &["release"]), "B0102");

    let with = |bundle: &str, min: Option<u64>, at: Option<i64>, steps: Option<u64>| {
        let mut asked = by(bundle, &["release"]);
        if let Ask::Load { min_sequence, now, max_steps, .. } = &mut asked {
            (*min_sequence, *now, *max_steps) = (min, at, steps);
        }
        asked
    };
    ask(
        "the number that was seen",
        "the same edition again is taken",
        with("tiny-number-7", Some(7), None, None),
        "OK",
    );
    ask(
        "an older number",
        "an edition before the one that was seen brings an old policy back",
        with("tiny-number-7", Some(8), None, None),
        "B0175",
    );
    ask("until its end", "its last moment still counts", with("tiny-expires", None, Some(NOW), None), "OK");
    ask(
        "after its end",
        "a millisecond later it is over",
        with("tiny-expires", None, Some(NOW + 1), None),
        "B0176",
    );
    ask(
        "without a clock",
        "it expires, and nobody says what time it is",
        with("tiny-expires", None, None, None),
        "B0176",
    );
    ask(
        "too many steps",
        "the host allows fewer steps than a decision can take",
        with("tiny", None, None, Some(1)),
        "B0177",
    );

    let set = |bundle: &str, name: &str| {
        let mut asked = by(bundle, &[]);
        if let Ask::Load { trusted, .. } = &mut asked {
            *trusted = Some(name.to_owned());
        }
        asked
    };
    ask("a set of keys", "a set of one is as good as that key", set("tiny", "trusted-one"), "OK");
    ask("two of two", "both that are asked for have signed", set("tiny-by-two", "trusted-two-of-two"), "OK");
    ask("one of two", "two are asked for, and one has signed", set("tiny", "trusted-two-of-two"), "B0178");
    ask(
        "a revoked key",
        "its signature counts only before edition 7",
        set("tiny-number-7", "trusted-revoked"),
        "B0179",
    );
    ask(
        "a key before its time",
        "it signs from edition 9 on",
        set("tiny-number-7", "trusted-later"),
        "B0180",
    );
    ask(
        "a key for users",
        "it may sign policies of users, and no bundle",
        set("tiny", "trusted-users-only"),
        "B0181",
    );
    ask(
        "a set with a member too many",
        "what nobody knows might have meant something",
        set("tiny", "trusted-unknown-member"),
        "B0182",
    );
    all
}
