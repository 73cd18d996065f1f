//! The thirteen checks of the library hold for every action of the taxonomy, but for those that protect somebody.

mod support;
#[path = "support/projects.rs"]
mod projects;

use lictor_compiler::compile;
use lictor_runtime::Engine;
use serde_json::{Value, json};
use support::decide;

/// What protects somebody, which no check slows. Where the tests of the taxonomy ask for more, a rule of the action answers.
const PROTECTIVE: [&str; 4] =
    ["agent.change_autonomy", "collection.record_dispute", "customer.set_consent", "identity.revoke_access"];

/// The library, and a good request for each of its actions: one that proves nothing beside its mandate.
fn library() -> (Engine, Vec<(String, Value)>) {
    let compiled = compile(&projects::folder("stdlib-policies/std"));
    let requests = compiled.tests.iter().filter_map(|test| {
        let action = test.name.strip_suffix(" that proves nothing")?;
        Some((action.to_owned(), serde_json::from_str(&test.request).unwrap()))
    });
    let requests: Vec<_> = requests.collect();
    assert_eq!(requests.len(), 119);
    (Engine::from_bundle(compiled.bundle.unwrap()).unwrap(), requests)
}

/// What changes a good request, and with which code it is refused then.
type Broken = (fn(&mut Value), &'static str);

const BROKEN: [Broken; 14] = [
    (|request| drop(request.as_object_mut().unwrap().remove("mandate")), "MANDATE_MISSING"),
    (|request| request["mandate"]["signature_verified"] = json!(false), "MANDATE_UNSIGNED"),
    (|request| request["mandate"]["expires_at"] = request["context"]["now"].clone(), "MANDATE_EXPIRED"),
    (|request| request["mandate"]["issued_at"] = json!("2025-12-01T00:00:00Z"), "MANDATE_TOO_LONG"),
    (|request| request["mandate"]["issued_at"] = json!("2026-01-01T00:01:01Z"), "MANDATE_FROM_AFTER"),
    (|request| request["mandate"]["not_before"] = json!("2026-01-01T00:00:01Z"), "MANDATE_NOT_YET"),
    (|request| drop(request["mandate"].as_object_mut().unwrap().remove("scope")), "NOT_IN_SCOPE"),
    (|request| request["mandate"]["scope"] = json!(["no.such", "*"]), "NOT_IN_SCOPE"),
    (|request| drop(request["mandate"].as_object_mut().unwrap().remove("nonce")), "MANDATE_INCOMPLETE"),
    (|request| request["facts"] = json!([]), "FACT_UNAVAILABLE"),
    (|request| request["context"]["facts_as_of"] = json!("2025-12-31T23:54:59Z"), "STALE_FACTS"),
    (|request| request["context"]["bundle_as_of"] = json!("2025-12-30T23:59:59Z"), "STALE_BUNDLE"),
    (|request| request["context"]["revocations_as_of"] = json!("2025-12-31T22:59:59Z"), "STALE_REVOCATIONS"),
    (|request| drop(request["context"].as_object_mut().unwrap().remove("facts_as_of")), "STALE_FACTS"),
];

#[test]
fn no_action_passes_without_the_checks_and_nothing_that_protects_is_slowed_by_them() {
    let (engine, requests) = library();
    for (action, request) in &requests {
        let good = decide(&engine, request);
        for (break_it, code) in BROKEN {
            let mut broken = request.clone();
            break_it(&mut broken);
            let decision = decide(&engine, &broken);
            if PROTECTIVE.contains(&action.as_str()) {
                let same =
                    ["decision", "reason_code", "risk"].iter().all(|part| decision[part] == good[part]);
                assert!(same, "{action}: {code}: {decision:#}");
            } else {
                assert_eq!(decision["reason_code"], *code, "{action}: {decision:#}");
                assert_eq!(decision["decision"], "deny", "{action}");
            }
        }
    }
}

#[test]
fn a_mandate_grants_what_it_names_and_the_domain_that_it_names() {
    let (engine, requests) = library();
    for (action, request) in &requests {
        let (domain, _) = action.split_once('.').unwrap();
        let with = |scope: Value| {
            let mut request = request.clone();
            request["mandate"]["scope"] = scope;
            decide(&engine, &request)["reason_code"].clone()
        };
        let good = decide(&engine, request)["reason_code"].clone();
        assert_eq!(with(json!([action])), good, "{action}");
        assert_eq!(with(json!([format!("{domain}.*")])), good, "{action}");
        if !PROTECTIVE.contains(&action.as_str()) {
            let others: Vec<&str> =
                requests.iter().map(|(name, _)| name.as_str()).filter(|name| name != action).collect();
            // A list in a request is no longer than this.
            for some in others.chunks(20) {
                assert_eq!(with(json!(some)), "NOT_IN_SCOPE", "{action}");
            }
        }
    }
}
