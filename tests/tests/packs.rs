//! The packs of the library: each is a project by itself, says nothing but that its sources are unverified or still to come, and its own
//! tests pass.

#[path = "support/projects.rs"]
mod projects;
#[path = "support/tested.rs"]
mod tested;

use std::path::Path;

use lictor_compiler::{Compiled, compile};
use lictor_runtime::{Engine, MemoryHistory, Scratch};
use lictor_zones::Zones;
use serde_json::{Value, json};
use tested::passes;

/// Somebody cites what nobody has compared with its source.
const UNVERIFIED: &str = "W0221";

/// What `std.hiring.people_decide` cites though it is still to come: the rule holds today, on other grounds, and decisions name these once
/// they apply.
const TO_COME: [&str; 2] = ["ai_act.A14_4", "colorado_ai.s6_1_1705_1_a"];

fn pack(name: &str) -> Compiled {
    let compiled = compile(&projects::folder(&format!("stdlib-policies/packs/{name}")));
    for told in &compiled.diagnostics {
        let is_to_come = |id: &&str| told.message.starts_with(&format!("`{id}` is pending"));
        let expected = match told.code {
            "W0224" => name == "hiring" && TO_COME.iter().any(is_to_come),
            code => code == UNVERIFIED,
        };
        assert!(expected, "{name}: {told:#?}");
    }
    compiled
}

#[test]
fn every_pack_tests_itself() {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../stdlib-policies/packs");
    for entry in std::fs::read_dir(packs).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let compiled = pack(&name);
        assert!(compiled.tests.len() > 20, "{name}");
        passes(&compiled, &name);
    }
}

/// What a decision obliges to and until when, which no test of a policy states.
fn owed(compiled: &Compiled, test: &str) -> Value {
    let engine = Engine::from_bundle(compiled.bundle.clone().unwrap()).unwrap();
    let is_it = |name: &str| name == test;
    let found = compiled.tests.iter().find(|one| is_it(&one.name) || one.case.as_deref().is_some_and(is_it));
    let found = found.unwrap_or_else(|| panic!("{test}"));
    let history = MemoryHistory::with_clocks(Box::new(Zones::default()));
    let decision = engine.decide_with_history(&mut Scratch::default(), found.request.as_bytes(), &history);
    let decision = serde_json::to_value(decision).unwrap();
    let owed = |one: &Value| json!([one["id"], one["by"], one["code"]]);
    decision["obligations"].as_array().map_or(json!([]), |list| list.iter().map(owed).collect())
}

#[test]
fn in_colorado_an_explanation_is_due_thirty_days_after_the_decision() {
    let hiring = pack("hiring");
    assert_eq!(
        owed(&hiring, "ai notice: whoever is turned down in Colorado gets an explanation"),
        json!([["explain_adverse_outcome", "2027-07-15T16:00:00Z", "CO_ADMT_ADVERSE_30D"]])
    );
    assert_eq!(owed(&hiring, "ai notice: not before 2027"), json!([]));
}

#[test]
fn in_illinois_deletion_is_due_thirty_days_after_the_request() {
    let hiring = pack("hiring");
    assert_eq!(
        owed(&hiring, "interviews: whoever is turned down and asked for deletion is owed it"),
        json!([["delete_interview", "2026-07-10T12:00:00Z", "AIVIA_DELETE_DUE"]])
    );
    assert_eq!(owed(&hiring, "interviews: whoever did not ask is not"), json!([]));
}

#[test]
fn the_validation_notice_is_due_five_days_after_the_first_contact() {
    let collections = pack("collections");
    let due = |by: &str| json!([["send_validation_notice", by, "VALIDATION_NOTICE_CLOCK"]]);
    assert_eq!(owed(&collections, "the first contact of all"), due("2026-03-09T15:00:00Z"));
    assert_eq!(owed(&collections, "five days after the first"), due("2026-03-04T05:00:00Z"));
    assert_eq!(owed(&collections, "six days after it, and it was paid"), json!([]));
}

#[test]
fn what_is_read_in_an_emergency_is_looked_at_and_what_goes_out_is_accounted_for() {
    let health = pack("health");
    assert_eq!(
        owed(&health, "in an emergency nobody waits for it"),
        json!([["review_emergency_access", "2026-03-05T15:00:00Z", "EMERGENCY_ACCESS"]])
    );
    assert_eq!(
        owed(&health, "a consent for treatment serves for whoever treats"),
        json!([["send_the_consent_along", null, "PART2_CONSENT_COPY"]])
    );
    assert_eq!(
        owed(&health, "where a person found that a rule permits it"),
        json!([["account_for_disclosure_six_years", null, "RETENTION_HIPAA_6Y"]])
    );
    assert_eq!(owed(&health, "patients need no authorization for their own record"), json!([]));
    assert_eq!(owed(&health, "an authorization that is good"), json!([]));
}

#[test]
fn whoever_tells_of_a_breach_is_obliged_to_tell_the_others() {
    let health = pack("health");
    let due = |what: &str, by: Option<&str>| json!([what, by, "HIPAA_BREACH_NOTICE_DUE"]);
    // Sixty days after 2026-03-01T15:00:00Z, and a day after the notice.
    let media = due("tell_media", Some("2026-04-30T15:00:00Z"));
    let secretary = due("tell_secretary", Some("2026-03-05T15:00:00Z"));
    let later = due("tell_secretary_after_the_year", None);
    let individuals = due("tell_individuals", Some("2026-04-30T15:00:00Z"));
    let owed = |test: &str| owed(&health, test);
    assert_eq!(owed("501 in one state: who else is to hear of it"), json!([media, secretary]));
    assert_eq!(owed("500 in one state: who else is to hear of it"), json!([secretary]));
    assert_eq!(owed("499 in one state: who else is to hear of it"), json!([later]));
    assert_eq!(owed("everybody has heard of 501"), json!([]));
    assert_eq!(owed("everybody has heard of 499"), json!([]));
    assert_eq!(owed("the media hear first"), json!([individuals]));
    assert_eq!(owed("the covered entity tells the others"), json!([]));
}
