//! Dates, times of day and days of the week, from JSON to the decision.

mod support;

use lictor_runtime::{MemoryHistory, Scratch};
use lictor_zones::Zones;
use serde_json::{Value, json};
use support::{decide_at, engine, outcome};

const POLICY: &str = r#"
module shop
layer base
reasons { LATE "It is late" CLOSED "Nobody is there" }
action pay {
  due: Date
  at: TimeOfDay
  day: Weekday
  place: TimeZone
  default allow
}
rule in_time on pay {
  let today = date(context.now, "UTC")
  deny when due > today + 1 month as LATE "{due} is after {today} and {day} {at} {place}"
  require weekday(due) == day else CLOSED
  deny when at in 22:00..=06:00 as CLOSED
  deny when due - today < 0 and place == "Europe/Berlin" as LATE
}
"#;

fn ship(now: &str, changed: Value) -> Value {
    let mut params = json!({ "due": "2026-03-02", "at": "09:30", "day": "monday", "place": "UTC" });
    for (name, value) in changed.as_object().unwrap() {
        params[name] = value.clone();
    }
    decide_at(&engine(&[POLICY]), now, params)
}

#[test]
fn a_month_ends_with_its_last_day() {
    let due = |now: &str, due: &str, day: &str| outcome(&ship(now, json!({ "due": due, "day": day })));
    assert_eq!(due("2026-01-31T23:59:59.999Z", "2026-02-28", "saturday"), "allow OK");
    assert_eq!(due("2026-01-31T23:59:59.999Z", "2026-03-01", "sunday"), "deny LATE");
    assert_eq!(due("2024-01-31T00:00:00Z", "2024-02-29", "thursday"), "allow OK");
    assert_eq!(due("9999-12-31T00:00:00Z", "9999-12-31", "friday"), "deny EVALUATION_ERROR");
}

#[test]
fn a_range_over_midnight_holds_both_its_ends() {
    let at = |at: &str| outcome(&ship("2026-03-01T10:00:00Z", json!({ "at": at })));
    for open in ["06:00:00.001", "21:59:59.999", "12:00"] {
        assert_eq!(at(open), "allow OK", "{open}");
    }
    for closed in ["22:00", "23:59:59.999", "00:00", "06:00", "06:00:00"] {
        assert_eq!(at(closed), "deny CLOSED", "{closed}");
    }
}

#[test]
fn values_are_shown_as_they_are_written() {
    let decision = ship(
        "2026-03-01T10:00:00Z",
        json!({ "due": "2026-06-01", "at": "09:30:15", "place": "Asia/Kolkata" }),
    );
    let message = "2026-06-01 is after 2026-03-01 and monday 09:30:15 Asia/Kolkata";
    assert_eq!(decision["reasons"][0]["reason"], message, "{decision:#}");
}

#[test]
fn what_is_no_day_no_time_and_no_zone_is_refused_with_its_path() {
    for (name, wrong) in [
        ("due", json!("2026-02-29")),
        ("due", json!("2026-02-28T00:00:00Z")),
        ("due", json!(20_513)),
        ("at", json!("24:00")),
        ("at", json!("9:30")),
        ("day", json!("Monday")),
        ("day", json!(1)),
        ("place", json!("europe/berlin")),
        ("place", json!("CEST")),
        ("place", Value::Null),
    ] {
        let decision = ship("2026-03-01T10:00:00Z", json!({ name: wrong }));
        assert_eq!(outcome(&decision), "deny STRUCTURE_INVALID", "{name} {decision:#}");
        assert!(decision.to_string().contains(&format!("params.{name}")), "{decision:#}");
    }
}

const LOCAL: &str = r#"
module door
layer base
reasons { CLOSED "Nobody is there" }
action pay {
  place: TimeZone
  default allow
}
rule open on pay {
  require weekday(context.now, place) in monday..=friday else CLOSED "{place}"
  require time_of_day(context.now, place) in 09:00..17:00 else CLOSED
}
"#;

fn door(now: &str, place: &str) -> Value {
    json!({ "action": "pay", "agent": { "id": "a-1" }, "context": { "now": now }, "params": { "place": place } })
}

#[test]
fn local_time_is_looked_up_and_recorded_and_replays() {
    let engine = engine(&[LOCAL]);
    let clocks = Zones::default();
    let mut scratch = Scratch::default();
    // Friday evening in Berlin is Friday morning in New York, and Saturday in Kolkata.
    for (place, expected) in
        [("Europe/Berlin", "deny CLOSED"), ("America/New_York", "allow OK"), ("Asia/Kolkata", "deny CLOSED")]
    {
        let mut request = door("2026-03-06T19:00:00Z", place);
        let needed = engine.facts_needed(&mut scratch, request.to_string().as_bytes());
        let asked: Vec<Value> = needed.iter().map(|query| serde_json::to_value(query).unwrap()).collect();
        let args = json!({ "at": "2026-03-06T19:00:00Z", "zone": place });
        assert_eq!(asked, [json!({ "fact": "local_time", "args": args })]);

        let decided = engine.decide_with_history(&mut scratch, request.to_string().as_bytes(), &clocks);
        let first = serde_json::to_value(decided).unwrap();
        assert_eq!(outcome(&first), expected, "{place}");
        let used = serde_json::to_value(engine.facts_used(&scratch)).unwrap();
        assert_eq!(used[0]["value"]["table"], Zones::edition());
        request["facts"] = used;
        let again = support::decide(&engine, &request);
        assert_eq!(outcome(&again), expected, "with the facts it has recorded, and nobody to ask");
        assert_eq!(again["reasons"], first["reasons"]);
    }
}

#[test]
fn without_anybody_who_knows_local_time_refuses() {
    let engine = engine(&[LOCAL]);
    let request = door("2026-03-06T19:00:00Z", "Europe/Berlin").to_string();
    let mut scratch = Scratch::default();
    for decided in [
        engine.decide(&mut scratch, request.as_bytes()),
        engine.decide_with_history(&mut Scratch::default(), request.as_bytes(), &MemoryHistory::default()),
    ] {
        assert_eq!(outcome(&serde_json::to_value(decided).unwrap()), "deny FACT_UNAVAILABLE");
    }
}

const DAILY: &str = r#"
module desk
layer base
reasons { OFTEN "It happens too often" }
action pay {
  place: TimeZone
  default allow
}
rule one_a_day on pay {
  deny when times(attempted pay over 1 day in "Europe/Berlin") > 0 as OFTEN
}
rule two_in_two_days on pay {
  deny when times(attempted pay over 2 days in "Europe/Berlin") > 1 as OFTEN
}
"#;

/// What is decided at the last of these moments, after requests at the others.
fn daily(moments: &[&str]) -> String {
    let engine = engine(&[DAILY]);
    let mut scratch = Scratch::default();
    let mut memory = MemoryHistory::with_clocks(Box::new(Zones::default()));
    let mut last = String::new();
    for now in moments {
        let request = door(now, "UTC").to_string();
        let decision = engine.decide_with_history(&mut scratch, request.as_bytes(), &memory);
        memory.record(&engine, &mut scratch, &decision);
        last = outcome(&serde_json::to_value(decision).unwrap());
    }
    last
}

#[test]
fn days_of_a_zone_are_exact_at_both_edges_whatever_their_length() {
    for (hours, last_before, first, last, next) in [
        (
            24,
            "2026-01-14T22:59:59.999Z",
            "2026-01-14T23:00:00Z",
            "2026-01-15T22:59:59.999Z",
            "2026-01-15T23:00:00Z",
        ),
        (
            23,
            "2026-03-28T22:59:59.999Z",
            "2026-03-28T23:00:00Z",
            "2026-03-29T21:59:59.999Z",
            "2026-03-29T22:00:00Z",
        ),
        (
            25,
            "2026-10-24T21:59:59.999Z",
            "2026-10-24T22:00:00Z",
            "2026-10-25T22:59:59.999Z",
            "2026-10-25T23:00:00Z",
        ),
    ] {
        assert_eq!(daily(&[last_before, last]), "allow OK", "{hours}: yesterday does not count today");
        assert_eq!(daily(&[first, last]), "deny OFTEN", "{hours}: the first moment of the day does");
        assert_eq!(daily(&[last, next]), "allow OK", "{hours}: tomorrow is another day");
        assert_eq!(daily(&[last, first]), "allow OK", "{hours}: what is later does not count");
        assert_eq!(
            daily(&[last_before, last, next]),
            "allow OK",
            "{hours}: the day before yesterday is gone"
        );
        assert_eq!(daily(&[last_before, first, next]), "allow OK", "{hours}: one of two days");
    }
}

#[test]
fn whoever_counts_is_told_the_days_and_the_zone() {
    let engine = engine(&[DAILY]);
    let request = door("2026-03-29T12:00:00Z", "UTC").to_string();
    let needed = engine.facts_needed(&mut Scratch::default(), request.as_bytes());
    let windows: Vec<Value> =
        needed.iter().map(|query| serde_json::to_value(&query.window).unwrap()).collect();
    let days = |count| json!({ "days": { "count": count, "zone": "Europe/Berlin" }, "until": "2026-03-29T12:00:00Z" });
    assert_eq!(windows, [days(1), days(2)]);
    let decision =
        engine.decide_with_history(&mut Scratch::default(), request.as_bytes(), &MemoryHistory::default());
    assert_eq!(
        outcome(&serde_json::to_value(decision).unwrap()),
        "deny FACT_UNAVAILABLE",
        "no clock, no answer"
    );
}

const WORKING: &str = r#"
module bank
layer base
reasons { LATE "It is late" }
calendar bank = [2026-04-03, 2026-04-06, 2026-12-25] from 2026-01-01 until 2026-12-31
action pay {
  ordered: Date
  due: Date
  default allow
}
rule three_days on pay {
  deny when business_days(ordered, due, bank) > 3 as LATE
  deny when due > add_business_days(ordered, 3, bank) as LATE
}
"#;

#[test]
fn working_days_leave_weekends_and_holidays_out_and_are_never_guessed() {
    let engine = engine(&[WORKING]);
    let paid = |ordered: &str, due: &str| {
        outcome(&decide_at(&engine, "2026-01-01T00:00:00Z", json!({ "ordered": ordered, "due": due })))
    };
    // Thursday before Easter: Friday and Monday are holidays.
    assert_eq!(paid("2026-04-02", "2026-04-09"), "allow OK");
    assert_eq!(paid("2026-04-02", "2026-04-10"), "deny LATE");
    assert_eq!(paid("2026-04-10", "2026-04-02"), "allow OK", "earlier is not late");
    assert_eq!(paid("2026-12-31", "2027-01-01"), "deny EVALUATION_ERROR");
    assert_eq!(paid("2025-12-31", "2026-01-01"), "deny EVALUATION_ERROR");
    assert_eq!(
        paid("2026-12-30", "2026-12-31"),
        "deny EVALUATION_ERROR",
        "nobody knows the third day after it"
    );
}
