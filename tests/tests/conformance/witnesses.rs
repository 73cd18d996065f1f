//! Witnesses: checkpoints that they have cosigned, and whatever somebody could put in the place of a cosignature.

use std::collections::BTreeMap;

use lictor_evidence::receipt::{Inclusion, Receipt};
use lictor_ledger::note::{KeyName, NoteSignature, SignatureType, VerifierKey};
use lictor_ledger::{CheckpointSigner, Cosigner, TlogProof};

use crate::bundles::{Wanted, key};
use crate::form::{Ask, Bytes};
use crate::support::log::{Log, ORIGIN, receipt, receipt_key};
use crate::support::{NOW, sign};

/// Seeds of the keys of witnesses.
pub const WITNESS: u8 = 21;
pub const OTHER_WITNESS: u8 = 22;
/// The key of somebody who is no witness.
const NOBODY: u8 = 23;

const FIRST: &str = "witness.example/w1";
const SECOND: &str = "witness.example/w2";
/// When they cosign, in seconds.
const SEEN: u64 = NOW as u64 / 1_000 + 5;

fn name(text: &str) -> KeyName {
    KeyName::new(text).unwrap()
}

fn cosigner(text: &str, seed: u8) -> Cosigner {
    Cosigner::new(name(text), key(seed))
}

/// The keys of witnesses as they are written, and checkpoints as people keep them.
pub fn documents() -> BTreeMap<String, String> {
    let written = |text: &str, seed| cosigner(text, seed).verifier_key().to_string();
    let first = written(FIRST, WITNESS);
    let of_log = |seed| VerifierKey::new(name(ORIGIN), SignatureType::Ed25519, key(seed).verifying_key());
    [
        ("witness-1-of-a-file", format!("{first}\n")),
        ("witness-1-renamed", written("witness.example/w1-too", WITNESS)),
        ("witness-1-of-another-key", written(FIRST, NOBODY)),
        ("witness-1-renumbered", first.replacen('+', "+0", 1)),
        ("witness-1-cut", first[..first.len() - 4].to_owned()),
        ("witness-1-spaced", first.replacen('/', " ", 1)),
        ("witness-of-no-key", "w1".to_owned()),
        ("witness-that-is-the-log", of_log(12).to_string()),
        ("witness-1", first),
        ("witness-2", written(SECOND, OTHER_WITNESS)),
        ("checkpoint-of-9-signed", Log::of(9).note(12).to_string()),
        ("checkpoint-of-9-cut", Log::of(9).checkpoint().to_string().trim_end().to_owned()),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .into()
}

/// The cosignature of a witness on the checkpoint of this log.
fn cosigned(text: &str, seed: u8, log: &Log, time: u64) -> NoteSignature {
    cosigner(text, seed).cosign(&log.checkpoint(), time).unwrap()
}

/// The same, after something was done to its bytes.
fn altered(change: impl FnOnce(&mut Vec<u8>)) -> NoteSignature {
    let mut line = cosigned(FIRST, WITNESS, &Log::of(9), SEEN);
    change(&mut line.signature);
    line
}

/// What a witness would sign at a time that no witness has.
fn beyond_time() -> NoteSignature {
    let time = 1_u64 << 63;
    let message = format!("cosignature/v1\ntime {time}\n{}", Log::of(9).checkpoint());
    let signature = sign(WITNESS, message.as_bytes());
    altered(|bytes| *bytes = [&time.to_be_bytes()[..], &signature[..]].concat())
}

/// The checkpoint signed by a witness as its log signs it: without a time.
fn as_a_log() -> NoteSignature {
    let signer = CheckpointSigner::new(name(FIRST), key(WITNESS));
    signer.sign(&Log::of(9).checkpoint()).unwrap().signatures.remove(0)
}

/// The receipt of record 4, with its proof, under whose checkpoint these lines stand as well.
fn under(log: &Log, lines: &[NoteSignature]) -> String {
    let Inclusion { entry, proof } = log.proof(4);
    let mut proof = TlogProof::parse(proof.as_bytes()).unwrap();
    proof.checkpoint.signatures.extend(lines.iter().cloned());
    made(&receipt(4), Some(&Inclusion { entry, proof: proof.to_string() }))
}

fn made(receipt: &Receipt, inclusion: Option<&Inclusion>) -> String {
    String::from_utf8(receipt.sign(&receipt_key(), inclusion).unwrap()).unwrap()
}

struct Asked<'a> {
    history: &'a str,
    anchors: &'a [&'a str],
    witnesses: &'a [&'a str],
}

fn ask(receipt: String, asked: &Asked<'_>) -> Ask {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Ask::Receipt {
        receipt: Bytes::Text(receipt),
        history: asked.history.to_owned(),
        root: "root".to_owned(),
        anchors: owned(asked.anchors),
        witnesses: owned(asked.witnesses),
    }
}

/// A receipt that is asked about with these witnesses.
fn case(name: &str, why: &str, receipt: String, witnesses: &[&str], want: &str) -> Wanted {
    asked(name, why, ask(receipt, &Asked { history: "history", anchors: &[], witnesses }), want)
}

fn asked(name: &str, why: &str, ask: Ask, want: &str) -> Wanted {
    (format!("witnesses: {name}"), why.to_owned(), ask, want.to_owned())
}

pub fn receipts() -> Vec<Wanted> {
    let (log, later) = (Log::of(9), Log::of(10));
    let first = || cosigned(FIRST, WITNESS, &log, SEEN);
    let second = || cosigned(SECOND, OTHER_WITNESS, &log, SEEN + 1);
    let one = &["witness-1"][..];
    let both = &["witness-1", "witness-2"][..];
    let nine = |lines: &[NoteSignature]| under(&log, lines);
    let mut all = vec![
        case(
            "one",
            "the witness that is named has cosigned the checkpoint",
            nine(&[first()]),
            one,
            "genuine",
        ),
        case("two", "both that are named have", nine(&[first(), second()]), both, "genuine"),
        case(
            "more than are named",
            "of the others nothing is said",
            nine(&[first(), second()]),
            one,
            "genuine",
        ),
        case("none are named", "nobody has asked for any", nine(&[first()]), &[], "genuine"),
        case(
            "by a key of a file",
            "its line ends, and the key is the same",
            nine(&[first()]),
            &["witness-1-of-a-file"],
            "genuine",
        ),
        case(
            "a time that is not written",
            "beyond the year 9999 there is none to tell",
            nine(&[cosigned(FIRST, WITNESS, &log, 253_402_300_800)]),
            one,
            "genuine",
        ),
        case("missing", "who names a witness asks for its cosignature", nine(&[]), one, "log"),
        case(
            "missing, without a proof",
            "nothing is there that it could have cosigned",
            made(&receipt(4), None),
            one,
            "log",
        ),
        case("one of two", "each that is named must have", nine(&[second()]), both, "log"),
        case(
            "a wrong key",
            "the key is another witness's, of the same name",
            nine(&[first()]),
            &["witness-1-of-another-key"],
            "log",
        ),
        case(
            "in the name of another",
            "its name and its id, and not its signature",
            nine(&[altered(|bytes| {
                let other = cosigned(FIRST, NOBODY, &log, SEEN);
                *bytes = other.signature;
            })]),
            one,
            "log",
        ),
        case(
            "a bit altered",
            "no signature of anybody",
            nine(&[altered(|bytes| bytes[40] ^= 1)]),
            one,
            "log",
        ),
        case(
            "a bit altered, unasked",
            "nobody has asked for its word",
            nine(&[altered(|bytes| bytes[40] ^= 1)]),
            &[],
            "genuine",
        ),
        case("the time altered", "it was signed, too", nine(&[altered(|bytes| bytes[7] ^= 1)]), one, "log"),
        case("cut", "its last byte is missing", nine(&[altered(|bytes| bytes.truncate(71))]), one, "log"),
        case("a time that there is not", "more than 2^63 - 1 seconds", nine(&[beyond_time()]), one, "log"),
        case(
            "of another checkpoint",
            "it saw the log when there was more of it",
            nine(&[cosigned(FIRST, WITNESS, &later, SEEN)]),
            one,
            "log",
        ),
        case("as a log signs", "a witness says when", nine(&[as_a_log()]), one, "log"),
        case(
            "the log itself",
            "who signs as the log is no witness of it",
            nine(&[]),
            &["witness-that-is-the-log"],
            "log",
        ),
        case(
            "one key by two names",
            "whoever has it is one witness",
            nine(&[first(), cosigned("witness.example/w1-too", WITNESS, &log, SEEN)]),
            &["witness-1", "witness-1-renamed"],
            "log",
        ),
        case("one named twice", "is not two", nine(&[first()]), &["witness-1", "witness-1"], "log"),
        case(
            "a line that is none",
            "a note has lines that can be read, and no others",
            nine(&[first()]).replace("\u{2014} witness.example/w1 ", "\u{2014} witness.example/w1 ?"),
            &[],
            "log",
        ),
        case(
            "a key by another id",
            "it is not what it is called",
            nine(&[first()]),
            &["witness-1-renumbered"],
            "L0133",
        ),
        case(
            "a key that is cut",
            "its last bytes are missing",
            nine(&[first()]),
            &["witness-1-cut"],
            "L0133",
        ),
        case("a key that is none", "a name alone", nine(&[first()]), &["witness-of-no-key"], "L0133"),
        case(
            "a key with a space in its name",
            "no key is called so",
            nine(&[first()]),
            &["witness-1-spaced"],
            "L0132",
        ),
    ];

    let revoked = |anchors, witnesses| Asked { history: "history-both-revoked-at-9", anchors, witnesses };
    let good = |anchors, witnesses| Asked { history: "history", anchors, witnesses };
    let cosigned_later = under(&later, &[cosigned(FIRST, WITNESS, &later, SEEN)]);
    all.extend([
        asked(
            "of two revoked keys",
            "the thief of both has not the key of the witness",
            ask(nine(&[first()]), &revoked(&[], one)),
            "genuine",
        ),
        asked(
            "of two revoked keys, unasked",
            "a cosignature that nobody knows how to check",
            ask(nine(&[first()]), &revoked(&[], &[])),
            "revocation",
        ),
        asked(
            "of two revoked keys, later",
            "it may have seen what the thief had added",
            ask(cosigned_later, &revoked(&[], one)),
            "revocation",
        ),
        asked(
            "and an anchor",
            "the note that was kept is the one that was cosigned",
            ask(nine(&[first()]), &good(&["checkpoint-of-9-signed"], one)),
            "genuine",
        ),
        asked(
            "an anchor that is none",
            "its end is missing",
            ask(nine(&[first()]), &good(&["checkpoint-of-9-cut"], one)),
            "L0140",
        ),
    ]);
    all
}
