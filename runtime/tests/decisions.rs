//! What is decided by which layers, stages and statements, in which order.

mod support;

use lictor_bundle::instr::{Comparison, Failure, Instr, Kind};
use lictor_bundle::program::*;
use lictor_bundle::schema::*;
use lictor_runtime::{Class, Verdict};
use serde_json::json;
use support::*;

/// The stages that rules may stand in.
fn open_stages() -> Vec<Stage> {
    Stage::ALL[2..].to_vec()
}

/// A condition that holds where the merchant has this code.
fn merchant_is(mcc: i64) -> Asm {
    Asm {
        temporaries: vec![SlotType::Int, SlotType::Bool],
        constants: vec![Constant::Scalar(Scalar::Int(mcc))],
        instrs: vec![
            Instr::Constant { to: 0, constant: 0 },
            Instr::Compare {
                op: Comparison::Equal,
                kind: Kind::Int,
                to: 1,
                left: reg("merchant.mcc"),
                right: 0,
            },
            Instr::Answer { from: 1 },
        ],
        statements: vec![],
    }
}

#[test]
fn an_allow_is_written_in_the_documented_order() {
    let mut policy = Policy::new();
    policy.rule(UnitKey::Base, Stage::Amount, "odd", always(Effect::Risk(12), NOTED));
    let decision = decide(&policy.engine(), &charge());
    let mut shown = serde_json::to_string_pretty(&decision).unwrap();
    for digest in [decision.bundle, decision.request_digest, decision.facts_digest] {
        shown = shown.replace(&digest.to_string(), "sha256:…");
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn a_refusal_ends_the_evaluation_at_its_stage() {
    for (index, stage) in open_stages().into_iter().enumerate() {
        let mut policy = Policy::new();
        policy.rule(UnitKey::Base, stage, "refuses", always(Effect::Deny, LISTED));
        for later in &open_stages()[index + 1..] {
            policy.rule(UnitKey::Base, *later, "also_refuses", always(Effect::Deny, LIMIT));
        }
        let decision = decide(&policy.engine(), &charge());
        assert_eq!(outcome(&decision), "deny NOT_LISTED");
        assert_eq!((decision.class, decision.stage), (Class::HardRuleFailed, Some(stage)));
        assert_eq!((decision.reasons.len(), decision.risk.is_none()), (1, true));
        for check in decision.checks {
            let result = serde_json::to_value(check.result).unwrap();
            let expected = match check.stage {
                Stage::SchemaVersion | Stage::Structure => "pass",
                before if before < stage => "no_rule",
                same if same == stage => "fail",
                _ => "not_evaluated",
            };
            assert_eq!(result, expected, "{:?} with a refusal at {stage:?}", check.stage);
        }
    }
}

#[test]
fn causes_come_by_stage_then_layer_then_rule() {
    let mut policy = Policy::new();
    let everyone = [UnitKey::User("u-4711".to_owned()), UnitKey::Agent(1), TRAVEL, GAMBLING, UnitKey::Base];
    policy.category(TRAVEL, merchant_is(5942)).category(GAMBLING, merchant_is(5942));
    for stage in [Stage::Policy, Stage::Amount, Stage::Risk] {
        for key in &everyone {
            let asks_user = || always(Effect::StepUp(asks(None)), NOTED);
            policy.rule(key.clone(), stage, "first", asks_user());
            policy.rule(key.clone(), stage, "second", asks_user());
        }
    }
    let decision = decide(&policy.engine(), &charge());
    let order: Vec<String> = decision
        .reasons
        .iter()
        .map(|reason| {
            format!(
                "{} {} {}",
                reason.stage.name(),
                reason.layer.as_deref().unwrap(),
                reason.rule.as_deref().unwrap()
            )
        })
        .collect();
    let mut expected = vec![];
    for stage in ["amount", "policy", "risk"] {
        for layer in ["base", "category gambling", "category travel", "agent known", "user u-4711"] {
            for rule in ["first", "second"] {
                expected.push(format!("{stage} {layer} acme.rules.{rule}"));
            }
        }
    }
    assert_eq!(order, expected);
    assert_eq!(outcome(&decision), "step_up NOTED");
    assert_eq!(decision.layer.as_deref(), Some("base"));
}

#[test]
fn only_layers_that_apply_are_evaluated() {
    let mut policy = Policy::new();
    policy.category(GAMBLING, merchant_is(7995));
    policy.rule(GAMBLING, Stage::Policy, "refuses", always(Effect::Deny, AGE));
    policy.rule(UnitKey::Agent(0), Stage::Policy, "refuses", always(Effect::Deny, LIMIT));
    policy.rule(UnitKey::User("u-1".to_owned()), Stage::Policy, "refuses", always(Effect::Deny, LISTED));
    let engine = policy.engine();
    let cases = [
        (vec![], "allow OK"),
        (vec![("/params/merchant/mcc", json!(7995))], "deny AGE_NOT_VERIFIED"),
        (vec![("/agent/tier", json!("untrusted"))], "deny AMOUNT_OVER_LIMIT"),
        (vec![("/user/id", json!("u-1"))], "deny NOT_LISTED"),
        (vec![("/user/id", json!("u-1")), ("/agent/tier", json!("untrusted"))], "deny AMOUNT_OVER_LIMIT"),
        (vec![("/user", json!(null))], "deny USER_REQUIRED"),
    ];
    for (changes, expected) in cases {
        assert_eq!(outcome(&decide(&engine, &charge_with(&changes))), expected, "{changes:?}");
    }
}

#[test]
fn a_refusal_outranks_an_earlier_question_and_both_are_told() {
    let mut policy = Policy::new();
    policy.rule(UnitKey::Base, Stage::Scope, "asks", always(Effect::StepUp(asks(Some(0))), NOTED));
    policy.rule(UnitKey::Base, Stage::Policy, "refuses", always(Effect::Deny, LIMIT));
    let decision = decide(&policy.engine(), &charge());
    assert_eq!(outcome(&decision), "deny AMOUNT_OVER_LIMIT");
    assert_eq!(decision.stage, Some(Stage::Policy));
    let effects: Vec<Verdict> = decision.reasons.iter().map(|reason| reason.effect).collect();
    assert_eq!(effects, [Verdict::StepUp, Verdict::Deny]);
    insta::assert_snapshot!(serde_json::to_string_pretty(&decision.reasons).unwrap());
}

#[test]
fn what_cannot_be_evaluated_refuses_where_it_stands() {
    let cases = [
        (Failure::Arithmetic, "EVALUATION_ERROR"),
        (Failure::CurrencyMismatch, "CURRENCY_MISMATCH"),
        (Failure::FactUnavailable, "FACT_UNAVAILABLE"),
        (Failure::EmptyCollection, "EMPTY_COLLECTION"),
    ];
    for (failure, code) in cases {
        let fails = || Asm { instrs: vec![Instr::Fail { failure }], ..Asm::default() };
        let mut policy = Policy::new();
        policy.rule(UnitKey::Agent(1), Stage::Amount, "fails", fails());
        let decision = decide(&policy.engine(), &charge());
        assert_eq!(outcome(&decision), format!("deny {code}"));
        assert_eq!(decision.class, Class::HardRuleFailed);
        assert_eq!(decision.rule.as_deref(), Some("acme.rules.fails"));
        assert_eq!(decision.layer.as_deref(), Some("agent known"));
        assert_eq!(decision.stage, Some(Stage::Amount));

        // A category that may or may not apply leaves open which rules do.
        let mut policy = Policy::new();
        policy.category(GAMBLING, fails());
        let decision = decide(&policy.engine(), &charge());
        assert_eq!(outcome(&decision), format!("deny {code}"));
        assert_eq!(decision.stage, Some(Stage::Structure));
        assert_eq!(decision.layer.as_deref(), Some("category gambling"));
    }
}

#[test]
fn points_add_up_to_a_score_with_two_thresholds() {
    let cases: [(&[u8], &str, Class, u8); 6] = [
        (&[39], "allow OK", Class::Allowed, 39),
        (&[20, 20], "step_up RISK_STEP_UP", Class::StepUpRequired, 40),
        (&[79], "step_up RISK_STEP_UP", Class::StepUpRequired, 79),
        (&[40, 40], "deny RISK_DENY", Class::RiskOrPolicyReject, 80),
        (&[100, 100, 100], "deny RISK_DENY", Class::RiskOrPolicyReject, 100),
        (&[], "allow OK", Class::Allowed, 0),
    ];
    for (points, expected, class, score) in cases {
        let mut policy = Policy::new();
        for points in points {
            policy.rule(UnitKey::Base, Stage::Policy, "odd", always(Effect::Risk(*points), NOTED));
        }
        let decision = decide(&policy.engine(), &charge());
        assert_eq!(outcome(&decision), expected, "{points:?}");
        assert_eq!((decision.class, decision.risk.as_ref().unwrap().score), (class, score));
    }
    let mut policy = Policy::new();
    policy.bundle.schema.risk_step_up_at = 0;
    policy.bundle.schema.risk_deny_at = 0;
    assert_eq!(outcome(&decide(&policy.engine(), &charge())), "allow OK", "a score of 0 does nothing");
}

#[test]
fn the_score_is_at_the_risk_stage_and_asks_whoever_questions_escalate_to() {
    let mut policy = Policy::new();
    policy.rule(UnitKey::Base, Stage::Policy, "odd", always(Effect::Risk(50), NOTED));
    let decision = decide(&policy.engine(), &charge());
    let reason = &decision.reasons[0];
    let approval = reason.approval.as_ref().unwrap();
    assert_eq!((approval.to.as_str(), approval.quorum, approval.within.as_deref()), ("risk", 2, Some("15m")));
    assert_eq!(reason.reason, "The risk score is 50, and the policy asks for approval from 40 on");
    assert!(checks(&decision).ends_with("freshness=no_rule risk=step_up"), "{}", checks(&decision));
}

#[test]
fn defaults_only_tighten_after_the_base() {
    let step_up = |role| Disposition::StepUp(asks(Some(role)));
    let known = UnitKey::Agent(1);
    let user = UnitKey::User("u-4711".to_owned());
    let cases = [
        (vec![], "step_up DEFAULT_STEP_UP", vec!["finance"]),
        (vec![(UnitKey::Base, Disposition::Allow)], "allow OK", vec![]),
        (vec![(UnitKey::Base, Disposition::Deny)], "deny DEFAULT_DENY", vec![]),
        (vec![(known.clone(), Disposition::Allow)], "step_up DEFAULT_STEP_UP", vec!["finance"]),
        (vec![(known.clone(), step_up(1))], "step_up DEFAULT_STEP_UP", vec!["finance", "risk"]),
        (
            vec![(known.clone(), step_up(0)), (user.clone(), step_up(0))],
            "step_up DEFAULT_STEP_UP",
            vec!["finance"],
        ),
        (
            vec![(UnitKey::Base, Disposition::Allow), (known.clone(), step_up(1))],
            "step_up DEFAULT_STEP_UP",
            vec!["risk"],
        ),
        (vec![(known.clone(), step_up(1)), (user.clone(), Disposition::Deny)], "deny DEFAULT_DENY", vec![]),
    ];
    for (defaults, expected, approvers) in cases {
        let mut policy = Policy::new();
        policy.bundle.units.clear();
        for (key, default) in &defaults {
            policy.default(key.clone(), CHARGE, default.clone());
        }
        let decision = decide(&policy.engine(), &charge());
        assert_eq!(outcome(&decision), expected, "{defaults:?}");
        let asked: Vec<&str> = decision
            .reasons
            .iter()
            .filter_map(|reason| reason.approval.as_ref())
            .map(|approval| approval.to.as_str())
            .collect();
        assert_eq!(asked, approvers, "{defaults:?}");
    }
}

#[test]
fn rules_for_other_actions_do_not_run() {
    let mut policy = Policy::new();
    policy.rule(UnitKey::Base, Stage::Policy, "refuses", always(Effect::Deny, LIMIT));
    policy.default(UnitKey::Base, REFUND, Disposition::Allow);
    let mut request = charge_with(&[("/action", json!("payment.refund")), ("/params", json!(null))]);
    let engine = policy.engine();
    assert_eq!(outcome(&decide(&engine, &request)), "allow OK");
    request["params"] = json!({});
    assert_eq!(outcome(&decide(&engine, &request)), "allow OK");
    assert_eq!(outcome(&decide(&engine, &charge())), "deny AMOUNT_OVER_LIMIT");
}
