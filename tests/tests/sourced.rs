//! Sourced values: who may say what, and that nothing reads what is withheld.

mod support;

use lictor_bundle::error::ErrorKind;
use lictor_bundle::instr::Instr;
use lictor_bundle::program::{Bundle, Code};
use lictor_bundle::schema::{SlotType, Type};
use lictor_bundle::shape::SourcePart;
use lictor_bundle::source_map::UnitMap;
use lictor_bundle::verify::verify;
use lictor_runtime::{Engine, Scratch};
use serde_json::{Value, json};
use support::{compiled, decide, engine, outcome};

const POLICY: &str = r#"
module shop.base
layer base

reasons { LOW "The level is too low" UNSURE "Nobody knows" }

enum Level { none, basic, full }

action pay {
  claimed: Sourced<Level>?
  shown: attested Sourced<Level>?
  home: Url?
  default allow
}

event proved { level: Sourced<Level> }

extend Context { device: Sourced<String>? }

fact kyc(id: String) -> Sourced<Level>?
fact site(id: String) -> Url?
fact score(id: String) -> Int

rule claims on pay {
  deny when claimed is present and claimed.state == inferred and claimed.value == none as LOW
  deny when shown is present and shown.state in [verified, stale] and shown.value == none as LOW
  deny when context.device is present and context.device.state != withheld and context.device.value == "bad" as LOW
}
"#;

const KNOWN: &str = r#"
module shop.known
layer base

rule known on pay {
  let level = kyc(agent.id)
  require level is present else UNSURE
  deny when level.state != withheld and level.value == none as LOW "{level.value} since {level.verified_at}"
  when level.state == stale {
    deny when score(agent.id) < 3 as LOW
  }
}
"#;

fn request(params: Value) -> Value {
    json!({ "action": "pay", "agent": { "id": "a" }, "context": { "now": "2026-01-01T00:00:00Z" }, "params": params })
}

fn with_fact(value: Value) -> Value {
    let mut request = request(json!({}));
    request["facts"] = json!([{ "fact": "kyc", "args": { "id": "a" }, "value": value }]);
    request
}

#[test]
fn what_does_not_go_together_is_refused_with_its_path() {
    let engine = engine(&[POLICY]);
    let cases = [
        (json!("full"), ": must be an object such as {\"state\": \"inferred\", \"value\": …}, not a text"),
        (json!({ "value": "full" }), ".state: is missing"),
        (json!({ "state": "sure", "value": "full" }), ".state: "),
        (json!({ "state": "inferred" }), ".value: is missing; only what is withheld has none"),
        (json!({ "state": "inferred", "value": "best" }), ".value: "),
        (json!({ "state": "inferred", "value": null }), ".value: "),
        (json!({ "state": "inferred", "value": "full", "by": "x" }), ".by: is not declared"),
        (json!({ "state": "verified", "value": "full" }), ".state: must be \"inferred\" here"),
        (json!({ "state": "stale", "value": "full" }), ".state: must be \"inferred\" here"),
        (json!({ "state": "withheld" }), ".state: must be \"inferred\" here"),
        (
            json!({ "state": "inferred", "value": "full", "verified_at": "2026-01-01T00:00:00Z" }),
            ".verified_at: is there although the value was only inferred",
        ),
        (
            json!({ "state": "inferred", "value": "full", "confidence": "1.000000001" }),
            ".confidence: is more than 1",
        ),
        (json!({ "state": "inferred", "value": "full", "confidence": -0.1 }), ".confidence: "),
    ];
    for (value, reason) in cases {
        let decision = decide(&engine, &request(json!({ "claimed": value })));
        let said = decision["reasons"][0]["reason"].as_str().unwrap();
        assert_eq!(outcome(&decision), "deny STRUCTURE_INVALID", "{value}");
        assert!(said.starts_with(&format!("params.claimed{reason}")), "{value}: {said}");
    }
    for part in ["value", "verified_at", "confidence"] {
        let mut value = json!({ "state": "withheld" });
        value[part] = match part {
            "value" => json!("full"),
            "verified_at" => json!("2026-01-01T00:00:00Z"),
            _ => json!("0.5"),
        };
        let said = decide(&engine, &request(json!({ "shown": value })));
        let said = said["reasons"][0]["reason"].as_str().unwrap();
        assert!(
            said.starts_with(&format!("params.shown.{part}: is there although the state is withheld")),
            "{said}"
        );
    }
}

#[test]
fn only_the_host_says_how_far_something_was_verified() {
    let engine = engine(&[POLICY]);
    for state in ["verified", "stale", "inferred"] {
        let value = json!({ "state": state, "value": "none" });
        let expected = if state == "inferred" { "allow OK" } else { "deny LOW" };
        assert_eq!(outcome(&decide(&engine, &request(json!({ "shown": value })))), expected, "{state}");
    }
    let mut device = request(json!({}));
    device["context"]["device"] = json!({ "state": "verified", "value": "bad" });
    assert_eq!(outcome(&decide(&engine, &device)), "deny LOW");
    let claimed = json!({ "claimed": { "state": "inferred", "value": "none" } });
    assert_eq!(outcome(&decide(&engine, &request(claimed))), "deny LOW");
    assert_eq!(outcome(&decide(&engine, &request(json!({ "shown": { "state": "withheld" } })))), "allow OK");
}

#[test]
fn an_event_is_reported_by_the_host() {
    let rule = "module shop.proved\nlayer base\n\nrule proved on pay {\n  \
                require latest(executed proved per agent.id over 1h) is present else UNSURE\n}\n";
    let engine = engine(&[POLICY, rule]);
    for state in ["verified", "stale", "inferred"] {
        let event = json!({ "event": "proved", "agent": { "id": "a" }, "context": { "now": "2026-01-01T00:00:00Z" },
                            "params": { "level": { "state": state, "value": "full" } } });
        assert!(engine.report(&mut Scratch::default(), event.to_string().as_bytes()).is_ok(), "{state}");
    }
}

#[test]
fn a_part_that_is_there_and_one_that_is_not_are_two_requests() {
    let engine = engine(&[POLICY]);
    let digest = |value: Value| {
        decide(&engine, &request(json!({ "shown": value })))["request_digest"].as_str().unwrap().to_string()
    };
    let values = [
        json!({ "state": "verified", "value": "full" }),
        json!({ "state": "stale", "value": "full" }),
        json!({ "state": "withheld" }),
        json!({ "state": "verified", "value": "basic" }),
        json!({ "state": "verified", "value": "full", "confidence": "0.5" }),
        json!({ "state": "verified", "value": "full", "verified_at": "2026-01-01T00:00:00Z" }),
    ];
    let mut digests: Vec<String> = values.into_iter().map(digest).collect();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), 6);
    let other_way = json!({ "confidence": 0.50, "value": "full", "state": "verified" });
    assert_eq!(
        digest(json!({ "state": "verified", "value": "full", "confidence": "0.5" })),
        digest(other_way)
    );
}

#[test]
fn facts_are_sourced_and_what_is_withheld_is_shown_nowhere() {
    let engine = engine(&[POLICY, KNOWN]);
    let decided = |value: Value| outcome(&decide(&engine, &with_fact(value)));
    assert_eq!(decided(json!({ "state": "verified", "value": "full" })), "allow OK");
    assert_eq!(decided(json!({ "state": "verified", "value": "none" })), "deny LOW");
    assert_eq!(decided(json!({ "state": "withheld" })), "allow OK");
    assert_eq!(decided(json!({ "state": "stale", "value": "full" })), "deny FACT_UNAVAILABLE");
    assert_eq!(decided(Value::Null), "deny UNSURE");
    let since = json!({ "state": "stale", "value": "none", "verified_at": "2025-01-01T00:00:00Z" });
    let said = decide(&engine, &with_fact(since));
    assert_eq!(said["reasons"][0]["reason"], json!("none since 2025-01-01T00:00:00Z"));

    let mut scratch = Scratch::default();
    engine.decide(&mut scratch, with_fact(json!({ "state": "withheld" })).to_string().as_bytes());
    let used = serde_json::to_value(engine.facts_used(&scratch)).unwrap();
    assert_eq!(used[0]["value"], json!({ "state": "withheld" }));
}

#[test]
fn facts_that_depend_on_a_state_are_listed() {
    let engine = engine(&[POLICY, KNOWN]);
    let needed = |request: &Value| {
        let needed = engine.facts_needed(&mut Scratch::default(), request.to_string().as_bytes());
        needed.into_iter().map(|query| query.fact).collect::<Vec<_>>()
    };
    assert_eq!(needed(&request(json!({}))), ["kyc", "score"]);
    assert_eq!(needed(&with_fact(json!({ "state": "stale", "value": "full" }))), ["score"]);
    assert!(needed(&with_fact(json!({ "state": "verified", "value": "full" }))).is_empty());
}

#[test]
fn facts_that_depend_on_a_part_of_an_unknown_address_are_listed() {
    let rule = "module shop.sites\nlayer base\n\nrule sites on pay {\n  let found = site(agent.id)\n  when found is present and \
                found.host in \"example.com\" {\n    deny when score(agent.id) < 3 as LOW\n  }\n}\n";
    let engine = engine(&[POLICY, rule]);
    let needed = engine.facts_needed(&mut Scratch::default(), request(json!({})).to_string().as_bytes());
    let needed: Vec<String> = needed.into_iter().map(|query| query.fact).collect();
    assert_eq!(needed, ["site", "score"]);
}

/// The compiled policy with its code changed.
fn changed(change: impl Fn(&mut Code)) -> Bundle {
    let mut bundle = compiled(&[POLICY, KNOWN]).bundle.unwrap();
    for unit in &mut bundle.units {
        // The code is not what the map says any more.
        unit.map = UnitMap::default();
        unit.code.codes.iter_mut().for_each(&change);
    }
    bundle
}

/// The same with all its instructions changed.
fn with_instrs(change: impl Fn(&mut Instr)) -> Bundle {
    changed(|code| code.instrs.iter_mut().for_each(&change))
}

#[test]
fn code_that_asks_nothing_still_reads_nothing_that_is_withheld() {
    // Wherever the code would go around reading a value before it refuses, it goes on.
    let careless = changed(|code| {
        for pc in 0..code.instrs.len() {
            let mut ahead = code.instrs[pc..].iter().take_while(|instr| !matches!(instr, Instr::Deny { .. }));
            let reads = ahead.any(|instr| matches!(instr, Instr::Source { part: SourcePart::Value, .. }));
            if let (Instr::JumpIf { .. } | Instr::JumpUnless { .. }, true) = (code.instrs[pc], reads) {
                code.instrs[pc] = Instr::Jump { target: u16::try_from(pc).unwrap() + 1 };
            }
        }
    });
    let engine = Engine::from_bundle(careless).unwrap();
    let full = json!({ "state": "inferred", "value": "full" });
    let withheld = request(json!({ "claimed": full, "shown": { "state": "withheld" } }));
    let decision = decide(&engine, &withheld);
    assert_eq!(outcome(&decision), "deny EVALUATION_ERROR");
    // Nor what is absent, which has no state either.
    let absent = decide(&engine, &request(json!({ "claimed": full })));
    assert_eq!(outcome(&absent), "deny EVALUATION_ERROR");
    assert_eq!(decision["reasons"][0]["rule"], absent["reasons"][0]["rule"]);
}

#[test]
fn a_loader_refuses_code_that_takes_a_sourced_value_for_something_else() {
    let kind = |bundle: Bundle| verify(&bundle).map(|_| ()).unwrap_err().kind;
    let sourced = |change: fn(&mut SourcePart, &mut u16, &mut u16, &mut u16)| {
        with_instrs(move |instr| {
            if let Instr::Source { part, to, from, width } = instr {
                change(part, to, from, width);
            }
        })
    };
    // A state is not a level, though each takes one register.
    assert_eq!(kind(sourced(|part, _, _, _| *part = SourcePart::Value)), ErrorKind::Register);
    assert_eq!(kind(sourced(|_, to, _, _| *to = u16::MAX)), ErrorKind::Register);
    assert_eq!(kind(sourced(|_, to, from, _| *from = *to)), ErrorKind::Register);
    assert_eq!(kind(sourced(|_, _, _, width| *width += 1)), ErrorKind::Operand);
    assert_eq!(kind(sourced(|_, _, _, width| *width = 0)), ErrorKind::Operand);

    let looked_up = with_instrs(|instr| {
        if let Instr::Source { to, from, width, .. } = *instr {
            *instr = Instr::Lookup { to, map: from, key: from, width };
        }
    });
    assert_eq!(kind(looked_up), ErrorKind::Register);
    let no_such_type = changed(|code| {
        for ty in &mut code.temporaries {
            if let SlotType::Sourced(record) = ty {
                *record = 0;
            }
        }
    });
    assert_eq!(kind(no_such_type), ErrorKind::Register);

    let mut renamed = compiled(&[POLICY, KNOWN]).bundle.unwrap();
    let states = renamed.schema.enums.iter_mut().find(|states| states.name == "SourceState").unwrap();
    states.values.swap(0, 3);
    assert_eq!(kind(renamed), ErrorKind::Schema);
    let mut wrong = compiled(&[POLICY, KNOWN]).bundle.unwrap();
    for ty in &mut wrong.schema.types {
        if let Type::Sourced(record) = ty {
            *record = 0;
        }
    }
    assert_eq!(kind(wrong), ErrorKind::Schema);
}
