//! Deciding again: the same with the same, and found out where it is not.

mod support;

use lictor_evidence::Canonical;
use lictor_journal::record::Outcome;
use lictor_journal::replay::{Replayed, replay};
use lictor_journal::{Body, Step};
use lictor_runtime::Scratch;
use lictor_zones::Zones;
use serde_json::json;
use support::*;

const KEY: [u8; 32] = [1; 32];

fn again(body: &Body, secret: Option<[u8; 32]>) -> Replayed {
    let mut scratch = Scratch::default();
    replay(&engine(), &mut scratch, body, secret.as_ref(), Some(&Zones::default())).unwrap().unwrap()
}

fn body(request: &[u8], keep_opened: bool) -> Body {
    let made = decide(&engine(), request, 1);
    let opened = if keep_opened { made.covering.opened().clone() } else { Default::default() };
    Body { record: decided(&made, 4), opened }
}

#[test]
fn what_is_opened_is_decided_again_byte_for_byte() {
    for (user, pages) in [("u-bob", 2), ("u-bob", 12), ("u-ada", 2), ("u-ada", 12)] {
        let body = body(&reading(user, pages), true);
        assert_eq!(again(&body, Some(KEY)), Replayed::Same, "{user} {pages}");
        // The key and the value open it, and neither does alone.
        for secret in [None, Some([2; 32])] {
            assert_ne!(again(&body, secret), Replayed::Same, "{user} {pages}");
        }
        let closed = Body { opened: Default::default(), ..body };
        assert_ne!(again(&closed, Some(KEY)), Replayed::Same, "{user} {pages}");
    }
}

#[test]
fn what_does_not_rest_on_what_is_withheld_is_decided_alike() {
    assert_eq!(again(&body(&reading("u-bob", 12), false), None), Replayed::Alike);
    // What is secret is kept nowhere, and what people are asked because of is not.
    assert_eq!(
        again(&body(&letter("2026-03-01T10:00:00Z", 2, json!({})), true), Some(KEY)),
        Replayed::Attested
    );
    // Nobody else knows that this person has a layer of their own.
    assert_eq!(again(&body(&letter("2026-03-01T10:00:00Z", 2, json!({})), false), None), Replayed::Attested);
    // What was no request is withheld as a whole.
    assert_eq!(again(&body(b"{", false), Some(KEY)), Replayed::Attested);
}

#[test]
fn another_decision_is_found_with_its_place() {
    let edited = |edit: &dyn Fn(&mut lictor_journal::record::Judgement)| {
        let mut body = body(&reading("u-bob", 12), true);
        let Step::Decided(step) = &mut body.record.step else { unreachable!() };
        let mut judgement = lictor_journal::record::Judgement::clone(&step.judged);
        edit(&mut judgement);
        step.judged = judgement.into();
        again(&body, Some(KEY))
    };
    let at = |replayed: Replayed| match replayed {
        Replayed::Differs { at, recorded, found } => format!("{at}: {recorded} {found}"),
        other => format!("{other:?}"),
    };
    let another = |edit: &dyn Fn(&mut Outcome<'_>)| {
        edited(&|judged| {
            let mut outcome = judged.outcome.read().unwrap();
            edit(&mut outcome);
            judged.outcome = outcome.into();
        })
    };
    assert_eq!(at(edited(&|_| {})), "Same");
    let allow = lictor_evidence::receipt::Verdict::Allow;
    assert_eq!(at(another(&|outcome| outcome.decision = allow)), r#"outcome.decision: "allow" "step_up""#);
    assert_eq!(
        at(another(&|outcome| outcome.causes[0].code = "OK".to_owned())),
        r#"outcome.causes[0].code: "OK" "BULK""#
    );
    assert_eq!(at(another(&|outcome| outcome.causes.clear())).split(':').next(), Some("outcome.causes"));
    // A request or a fact that was put in the place of another.
    let pages = lictor_evidence::json::Json::Int(2);
    let other = edited(&|judged| {
        let mut request = judged.request.read().unwrap();
        let lictor_evidence::json::Json::Object(members) = &mut request else { unreachable!() };
        let Some(lictor_evidence::json::Json::Object(params)) = members.get_mut("params") else {
            unreachable!()
        };
        params.insert("pages".to_owned(), pages.clone());
        judged.request = Canonical::of(&request).unwrap();
    });
    assert!(at(other).starts_with("outcome."), "{pages:?}");
    let many = edited(&|judged| {
        let mut facts = judged.facts.read().unwrap();
        facts[0].value = lictor_evidence::json::Json::Int(20);
        judged.facts = Canonical::of(&facts).unwrap();
    });
    assert!(at(many).starts_with("outcome."));
}
