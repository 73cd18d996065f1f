//! The packs `finance` and `insurance`: their tests pass, and their rules say what every rule of a pack must say. What tests in the language
//! cannot state is stated here: what is told of a reason that stays with the record.

mod support;
#[path = "support/projects.rs"]
mod projects;
#[path = "support/tested.rs"]
mod tested;

use std::collections::BTreeSet;

use lictor_compiler::{Compiled, compile};
use lictor_grammar::ast::{ItemKind, Rule};
use lictor_grammar::parse;
use lictor_grammar::span::FileId;
use lictor_runtime::Engine;
use support::decide;
use tested::passes;

fn pack(name: &str) -> Compiled {
    let compiled = compile(&projects::folder(&format!("stdlib-policies/packs/{name}")));
    // A citation that nobody has verified is told, and is to stay told until somebody has.
    let told: Vec<_> = compiled.diagnostics.iter().filter(|told| told.code != "W0221").collect();
    assert!(told.is_empty(), "{told:#?}");
    compiled
}

/// The rules of a pack with the module that they stand in.
fn rules(name: &str) -> Vec<(&'static str, Vec<String>, Rule)> {
    let whole = format!("std.{name}");
    let is_part =
        |name: &str| name.strip_prefix(&whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let modules = lictor_stdlib::MODULES.iter().filter(|module| is_part(module.name));
    let mut rules = Vec::new();
    for module in modules {
        let parsed = parse(FileId(0), module.text);
        assert!(parsed.diagnostics.is_empty(), "{}: {:?}", module.name, parsed.diagnostics);
        assert!(module.text.starts_with("//!"), "{} says nothing of itself", module.name);
        for item in &parsed.file.items {
            match &item.kind {
                ItemKind::Rule(rule) => rules.push((module.name, item.docs.clone(), rule.clone())),
                ItemKind::Param(param) => {
                    assert!(!item.docs.is_empty(), "{}: {}", module.name, param.name.text);
                }
                ItemKind::Fact(fact) => assert!(!item.docs.is_empty(), "{}: {}", module.name, fact.name.text),
                _ => {}
            }
        }
    }
    rules
}

/// Every rule says in words what it is for, and what it rests on; every module of a pack is part of the library.
fn is_a_pack(name: &str, count: usize) {
    let rules = rules(name);
    for (module, docs, rule) in &rules {
        assert!(!docs.is_empty(), "{module}.{} says nothing of itself", rule.name.text);
        assert!(!rule.cites.is_empty(), "{module}.{} rests on nothing", rule.name.text);
    }
    assert_eq!(rules.len(), count, "{name}");
    let embedded: BTreeSet<&[u8]> =
        lictor_stdlib::MODULES.iter().map(|module| module.text.as_bytes()).collect();
    for file in projects::folder(&format!("stdlib-policies/packs/{name}")).files {
        assert_eq!(embedded.contains(&*file.bytes), !file.path.ends_with("tests.lictor"), "{}", file.path);
    }
}

#[test]
fn finance_tests_itself() {
    let compiled = pack("finance");
    assert!(compiled.tests.len() > 500);
    passes(&compiled, "finance");
    is_a_pack("finance", 37);
}

#[test]
fn insurance_tests_itself() {
    let compiled = pack("insurance");
    assert!(compiled.tests.len() > 150);
    passes(&compiled, "insurance");
    is_a_pack("insurance", 15);
}

/// What is never told to an agent or a customer.
const SECRET: [&str; 4] = ["OFAC_MATCH", "SAR_CONFIDENTIAL", "STRUCTURING_ASSISTANCE", "STRUCTURING_PATTERN"];

#[test]
fn suspicions_and_reports_stay_with_the_record() {
    for name in ["finance", "insurance"] {
        let compiled = pack(name);
        let engine = Engine::from_bundle(compiled.bundle.clone().unwrap()).unwrap();
        let mut seen = BTreeSet::new();
        for test in compiled.tests.iter().filter(|test| test.settings.is_empty()) {
            let decision = decide(&engine, &serde_json::from_str(&test.request).unwrap());
            for reason in decision["reasons"].as_array().unwrap() {
                let code = reason["code"].as_str().unwrap();
                if SECRET.contains(&code) {
                    seen.insert(code.to_owned());
                    let told = (reason["told_as"].as_str(), reason["told_reason"].as_str());
                    let expected = match reason["effect"].as_str().unwrap() {
                        "deny" => ("NOT_AVAILABLE", "This is not available"),
                        _ => ("UNDER_REVIEW", "Somebody looks at it first"),
                    };
                    assert_eq!(told, (Some(expected.0), Some(expected.1)), "{}: {decision:#}", test.name);
                }
            }
        }
        let every = if name == "finance" { SECRET.len() } else { 1 };
        assert_eq!(seen.len(), every, "{name}: {seen:?}");
    }
}
