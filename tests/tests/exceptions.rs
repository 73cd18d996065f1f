//! Exceptions: what lifts a rule's soft statements, for how long, for whom, and that the decision says so.

mod support;

use lictor_bundle::time::parse_timestamp;
use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};
use lictor_runtime::{Engine, Scratch};
use serde_json::{Value, json};
use support::{compiled, decide, engine, outcome};

const BASE: &str = r#"
module desk
layer base
tiers { new, known }
roles { boss "Whoever runs it" }
escalate to boss
reasons { LARGE "It is a lot" ODD "It is odd" }
fact vetted(payee: String) -> Bool?
fact limit(payee: String) -> Int?
category bulk when amount > 5_000
action pay {
  amount: Int
  payee: String
  default allow
}
risk model { flags { loud 50 } amplifiers { reach 0.5 } step_up at 40 deny at 80 }
rule large on pay {
  step_up when amount > 100 as LARGE
  flag loud when amount > 200
  amplify reach +50 when amount > 200
  risk +5 when amount > 200 as LARGE
  oblige report when amount > 200 as LARGE
  deny when amount > 9_000 as ODD
}
"#;

const RELIEF: &str = r#"
module relief
layer base
except vetted_payees to desk.large
  when vetted(payee) otherwise false
  expires 2026-06-30
  granted_by "the head of payments"
  because "they have a contract"
"#;

fn pay_as(engine: &Engine, tier: &str, now: &str, amount: i64, facts: Value) -> Value {
    decide(
        engine,
        &json!({ "action": "pay", "agent": { "id": "a-1", "tier": tier }, "context": { "now": now },
                 "params": { "amount": amount, "payee": "p" }, "facts": facts }),
    )
}

fn vetted(value: Value) -> Value {
    json!([{ "fact": "vetted", "args": { "payee": "p" }, "value": value }])
}

fn pay(engine: &Engine, amount: i64, facts: Value) -> Value {
    pay_as(engine, "new", "2026-06-01T10:00:00Z", amount, facts)
}

#[test]
fn all_soft_statements_of_the_rule_are_lifted_and_the_decision_says_by_what() {
    let engine = engine(&[BASE, RELIEF]);
    let without = pay(&engine, 201, vetted(json!(false)));
    assert_eq!(outcome(&without), "deny RISK_DENY");
    assert!(without.get("exceptions").is_none());
    let with = pay(&engine, 201, vetted(json!(true)));
    assert_eq!(outcome(&with), "allow OK");
    assert_eq!(with["risk"]["score"], json!(0));
    assert_eq!(with["risk"]["flags"], json!([]));
    assert_eq!(with["obligations"], json!([]));
    assert_eq!(
        with["exceptions"],
        json!([{ "name": "relief.vetted_payees", "rule": "desk.large", "granted_by": "the head of payments",
                 "because": "they have a contract", "expires": "2026-06-30", "layer": "base" }])
    );
}

#[test]
fn hard_statements_stand_and_what_was_lifted_before_them_is_named() {
    let engine = engine(&[BASE, RELIEF]);
    let decision = pay(&engine, 9_001, vetted(json!(true)));
    assert_eq!(outcome(&decision), "deny ODD");
    assert_eq!(decision["exceptions"][0]["name"], json!("relief.vetted_payees"));
}

#[test]
fn one_that_lifts_nothing_is_not_named() {
    let engine = engine(&[BASE, RELIEF]);
    let decision = pay(&engine, 100, vetted(json!(true)));
    assert_eq!(outcome(&decision), "allow OK");
    assert!(decision.get("exceptions").is_none());
}

#[test]
fn it_holds_through_the_last_moment_of_its_last_day() {
    let engine = engine(&[BASE, RELIEF]);
    let at = |now| outcome(&pay_as(&engine, "new", now, 150, vetted(json!(true))));
    assert_eq!(at("2026-06-30T23:59:59.999Z"), "allow OK");
    assert_eq!(at("2026-07-01T00:00:00Z"), "step_up LARGE");
}

#[test]
fn one_that_cannot_be_evaluated_does_not_lift_and_does_not_refuse() {
    let engine = engine(&[BASE, RELIEF]);
    assert_eq!(outcome(&pay(&engine, 150, json!([]))), "step_up LARGE");
    assert_eq!(outcome(&pay(&engine, 100, json!([]))), "allow OK");
    let overflowing = RELIEF.replace(
        "vetted(payee) otherwise false",
        "(limit(payee) otherwise 0) * 9_000_000_000_000_000_000 > 0",
    );
    let engine = support::engine(&[BASE, &overflowing]);
    let limit = |value: i64| json!([{ "fact": "limit", "args": { "payee": "p" }, "value": value }]);
    assert_eq!(outcome(&pay(&engine, 150, limit(1))), "allow OK");
    assert_eq!(outcome(&pay(&engine, 150, limit(2))), "step_up LARGE");
}

#[test]
fn it_holds_only_where_its_layer_applies() {
    let tier = "module known\nlayer agent known\n";
    let user = "module user\nlayer user \"u-1\"\nrule asks on pay {\n  step_up when amount > 10 as ODD\n}\n";
    let exception = "except known_agents to asks\n  when true\n  expires 2026-06-30\n  granted_by \"g\"\n  because \"b\"\n";
    let engine = engine(&[BASE, &format!("{tier}{exception}"), user]);
    let pay = |tier: &str| {
        let request = json!({ "action": "pay", "agent": { "id": "a-1", "tier": tier }, "user": { "id": "u-1" },
            "context": { "now": "2026-06-01T10:00:00Z" }, "params": { "amount": 20, "payee": "p" } });
        decide(&engine, &request)
    };
    assert_eq!(outcome(&pay("new")), "step_up ODD");
    let lifted = pay("known");
    assert_eq!(outcome(&lifted), "allow OK");
    assert_eq!(lifted["exceptions"][0]["layer"], json!("agent known"));
}

#[test]
fn the_facts_that_it_asks_for_are_listed_while_it_lasts() {
    let engine = engine(&[BASE, RELIEF]);
    let needed = |now: &str| {
        let request = json!({ "action": "pay", "agent": { "id": "a-1", "tier": "new" }, "context": { "now": now },
            "params": { "amount": 1, "payee": "p" } });
        let needed = engine.facts_needed(&mut Scratch::default(), request.to_string().as_bytes());
        needed.into_iter().map(|query| query.fact).collect::<Vec<_>>()
    };
    assert_eq!(needed("2026-06-30T10:00:00Z"), ["vetted"]);
    assert_eq!(needed("2026-07-01T00:00:00Z"), [""; 0]);
}

#[test]
fn an_ended_one_is_told_by_whoever_knows_the_day() {
    let policy = compiled(&[BASE, RELIEF]);
    let ended = |day: &str| {
        let told = policy.out_of_time(parse_timestamp(day).unwrap());
        told.into_iter().map(|told| told.message).collect::<Vec<_>>()
    };
    assert_eq!(ended("2026-06-30T23:59:59.999Z"), [""; 0]);
    assert_eq!(
        ended("2026-07-01T00:00:00Z"),
        ["the exception `vetted_payees` ended with 2026-06-30, and lifts nothing any more"]
    );
}

#[test]
fn one_of_a_library_holds_where_the_project_uses_it() {
    let file =
        |path: &str, text: &str| SourceFile { path: path.to_string(), bytes: text.as_bytes().to_vec() };
    let compiled = |word: &str| {
        let own = format!("{word} std.relief\n{BASE}");
        compile(&Project {
            name: "small".to_string(),
            files: vec![file("base.lictor", &own)],
            library: vec![file(
                "std/relief.lictor",
                &RELIEF.replace("module relief\nlayer base", "module std.relief"),
            )],
            ..Project::default()
        })
    };
    let exceptions = |word: &str| {
        let program = compiled(word).program.unwrap();
        let rules = program.units.iter().flat_map(|unit| &unit.rules);
        rules.map(|rule| rule.exceptions.len()).sum::<usize>()
    };
    assert_eq!(exceptions("import"), 0);
    assert!(exceptions("use") > 0);
    let told = |word: &str| compiled(word).diagnostics.iter().map(|told| told.code).collect::<Vec<_>>();
    assert!(told("import").contains(&"W0222"));
    assert!(!told("use").contains(&"W0222"));
}
