//! Layers that are only observed: they change nothing, and the decision tells what they would have done.

mod support;

use lictor_bundle::program::Mode;
use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};
use lictor_runtime::{Class, Engine, MemoryHistory, Scratch, Verdict};
use serde_json::{Value, json};
use support::{compiled, decide, engine, outcome};

const BASE: &str = r#"
module desk.base
layer base
tiers { new, known }
roles { boss "Whoever runs it" }
escalate to boss
reasons { LARGE "It is a lot" ODD "It is odd" HUSH "It cannot be done now" }
fact vetted(payee: String) -> Bool
fact stars(payee: String) -> Int
param most: Int = 100 range 0 to 1_000 stricter when lower loosen by category
category bulk when amount > 50
category split when 100 div pieces > 10
action pay {
  amount: Int
  pieces: Int
  payee: String
  default allow
}
risk model { step_up at 40 deny at 80 }
rule limit on pay at amount { require amount <= most else LARGE "{amount} is above {most}" }
rule known_payee on pay { step_up when amount > 10 and not vetted(payee) as ODD }
"#;

fn trial(layer: &str, body: &str) -> String {
    format!("module desk.trial\nlayer {layer} observe\n{body}\n")
}

/// The request of a known agent of user u-1 whose payee is vetted.
fn request(amount: i64) -> Value {
    json!({ "action": "pay", "agent": { "id": "a-1", "tier": "new" }, "user": { "id": "u-1" },
            "context": { "now": "2026-06-01T10:00:00Z" }, "params": { "amount": amount, "pieces": 20, "payee": "p" },
            "facts": [{ "fact": "vetted", "args": { "payee": "p" }, "value": true }] })
}

fn observed(decision: &Value) -> String {
    outcome(&decision["observed"])
}

/// The decision, which is what it is without the trial, and what was observed.
fn tried(trial: &str, request: &Value) -> Value {
    let without = decide(&engine(&[BASE]), request);
    let with = decide(&engine(&[BASE, trial]), request);
    let binding = |decision: &Value| {
        let mut decision = decision.clone();
        decision
            .as_object_mut()
            .unwrap()
            .retain(|member, _| !["observed", "bundle"].contains(&member.as_str()));
        decision
    };
    assert_eq!(binding(&with), binding(&without));
    assert!(without.get("observed").is_none());
    with
}

#[test]
fn a_rule_that_would_refuse_refuses_nothing() {
    let rule = "rule odd on pay { deny when amount >= 60 as ODD told as HUSH \"{amount} at once\" }";
    let trial = trial("category bulk", rule);
    let decision = tried(&trial, &request(60));
    assert_eq!(outcome(&decision), "allow OK");
    assert_eq!(
        decision["observed"],
        json!({ "layers": ["category bulk"], "decision": "deny", "reason_code": "ODD", "reasons": [{
            "effect": "deny", "code": "ODD", "reason": "60 at once", "told_as": "HUSH",
            "told_reason": "It cannot be done now", "stage": "policy", "rule": "desk.trial.odd", "layer": "category bulk" }] })
    );
    // The layer applies, and has nothing to say.
    let decision = tried(&trial, &request(59));
    assert_eq!(
        decision["observed"],
        json!({ "layers": ["category bulk"], "decision": "allow", "reason_code": "OK", "reasons": [], "score": 0 })
    );
    // It does not apply.
    assert!(tried(&trial, &request(50)).get("observed").is_none());
}

#[test]
fn a_setting_shows_in_the_rules_that_count() {
    let decision = tried(&trial("agent new", "set most = 20"), &request(30));
    assert_eq!((outcome(&decision), observed(&decision)), ("allow OK".into(), "deny LARGE".into()));
    let cause = &decision["observed"]["reasons"][0];
    assert_eq!((&cause["rule"], &cause["layer"]), (&json!("desk.base.limit"), &json!("base")));
    assert_eq!(cause["reason"], json!("30 is above 20"));
    // One that would loosen is told as well, and lets nothing through.
    let decision = tried(&trial("category bulk", "set most = 300"), &request(200));
    assert_eq!((outcome(&decision), observed(&decision)), ("deny LARGE".into(), "allow OK".into()));
    assert_eq!(decision["observed"]["reasons"], json!([]));
    let decision = tried(&trial("agent new", "set default pay = deny\nset risk step_up at 5"), &request(1));
    assert_eq!((outcome(&decision), observed(&decision)), ("allow OK".into(), "deny DEFAULT_DENY".into()));
}

#[test]
fn soft_statements_weigh_and_oblige_only_in_the_trial() {
    let body =
        "rule soft on pay {\n  risk +45 as ODD\n  oblige report when amount > 5 as LARGE\n  flag loud\n}";
    let decision = tried(&trial("user \"u-1\"", body), &request(6));
    assert_eq!((outcome(&decision), observed(&decision)), ("allow OK".into(), "step_up RISK_STEP_UP".into()));
    assert_eq!(decision["observed"]["score"], json!(45));
    assert_eq!(decision["observed"]["obligations"][0]["id"], json!("report"));
    assert_eq!(decision["risk"]["score"], json!(0));
    assert_eq!(decision["risk"]["flags"], json!([]));
    assert_eq!(decision["obligations"], json!([]));
}

#[test]
fn what_cannot_be_evaluated_fails_only_in_the_trial() {
    let missing = trial("agent new", "rule stars on pay { deny when stars(payee) < 3 as ODD }");
    let decision = tried(&missing, &request(6));
    assert_eq!(
        (outcome(&decision), observed(&decision)),
        ("allow OK".into(), "deny FACT_UNAVAILABLE".into())
    );
    let fault = trial("agent new", "rule fault on pay { deny when 7 div (pieces - 20) > 0 as ODD }");
    assert_eq!(observed(&tried(&fault, &request(6))), "deny EVALUATION_ERROR");
}

#[test]
fn whether_it_applies_is_no_question_for_the_decision() {
    // A category that only the trial is about, and that cannot be told.
    let trial_of_split = trial("category split", "rule odd on pay { deny as ODD }");
    let mut no_pieces = request(6);
    no_pieces["params"]["pieces"] = json!(0);
    let decision = tried(&trial_of_split, &no_pieces);
    assert_eq!(
        (outcome(&decision), observed(&decision)),
        ("allow OK".into(), "deny EVALUATION_ERROR".into())
    );
    assert_eq!(decision["observed"]["reasons"][0]["layer"], json!("category split"));
    // Users have rules of their own only in the trial.
    let of_user = trial("user \"u-7\"", "rule odd on pay { deny as ODD }");
    let mut nobody = request(6);
    nobody.as_object_mut().unwrap().remove("user");
    let decision = tried(&of_user, &nobody);
    assert_eq!((outcome(&decision), observed(&decision)), ("allow OK".into(), "deny USER_REQUIRED".into()));
    assert_eq!(decision["observed"]["layers"], json!([]));
    assert!(tried(&of_user, &request(6)).get("observed").is_none());
    // What is refused at the door met no layer.
    nobody["params"]["amount"] = json!(-1);
    assert!(tried(&of_user, &nobody).get("observed").is_none());
}

#[test]
fn what_counts_and_what_is_tried_of_one_layer_stand_in_the_order_of_their_modules() {
    let counts =
        "module desk.m\nlayer category bulk\nrule second on pay { step_up when amount > 70 as ODD }\n";
    let before = "module desk.a\nlayer category bulk observe\nrule first on pay { step_up as LARGE }\n";
    let after =
        "module desk.z\nlayer category bulk observe\nrule third on pay { deny when amount > 90 as LARGE }\n";
    let engine = engine(&[BASE, counts, before, after]);
    let decision = decide(&engine, &request(71));
    assert_eq!((outcome(&decision), observed(&decision)), ("step_up ODD".into(), "step_up LARGE".into()));
    let decision = decide(&engine, &request(91));
    assert_eq!((outcome(&decision), observed(&decision)), ("step_up ODD".into(), "deny LARGE".into()));
    let rules: Vec<&Value> =
        decision["observed"]["reasons"].as_array().unwrap().iter().map(|one| &one["rule"]).collect();
    assert_eq!(rules, [&json!("desk.a.first"), &json!("desk.z.third")]);
    let keys = engine
        .bundle()
        .manifest
        .order
        .iter()
        .map(|unit| unit.unit.layer_in(unit.mode, &engine.bundle().schema));
    assert_eq!(keys.collect::<Vec<_>>(), ["base", "category bulk", "category bulk observe"]);
}

#[test]
fn an_exception_of_a_trial_spares_only_in_the_trial() {
    let body = "except relief to desk.base.known_payee\n  when agent.tier == new\n  expires 2027-01-01\n  granted_by \"x\"\n  because \"y\"\n";
    // An exception stands in the rule's layer or before it; so the rule is one of an agent's layer.
    let counts = "module desk.m\nlayer agent new\nrule asks on pay { step_up as ODD }\n";
    let body = body.replace("desk.base.known_payee", "desk.m.asks");
    let engine = engine(&[BASE, counts, &trial("category bulk", &body)]);
    let decision = decide(&engine, &request(60));
    assert_eq!((outcome(&decision), observed(&decision)), ("step_up ODD".into(), "allow OK".into()));
    assert!(decision.get("exceptions").is_none());
}

#[test]
fn what_only_the_trial_needs_is_listed_last_and_marked() {
    let body = "rule stars on pay { deny when stars(payee) < 3 or not vetted(payee) as ODD }";
    let engine = engine(&[BASE, &trial("agent new", body)]);
    let mut bare = request(11);
    bare["facts"] = json!([]);
    let needed = engine.facts_needed(&mut Scratch::default(), bare.to_string().as_bytes());
    assert_eq!(
        serde_json::to_value(needed).unwrap(),
        json!([{ "fact": "vetted", "args": { "payee": "p" } },
               { "fact": "stars", "args": { "payee": "p" }, "observed": true }])
    );
}

#[test]
fn with_the_facts_of_both_runs_the_same_comes_out_again() {
    let body = "rule often on pay { deny when times(attempted pay per agent.id over 1h) >= 2 as ODD }";
    let engine = engine(&[BASE, &trial("agent new", body)]);
    let (mut scratch, mut past) = (Scratch::default(), MemoryHistory::default());
    let text = request(6).to_string();
    for _ in 0..2 {
        let decision = engine.decide_with_history(&mut scratch, text.as_bytes(), &past);
        past.record(&engine, &mut scratch, &decision);
    }
    let decision = engine.decide_with_history(&mut scratch, text.as_bytes(), &past);
    let mut again = request(6);
    again["facts"] = serde_json::to_value(engine.facts_used(&scratch)).unwrap();
    let decision = serde_json::to_value(decision).unwrap();
    assert_eq!((outcome(&decision), observed(&decision)), ("allow OK".into(), "deny ODD".into()));
    // The request brought a fact that nobody read, and that counts for its digest.
    again["facts"].as_array_mut().unwrap().push(request(6)["facts"][0].clone());
    assert_eq!(decide(&engine, &again), decision);
}

#[test]
fn what_counts_is_never_said_to_come_after_what_is_tried() {
    let trial = "module desk.a\nlayer agent new observe\nrule all on pay { deny when amount > 7 as ODD }\n";
    let counts = "module desk.b\nlayer agent new\nrule same on pay { deny when amount > 7 as ODD }\n";
    let codes = |modules: &[&str]| -> Vec<&str> {
        compiled(modules).diagnostics.iter().map(|told| told.code).filter(|code| *code == "W0413").collect()
    };
    assert!(codes(&[BASE, trial, counts]).is_empty());
    let counts_too = trial.replace(" observe", "");
    assert_eq!(codes(&[BASE, &counts_too, counts]), ["W0413"]);
}

#[test]
fn taking_observe_away_changes_no_code() {
    let file = |text: &str| SourceFile { path: "a.lictor".into(), bytes: text.as_bytes().to_vec() };
    let bundle = |text: String| {
        let files =
            vec![file(&text), SourceFile { path: "b.lictor".into(), bytes: BASE.as_bytes().to_vec() }];
        compile(&Project { name: "small".into(), files, ..Project::default() }).bundle.unwrap()
    };
    let text = trial("category bulk", "set most = 90\nrule odd on pay { deny when amount > most as ODD }");
    let (tried, counts) = (bundle(text.clone()), bundle(text.replace(" observe", "")));
    assert_eq!(tried.units[1].code, counts.units[1].code);
    assert_ne!(tried.units[1].mode, counts.units[1].mode);
    // The mode is part of what is signed.
    assert_ne!(Engine::from_bundle(tried).unwrap().id(), Engine::from_bundle(counts).unwrap().id());
}

/// The policy of which everything is observed.
fn all_observed(more: &[&str]) -> Engine {
    let base = BASE.replace("layer base\n", "layer base observe\n");
    let modules: Vec<&str> = [base.as_str()].into_iter().chain(more.iter().copied()).collect();
    engine(&modules)
}

#[test]
fn an_observed_base_allows_everything_and_tells_what_it_would_be() {
    let (counts, observed_base) = (engine(&[BASE]), all_observed(&[]));
    assert_eq!((counts.mode(), observed_base.mode()), (Mode::Enforced, Mode::Observed));
    let no_facts = |amount: i64| {
        let mut request = request(amount);
        request["facts"] = json!([]);
        request
    };
    let mut unknown = request(6);
    unknown["action"] = json!("steal");
    let mut odd = request(6);
    odd["params"]["amount"] = json!("six");
    // Allowed, over a limit, by a fact that is missing, for a category of which nobody can tell, and what is no request at all.
    let mut undecided = request(6);
    undecided["params"]["pieces"] = json!(0);
    let split = "module desk.split\nlayer category split\nrule odd on pay { deny as ODD }\n";
    for (request, would_be) in [
        (request(6), "allow OK"),
        (request(101), "deny LARGE"),
        (no_facts(11), "deny FACT_UNAVAILABLE"),
        (unknown, "deny UNKNOWN_ACTION"),
        (odd, "deny STRUCTURE_INVALID"),
        (json!([]), "deny STRUCTURE_INVALID"),
    ] {
        let (is, was) = (decide(&observed_base, &request), decide(&counts, &request));
        assert_eq!((outcome(&is), outcome(&was)), ("allow OK".into(), would_be.into()));
        assert_eq!((&is["reasons"], &is["obligations"]), (&json!([]), &json!([])));
        assert_eq!(is["observed"]["layers"], json!(["base"]));
        assert_eq!((observed(&is), &is["observed"]["reasons"]), (would_be.into(), &was["reasons"]));
        assert_eq!(is["request_digest"], was["request_digest"]);
        let checked = is["checks"].as_array().unwrap();
        assert!(checked.iter().all(|check| check["result"] == "not_evaluated"));
    }
    let is = decide(&all_observed(&[split]), &undecided);
    assert_eq!((outcome(&is), observed(&is)), ("allow OK".into(), "deny EVALUATION_ERROR".into()));
}

#[test]
fn with_an_observed_base_all_layers_are_observed_and_all_facts_are_for_the_record() {
    let tier = "module desk.tier\nlayer agent new\nrule odd on pay { deny when stars(payee) < 3 as ODD }\n";
    let trial = trial("category bulk", "rule large on pay { deny as LARGE }");
    let engine = all_observed(&[tier, &trial]);
    let mut rated = request(60);
    rated["facts"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "fact": "stars", "args": { "payee": "p" }, "value": 2 }));
    let decision = decide(&engine, &rated);
    assert_eq!((outcome(&decision), observed(&decision)), ("allow OK".into(), "deny ODD".into()));
    assert_eq!(decision["observed"]["reasons"][0]["layer"], json!("agent new"));
    // What is observed besides is told of what is observed.
    let besides = &decision["observed"]["observed"];
    assert_eq!((&besides["layers"], outcome(besides)), (&json!(["category bulk"]), "deny LARGE".into()));
    let mut bare = request(11);
    bare["facts"] = json!([]);
    let needed = engine.facts_needed(&mut Scratch::default(), bare.to_string().as_bytes());
    assert_eq!(needed.len(), 2);
    assert!(needed.iter().all(|query| query.observed));
}

#[test]
fn in_steps_an_observed_base_says_the_same() {
    let engine = all_observed(&[]);
    let (mut scratch, mut other) = (Scratch::default(), Scratch::default());
    let text = request(101).to_string();
    let mut prepared = engine.prepare(&mut scratch, text.as_bytes()).map_err(|_| "it can be read").unwrap();
    let evaluated = prepared.evaluate(None);
    assert_eq!((evaluated.verdict(), evaluated.class()), (Verdict::Allow, Class::Allowed));
    assert_eq!((evaluated.reason_code(), evaluated.score()), ("OK", None));
    assert_eq!(evaluated.decision(), engine.decide(&mut other, text.as_bytes()));
    let (traced, trace) = engine.trace(&mut other, text.as_bytes(), None);
    assert_eq!(traced, engine.decide_once(text.as_bytes()));
    assert!(!trace.rules.is_empty());
    let (explained, explanation) = engine.explain(&mut other, text.as_bytes(), None);
    assert_eq!(explained, traced);
    assert!(explanation.changes.is_some(), "it says what would have passed");
    let unread = engine.prepare(&mut scratch, b"{}").err().unwrap();
    assert_eq!((unread.decision, unread.observed.unwrap().decision), (Verdict::Allow, Verdict::Deny));
    // Nobody asks for an event, and one that cannot be read is not taken as one that happened.
    assert_eq!(engine.report(&mut scratch, b"{}").err().unwrap().decision, Verdict::Deny);
}

#[test]
fn a_base_is_observed_in_all_of_its_modules() {
    let more = "module desk.more\nlayer base observe\nrule odd on pay { deny as ODD }\n";
    let told = compiled(&[BASE, more]).diagnostics;
    assert_eq!(told.iter().map(|told| told.code).collect::<Vec<_>>(), ["E0460"]);
    assert!(compiled(&[&BASE.replace("layer base\n", "layer base observe\n"), more]).bundle.is_some());
}
