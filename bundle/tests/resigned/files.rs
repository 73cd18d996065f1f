//! The file around the contents, its signatures, and the keys.

use lictor_bundle::container::{MAX_FILE, Now, Requirements, Trust, open, seal};
use lictor_bundle::instr::Instr;
use lictor_bundle::interface::{Exporter, Field, Import, Imports, Kind};
use lictor_bundle::keys::{SigningKey, VerifyingKey};
use lictor_bundle::keyset::{KeySet, Purpose, TrustedKey};
use lictor_bundle::program::Release;

use crate::builder::forge::{Parts, with_digest};
use crate::builder::{bundle, key};

/// What is offered, the code that refuses it, and how it is made and refused.
pub type Case = (&'static str, &'static str, fn() -> &'static str);

const SEED: [u8; 32] = [7; 32];

fn refused(file: &[u8]) -> &'static str {
    open(file, Trust::Keys(&[key().verifying_key()])).unwrap_err().code()
}

fn good() -> Vec<u8> {
    let parts = Parts::of(&bundle());
    let file = parts.signed(SEED);
    assert_eq!(file, seal(&bundle(), &[key()]).unwrap());
    file
}

/// The good file, changed before the digest at its end.
fn changed(change: impl FnOnce(&mut Vec<u8>)) -> &'static str {
    let mut file = good();
    file.truncate(file.len() - 32);
    change(&mut file);
    refused(&with_digest(file))
}

/// The parts changed and signed.
fn forged(change: impl FnOnce(&mut Parts)) -> &'static str {
    let mut parts = Parts::of(&bundle());
    change(&mut parts);
    refused(&parts.signed(SEED))
}

/// Replaces the beginning of the first place where these bytes stand.
fn replace(within: &mut [u8], from: &[u8], to: &[u8]) {
    let place = (0..within.len()).find(|at| within[*at..].starts_with(from)).unwrap();
    within[place..][..to.len()].copy_from_slice(to);
}

fn trusted(change: impl FnOnce(&mut TrustedKey)) -> &'static str {
    let mut trusted = TrustedKey::new("ours", key().verifying_key());
    change(&mut trusted);
    let spare = TrustedKey::new("spare", SigningKey::from_seed([9; 32]).verifying_key());
    let set = KeySet::new(1, vec![trusted, spare]).unwrap();
    open(&good(), Trust::Set(&set)).unwrap_err().code()
}

fn edition(release: Release, wanted: impl FnOnce(&mut Requirements<'_>)) -> &'static str {
    let mut bundle = bundle();
    bundle.manifest.release = release;
    let keys = [key().verifying_key()];
    let mut requirements = Requirements::from(Trust::Keys(&keys));
    wanted(&mut requirements);
    open(&seal(&bundle, &[key()]).unwrap(), requirements).unwrap_err().code()
}

/// The imports of the user changed, and named by the user's unit.
fn imported(change: impl FnOnce(&mut Imports)) -> &'static str {
    forged(|parts| {
        change(&mut parts.imports[0]);
        let digest = parts.imports[0].digest().unwrap();
        parts.units[3].last_chunk_mut().map(|named: &mut [u8; 32]| *named = digest).unwrap();
    })
}

/// An import of something that is there.
fn reason() -> Import {
    let mut with_reason = bundle();
    with_reason.units[3].rules = with_reason.units[2].rules.clone();
    with_reason.units[3].code = with_reason.units[2].code.clone();
    let imports = Exporter::new(&with_reason).imports(&with_reason.units[3]).unwrap();
    imports.of(Kind::Reason)[0].clone()
}

pub const CASES: &[Case] = &[
    ("more bytes than a file has", "B0101", || refused(&vec![0; MAX_FILE + 1])),
    ("something else", "B0102", || refused(b"module shop\n")),
    ("another container", "B0103", || changed(|file| file[6] = 1)),
    ("a bit that is another", "B0104", || {
        let mut file = good();
        let middle = file.len() / 2;
        file[middle] ^= 1;
        refused(&file)
    }),
    ("a section that is too long", "B0105", || changed(|file| file[11] = 0x7f)),
    ("bytes behind the last section", "B0105", || changed(|file| file.push(0))),
    ("signatures out of order", "B0105", || {
        let file = seal(&bundle(), &[key(), SigningKey::from_seed([8; 32])]).unwrap();
        let at = 12 + u32::from_le_bytes(file[8..12].try_into().unwrap()) as usize + 4;
        let mut swapped = file[..file.len() - 32].to_vec();
        swapped[at..at + 192].rotate_left(96);
        refused(&with_digest(swapped))
    }),
    ("no signature", "B0106", || refused(&seal(&bundle(), &[]).unwrap())),
    ("a stranger's signature", "B0107", || refused(&Parts::of(&bundle()).signed([8; 32]))),
    ("a signature of something else", "B0108", || {
        changed(|file| {
            let at = 12 + u32::from_le_bytes(file[8..12].try_into().unwrap()) as usize + 4 + 32;
            file[at] ^= 1;
        })
    }),
    ("contents of another id", "B0109", || {
        let mut other = Parts::of(&bundle());
        other.units.pop();
        let statement = format!(
            "bundle {}\n{}{}",
            lictor_bundle::digest::bundle_id(&bundle()).unwrap(),
            other.release,
            other.versions
        );
        refused(&other.with_statement(&statement, SEED))
    }),
    ("a statement in other words", "B0109", || {
        refused(&Parts::of(&bundle()).with_statement("bundle of mine", SEED))
    }),
    ("another edition than the manifest's", "B0109", || {
        forged(|parts| parts.release = "sequence 5\nexpires never\n".to_owned())
    }),
    ("another end than the manifest's", "B0109", || {
        let mut parts = Parts::of(&bundle());
        parts.release = "sequence 0\nexpires 2099-12-31T23:59:59.999Z\n".to_owned();
        let keys = [key().verifying_key()];
        let wanted = Requirements { now: Now::Any, ..Trust::Keys(&keys).into() };
        open(&parts.signed(SEED), wanted).unwrap_err().code()
    }),
    ("another version of the language", "B0110", || {
        forged(|parts| parts.versions = "language 2\ninstruction-set 1\n".to_owned())
    }),
    ("another instruction set", "B0111", || {
        forged(|parts| parts.versions = "language 1\ninstruction-set 65535\n".to_owned())
    }),
    ("an instruction that there is none of", "B0112", || {
        forged(|parts| {
            let jump = borsh::to_vec(&Instr::JumpUnless { condition: 4, target: 7 }).unwrap();
            replace(&mut parts.units[0], &jump, &[0xee]);
        })
    }),
    ("a section that goes on", "B0112", || forged(|parts| parts.schema.push(0))),
    ("a section that ends too soon", "B0112", || forged(|parts| parts.manifest.truncate(20))),
    ("a length of four thousand million", "B0112", || {
        forged(|parts| parts.schema[..4].copy_from_slice(&[0xff; 4]))
    }),
    ("a text that is not UTF-8", "B0112", || {
        forged(|parts| replace(&mut parts.manifest, b"kiosk", b"k\xffosk"))
    }),
    ("a yes that is neither 0 nor 1", "B0112", || {
        forged(|parts| {
            let there = borsh::to_vec(&Some(900_000i64)).unwrap();
            replace(&mut parts.units[0], &there, &[2]);
        })
    }),
    ("a user's unit that uses what is declared otherwise", "B0165", || {
        imported(|imports| imports.declared[0].digest[31] ^= 1)
    }),
    ("a user's unit that uses what is not declared", "B0165", || {
        imported(|imports| imports.declared[0].name = "min_amount".to_owned())
    }),
    ("an import of another kind", "B0165", || imported(|imports| imports.declared[0].kind = Kind::Reason)),
    ("no imports at all", "B0112", || forged(|parts| parts.imports.clear())),
    ("a number that is not among the imports", "B0124", || imported(|imports| imports.declared.clear())),
    ("imports that are not used", "B0112", || imported(|imports| imports.declared.insert(0, reason()))),
    ("imports out of order", "B0112", || {
        imported(|imports| imports.declared.push(imports.declared[0].clone()))
    }),
    ("a field of no action", "B0112", || {
        imported(|imports| {
            imports.fields.push(Field { path: "amount".to_owned(), action: 0, digest: [0; 32] });
        })
    }),
    ("imports that nobody uses", "B0109", || forged(|parts| parts.imports.push(Imports::default()))),
    ("imports that are there twice", "B0109", || {
        forged(|parts| parts.imports.push(parts.imports[0].clone()))
    }),
    ("imports that are not those of the unit", "B0109", || {
        forged(|parts| *parts.units[3].last_mut().unwrap() ^= 1)
    }),
    ("a user's unit without its imports", "B0109", || {
        forged(|parts| {
            let length = parts.units[3].len();
            parts.units[3].truncate(length - 32);
        })
    }),
    ("imports that go on", "B0109", || forged(|parts| parts.units[3].push(0))),
    ("a text that is no key", "B0140", || VerifyingKey::from_pem("ssh-ed25519 AAAA").unwrap_err().code()),
    ("the other half of a pair", "B0141", || {
        VerifyingKey::from_pem(&key().to_pem().unwrap()).unwrap_err().code()
    }),
    ("a key under which anybody signs", "B0142", || VerifyingKey::from_bytes(&[0; 32]).unwrap_err().code()),
    ("an older edition", "B0175", || {
        edition(Release { sequence: 4, expires: None }, |wanted| wanted.min_sequence = 5)
    }),
    ("an expired edition", "B0176", || {
        edition(Release { sequence: 4, expires: Some(5) }, |wanted| wanted.now = Now::At(6))
    }),
    ("more steps than this host allows", "B0177", || {
        edition(Release::default(), |wanted| wanted.max_steps = Some(10))
    }),
    ("one signature of two", "B0178", || {
        let both = [7, 9].map(|seed| {
            TrustedKey::new(format!("key {seed}"), SigningKey::from_seed([seed; 32]).verifying_key())
        });
        let set = KeySet::new(2, both.to_vec()).unwrap();
        open(&good(), Trust::Set(&set)).unwrap_err().code()
    }),
    ("a revoked key", "B0179", || trusted(|key| key.revoked_from = Some(0))),
    ("a key for later editions", "B0180", || trusted(|key| key.from_sequence = 1)),
    ("a key that counts for a time, and no time", "B0180", || trusted(|key| key.until = Some(i64::MAX))),
    ("a key for the policies of users", "B0181", || trusted(|key| key.purpose = Purpose::UserLayer)),
    ("a set that is none", "B0182", || KeySet::from_json(b"[]").unwrap_err().code()),
    ("a key that is not in the set", "B0183", || {
        let set = KeySet::new(1, vec![TrustedKey::new("ours", key().verifying_key())]).unwrap();
        set.revoke("theirs", 0).unwrap_err().code()
    }),
];
