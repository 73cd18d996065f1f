//! What records say: one form, read back as written, and nothing in them that must not be.

mod support;

use lictor_evidence::commitment::RecordKey;
use lictor_evidence::json::Json;
use lictor_evidence::receipt::Event;
use lictor_journal::record::Issuer;
use lictor_journal::{Body, Kind, Record};
use serde_json::{Value, json};
use support::log::{TENANT, one_of_each};
use support::*;

#[test]
fn every_kind_is_read_as_it_was_written() {
    let engine = engine();
    let mut kinds: Vec<Kind> = Vec::new();
    for (index, written) in one_of_each(&engine).iter().enumerate() {
        let bytes = written.record.to_bytes().unwrap();
        assert_eq!(Record::from_bytes(&bytes).as_ref(), Ok(&written.record), "{index}");
        assert_eq!(Json::parse(&bytes).unwrap().canonical().unwrap(), bytes);
        kinds.push(written.record.kind());
    }
    kinds.sort();
    kinds.dedup();
    assert_eq!(kinds, Kind::ALL);
    for kind in Kind::ALL {
        assert_eq!(Kind::of_number(kind.number()), Some(*kind));
        assert_eq!(Kind::of_name(kind.name()), Some(*kind));
    }
}

/// A page to read: what the log holds of a letter.
#[test]
fn what_is_recorded_of_a_decision() {
    let engine = engine();
    let made = decide(&engine, &letter("2026-03-01T10:00:00Z", 12, json!({ "about": "Mrs Byron" })), 1);
    let bytes = decided(&made, 4).to_bytes().unwrap();
    let mut shown: Value = serde_json::from_slice(&bytes).unwrap();
    shown["judged"]["bundle"] = "sha256:…".into();
    insta::assert_snapshot!("decided", serde_json::to_string_pretty(&shown).unwrap());
}

#[test]
fn nothing_that_is_marked_stands_in_a_record() {
    let engine = engine();
    for pages in [2, 7, 12] {
        let made =
            decide(&engine, &letter("2026-03-01T10:00:00Z", pages, json!({ "about": "Mrs Byron" })), 1);
        let text = String::from_utf8(decided(&made, 4).to_bytes().unwrap()).unwrap();
        for marked in ["u-ada", "ada@example.org", "bob@example.org", "B-77-SECRET", "Byron", "Grey"] {
            assert!(!text.to_lowercase().contains(&marked.to_lowercase()), "{marked} in {text}");
        }
        // What is not marked does.
        for open in ["writer-7", "d-1", "2026-03-01T10:00:00Z"] {
            assert!(text.contains(open), "{open} in {text}");
        }
        // Nothing secret is kept beside it either.
        let opened = format!("{:?}", made.covering.opened());
        assert!(
            opened.contains("u-ada") && opened.contains("Byron") && !opened.contains("SECRET"),
            "{opened}"
        );
    }
}

#[test]
fn what_could_not_be_read_is_covered_as_a_whole() {
    let engine = engine();
    let sent = br#"{"action":"letter.send","params":{"password":"hunter2","a":"@example.org"}}"#;
    let made = decide(&engine, sent, 1);
    let text = String::from_utf8(decided(&made, 4).to_bytes().unwrap()).unwrap();
    assert!(
        !text.contains("hunter2") && !text.contains("password") && !text.contains("example.org"),
        "{text}"
    );
    assert_eq!(made.judged.withheld, ["request"]);
    assert_eq!(made.judged.outcome.read().unwrap().message, None);
    assert_eq!(made.judged.outcome.reason_code(), "STRUCTURE_INVALID");
}

#[test]
fn one_field_is_opened_and_no_other() {
    let engine = engine();
    let made = decide(&engine, &letter("2026-03-01T10:00:00Z", 2, json!({})), 1);
    let (request, facts) = (made.judged.request.read().unwrap(), made.judged.facts.read().unwrap());
    let covered = request.member("user").unwrap().member("id").unwrap();
    let commitment = covered.member("$committed").unwrap().text().unwrap().parse().unwrap();
    let key = RecordKey::new([1; 32]);
    assert!(key.field("user.id").opens(&commitment, br#""u-ada""#));
    assert!(!key.field("user.id").opens(&commitment, br#""u-bob""#));
    assert!(!RecordKey::new([2; 32]).field("user.id").opens(&commitment, br#""u-ada""#));
    // The counter's key is the same person, and the record shows that it is, and not who.
    let counter = facts.iter().find(|fact| fact.fact.contains("per user.id")).unwrap();
    assert_eq!(counter.args.member("user.id"), Some(covered));
    // A key that stands open in the request stands open there, too.
    let counter = facts.iter().find(|fact| fact.fact.contains("per agent.id")).unwrap();
    assert_eq!(counter.args.member("agent.id").and_then(Json::text), Some("writer-7"));
    // Two records of one person have nothing in common.
    let other = decide(&engine, &letter("2026-03-01T10:00:00Z", 2, json!({})), 2);
    assert_ne!(other.judged.request.read().unwrap().member("user"), request.member("user"));
    assert_ne!(other.judged.request_digest(), made.judged.request_digest());
}

#[test]
fn a_receipt_follows_from_its_record() {
    let engine = engine();
    let issuer = Issuer {
        issuer: "https://gateway.example",
        tenant: TENANT,
        origin: "gateway.example/clinic-1",
        index: 4,
        time: NOW,
    };
    for written in one_of_each(&engine) {
        let judged = decide(&engine, &letter("2026-03-01T10:00:00Z", 12, json!({})), 1).judged;
        let kind = written.record.kind();
        let earlier = matches!(kind, Kind::Settled | Kind::ApprovalAnswered).then_some(&judged);
        let receipted = written.record.clone().with_receipt(issuer, "r-1", earlier);
        let has = matches!(
            kind,
            Kind::Decided | Kind::Burned | Kind::Observed | Kind::Settled | Kind::ApprovalAnswered
        );
        assert_eq!(receipted.is_ok(), has, "{kind:?}");
        let Ok(record) = receipted else { continue };
        assert_eq!(Record::from_bytes(&record.to_bytes().unwrap()).as_ref(), Ok(&record));
        let receipt = record.receipt_at(TENANT, 4, NOW, earlier).unwrap().unwrap();
        let entry = record.entry(TENANT, 4, NOW).unwrap();
        assert_eq!(entry.receipt, Some(receipt.digest().unwrap()));
        assert_eq!(receipt.event == Event::Burned, kind == Kind::Burned);
        // At another place it is another receipt.
        assert!(record.receipt_at(TENANT, 5, NOW, earlier).is_err());
        assert!(record.receipt_at(TENANT, 4, NOW + 1, earlier).is_err());
        assert!(record.receipt_at("another", 4, NOW, earlier).is_err());
    }
}

#[test]
fn an_evaluation_says_who_asked_and_grants_nothing() {
    let engine = engine();
    for (pages, said) in
        [(2, json!({ "by": "checkout-1", "outcome": "unknown" })), (12, json!({ "by": "checkout-1" }))]
    {
        let made = decide(&engine, &letter("2026-03-01T10:00:00Z", pages, json!({})), 1);
        let record = evaluated(&made, 4);
        let bytes = record.to_bytes().unwrap();
        assert_eq!(Record::from_bytes(&bytes), Ok(record));
        let shown: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!((&shown["evaluated"], shown.get("token")), (&said, None));
    }
}

#[test]
fn every_changed_byte_is_another_record_or_none() {
    let engine = engine();
    for written in one_of_each(&engine).iter().filter(|written| written.record.kind() != Kind::Decided) {
        let bytes = written.record.to_bytes().unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_ne!(Record::from_bytes(&changed).as_ref(), Ok(&written.record), "{at}");
        }
        for cut in 0..bytes.len() {
            assert!(Record::from_bytes(&bytes[..cut]).is_err(), "{cut}");
        }
    }
}

#[test]
fn a_body_may_hold_what_opens_it() {
    let engine = engine();
    let made = decide(&engine, &letter("2026-03-01T10:00:00Z", 2, json!({})), 1);
    let body = Body { record: decided(&made, 4), opened: made.covering.opened().clone() };
    let bytes = body.to_bytes().unwrap();
    assert_eq!(Body::from_bytes(&bytes).as_ref(), Ok(&body));
    assert_eq!(Body::logged(&bytes), body.record.to_bytes().unwrap());
    let closed = Body { opened: Default::default(), ..body };
    assert_eq!(closed.to_bytes().unwrap(), Body::logged(&bytes));
    for more in ["\n", "\n{}", "\n{}\n", " ", "\n[]"] {
        let bytes = [closed.to_bytes().unwrap().as_slice(), more.as_bytes()].concat();
        assert!(Body::from_bytes(&bytes).is_err(), "{more:?}");
    }
}
