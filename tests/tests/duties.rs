//! Obligations, codes that are told as others, and rules with dates.

mod support;

use lictor_bundle::time::{FIRST_MOMENT, LAST_MOMENT, render_duration, render_timestamp};
use lictor_runtime::Scratch;
use serde_json::{Value, json};
use support::{decide, decide_at, engine, outcome};

const POLICY: &str = r#"
module desk
layer base
roles { boss "Whoever runs it" }
reasons {
  LARGE    "Large payments are receipted"
  LISTED   "The payee is on a watch list"
  REFUSED  "The payment cannot be made"
  CHECKED  "It is looked at"
}
param soon: Duration = 2d
  range 1h to 30d
  stricter when lower
action pay {
  amount: Int
  payee: String
  due: Timestamp?
  default allow
}
rule receipts on pay {
  oblige send_receipt by context.now + soon when amount > 100 as LARGE "{payee} gets a receipt for {amount}"
  oblige keep_record when amount > 10 as LARGE told as CHECKED
  step_up when amount > 1_000 to boss as LARGE
}
rule watched on pay at counterparty {
  deny when payee == "m" as LISTED told as REFUSED "{payee} is on the list of the bank"
}
rule campaign on pay from 2026-03-01 until 2026-03-02 {
  risk +40 when payee == "k" as CHECKED told as REFUSED
}
"#;

fn pay(amount: i64, payee: &str) -> Value {
    decide_at(&engine(&[POLICY]), "2026-02-01T10:00:00Z", json!({ "amount": amount, "payee": payee }))
}

#[test]
fn obligations_come_with_what_may_happen() {
    let decision = pay(101, "k");
    assert_eq!(outcome(&decision), "allow OK");
    assert_eq!(
        decision["obligations"],
        json!([
            { "id": "send_receipt", "by": "2026-02-03T10:00:00Z", "code": "LARGE",
              "reason": "k gets a receipt for 101", "rule": "desk.receipts", "layer": "base" },
            { "id": "keep_record", "code": "LARGE", "reason": "Large payments are receipted",
              "told_as": "CHECKED", "told_reason": "It is looked at",
              "rule": "desk.receipts", "layer": "base" },
        ])
    );
    assert_eq!(pay(100, "k")["obligations"].as_array().unwrap().len(), 1);
    assert_eq!(pay(10, "k")["obligations"], json!([]));
    let asked = pay(1_001, "k");
    assert_eq!(outcome(&asked), "step_up LARGE");
    assert_eq!(asked["obligations"].as_array().unwrap().len(), 2);
}

#[test]
fn what_is_refused_obliges_nobody_and_the_agent_is_told_the_other_code() {
    let decision = pay(101, "m");
    assert_eq!(outcome(&decision), "deny LISTED");
    assert_eq!(decision["obligations"], json!([]));
    assert_eq!(decision["reason"], "m is on the list of the bank");
    for told in [&decision, &decision["reasons"][0]] {
        assert_eq!(told["told_as"], "REFUSED");
        assert_eq!(told["told_reason"], "The payment cannot be made");
    }
    assert!(pay(1, "k").get("told_as").is_none());
}

#[test]
fn a_rule_says_something_from_its_first_day_to_the_end_of_its_last() {
    let engine = engine(&[POLICY]);
    let at = |now: &str| outcome(&decide_at(&engine, now, json!({ "amount": 1, "payee": "k" })));
    assert_eq!(at("2026-02-28T23:59:59.999Z"), "allow OK");
    assert_eq!(at("2026-03-01T00:00:00Z"), "step_up RISK_STEP_UP");
    assert_eq!(at("2026-03-02T23:59:59.999Z"), "step_up RISK_STEP_UP");
    assert_eq!(at("2026-03-03T00:00:00Z"), "allow OK");
    // The day is one of UTC, wherever the clock stands.
    assert_eq!(at("2026-03-01T00:30:00+01:00"), "allow OK");
}

#[test]
fn points_name_what_the_agent_is_told() {
    let decision =
        decide_at(&engine(&[POLICY]), "2026-03-01T00:00:00Z", json!({ "amount": 1, "payee": "k" }));
    assert_eq!(decision["risk"]["points"][0]["code"], "CHECKED");
    assert_eq!(decision["risk"]["points"][0]["told_as"], "REFUSED");
}

const MOMENTS: &str = r#"
module moments
layer base
reasons { KEPT "It is kept" SOON "It is soon" }
tiers { trusted }
param time_to_answer: Duration = 2d
  range 1h to 30d
  stricter when lower
fact is_holiday(moment: Timestamp) -> Bool
action pay {
  start: Timestamp
  length: signed Duration
  what: String
  default allow
}
rule due on pay {
  oblige keep_it by start + length when what == "due" as KEPT
  oblige answer by start + time_to_answer when what == "answer" as KEPT
  deny when what == "fact" and is_holiday(start + length) as SOON
  deny when what == "date" and date(start + length, "UTC") < 0001-01-01 as SOON
  deny when what == "zone" and date(start + length, "Asia/Tokyo") < 0001-01-01 as SOON
  deny when what == "compared" and start + length < start as SOON
  risk +1 when what == "said" as SOON "by {start}"
}
"#;

/// A request that asks for something of a moment, a length of time after another.
fn about(what: &str, start: &str, length: &str) -> Value {
    json!({ "action": "pay", "agent": { "id": "a-1", "tier": "trusted" }, "context": { "now": "2026-02-01T10:00:00Z" },
            "params": { "start": start, "length": length, "what": what } })
}

/// Moments near both ends of the years that can be written, and lengths that lead just up to them and just beyond.
fn near_the_ends() -> Vec<(i64, i64)> {
    let mut state = 9999_u64;
    let mut random = |below: i64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(state >> 33).unwrap() % below
    };
    let mut all = vec![(FIRST_MOMENT, LAST_MOMENT - FIRST_MOMENT), (LAST_MOMENT, FIRST_MOMENT - LAST_MOMENT)];
    for _ in 0..200 {
        let from =
            [FIRST_MOMENT + random(1 << 30), LAST_MOMENT - random(1 << 30)][usize::from(random(2) == 0)];
        let to_the_end = [FIRST_MOMENT - from, LAST_MOMENT - from][usize::from(random(2) == 0)];
        all.extend((-1..=1).map(|more| (from, to_the_end + more)));
        all.push((from, random(1 << 40) - (1 << 39)));
    }
    all
}

#[test]
fn what_is_due_outside_the_years_that_can_be_written_refuses() {
    let engine = engine(&[MOMENTS]);
    let ask = |what: &str, from: i64, length: i64| {
        decide(&engine, &about(what, &render_timestamp(from), &render_duration(length)))
    };
    let (mut within, mut outside) = (0, 0);
    for (from, length) in near_the_ends() {
        let moment = from + length;
        let is_there = (FIRST_MOMENT..=LAST_MOMENT).contains(&moment);
        *(if is_there { &mut within } else { &mut outside }) += 1;
        let owed = ask("due", from, length);
        let expected = if is_there { "allow OK" } else { "deny EVALUATION_ERROR" };
        assert_eq!(outcome(&owed), expected, "{from} {length}");
        if is_there {
            assert_eq!(owed["obligations"][0]["by"], render_timestamp(moment), "{from} {length}");
        }
        assert_eq!(outcome(&ask("date", from, length)), expected, "{from} {length}");
        // Of a fact and a clock in a zone somebody has to be asked.
        let asked = if is_there { "deny FACT_UNAVAILABLE" } else { expected };
        assert_eq!(outcome(&ask("fact", from, length)), asked, "{from} {length}");
        assert_eq!(outcome(&ask("zone", from, length)), asked, "{from} {length}");
        let compared = if length < 0 { "deny SOON" } else { "allow OK" };
        assert_eq!(outcome(&ask("compared", from, length)), compared, "{from} {length}");
    }
    assert!(within > 300 && outside > 200, "{within} {outside}");
}

#[test]
fn nobody_is_asked_about_a_moment_that_cannot_be_written() {
    let engine = engine(&[MOMENTS]);
    for (length, asked) in [("0s", 1), ("1ms", 0)] {
        let request = about("fact", "9999-12-31T23:59:59.999Z", length).to_string();
        let needed = engine.facts_needed(&mut Scratch::default(), request.as_bytes());
        let needed = serde_json::to_value(needed).unwrap();
        let of_ours = needed.to_string().matches("is_holiday").count();
        assert_eq!(of_ours, asked, "{needed:#}");
    }
}

#[test]
fn no_stricter_value_spares_an_obligation_its_refusal() {
    let strict = "module strict\nlayer agent trusted\nset time_to_answer = 1h\n";
    for modules in [&[MOMENTS][..], &[MOMENTS, strict]] {
        let engine = engine(modules);
        let at = |from: i64| decide(&engine, &about("answer", &render_timestamp(from), "0s"));
        // As loose as it can be: no layer loosens it, so that it is no more than its default.
        let loosest = 2 * 86_400_000;
        assert_eq!(outcome(&at(LAST_MOMENT - loosest)), "allow OK");
        assert_eq!(outcome(&at(LAST_MOMENT - loosest + 1)), "deny EVALUATION_ERROR");
        assert_eq!(outcome(&at(LAST_MOMENT)), "deny EVALUATION_ERROR");
    }
}
