//! A reason names the controls that its rule cites and that are in force at the time of the decision.

mod support;

use lictor_bundle::program::LegalEffect;
use lictor_bundle::time::parse_timestamp;
use lictor_runtime::Engine;
use serde_json::{Value, json};
use support::engine;

const POLICY: &str = r#"module shop
layer base
reasons { CLOSED "We are closed" }
framework law "Laws" {
  old "The old one" until 2025-12-31 verified 2026-01-20
  new "The new one"
    source "Act 7"
    edition "2025"
    effect duty
    jurisdiction "US-NY"
    from 2026-01-01
    superseded_by law.idle
    verified 2026-01-20
  idle "Nobody cites it"
}
action sell {
  amount: Int
  price: Int
  default allow
}
rule closed on sell cites law.new, law.old {
  step_up when amount > 5 to user as CLOSED
  deny when amount div price > 9 as CLOSED
}
"#;

fn policy() -> Engine {
    engine(&[POLICY])
}

fn cited(engine: &Engine, now: &str, amount: u32, price: u32) -> Value {
    let request = json!({
        "action": "sell", "agent": { "id": "a" }, "context": { "now": now },
        "params": { "amount": amount, "price": price },
    });
    let decision = engine.decide_once(request.to_string().as_bytes());
    let reasons = serde_json::to_value(&decision).expect("a decision is JSON")["reasons"].clone();
    reasons.as_array().expect("a list").iter().map(|reason| reason["cites"].clone()).collect()
}

#[test]
fn only_what_is_in_force_at_the_time_is_named() {
    let engine = policy();
    assert_eq!(cited(&engine, "2025-12-31T23:59:59.999Z", 6, 1), json!([["law.old"]]));
    assert_eq!(cited(&engine, "2026-01-01T00:00:00Z", 6, 1), json!([["law.new"]]));
    // What refuses because it cannot be evaluated is a rule's reason as well.
    assert_eq!(cited(&engine, "2026-01-01T00:00:00Z", 6, 0), json!([["law.new"], ["law.new"]]));
    assert_eq!(cited(&engine, "2026-01-01T00:00:00Z", 2, 1), json!([]));
}

#[test]
fn the_bundle_lists_what_is_cited_and_nothing_else() {
    let engine = policy();
    let controls = &engine.bundle().manifest.controls;
    let ids: Vec<&str> = controls.iter().map(|control| control.id.as_str()).collect();
    assert_eq!(ids, ["law.new", "law.old"]);
    let new = &controls[0];
    let said = [&new.source, &new.edition, &new.jurisdiction, &new.superseded_by];
    assert_eq!(
        said.map(|text| text.as_deref()),
        [Some("Act 7"), Some("2025"), Some("US-NY"), Some("law.idle")]
    );
    assert_eq!(new.effect, Some(LegalEffect::Duty));
    let old = &controls[1];
    assert_eq!(
        (&old.edition, old.effect, &old.jurisdiction, &old.superseded_by),
        (&None, None, &None, &None)
    );
}

#[test]
fn what_a_framework_says_holds_for_its_controls() {
    let said = r#"framework law "Laws" edition "2020" effect contract jurisdiction "EU" from 2020-01-01 verified 2026-01-20 {
  old "The old one" effect duty until 2025-12-31 unverified
  new "The new one" edition "2025" from 2026-01-01
}
action sell {"#;
    let start = POLICY.find("framework").unwrap();
    let end = POLICY.find("action sell {").unwrap();
    let policy = format!("{}{said}{}", &POLICY[..start], &POLICY[end + "action sell {".len()..]);
    let engine = engine(&[&policy]);
    let [new, old] = engine.bundle().manifest.controls.as_slice() else { panic!("two controls") };
    assert_eq!((new.edition.as_deref(), old.edition.as_deref()), (Some("2025"), Some("2020")));
    assert_eq!((new.effect, old.effect), (Some(LegalEffect::Contract), Some(LegalEffect::Duty)));
    assert_eq!((new.jurisdiction.as_deref(), old.jurisdiction.as_deref()), (Some("EU"), Some("EU")));
    assert_eq!((new.verified.is_some(), old.verified.is_some()), (true, false));
    // Its own dates begin and end with the days that were written.
    let moment = |text: &str| Some(parse_timestamp(text).unwrap());
    assert_eq!((new.from, new.until), (moment("2026-01-01T00:00:00Z"), None));
    let all_of_it = (moment("2020-01-01T00:00:00Z"), moment("2025-12-31T23:59:59.999Z"));
    assert_eq!((old.from, old.until), all_of_it);
}

#[test]
fn whoever_has_a_clock_is_told_what_is_not_in_force() {
    let policy = support::compiled(&[POLICY]);
    let told = |now: &str| -> Vec<(&str, String)> {
        let told = policy.out_of_time(parse_timestamp(now).unwrap());
        told.into_iter().map(|one| (one.code, one.message)).collect()
    };
    let early = ("W0224", String::from("`law.new` is not in force before 2026-01-01"));
    let dead = ("W0223", String::from("`law.old` is not in force since 2026-01-01"));
    assert_eq!(told("2025-12-31T23:59:59.999Z"), [early]);
    assert_eq!(told("2026-01-01T00:00:00Z"), [dead]);
    // A rule that begins and ends with its controls says nothing at the wrong time.
    let cites = "rule closed on sell cites law.new, law.old {";
    for (dates, codes) in [("from 2026-01-01", "W0224"), ("until 2025-12-31", "W0223")] {
        let control = if codes == "W0224" { "law.new" } else { "law.old" };
        let dated = POLICY.replace(cites, &format!("rule closed on sell cites {control} {dates} {{"));
        let policy = support::compiled(&[&dated]);
        for now in ["2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"] {
            assert_eq!(policy.out_of_time(parse_timestamp(now).unwrap()), [], "{dates} {now}");
        }
    }
}

#[test]
fn a_bundle_does_not_tell_what_day_it_was_built_on() {
    // What a clock shows stands beside a compilation, and not in it.
    let policy = support::compiled(&[POLICY]);
    let before = policy.bundle.clone();
    assert!(!policy.out_of_time(parse_timestamp("2030-01-01T00:00:00Z").unwrap()).is_empty());
    assert_eq!(policy.bundle, before);
    assert!(policy.diagnostics.iter().all(|told| !["W0223", "W0224"].contains(&told.code)));
}

#[test]
fn a_citation_that_points_nowhere_is_not_loaded() {
    let mut bundle = policy().to_bundle();
    bundle.manifest.controls.pop();
    assert!(Engine::from_bundle(bundle.clone()).is_err());
    bundle.units[0].rules[0].cites = vec![0];
    assert!(Engine::from_bundle(bundle.clone()).is_ok());
    bundle.manifest.controls[0].title = "two\nlines".to_string();
    assert!(Engine::from_bundle(bundle).is_err());
}
