//! Receipts: what can be verified with the history of keys alone, and what a report says of it.

mod support;

use lictor_evidence::Digest;
use lictor_evidence::history::KeyHistory;
use lictor_evidence::json::Json;
use lictor_evidence::receipt::{
    Approved, Authenticated, Check, Elsewhere, Evidence, Inclusion, Outcome, Receipt, Report, verify,
};
use lictor_evidence::time::Moment;
use support::log::*;
use support::*;

fn judged(document: &[u8]) -> Report {
    verify(document, &history(), &Elsewhere::default())
}

fn signed(receipt: &Receipt<'_>) -> Vec<u8> {
    receipt.sign(&receipt_key(), None).unwrap()
}

/// The check that failed.
fn failed(report: &Report) -> Check {
    assert!(!report.is_genuine(), "{report}");
    let mut failed = report.lines.iter().filter(|line| line.outcome == Outcome::Failed);
    let check = failed.next().unwrap_or_else(|| panic!("nothing failed\n{report}")).check;
    assert_eq!(failed.next(), None, "{report}");
    check
}

#[test]
fn a_report_says_what_was_checked_and_what_could_not_be() {
    let log = Log::of(9);
    let document = receipt(4).sign(&receipt_key(), Some(&log.proof(4))).unwrap();
    let report = judged(&document);
    assert_eq!(report.receipt, Some(receipt(4)));
    assert_eq!(
        report.to_string(),
        "\
ok      key         \"receipts-1\" (8TlG3IhiRH5sWhsIGSSRnAqf9zyhEl1ir4t4cbTRCk0), for receipts
ok      signature   made with this key over these contents
ok      form        a receipt of version 1, named r-4
ok      issuer      https://gateway.example, for store-1
ok      in force    the key signs from 2025-12-31T10:00:00Z on, and the receipt is of 2026-03-01T10:00:00.250Z
ok      log         record 4 of gateway.example/store-1, which then had 9
-       anchor      no checkpoint of this size was kept elsewhere: the log may have been shown to others in another version
ok      revocation  the key is not revoked
-       beyond      what was revoked after edition 6 of the history of keys, of 2026-01-01T10:00:00Z
-       beyond      what became of the token since: only the gateway knows
-       beyond      1 of 1 answers of people: they stand on the gateway's word
The receipt is genuine
"
    );

    let anchors = [log.checkpoint()];
    let anchored = verify(&document, &history(), &Elsewhere { anchors: &anchors, ..Elsewhere::default() });
    assert_eq!(anchored.outcome(Check::Anchor), Some(Outcome::Passed));

    let alone = judged(&signed(&receipt(4)));
    assert!(alone.is_genuine());
    assert_eq!(alone.outcome(Check::Log), Some(Outcome::NotChecked));
}

#[test]
fn spaces_and_order_make_no_difference_and_everything_else_does() {
    let document = String::from_utf8(signed(&receipt(4))).unwrap();
    let spaced = document.replace(',', " ,\n ").replace("{\"", "{ \"");
    let spaced = spaced.replace("\"payment.charge\"", "\"payment\\u002echarge\"");
    assert!(judged(spaced.as_bytes()).is_genuine());

    let refused = [
        (document.replace("agent-7", "agent-8"), Check::Signature),
        (document.replace("\"allow\"", "\"deny\""), Check::Signature),
        (document.replace("\"index\":4", "\"index\":5"), Check::Signature),
        (document.replacen("\"action\"", "\"more\":true,\"action\"", 1), Check::Signature),
        (document.replace("session", "signature"), Check::Signature),
        (document.replacen("\"action\"", "\"action\":\"a\",\"action\"", 1), Check::Form),
        (document.replace("\"signature\"", "\"more\":1,\"signature\""), Check::Form),
        (document.replace("\"kid\"", "\"alg\":\"none\",\"kid\""), Check::Form),
        (document.replace("\"index\":4", "\"index\":4.0"), Check::Form),
        (document.replace("\"index\":4", "\"index\":null"), Check::Form),
        (document.replace("\"receipt\":", "\"content\":"), Check::Form),
        (document.replace("\"signature\":", "\"signatures\":"), Check::Form),
        (document[..document.len() - 1].to_owned(), Check::Form),
        (format!("{document}{document}"), Check::Form),
        (format!("[{document}]"), Check::Form),
        (String::new(), Check::Form),
        (" ".repeat(1 << 19), Check::Form),
    ];
    for (document, check) in refused {
        let report = judged(document.as_bytes());
        assert_eq!(failed(&report), check, "{document}");
    }
}

#[test]
fn every_changed_byte_is_found() {
    let document = receipt(4).sign(&receipt_key(), Some(&Log::of(9).proof(4))).unwrap();
    for at in 0..document.len() {
        let mut changed = document.clone();
        changed[at] ^= 1;
        let report = judged(&changed);
        assert!(!report.is_genuine(), "{at}: {}", String::from_utf8_lossy(&changed));
    }
}

#[test]
fn only_keys_for_receipts_count_and_only_in_their_time() {
    // As if somebody who has the key for tokens signed a receipt with it.
    let forged_with = |seed: u8| {
        let document = Json::parse(&signed(&receipt(4))).unwrap();
        let content = document.member("receipt").unwrap().canonical().unwrap();
        let signature = sign(seed, &[&b"lictor receipt 1\n"[..], content.as_slice()].concat());
        let kid = token_key(seed).verifying_key().thumbprint();
        format!(
            r#"{{"receipt":{},"signature":{{"kid":"{kid}","value":"{}"}}}}"#,
            String::from_utf8(content).unwrap(),
            base64url(&signature)
        )
    };
    assert!(judged(forged_with(11).as_bytes()).is_genuine());
    for seed in [1, 12, 13, 14, 15, 99] {
        let report = judged(forged_with(seed).as_bytes());
        assert_eq!(failed(&report), Check::Key, "{seed}");
    }
    // Signed as something else: as a history, and without the line that says what it is.
    for line in [&b"lictor key history 1\n"[..], b"", b"lictor receipt 1"] {
        let document = Json::parse(&signed(&receipt(4))).unwrap();
        let content = document.member("receipt").unwrap().canonical().unwrap();
        let signature = base64url(&sign(11, &[line, content.as_slice()].concat()));
        let document = String::from_utf8(signed(&receipt(4))).unwrap();
        let old = document.rsplit('"').nth(1).unwrap();
        assert_eq!(failed(&judged(document.replace(old, &signature).as_bytes())), Check::Signature);
    }

    let other = |change: &dyn Fn(&mut Receipt)| {
        let mut receipt = receipt(4);
        change(&mut receipt);
        failed(&judged(&signed(&receipt)))
    };
    assert_eq!(other(&|receipt| receipt.issuer = "https://other.example".into()), Check::Issuer);
    assert_eq!(other(&|receipt| receipt.tenant = "store-2".into()), Check::Issuer);
    assert_eq!(other(&|receipt| receipt.time = Moment(day(-60).0 - 1)), Check::InForce);
    let kid = receipt_key().verifying_key().thumbprint();
    let ended = history().ended(kid, receipt(4).time, day(3)).unwrap();
    let judged = |receipt: &Receipt| verify(&signed(receipt), &ended, &Elsewhere::default());
    assert!(judged(&receipt(4)).is_genuine());
    assert_eq!(
        failed(&judged(&Receipt { time: Moment(receipt(4).time.0 + 1), ..receipt(4) })),
        Check::InForce
    );
}

fn judged_by(inclusion: Option<&Inclusion>, history: &KeyHistory, elsewhere: &Elsewhere<'_>) -> Report {
    verify(&receipt(4).sign(&receipt_key(), inclusion).unwrap(), history, elsewhere)
}

#[test]
fn a_receipt_of_a_revoked_key_needs_the_log_as_it_was_before() {
    let nothing = Elsewhere::default();
    let (log, later) = (Log::of(9), Log::of(10));
    assert_eq!(failed(&judged_by(None, &revoked_at(9), &nothing)), Check::Revocation);
    assert!(judged_by(Some(&log.proof(4)), &revoked_at(9), &nothing).is_genuine());
    assert_eq!(failed(&judged_by(Some(&log.proof(4)), &revoked_at(8), &nothing)), Check::Revocation);
    assert_eq!(failed(&judged_by(Some(&later.proof(4)), &revoked_at(9), &nothing)), Check::Revocation);

    // Whoever has both keys can sign a log of his own; not one that others have seen.
    let stolen = both_revoked_at(9);
    assert_eq!(failed(&judged_by(Some(&log.proof(4)), &stolen, &nothing)), Check::Revocation);
    let anchors = [log.checkpoint()];
    assert!(
        judged_by(Some(&log.proof(4)), &stolen, &Elsewhere { anchors: &anchors, ..nothing }).is_genuine()
    );
    assert!(judged_by(Some(&log.proof_with_next_key(4)), &stolen, &nothing).is_genuine());
    let forged = log.with(0, b"another".to_vec());
    let report = judged_by(Some(&forged.proof(4)), &stolen, &Elsewhere { anchors: &anchors, ..nothing });
    assert_eq!(failed(&report), Check::Anchor);
}

#[test]
fn a_proof_that_does_not_hold_speaks_against_the_receipt() {
    let log = Log::of(9);
    let judged = |change: &dyn Fn(&mut Inclusion)| {
        let mut inclusion = log.proof(4);
        change(&mut inclusion);
        failed(&judged(&receipt(4).sign(&receipt_key(), Some(&inclusion)).unwrap()))
    };
    let other = |index| log.proof(index);
    let entry = |change: &dyn Fn(&mut lictor_evidence::record::LogEntry<'_>)| {
        let mut entry = Log::entry(&receipt(4));
        change(&mut entry);
        let log = Log::of(9).with(4, entry.to_bytes().unwrap());
        failed(&self::judged(&receipt(4).sign(&receipt_key(), Some(&log.proof(4))).unwrap()))
    };
    let cases = [
        judged(&|inclusion| *inclusion = other(5)),
        judged(&|inclusion| inclusion.entry = other(5).entry),
        judged(&|inclusion| inclusion.proof = other(5).proof),
        judged(&|inclusion| inclusion.entry = inclusion.entry.replace("burned", "decided")),
        judged(&|inclusion| inclusion.entry.push(' ')),
        judged(&|inclusion| inclusion.proof = inclusion.proof.replace("index 4", "index 5")),
        judged(&|inclusion| inclusion.proof = inclusion.proof.replace("store-1\n9", "store-1\n8")),
        judged(&|inclusion| {
            inclusion.proof = inclusion.proof.replace("gateway.example/store-1", "gateway.example/store-2")
        }),
        judged(&|inclusion| inclusion.proof.clear()),
        // Signed by a key that is for something else.
        judged(&|inclusion| *inclusion = log.proof_signed(4, 11)),
        judged(&|inclusion| *inclusion = log.proof_signed(4, 99)),
        // The entry of a record without this receipt, provably in the log.
        entry(&|entry| entry.receipt = None),
        entry(&|entry| entry.receipt = Some(Digest::of(b"another"))),
        entry(&|entry| entry.tenant = "store-2".into()),
        entry(&|entry| entry.index = 5),
    ];
    for (number, check) in cases.into_iter().enumerate() {
        assert_eq!(check, Check::Log, "{number}");
    }
    // What a witness that is asked for has not cosigned.
    let document = receipt(4).sign(&receipt_key(), Some(&log.proof(4))).unwrap();
    for document in [document, signed(&receipt(4))] {
        let report = verify(&document, &history(), &Elsewhere { quorum: 1, ..Elsewhere::default() });
        assert_eq!(failed(&report), Check::Log);
    }
}

#[test]
fn what_is_no_receipt_is_not_signed() {
    let wrong: [&dyn Fn(&mut Receipt<'_>); 9] = [
        &|receipt| receipt.id = "".into(),
        &|receipt| receipt.action = "a\u{1b}[2J".into(),
        &|receipt| receipt.agent.to_mut().authenticated = Authenticated::Signature,
        &|receipt| receipt.log.index = 1 << 53,
        &|receipt| receipt.time = Moment(i64::MAX),
        &|receipt| receipt.causes = vec![receipt.causes[0].clone(); 257],
        // A reviewer approves nothing, and where it leaves something to people there is nothing to show.
        &|receipt| receipt.approvals.to_mut()[0].evidence = Evidence::Reviewer,
        &|receipt| receipt.approvals.to_mut()[0].answer = Approved::Left,
        // What was answered in a form counts for one role, and it is not this one.
        &|receipt| receipt.approvals.to_mut()[0].evidence = Evidence::LocalOperator,
    ];
    for (number, change) in wrong.into_iter().enumerate() {
        let mut receipt = receipt(4);
        change(&mut receipt);
        assert!(receipt.sign(&receipt_key(), None).is_err(), "{number}");
        assert!(receipt.digest().is_err(), "{number}");
    }
}

/// The digest can be recorded at once, and the signature made later: it is over the same bytes.
#[test]
fn the_digest_is_that_of_what_is_signed() {
    let document = Json::parse(&signed(&receipt(4))).unwrap();
    let content = document.member("receipt").unwrap().canonical().unwrap();
    let message = [&b"lictor receipt 1\n"[..], content.as_slice()].concat();
    assert_eq!(receipt(4).digest(), Ok(Digest::of(&message)));
    let text = document
        .member("signature")
        .and_then(|signature| signature.member("value"))
        .and_then(Json::text)
        .unwrap();
    assert_eq!(text, base64url(&sign(11, &message)));
}
