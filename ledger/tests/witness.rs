//! A witness never vouches for a fork or a rollback, whatever it is asked and in whichever order.

mod support;

use lictor_ledger::note::{Note, verify};
use lictor_ledger::proof::consistency;
use lictor_ledger::witness::{AddCheckpoint, KnownLog, Refusal, cosignatures, judge};
use lictor_ledger::{Checkpoint, ErrorKind, Hash, TreeHead};
use proptest::prelude::*;
use support::{Log, cosigner, signer};

const ORIGIN: &str = "example.com/log";

fn request(log: &Log, old: u64, new: u64) -> AddCheckpoint {
    let proof = consistency(old.min(new), new).unwrap().prove(|node| log.node(node)).unwrap();
    AddCheckpoint { old, proof, checkpoint: note(log.heads[new as usize]) }
}

fn note(head: TreeHead) -> Note {
    signer(ORIGIN, 1).sign(&Checkpoint::new(ORIGIN, head).unwrap()).unwrap()
}

fn ask(request: &str, latest: Option<TreeHead>) -> Result<TreeHead, Refusal> {
    let keys = [signer(ORIGIN, 1).verifier_key().clone()];
    let known = |asked: &str| (asked == ORIGIN).then_some(KnownLog { origin: ORIGIN, keys: &keys, latest });
    judge(request.as_bytes(), known).map(|accepted| {
        assert_eq!(accepted.exchange().0, latest);
        accepted.exchange().1
    })
}

#[test]
fn what_a_witness_answers() {
    let log = Log::of(40);
    let (ten, thirty) = (log.heads[10], log.heads[30]);
    let good = request(&log, 10, 30).to_string();
    assert_eq!(ask(&good, Some(ten)).unwrap(), thirty);
    assert_eq!(ask(&request(&log, 0, 30).to_string(), None).unwrap(), thirty);
    assert_eq!(ask(&request(&log, 30, 30).to_string(), Some(thirty)).unwrap(), thirty);
    let status = |request: &str, latest| ask(request, latest).map_err(|refusal| refusal.status());
    assert_eq!(status(&good, None), Err(409));
    assert_eq!(status(&good, Some(thirty)), Err(409));
    assert_eq!(ask(&good, Some(thirty)), Err(Refusal::Conflict(30)));
    assert_eq!(Refusal::Conflict(30).body(), ("text/x.tlog.size", "30\n".to_owned()));
    assert_eq!(
        Refusal::UnknownLog.body(),
        ("text/plain; charset=utf-8", "the log is not known here\n".to_owned())
    );
    assert_eq!(status(&request(&log, 30, 10).to_string(), Some(thirty)), Err(400));
    assert_eq!(status(&good.replace(ORIGIN, "example.com/other"), Some(ten)), Err(404));
    assert_eq!(status(&good.replace("old 10", "old ten"), Some(ten)), Err(400));
    assert_eq!(status(&good.replace("30\n", "31\n"), Some(ten)), Err(403));
    let stranger = signer(ORIGIN, 2).sign(&Checkpoint::new(ORIGIN, thirty).unwrap()).unwrap();
    let by_another = AddCheckpoint { checkpoint: stranger, ..request(&log, 10, 30) };
    assert_eq!(status(&by_another.to_string(), Some(ten)), Err(403));
    let mut other = request(&log, 10, 30);
    other.proof[0].0[0] ^= 1;
    assert_eq!(status(&other.to_string(), Some(ten)), Err(422));
    other.proof.clear();
    assert_eq!(status(&other.to_string(), Some(ten)), Err(422));
    // What is known of one log is not taken for another.
    let keys = [signer(ORIGIN, 1).verifier_key().clone()];
    let another = KnownLog { origin: "example.com/other", keys: &keys, latest: Some(ten) };
    assert_eq!(judge(good.as_bytes(), |_| Some(another)), Err(Refusal::UnknownLog));
    let forked = TreeHead { root: Hash([1; 32]), ..thirty };
    assert_eq!(ask(&request(&log, 30, 30).to_string(), Some(forked)), Err(Refusal::Fork(forked)));
}

/// The cases that the tests of Torchwood have of trees without entries.
#[test]
fn trees_without_entries() {
    let leaf = TreeHead { size: 1, root: Hash::leaf(b"leaf") };
    let empty = |root| TreeHead { size: 0, root };
    let cases = [
        (None, 0, empty(Hash::EMPTY), false, Ok(0)),
        (None, 0, empty(leaf.root), false, Err(422)),
        (None, 0, empty(Hash([0; 32])), false, Err(422)),
        (None, 0, empty(Hash::EMPTY), true, Err(422)),
        (None, 0, leaf, false, Ok(1)),
        (None, 0, leaf, true, Err(422)),
        (Some(leaf), 0, leaf, true, Err(409)),
        (Some(leaf), 1, empty(Hash::EMPTY), false, Err(400)),
        (Some(leaf), 1, leaf, false, Ok(1)),
        (Some(empty(Hash::EMPTY)), 0, empty(Hash::EMPTY), false, Ok(0)),
    ];
    for (latest, old, new, with_proof, expected) in cases {
        let proof = if with_proof { vec![leaf.root] } else { Vec::new() };
        let request = AddCheckpoint { old, proof, checkpoint: note(new) }.to_string();
        let answer = ask(&request, latest).map(|head| head.size).map_err(|refusal| refusal.status());
        assert_eq!(answer, expected, "{latest:?} {old} {new:?}");
    }
}

#[test]
fn what_is_no_request() {
    let good = request(&Log::of(40), 10, 30).to_string();
    assert_eq!(AddCheckpoint::parse(good.as_bytes()).unwrap().to_string(), good);
    let hash = format!("{}\n", Hash([1; 32]).to_base64());
    let many = |count: usize| format!("old 1\n{}\n{}", hash.repeat(count), note(Log::of(2).heads[2]));
    assert_eq!(AddCheckpoint::parse(many(63).as_bytes()).unwrap().proof.len(), 63);
    let wrong = [
        String::new(),
        many(64),
        good.replace("old 10\n", ""),
        good.replace("old 10", "old 010"),
        good.replace("old 10", "old -10"),
        good.replace("old 10", "new 10"),
        good.replace("old 10\n", "old 10\n\n"),
        good.replacen('=', "", 1),
        good.replace('\n', "\r\n"),
    ];
    for wrong in &wrong {
        let kind = AddCheckpoint::parse(wrong.as_bytes()).unwrap_err().kind;
        assert!(
            matches!(kind, ErrorKind::WitnessRequest | ErrorKind::Note | ErrorKind::Checkpoint),
            "{wrong:?}"
        );
    }
}

#[test]
fn the_answer_completes_the_checkpoint() {
    let (log, witness) = (Log::of(40), cosigner("witness.example", 3));
    let request = request(&log, 0, 40);
    let keys = [signer(ORIGIN, 1).verifier_key().clone(), witness.verifier_key().clone()];
    let accepted = judge(request.to_string().as_bytes(), |_| {
        Some(KnownLog { origin: ORIGIN, keys: &keys[..1], latest: None })
    });
    let line = accepted.unwrap().cosign(&witness, 1_700_000_000).unwrap();
    // Beside it somebody answers whom nobody knows.
    let stranger =
        cosigner("stranger.example", 4).cosign(&Checkpoint::new(ORIGIN, log.heads[40]).unwrap(), 5).unwrap();
    let answer = format!("{stranger}\n{line}\n");
    let mut note = request.checkpoint.clone();
    note.signatures.extend(cosignatures(&note, answer.as_bytes(), &keys[1..]).unwrap());
    assert_eq!(note.to_string(), format!("{}{line}\n", request.checkpoint));
    assert_eq!(cosignatures(&note, answer.as_bytes(), &keys[1..]).unwrap(), [], "it stands there already");
    let of_another =
        cosigner("witness.example", 3).cosign(&Checkpoint::new(ORIGIN, log.heads[39]).unwrap(), 5).unwrap();
    let refused = |answer: &str| cosignatures(&note, answer.as_bytes(), &keys[1..]).unwrap_err().kind;
    assert_eq!(refused(&format!("{of_another}\n")), ErrorKind::BadSignature);
    // A line that stands before the cosignature, which is on both, would be put under another text.
    let longer = Checkpoint::parse(&format!("{}more\n", note.text())).unwrap();
    let on_more = cosigner("witness.example", 3).cosign(&longer, 5).unwrap();
    assert_eq!(refused(&format!("more\n\n{on_more}\n")), ErrorKind::Note);
    assert_eq!(refused(&format!("\n{line}\n")), ErrorKind::Note);
    assert_eq!(refused("no\n"), ErrorKind::Note);
    assert_eq!(refused(""), ErrorKind::Note);
    let signed = verify(&note, &keys).unwrap();
    assert_eq!(signed.iter().map(|one| one.time).collect::<Vec<_>>(), [None, Some(1_700_000_000)]);
}

proptest! {
    /// A log that shows two histories asks in every way: what is vouched for stays one history that only grows.
    #[test]
    fn one_history_only(asked in proptest::collection::vec((any::<bool>(), 0u64..40, 0u64..40, any::<bool>()), 1..40)) {
        let one = Log::of(40);
        let mut leaves = one.leaves.clone();
        leaves[7] = Hash::leaf(b"rewritten");
        let two = Log::over(leaves);
        let mut vouched: Vec<TreeHead> = Vec::new();
        for (second, old, new, honest) in asked {
            let log = if second { &two } else { &one };
            let latest = vouched.last().copied();
            let old = if honest { latest.map_or(0, |head| head.size) } else { old };
            if let Ok(head) = ask(&request(log, old, new).to_string(), latest) {
                vouched.push(head);
            }
        }
        prop_assert!(vouched.is_sorted_by_key(|head| head.size));
        let of = |log: &Log| vouched.iter().all(|head| log.heads[head.size as usize] == *head);
        prop_assert!(of(&one) || of(&two));
    }
}
