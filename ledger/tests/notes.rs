//! Notes, checkpoints and proofs as they come from strangers.

mod support;

use lictor_bundle::dedicated::Purpose;
use lictor_ledger::note::{KeyName, MAX_NOTE, MAX_SIGNATURES, Note, NoteSignature, VerifierKey, verify};
use lictor_ledger::proof::inclusion;
use lictor_ledger::{Checkpoint, Cosigner, ErrorKind, Hash, TlogProof, TreeHead, Trust};
use proptest::prelude::*;
use support::{Log, cosigner, name, signer};

const ORIGIN: &str = "example.com/log";

fn head() -> TreeHead {
    TreeHead { size: 4_711, root: Hash([7; 32]) }
}

fn signed() -> Note {
    signer(ORIGIN, 1).sign(&Checkpoint::new(ORIGIN, head()).unwrap()).unwrap()
}

fn kind(bytes: impl AsRef<[u8]>) -> Option<ErrorKind> {
    Note::parse(bytes.as_ref()).err().map(|error| error.kind)
}

#[test]
fn a_note_is_read_as_it_is_written() {
    let note = signed();
    let text = note.to_string();
    assert_eq!(Note::parse(text.as_bytes()).unwrap(), note);
    assert_eq!(note.text(), format!("{ORIGIN}\n4711\n{}\n", Hash([7; 32]).to_base64()));
    // A text may have empty lines; the last one separates.
    let spaced = format!("a\n\nb\n\n{}\n", note.signatures[0]);
    assert_eq!(Note::parse(spaced.as_bytes()).unwrap().text(), "a\n\nb\n");
    assert_eq!(Note::parse(spaced.as_bytes()).unwrap().to_string(), spaced);
}

#[test]
fn what_is_no_note() {
    let text = signed().to_string();
    let line = signed().signatures[0].to_string();
    let (name, signature) = line.strip_prefix("— ").unwrap().split_once(' ').unwrap();
    let wrong = [
        String::new(),
        "\n".to_owned(),
        "text\n".to_owned(),
        "text\n\n".to_owned(),
        line.clone(),
        format!("\n{line}\n"),
        text.trim_end().to_owned(),
        format!("{text}\n"),
        format!("{text}unexpected\n"),
        text.replace("— ", "- "),
        text.replace("— ", "—"),
        text.replace('\n', "\r\n"),
        text.replace(ORIGIN, "exa\u{1}mple"),
        text.replace(ORIGIN, "exa\tmple"),
        text.replace(&line, &format!("— a b {signature}")),
        text.replace(&line, &format!("— a+b {signature}")),
        text.replace(&line, &format!("—  {signature}")),
        text.replace(&line, &format!("— a\u{a0}b {signature}")),
        text.replace(&line, &format!("— {name}")),
        text.replace(&line, &format!("— {name} ")),
        text.replace(&line, &format!("— {name} {signature} ")),
        text.replace(&line, &format!("— {name} {}", signature.trim_end_matches('='))),
        text.replace(&line, &format!("— {name} AAAA")),
        text.replace(&line, &format!("— {name} AAAAAA==")),
    ];
    for wrong in &wrong {
        assert_eq!(kind(wrong), Some(ErrorKind::Note), "{wrong:?}");
    }
    assert_eq!(kind([&b"\xff"[..], text.as_bytes()].concat()), Some(ErrorKind::Note));
    assert_eq!(kind([text.as_bytes(), b"\xe2\x80"].concat()), Some(ErrorKind::Note));
}

#[test]
fn how_long_a_note_may_be() {
    let note = signed();
    let many = |count| format!("{}\n{}", note.text(), format!("{}\n", note.signatures[0]).repeat(count));
    let known = [signer(ORIGIN, 1).verifier_key().clone()];
    for count in [1, 16, MAX_SIGNATURES] {
        let note = Note::parse(many(count).as_bytes()).unwrap();
        assert_eq!((note.signatures.len(), verify(&note, &known).unwrap().len()), (count, 1));
    }
    assert_eq!(kind(many(MAX_SIGNATURES + 1)), Some(ErrorKind::NoteSize));
    // Sixteen signatures of the longest kind that is in sight are taken.
    let long = NoteSignature { signature: vec![1; 5_000], ..note.signatures[0].clone() };
    let longest = format!("{}\n{}", note.text(), format!("{long}\n").repeat(16));
    assert_eq!(kind(longest), None);
    assert_eq!(
        kind(format!("{}\n\n{}\n", "a".repeat(MAX_NOTE), note.signatures[0])),
        Some(ErrorKind::NoteSize)
    );
    assert_eq!(Note::new("a\n".repeat(MAX_NOTE)).unwrap_err().kind, ErrorKind::NoteSize);
    assert_eq!(Note::new("a").unwrap_err().kind, ErrorKind::Note);
}

#[test]
fn names_of_keys() {
    for good in ["a", "example.com/log", "PeterNeumann", "ä", "— ", "a/b?c=d", &"a".repeat(255)] {
        assert_eq!(KeyName::new(good.trim()).unwrap().as_str(), good.trim());
    }
    for wrong in
        ["", " ", "a b", "a+b", "a\nb", "a\u{3000}b", "a\u{2028}b", "a\u{85}b", "a\0b", &"a".repeat(256)]
    {
        assert_eq!(KeyName::new(wrong).unwrap_err().kind, ErrorKind::KeyName, "{wrong:?}");
    }
}

#[test]
fn only_signatures_of_known_keys_count() {
    let mut note = signed();
    let (log, witness) = (signer(ORIGIN, 1), cosigner("witness.example", 2));
    let checkpoint = Checkpoint::new(ORIGIN, head()).unwrap();
    note.signatures.push(witness.cosign(&checkpoint, 12).unwrap());
    let keys = [log.verifier_key().clone(), witness.verifier_key().clone()];
    let who = |note: &Note, keys: &[VerifierKey]| {
        verify(note, keys)
            .map(|signed| signed.iter().map(|one| (one.key.name().to_string(), one.time)).collect::<Vec<_>>())
    };
    assert_eq!(
        who(&note, &keys).unwrap(),
        [(ORIGIN.to_owned(), None), ("witness.example".to_owned(), Some(12))]
    );
    assert_eq!(who(&note, &keys[1..]).unwrap(), [("witness.example".to_owned(), Some(12))]);
    // A key of the same name and another id is a stranger's.
    let other = signer(ORIGIN, 9).verifier_key().clone();
    assert_eq!(who(&note, &[other]).unwrap_err().kind, ErrorKind::UnknownSigner);
    // So is one of the same id and another name.
    let mut by_another = note.clone();
    by_another.signatures.iter_mut().for_each(|signature| signature.name = name("example.com/another"));
    assert_eq!(who(&by_another, &keys).unwrap_err().kind, ErrorKind::UnknownSigner);
    // The same key under another name, or for another kind of signature, is another one.
    let renamed = signer("example.com/other", 1).verifier_key().clone();
    assert_eq!(who(&note, &[renamed]).unwrap_err().kind, ErrorKind::UnknownSigner);
    let as_witness = cosigner(ORIGIN, 1).verifier_key().clone();
    assert_eq!(who(&note, &[as_witness]).unwrap_err().kind, ErrorKind::UnknownSigner);
    // One bad signature in the name of a known key spoils all.
    for at in 0..2 {
        for byte in 0..note.signatures[at].signature.len() {
            let mut changed = note.clone();
            changed.signatures[at].signature[byte] ^= 1;
            assert_eq!(who(&changed, &keys).unwrap_err().kind, ErrorKind::BadSignature, "{at} {byte}");
        }
        for length in [1, 8, 63, 65, 71, 73] {
            let mut changed = note.clone();
            changed.signatures[at].signature.resize(length, 0);
            assert_eq!(who(&changed, &keys).unwrap_err().kind, ErrorKind::BadSignature);
        }
    }
    // The same key twice is no harm.
    assert_eq!(who(&note, &[keys[0].clone(), keys[0].clone()]).unwrap().len(), 1);
}

#[test]
fn how_many_witnesses_it_takes() {
    let checkpoint = Checkpoint::new(ORIGIN, head()).unwrap();
    let (log, first, second) = (signer(ORIGIN, 1), cosigner("one.example", 2), cosigner("two.example", 3));
    // The first witness under another name, and the log as a witness of itself by its ordinary signature.
    let again = cosigner("three.example", 2);
    let keys = [&first, &second, &again].map(|witness| witness.verifier_key().clone());
    let (log_keys, keys) =
        ([log.verifier_key().clone()], [&keys[..], &[log.verifier_key().clone()]].concat());
    let open = |by: &[&Cosigner], quorum| {
        let mut note = log.sign(&checkpoint).unwrap();
        note.signatures.extend(by.iter().map(|witness| witness.cosign(&checkpoint, 9).unwrap()));
        let trust = Trust { origin: ORIGIN, log: &log_keys, witnesses: &keys, quorum };
        trust.open(&note).map(|trusted| trusted.witnesses.len()).map_err(|error| error.kind)
    };
    assert_eq!(open(&[], 0), Ok(0));
    assert_eq!(open(&[], 1), Err(ErrorKind::Quorum));
    assert_eq!(open(&[&first], 1), Ok(1));
    assert_eq!(open(&[&first, &first], 2), Err(ErrorKind::Quorum));
    assert_eq!(open(&[&first, &again], 2), Err(ErrorKind::Quorum));
    assert_eq!(open(&[&first, &second], 2), Ok(2));
    assert_eq!(open(&[&cosigner("four.example", 4)], 1), Err(ErrorKind::Quorum));
    // Witnesses do not stand in for the log.
    let mut note = Note::new(checkpoint.to_string()).unwrap();
    note.signatures.push(first.cosign(&checkpoint, 9).unwrap());
    let trust = Trust { origin: ORIGIN, log: &log_keys, witnesses: &keys, quorum: 1 };
    assert_eq!(trust.open(&note).unwrap_err().kind, ErrorKind::UnknownSigner);
    note.signatures.clear();
    assert_eq!(trust.open(&note).unwrap_err().kind, ErrorKind::UnknownSigner);
}

#[test]
fn every_bit_of_a_checkpoint_counts() {
    let note = signed();
    let keys = [signer(ORIGIN, 1).verifier_key().clone()];
    let bytes = note.to_string().into_bytes();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            let opened = Note::parse(&changed).and_then(|note| Trust::of(ORIGIN, &keys).open(&note));
            assert!(opened.is_err(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn what_is_no_checkpoint() {
    let root = Hash([7; 32]).to_base64();
    let good = format!("{ORIGIN}\n4711\n{root}\n");
    assert_eq!(Checkpoint::parse(&good).unwrap(), Checkpoint::new(ORIGIN, head()).unwrap());
    assert_eq!(Checkpoint::parse(&format!("{ORIGIN}\n0\n{root}\n")).unwrap().head.size, 0);
    let more = format!("{good}more of it\n and more\n");
    let checkpoint = Checkpoint::parse(&more).unwrap();
    assert_eq!((checkpoint.extensions().len(), checkpoint.to_string()), (2, more));
    let wrong = [
        String::new(),
        "\n".to_owned(),
        good.trim_end().to_owned(),
        format!("{ORIGIN}\n4711\n"),
        format!("\n4711\n{root}\n"),
        good.replace("4711", "04711"),
        good.replace("4711", "+4711"),
        good.replace("4711", "-1"),
        good.replace("4711", ""),
        good.replace("4711", " 4711"),
        good.replace("4711", "٤"),
        good.replace("4711", "00"),
        good.replace("4711", "9223372036854775808"),
        good.replace("4711", "99999999999999999999999"),
        good.replace('=', ""),
        good.replace("c=", "d="),
        format!("{good}\n"),
        format!("{good}a\n\nb\n"),
        format!("{}\n1\n{root}\n", "o".repeat(256)),
    ];
    for wrong in &wrong {
        assert_eq!(Checkpoint::parse(wrong).unwrap_err().kind, ErrorKind::Checkpoint, "{wrong:?}");
    }
    assert_eq!(Checkpoint::new("a\nb", head()).unwrap_err().kind, ErrorKind::Checkpoint);
}

#[test]
fn a_proof_to_keep() {
    let log = Log::of(75);
    let head = log.heads[75];
    let (signer, witness) = (signer(ORIGIN, 1), cosigner("witness.example", 2));
    let checkpoint = Checkpoint::new(ORIGIN, head).unwrap();
    let mut note = signer.sign(&checkpoint).unwrap();
    note.signatures.push(witness.cosign(&checkpoint, 1_700_000_000).unwrap());
    let (log_keys, witnesses) = ([signer.verifier_key().clone()], [witness.verifier_key().clone()]);
    let trust = Trust { origin: ORIGIN, log: &log_keys, witnesses: &witnesses, quorum: 1 };
    for (index, extra) in [(0, None), (74, Some(b"more".to_vec())), (30, Some(Vec::new()))] {
        let hashes = inclusion(index, 75).unwrap().prove(|node| log.node(node)).unwrap();
        let proof = TlogProof { extra, index, hashes, checkpoint: note.clone() };
        let text = proof.to_string();
        assert_eq!(TlogProof::parse(text.as_bytes()).unwrap(), proof);
        let trusted = proof.verify(log.leaves[index as usize], &trust).unwrap();
        assert_eq!((trusted.checkpoint.head, trusted.witnesses.len()), (head, 1));
        assert!(proof.verify(log.leaves[11], &trust).is_err());
        let other = Trust { origin: "example.com/other", ..trust };
        assert_eq!(proof.verify(log.leaves[index as usize], &other).unwrap_err().kind, ErrorKind::Origin);
        // Whatever single byte is changed or lost, but for those of the extra data: refused.
        let start = text.find("index ").unwrap();
        for at in start..text.len() {
            for change in [0, 1] {
                let mut bytes = text.clone().into_bytes();
                if change == 0 {
                    bytes.remove(at);
                } else {
                    bytes[at] ^= 4;
                }
                let opened = TlogProof::parse(&bytes)
                    .and_then(|proof| Ok(proof.verify(log.leaves[index as usize], &trust)?.witnesses.len()));
                assert!(opened.is_err(), "{at}: {:?}", String::from_utf8_lossy(&bytes));
            }
        }
    }
}

#[test]
fn what_is_no_proof_to_keep() {
    let note = signed().to_string();
    let hash = Hash([1; 32]).to_base64();
    let good = format!("c2sp.org/tlog-proof@v1\nextra AQID\nindex 7\n{hash}\n\n{note}");
    assert_eq!(TlogProof::parse(good.as_bytes()).unwrap().extra, Some(vec![1, 2, 3]));
    let wrong = [
        String::new(),
        good.replace("@v1", "@v2"),
        good.replace("extra AQID\nindex 7\n", "index 7\nextra AQID\n"),
        good.replace("extra AQID", "extra"),
        good.replace("extra AQID", "extra AQ==").replace("AQ==", "AQ"),
        good.replace("extra AQID\n", "extra AQID\nextra AQID\n"),
        good.replace("index 7", "index 07"),
        good.replace("index 7", "index -7"),
        good.replace("index 7\n", ""),
        good.replace(&format!("{hash}\n"), &format!("{hash}\n").repeat(64)),
        good.replace(&hash, &hash[1..]),
        good.replace("\n\n", "\n"),
        good.replace("index 7\n", "index 7\n\n"),
        good.replace('\n', "\r\n"),
    ];
    for wrong in &wrong {
        let refused = TlogProof::parse(wrong.as_bytes()).unwrap_err().kind;
        assert!(
            matches!(refused, ErrorKind::TlogProof | ErrorKind::Note | ErrorKind::Checkpoint),
            "{wrong:?}"
        );
    }
    let most = good.replace(&format!("{hash}\n"), &format!("{hash}\n").repeat(63));
    assert_eq!(TlogProof::parse(most.as_bytes()).unwrap().hashes.len(), 63);
}

/// Whatever a log's key may sign, no other purpose takes.
#[test]
fn a_cosignature_is_no_checkpoint() {
    struct Bundles;
    impl Purpose for Bundles {
        fn takes(message: &[u8]) -> bool {
            message.starts_with(b"DSSEv1 ")
        }
    }
    let odd = Checkpoint::new("cosignature/v1", head()).unwrap();
    let note = signer("a", 1).sign(&odd).unwrap();
    let line = cosigner("a", 1).cosign(&odd, 5).unwrap();
    let mut forged = note.clone();
    forged.signatures[0].signature = line.signature[8..].to_vec();
    let known = [signer("a", 1).verifier_key().clone()];
    assert_eq!(verify(&forged, &known).unwrap_err().kind, ErrorKind::BadSignature);
    assert!(Checkpoint::parse(&format!("cosignature/v1\ntime 5\n{}", note.text())).is_err());
    assert!(cosigner("a", 1).cosign(&odd, u64::MAX).is_err());
    assert_eq!(name("a").to_string(), "a");
    assert!(!Bundles::takes(note.text().as_bytes()));
}

proptest! {
    #[test]
    fn anything_is_read_as_written_or_refused(text in "\\PC{0,40}(\n\\PC{0,20}){0,5}") {
        if let Ok(note) = Note::parse(text.as_bytes()) {
            prop_assert_eq!(note.to_string(), text.clone());
        }
        if let Ok(checkpoint) = Checkpoint::parse(&text) {
            prop_assert_eq!(checkpoint.to_string(), text.clone());
        }
        if let Ok(key) = VerifierKey::parse(&text) {
            prop_assert_eq!(key.to_string().to_lowercase(), text.to_lowercase());
        }
    }
}
