//! The packs of the library: each is a project by itself, says nothing but that its sources are unverified or still to come, and its own
//! tests pass.

#[path = "support/projects.rs"]
mod projects;
#[path = "support/tested.rs"]
mod tested;

use std::collections::BTreeSet;
use std::path::Path;

use lictor_compiler::{Compiled, compile};
use lictor_runtime::{Engine, MemoryHistory, Scratch};
use lictor_zones::Zones;
use tested::passes;

/// Somebody cites what nobody has compared with its source.
const UNVERIFIED: &str = "W0221";

/// What `std.hiring.people_decide` and `std.europe.suspension` cite though it is still to come: the rules hold today, on other grounds, and
/// decisions name these once they apply.
const TO_COME: [(&str, &str); 3] =
    [("europe", "ai_act.A26_5"), ("hiring", "ai_act.A14_4"), ("hiring", "colorado_ai.s6_1_1705_1_a")];

fn pack(name: &str) -> Compiled {
    let compiled = compile(&projects::folder(&format!("stdlib-policies/packs/{name}")));
    for told in &compiled.diagnostics {
        let is_to_come = |(pack, id): &(&str, &str)| {
            *pack == name && told.message.starts_with(&format!("`{id}` is pending"))
        };
        let expected = match told.code {
            "W0224" => TO_COME.iter().any(is_to_come),
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

/// The reason codes of what packs oblige to. What is owed and until when is stated by their own tests, which say nothing of codes.
const CODES: [(&str, &str, &str); 14] = [
    ("collections", "send_validation_notice", "VALIDATION_NOTICE_CLOCK"),
    ("finance", "correct_error", "EFT_ERROR_CLOCK"),
    ("finance", "file_currency_report", "CTR_REQUIRED"),
    ("finance", "report_results", "EFT_ERROR_CLOCK"),
    ("finance", "send_adverse_action", "ADVERSE_ACTION_NOTICE_DUE"),
    ("health", "account_for_disclosure_six_years", "RETENTION_HIPAA_6Y"),
    ("health", "review_emergency_access", "EMERGENCY_ACCESS"),
    ("health", "send_the_consent_along", "PART2_CONSENT_COPY"),
    ("health", "tell_individuals", "HIPAA_BREACH_NOTICE_DUE"),
    ("health", "tell_media", "HIPAA_BREACH_NOTICE_DUE"),
    ("health", "tell_secretary", "HIPAA_BREACH_NOTICE_DUE"),
    ("health", "tell_secretary_after_the_year", "HIPAA_BREACH_NOTICE_DUE"),
    ("hiring", "delete_interview", "AIVIA_DELETE_DUE"),
    ("hiring", "explain_adverse_outcome", "CO_ADMT_ADVERSE_30D"),
];

#[test]
fn what_is_owed_gives_the_code_of_its_source() {
    for name in ["collections", "finance", "health", "hiring"] {
        let compiled = pack(name);
        let engine = Engine::from_bundle(compiled.bundle.clone().unwrap()).unwrap();
        let history = MemoryHistory::with_clocks(Box::new(Zones::default()));
        let mut found = BTreeSet::new();
        for test in compiled.tests.iter().filter(|test| test.settings.is_empty()) {
            let request = test.request.as_bytes();
            let decision = engine.decide_with_history(&mut Scratch::default(), request, &history);
            found.extend(decision.obligations.into_iter().map(|one| (one.id, one.code)));
        }
        let of_pack = CODES.iter().filter(|(pack, ..)| *pack == name);
        let expected = of_pack.map(|(_, id, code)| ((*id).to_owned(), (*code).to_owned()));
        assert_eq!(found, expected.collect::<BTreeSet<_>>(), "{name}");
    }
}
