//! Changes of single users' policies: what comes of one is the bundle that would have been built, and anything else is refused.

mod support;

use lictor_bundle::container::{self, Now, Requirements, Trust};
use lictor_bundle::delta::Delta;
use lictor_bundle::digest::bundle_id;
use lictor_bundle::error::ErrorKind;
use lictor_bundle::instr::Instr;
use lictor_bundle::keys::SigningKey;
use lictor_bundle::keyset::{KeySet, Purpose, TrustedKey};
use lictor_bundle::program::{Bundle, Mode, Release, Unit, UnitKey};
use lictor_bundle::schema::{ParamValue, Scalar};
use lictor_runtime::{Engine, Live, Scratch};
use serde_json::{Value, json};
use support::{compiled, outcome};

const BASE: &str = r#"
module desk.base
layer base
reasons { LARGE "It is a lot" ODD "It is odd" BANNED "It is on a list" }
action pay {
  amount: Int
  payee: String max 20
  default allow
}
param most: Int = 100 range 0 to 1_000 stricter when lower
param banned: Set<String max 20> = ["x"] stricter when superset
rule limit on pay at amount { require amount <= most else LARGE }
rule listed on pay { deny when payee in banned as BANNED }
"#;

const USERS: usize = 150;

/// The policy of a user: all have a limit, every third one has a rule as well, and the seventh a list.
fn user(number: usize, most: i64) -> String {
    let rule = format!("rule own on pay {{ deny when amount == {number} as ODD }}\n");
    let list = "set banned = [\"y\", \"z\"]\n";
    format!(
        "module users.u{number}\nlayer user \"u-{number:03}\"\nset most = {most}\n{}{}",
        if number.is_multiple_of(3) { rule.as_str() } else { "" },
        if number == 7 { list } else { "" },
    )
}

/// The policy with these limits, each of them by number of the user.
fn policy(sequence: u64, changed: &[(usize, i64)]) -> Bundle {
    let limit = |number| changed.iter().find(|(user, _)| *user == number).map_or(50, |(_, most)| *most);
    let users: Vec<String> = (0..USERS).map(|number| user(number, limit(number))).collect();
    let files: Vec<&str> = [BASE].into_iter().chain(users.iter().map(String::as_str)).collect();
    let mut bundle = compiled(&files).bundle.unwrap();
    bundle.manifest.release = Release { sequence, expires: None };
    bundle
}

fn unit(bundle: &Bundle, number: usize) -> Unit {
    let key = UnitKey::User(format!("u-{number:03}"));
    bundle.units.iter().find(|unit| unit.key == key).unwrap().clone()
}

fn secret(number: u8) -> SigningKey {
    SigningKey::from_seed([number; 32])
}

/// Key 1 signs bundles, key 2 changes of users' policies only.
fn keys() -> KeySet {
    let delegated =
        TrustedKey { purpose: Purpose::UserLayer, ..TrustedKey::new("users", secret(2).verifying_key()) };
    KeySet::new(1, vec![TrustedKey::new("main", secret(1).verifying_key()), delegated]).unwrap()
}

fn next(sequence: u64) -> Release {
    Release { sequence, expires: None }
}

fn decide(engine: &Engine, user: usize, amount: i64) -> String {
    let request = json!({ "action": "pay", "agent": { "id": "a" }, "user": { "id": format!("u-{user:03}") },
        "context": { "now": "2026-06-01T10:00:00Z" }, "params": { "amount": amount, "payee": "p" } });
    let decision = engine.decide(&mut Scratch::default(), request.to_string().as_bytes());
    outcome(&serde_json::to_value(&decision).unwrap())
}

#[test]
fn what_comes_of_a_change_is_the_bundle_that_would_have_been_built() {
    let (old, new) = (policy(1, &[]), policy(2, &[(4, 10), (33, 20), (149, 30)]));
    let engine = Engine::from_bundle(old.clone()).unwrap();
    let units = [149, 4, 33].map(|number| unit(&new, number)).to_vec();
    let change = engine.change(units, next(2)).unwrap();
    assert_eq!(change.to, bundle_id(&new).unwrap());
    let keys = keys();
    let changed =
        engine.apply(&change.seal(engine.bundle(), &[secret(2)]).unwrap(), Trust::Set(&keys)).unwrap();
    assert_eq!(changed.id(), change.to);
    assert_eq!(changed.to_bundle(), new);
    assert_eq!(changed.release(), next(2));
    // The engine that was changed is what it was.
    assert_eq!(engine.to_bundle(), old);

    let built = Engine::load(&container::seal(&new, &[]).unwrap(), Trust::Integrity).unwrap();
    for number in [0, 3, 4, 5, 7, 33, 63, 64, 148, 149] {
        for amount in [number as i64, 10, 11, 20, 21, 30, 31, 50, 51] {
            assert_eq!(decide(&changed, number, amount), decide(&built, number, amount), "{number} {amount}");
        }
    }
    assert_eq!((decide(&engine, 33, 21), decide(&changed, 33, 21)), ("allow OK".into(), "deny LARGE".into()));

    // Changes follow each other, and one is of the bundle it was made for only.
    let back = changed.change(vec![unit(&old, 33)], next(3)).unwrap();
    let again =
        changed.apply(&back.seal(changed.bundle(), &[secret(1)]).unwrap(), Trust::Set(&keys)).unwrap();
    assert_eq!(again.id(), bundle_id(&policy(3, &[(4, 10), (149, 30)])).unwrap());
    let error =
        engine.apply(&back.seal(engine.bundle(), &[secret(1)]).unwrap(), Trust::Set(&keys)).unwrap_err();
    assert_eq!((error.kind, error.code()), (ErrorKind::DeltaBase, "B0160"));
}

#[test]
fn every_user_can_be_replaced_in_turn() {
    let new = policy(0, &(0..USERS).map(|number| (number, 17)).collect::<Vec<_>>());
    let mut engine = Engine::from_bundle(policy(0, &[])).unwrap();
    for number in 0..USERS {
        let change = engine.change(vec![unit(&new, number)], next(number as u64 + 1)).unwrap();
        engine = engine.apply(&change.seal(engine.bundle(), &[]).unwrap(), Trust::Integrity).unwrap();
        assert_eq!(engine.id(), bundle_id(&engine.to_bundle()).unwrap(), "{number}");
    }
    assert_eq!(engine.to_bundle().units, new.units);
}

#[test]
fn an_altered_change_is_refused() {
    let engine = Engine::from_bundle(policy(1, &[])).unwrap();
    let change = engine.change(vec![unit(&policy(2, &[(4, 10)]), 4)], next(2)).unwrap();
    let file = change.seal(engine.bundle(), &[secret(2)]).unwrap();
    let keys = keys();
    assert!(engine.apply(&file, Trust::Set(&keys)).is_ok());
    for at in 0..file.len() {
        assert!(engine.apply(&file[..at], Trust::Set(&keys)).is_err(), "cut at {at}");
        for mask in [0x01, 0x80, 0xff] {
            let mut altered = file.clone();
            altered[at] ^= mask;
            assert!(engine.apply(&altered, Trust::Set(&keys)).is_err(), "byte {at}");
            // As anybody could write the digest anew: then it is the signature, or what is signed.
            let contents = altered.len() - 32;
            let digest = sha256(&altered[..contents]);
            altered[contents..].copy_from_slice(&digest);
            let is_it = at >= contents;
            assert_eq!(engine.apply(&altered, Trust::Set(&keys)).is_ok(), is_it, "byte {at}");
            assert_eq!(
                engine.apply(&altered, Trust::Integrity).is_ok() && !is_it,
                is_signature(&file, at),
                "byte {at}"
            );
        }
    }
}

/// Whether this byte belongs to the signature, which nobody looks at who asks for none; but for the number of signatures.
fn is_signature(file: &[u8], at: usize) -> bool {
    let length = u32::from_le_bytes(file[8..12].try_into().unwrap()) as usize;
    (16 + length..16 + length + 96).contains(&at)
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).into()
}

/// A change that its signer has altered before signing, and the error with which it is refused.
fn resigned(alter: impl FnOnce(&mut Delta)) -> ErrorKind {
    let engine = Engine::from_bundle(policy(5, &[])).unwrap();
    let mut change = engine.change(vec![unit(&policy(6, &[(6, 10)]), 6)], next(6)).unwrap();
    alter(&mut change);
    let error =
        engine.apply(&change.seal(engine.bundle(), &[secret(2)]).unwrap(), Trust::Set(&keys())).unwrap_err();
    assert!(!error.help().is_empty() && !error.message.is_empty());
    error.kind
}

#[test]
fn a_signer_of_users_can_change_nothing_else() {
    let base = |change: &mut Delta| {
        let bundle = policy(5, &[]);
        change.units = vec![bundle.units[0].clone()];
    };
    assert_eq!(resigned(base), ErrorKind::DeltaLayer);
    assert_eq!(resigned(|change| change.units.clear()), ErrorKind::DeltaLayer);
    let user = |id: &str| UnitKey::User(id.to_owned());
    assert_eq!(resigned(|change| change.units[0].key = user("u-999")), ErrorKind::DeltaUser);
    assert_eq!(resigned(|change| change.units[0].key = user("")), ErrorKind::Schema);
    assert_eq!(resigned(|change| change.units[0].mode = Mode::Observed), ErrorKind::DeltaUser);
    assert_eq!(resigned(|change| change.units.push(change.units[0].clone())), ErrorKind::Order);
    assert_eq!(resigned(|change| change.release.sequence = 5), ErrorKind::Rollback);
    assert_eq!(resigned(|change| change.release.expires = Some(1)), ErrorKind::Expired);
    assert_eq!(resigned(|change| change.from.0[0] ^= 1), ErrorKind::DeltaBase);
    assert_eq!(resigned(|change| change.to.0[0] ^= 1), ErrorKind::Digest);
    // Another unit than the statement's.
    assert_eq!(resigned(|change| change.units[0].sets.clear()), ErrorKind::SourceMap);
    let other = |change: &mut Delta| change.units[0].rules[0].docs = "Other words".to_owned();
    assert_eq!(resigned(other), ErrorKind::Digest);
}

#[test]
fn what_a_change_holds_is_verified_like_a_bundle() {
    let set = |change: &mut Delta| change.units[0].sets[0].param = 9;
    assert_eq!(resigned(set), ErrorKind::Unit);
    let value = |change: &mut Delta| change.units[0].sets[0].value = ParamValue::Scalar(Scalar::Int(1_001));
    assert_eq!(resigned(value), ErrorKind::Parameter);
    let reason = |change: &mut Delta| change.units[0].rules[0].statements[0].reason = Some(99);
    assert_eq!(resigned(reason), ErrorKind::Unit);
    let cited = |change: &mut Delta| change.units[0].rules[0].cites = vec![0];
    assert_eq!(resigned(cited), ErrorKind::Unit);
    let jump = |change: &mut Delta| change.units[0].code.codes[0].instrs[0] = Instr::Jump { target: 0 };
    assert_eq!(resigned(jump), ErrorKind::Jump);
    let register =
        |change: &mut Delta| change.units[0].code.codes[0].instrs[0] = Instr::Copy { to: 0, from: 999 };
    assert_eq!(resigned(register), ErrorKind::Register);
    let stage = |change: &mut Delta| {
        let rule = change.units[0].rules[0].clone();
        change.units[0].rules.push(rule);
    };
    assert_eq!(resigned(stage), ErrorKind::Order);
    let files = |change: &mut Delta| change.units[0].map.files[0] = "elsewhere.lictor".to_owned();
    assert_eq!(resigned(files), ErrorKind::SourceMap);
    // No user's list was longer than two when the bundle was built, so a longer one was not counted with.
    let texts = ["a", "b", "c"].map(|text| Scalar::Text(text.to_owned())).to_vec();
    let longer = |change: &mut Delta| {
        let unit = &mut change.units[0];
        unit.map.sets = vec![(0, 1), (0, 1)];
        let value = ParamValue::Set(texts);
        unit.sets.push(lictor_bundle::program::ParamSet { param: 0, value });
        unit.sets.sort_by_key(|set| set.param);
    };
    assert_eq!(resigned(longer), ErrorKind::DeltaBound);
}

#[test]
fn a_change_does_not_renew_a_policy() {
    let day = 1_780_000_000_000;
    let mut bundle = policy(1, &[]);
    bundle.manifest.release.expires = Some(day);
    let engine = Engine::from_bundle(bundle).unwrap();
    let changed = unit(&policy(2, &[(4, 10)]), 4);
    let with = |expires| engine.change(vec![changed.clone()], Release { sequence: 2, expires });
    assert_eq!(with(None).unwrap_err().kind, ErrorKind::DeltaExpiry);
    assert_eq!(with(Some(day + 1)).unwrap_err().kind, ErrorKind::DeltaExpiry);
    let file = with(Some(day - 1)).unwrap().seal(engine.bundle(), &[]).unwrap();
    let at = |now| Requirements { now, ..Requirements::from(Trust::Integrity) };
    assert!(engine.apply(&file, at(Now::At(day - 1))).is_ok());
    assert_eq!(engine.apply(&file, at(Now::At(day))).unwrap_err().kind, ErrorKind::Expired);
    assert_eq!(engine.apply(&file, at(Now::Unsaid)).unwrap_err().kind, ErrorKind::Expired);
    let low = Requirements { min_sequence: 3, ..at(Now::Any) };
    assert_eq!(engine.apply(&file, low).unwrap_err().kind, ErrorKind::Rollback);
    let few = Requirements { max_steps: Some(1), ..at(Now::Any) };
    assert_eq!(engine.apply(&file, few).unwrap_err().kind, ErrorKind::StepLimit);
}

#[test]
fn a_signature_is_for_what_its_key_may_sign() {
    let (bundle, keys) = (policy(1, &[]), keys());
    let whole = |key| container::seal(&bundle, &[secret(key)]).unwrap();
    assert!(Engine::load(&whole(1), Trust::Set(&keys)).is_ok());
    assert_eq!(Engine::load(&whole(2), Trust::Set(&keys)).unwrap_err().kind, ErrorKind::KeyPurpose);

    let engine = Engine::from_bundle(bundle.clone()).unwrap();
    let change = engine.change(vec![unit(&policy(2, &[(4, 10)]), 4)], next(2)).unwrap();
    let kind = |signers: &[SigningKey]| {
        engine
            .apply(&change.seal(engine.bundle(), signers).unwrap(), Trust::Set(&keys))
            .err()
            .map(|error| error.kind)
    };
    assert_eq!(kind(&[secret(1)]), None);
    assert_eq!(kind(&[secret(2)]), None);
    assert_eq!(kind(&[secret(3)]), Some(ErrorKind::UntrustedSigner));
    assert_eq!(kind(&[]), Some(ErrorKind::Unsigned));
    // One kind of file is not the other.
    assert_eq!(engine.apply(&whole(1), Trust::Set(&keys)).unwrap_err().kind, ErrorKind::NotABundle);
    let file = change.seal(engine.bundle(), &[secret(1)]).unwrap();
    assert_eq!(Engine::load(&file, Trust::Set(&keys)).unwrap_err().kind, ErrorKind::NotABundle);
}

#[test]
fn readers_go_on_while_a_policy_is_replaced() {
    let new = policy(0, &[(4, 10)]);
    let old = policy(0, &[]);
    let live = Live::new(Engine::from_bundle(old.clone()).unwrap());
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    (0..300).map(|_| decide(&live.engine(), 4, 30)).collect::<std::collections::BTreeSet<_>>()
                })
            })
            .collect();
        for sequence in 1..40 {
            let engine = live.engine();
            let source = if sequence % 2 == 1 { &new } else { &old };
            let change = engine.change(vec![unit(source, 4)], next(sequence)).unwrap();
            live.swap(engine.apply(&change.seal(engine.bundle(), &[]).unwrap(), Trust::Integrity).unwrap());
        }
        for reader in readers {
            let seen = reader.join().unwrap();
            assert!(seen.iter().all(|outcome| outcome == "allow OK" || outcome == "deny LARGE"), "{seen:?}");
        }
    });
    assert_eq!(decide(&live.engine(), 4, 30), "deny LARGE");
}

#[test]
fn the_words_are_those_of_the_user() {
    let engine = Engine::from_bundle(policy(0, &[])).unwrap();
    let request = json!({ "action": "pay", "agent": { "id": "a" }, "user": { "id": "u-033" },
        "context": { "now": "2026-06-01T10:00:00Z" }, "params": { "amount": 33, "payee": "p" } });
    let bytes = request.to_string();
    let (decision, explanation) = engine.explain(&mut Scratch::default(), bytes.as_bytes(), None);
    let decision: Value = serde_json::to_value(&decision).unwrap();
    assert_eq!(decision["reasons"][0]["layer"], "user u-033");
    assert_eq!(decision["reasons"][0]["rule"], "users.u33.own");
    let explanation = serde_json::to_string(&explanation).unwrap();
    assert!(explanation.contains("amount == 33"), "{explanation}");
}
