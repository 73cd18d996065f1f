//! The score: flags, amplifiers and points, in exact decimals, rounded up.

mod support;

use lictor_runtime::Engine;
use serde_json::{Value, json};
use support::{decide_at, engine, outcome};

const POLICY: &str = r#"
module desk
layer base
roles { boss "Whoever runs it" }
escalate to boss within 1h
reasons { ODD "It is odd" LATE "It is late" }
risk model {
  flags { financial 10, odd 30, outbound 0.5 }
  amplifiers { amount 0.20 reach 0.1 weight 1 }
  step_up at 40
  deny at 80
}
action pay {
  amount: signed Int
  reach: Decimal?
  odd: Bool
  late: Int?
  flags financial, outbound
  amplifiers { amount: amount, reach: if reach is present then reach * 10 else 0 }
  default allow
}
rule oddities on pay {
  flag odd when odd
  flag odd when odd and amount >= 0
  amplify amount +50 when odd
  amplify weight +5 when late is present
  risk +20 when late otherwise 0 > 1 as LATE
}
"#;

fn score(engine: &Engine, mut params: Value) -> (u64, String) {
    if params.get("odd").is_none() {
        params["odd"] = json!(false);
    }
    let decision = decide_at(engine, "2026-03-01T10:00:00Z", params);
    (decision["risk"]["score"].as_u64().unwrap(), outcome(&decision))
}

#[test]
fn flags_and_amplifiers_count_their_weight_and_the_sum_is_rounded_up() {
    let engine = engine(&[POLICY]);
    let scored = |params| score(&engine, params).0;
    assert_eq!(scored(json!({ "amount": 0 })), 11, "10.5 for the flags");
    assert_eq!(scored(json!({ "amount": 1 })), 11, "10.7");
    assert_eq!(scored(json!({ "amount": 3 })), 12, "11.1");
    assert_eq!(scored(json!({ "amount": 100 })), 31, "30.5");
    assert_eq!(scored(json!({ "amount": 2_000_000 })), 31, "an amplifier is 100 at most");
    assert_eq!(scored(json!({ "amount": -7 })), 11, "and 0 at least");
}

#[test]
fn a_threshold_is_reached_by_any_part_of_a_point_above_the_last() {
    let engine = engine(&[POLICY]);
    let at = |reach: &str| score(&engine, json!({ "amount": 100, "reach": reach }));
    assert_eq!(at("8.5"), (39, "allow OK".to_string()));
    assert_eq!(at("8.500000001"), (40, "step_up RISK_STEP_UP".to_string()));
    assert_eq!(at("9.5"), (40, "step_up RISK_STEP_UP".to_string()));
    assert_eq!(at("9.500000001"), (41, "step_up RISK_STEP_UP".to_string()));
}

#[test]
fn a_flag_counts_once_and_an_amplifier_is_only_raised() {
    let engine = engine(&[POLICY]);
    // 40.5 for three flags, and 0.20 for each point of the amount, which `amplify` raised by 50.
    let odd = |amount: i64| score(&engine, json!({ "amount": amount, "odd": true }));
    assert_eq!(odd(0).0, 51);
    assert_eq!(odd(-1).0, 51, "held within its bounds before it is raised");
    assert_eq!(odd(49).0, 61, "60.3");
    assert_eq!(odd(51).0, 61, "100 at most: 60.5");
    assert_eq!(score(&engine, json!({ "amount": 0, "late": 1 })).0, 16, "what the action does not say is 0");
    assert_eq!(
        score(&engine, json!({ "amount": 100, "odd": true, "late": 2 })),
        (86, "deny RISK_DENY".to_string())
    );
}

#[test]
fn the_decision_shows_what_led_to_the_score() {
    let engine = engine(&[POLICY]);
    let params = json!({ "amount": 12, "reach": "0.25", "odd": true, "late": 2 });
    let decision = decide_at(&engine, "2026-03-01T10:00:00Z", params);
    assert_eq!(
        decision["risk"],
        json!({
            "score": 79,
            "flags": ["financial", "outbound", "odd"],
            "amplifiers": [
                { "name": "amount", "value": "62" },
                { "name": "reach", "value": "2.5" },
                { "name": "weight", "value": "5" },
            ],
            "points": [{ "code": "LATE", "points": 20, "rule": "desk.oddities", "layer": "base" }],
        })
    );
    assert_eq!(outcome(&decision), "step_up RISK_STEP_UP");
}

#[test]
fn an_amplifier_that_cannot_be_computed_refuses() {
    let engine = engine(&[POLICY]);
    let params = json!({ "amount": 1, "odd": false, "reach": "900000000000000000" });
    let decision = decide_at(&engine, "2026-03-01T10:00:00Z", params);
    assert_eq!(outcome(&decision), "deny EVALUATION_ERROR");
    assert_eq!(decision["class"], "HARD_RULE_FAILED");
    assert_eq!(decision["stage"], "risk");
    assert_eq!(decision["checks"][12], json!({ "stage": "risk", "result": "fail" }));
    assert!(decision.get("risk").is_none());
}

#[test]
fn without_a_risk_model_flags_and_amplifiers_count_for_nothing() {
    let without = POLICY
        .lines()
        .scan(false, |inside, line| {
            *inside = line.starts_with("risk model") || (*inside && !line.starts_with('}'));
            Some(if *inside { "" } else { line })
        })
        .collect::<Vec<_>>()
        .join("\n")
        .replacen("}\naction", "action", 1);
    let engine = engine(&[&without]);
    assert_eq!(
        score(&engine, json!({ "amount": 100, "odd": true, "late": 2 })),
        (20, "allow OK".to_string())
    );
}
