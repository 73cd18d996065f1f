//! The values of parameters in force, as the layers that apply set them.

mod support;

use lictor_bundle::instr::{Comparison, Instr, Kind};
use lictor_bundle::program::*;
use lictor_bundle::schema::*;
use lictor_runtime::Engine;
use serde_json::{Value, json};
use support::*;

const USER: &str = "u-4711";

/// A condition that always or never holds.
fn holds(answer: bool) -> Asm {
    Asm {
        temporaries: vec![SlotType::Bool],
        constants: vec![Constant::Scalar(Scalar::Bool(answer))],
        instrs: vec![Instr::Constant { to: 0, constant: 0 }, Instr::Answer { from: 0 }],
        statements: vec![],
    }
}

/// Refuses an amount above `max_amount`, and says what that is.
fn limit() -> Asm {
    let arguments =
        [reg("amount"), 0].map(|register| Argument { register, ty: SlotType::Money, present: None });
    let message = vec![Piece::Argument(0), Piece::Text(" is above ".to_owned()), Piece::Argument(1)];
    Asm {
        temporaries: vec![SlotType::Money, SlotType::Bool],
        instrs: vec![
            Instr::ParamMoney { to: 0, param: MAX_AMOUNT, like: reg("amount") },
            Instr::Compare {
                op: Comparison::LessOrEqual,
                kind: Kind::Money,
                to: 1,
                left: reg("amount"),
                right: 0,
            },
            Instr::JumpIf { condition: 1, target: 4 },
            Instr::Deny { site: 0 },
            Instr::End,
        ],
        statements: vec![(
            Statement {
                effect: Effect::Deny,
                reason: Some(LIMIT),
                told_as: None,
                message,
                others: 0,
                line: 1,
            },
            arguments.to_vec(),
        )],
        ..Asm::default()
    }
}

fn money(amounts: &[Scalar]) -> ParamValue {
    ParamValue::Money(amounts.to_vec())
}

/// The reason for which an amount far above everything is refused.
fn limit_in_force(engine: &Engine, currency: &str) -> String {
    let amount = json!({"amount": "99999", "currency": currency});
    let decision = decide(engine, &charge_with(&[("/params/amount", amount)]));
    decision.reason.replace("99999.00 ", "")
}

#[test]
fn a_category_raises_and_a_user_holds_down() {
    // The example of the language: 500, raised to 2,000 by travel and held to 800 by the user.
    for (travelling, expected) in [(true, "USD is above 800.00 USD"), (false, "USD is above 500.00 USD")] {
        let mut policy = Policy::new();
        policy.rule(UnitKey::Base, Stage::Amount, "limit", limit());
        policy.category(TRAVEL, holds(travelling)).set(TRAVEL, MAX_AMOUNT, money(&[usd(200_000)]));
        policy.set(UnitKey::User(USER.to_owned()), MAX_AMOUNT, money(&[usd(80_000)]));
        assert_eq!(limit_in_force(&policy.engine(), "USD"), expected);
    }
}

#[test]
fn the_limit_itself_passes_and_a_cent_more_does_not() {
    let mut policy = Policy::new();
    policy.rule(UnitKey::Base, Stage::Amount, "limit", limit());
    let engine = policy.engine();
    let of = |amount: &str| {
        let amount = json!({"amount": amount, "currency": "USD"});
        decide(&engine, &charge_with(&[("/params/amount", amount)]))
    };
    assert_eq!(outcome(&of("500")), "allow OK");
    assert_eq!(outcome(&of("500.01")), "deny AMOUNT_OVER_LIMIT");
    assert_eq!(of("500.01").reason, "500.01 USD is above 500.00 USD");
}

#[test]
fn loosening_layers_meet_at_their_strictest_and_nobody_else_loosens() {
    let cases: [(&[(UnitKey, i64)], &str); 6] = [
        (&[(TRAVEL, 200_000), (GAMBLING, 100_000)], "1000.00"),
        (&[(TRAVEL, 200_000), (UnitKey::Base, 90_000)], "900.00"),
        (&[(UnitKey::Base, 90_000)], "500.00"),
        (&[(UnitKey::Base, 40_000)], "400.00"),
        (&[(UnitKey::Agent(1), 60_000), (TRAVEL, 200_000)], "600.00"),
        (&[(UnitKey::Agent(0), 100), (UnitKey::User("u-1".to_owned()), 100)], "500.00"),
    ];
    for (sets, expected) in cases {
        let mut policy = Policy::new();
        policy.rule(UnitKey::Base, Stage::Amount, "limit", limit());
        policy.category(TRAVEL, holds(true)).category(GAMBLING, holds(true));
        for (key, minor) in sets {
            policy.set(key.clone(), MAX_AMOUNT, money(&[usd(*minor)]));
        }
        assert_eq!(
            limit_in_force(&policy.engine(), "USD"),
            format!("USD is above {expected} USD"),
            "{sets:?}"
        );
    }
}

#[test]
fn money_is_taken_currency_by_currency() {
    let mut policy = Policy::new();
    policy.rule(UnitKey::Base, Stage::Amount, "limit", limit());
    policy.category(TRAVEL, holds(true)).set(TRAVEL, MAX_AMOUNT, money(&[usd(200_000)]));
    policy.set(UnitKey::Agent(1), MAX_AMOUNT, money(&[eur(30_000)]));
    let engine = policy.engine();
    assert_eq!(limit_in_force(&engine, "USD"), "USD is above 2000.00 USD");
    assert_eq!(limit_in_force(&engine, "EUR"), "EUR is above 300.00 EUR");

    let amount = json!({"amount": "1", "currency": "CHF"});
    let decision = decide(&engine, &charge_with(&[("/params/amount", amount)]));
    assert_eq!(outcome(&decision), "deny CURRENCY_MISMATCH");
}

/// Refuses a tag that is not in `allowed_tags`, then one that is in `blocked_tags`.
fn tags() -> Asm {
    let set = SlotType::Set(ty(Type::Text { max: 64 }));
    Asm {
        temporaries: vec![SlotType::Int, SlotType::Text, set, set, SlotType::Bool],
        constants: vec![Constant::Scalar(Scalar::Int(0))],
        instrs: vec![
            Instr::JumpUnless { condition: reg("tags?"), target: 10 },
            Instr::Param { to: 2, param: ALLOWED_TAGS },
            Instr::Param { to: 3, param: BLOCKED_TAGS },
            Instr::Constant { to: 0, constant: 0 },
            Instr::Loop { list: reg("tags"), index: 0, element: 1, exit: 10 },
            Instr::Contains { kind: Kind::Text, to: 4, item: 1, collection: 2 },
            Instr::JumpUnless { condition: 4, target: 11 },
            Instr::Contains { kind: Kind::Text, to: 4, item: 1, collection: 3 },
            Instr::JumpIf { condition: 4, target: 12 },
            Instr::Repeat { head: 4 },
            Instr::End,
            Instr::Deny { site: 0 },
            Instr::Deny { site: 1 },
        ],
        statements: vec![plain(Effect::Deny, LISTED), plain(Effect::Deny, AGE)],
    }
}

#[test]
fn sets_meet_by_intersection_or_union() {
    let set = |elements: &[&str]| ParamValue::Set(texts(elements));
    let user = UnitKey::User(USER.to_owned());
    let mut policy = Policy::new();
    policy.rule(UnitKey::Base, Stage::Policy, "tags", tags());
    policy.set(UnitKey::Agent(1), ALLOWED_TAGS, set(&["a", "c", "d"]));
    policy.set(user.clone(), ALLOWED_TAGS, set(&["b", "c", "d"]));
    policy.set(UnitKey::Agent(1), BLOCKED_TAGS, set(&["c", "w"]));
    policy.set(user, BLOCKED_TAGS, set(&["c", "y"]));
    let engine = policy.engine();
    let of = |tag: &str| outcome(&decide(&engine, &charge_with(&[("/params/tags", json!([tag]))])));
    for tag in ["a", "b", "d", "x"] {
        assert_eq!(of(tag), "deny NOT_LISTED", "{tag}");
    }
    assert_eq!(of("c"), "deny AGE_NOT_VERIFIED");

    let mut policy = Policy::new();
    policy.rule(UnitKey::Base, Stage::Policy, "tags", tags());
    let engine = policy.engine();
    let of = |tags: Value| outcome(&decide(&engine, &charge_with(&[("/params/tags", tags)])));
    assert_eq!(of(json!(["c", "a", "b"])), "allow OK");
    assert_eq!(of(json!(["a", "x"])), "deny NOT_LISTED");
    assert_eq!(of(json!([])), "allow OK");
}

/// Refuses a user younger than `min_age`, unless not `strict`.
fn age() -> Asm {
    Asm {
        temporaries: vec![SlotType::Int, SlotType::Bool, SlotType::Bool],
        instrs: vec![
            Instr::Param { to: 1, param: STRICT },
            Instr::JumpUnless { condition: 1, target: 5 },
            Instr::Param { to: 0, param: MIN_AGE },
            Instr::Compare { op: Comparison::Less, kind: Kind::Int, to: 2, left: reg("user.age"), right: 0 },
            Instr::JumpIf { condition: 2, target: 6 },
            Instr::End,
            Instr::Deny { site: 0 },
        ],
        statements: vec![plain(Effect::Deny, AGE)],
        ..Asm::default()
    }
}

/// A layer that sets a parameter to a value.
type Set = (UnitKey, ParamId, ParamValue);

#[test]
fn numbers_and_switches_have_their_own_directions() {
    let int = |value| ParamValue::Scalar(Scalar::Int(value));
    let strict = |value| ParamValue::Scalar(Scalar::Bool(value));
    let user = UnitKey::User(USER.to_owned());
    let cases: Vec<(Vec<Set>, i64)> = vec![
        // Nobody is strict.
        (vec![], 0),
        (vec![(user.clone(), STRICT, strict(false))], 0),
        (vec![(UnitKey::Base, STRICT, strict(true)), (user.clone(), STRICT, strict(false))], 18),
        // A user may only raise the age; the tier may lower it.
        (vec![(user.clone(), STRICT, strict(true)), (user.clone(), MIN_AGE, int(16))], 18),
        (vec![(user.clone(), STRICT, strict(true)), (user.clone(), MIN_AGE, int(21))], 21),
        (vec![(user.clone(), STRICT, strict(true)), (UnitKey::Agent(1), MIN_AGE, int(16))], 16),
        (
            vec![
                (user.clone(), STRICT, strict(true)),
                (UnitKey::Agent(1), MIN_AGE, int(16)),
                (user, MIN_AGE, int(17)),
            ],
            17,
        ),
    ];
    for (sets, oldest_refused) in cases {
        let mut policy = Policy::new();
        policy.rule(UnitKey::Base, Stage::Policy, "age", age());
        for (key, param, value) in sets.clone() {
            policy.set(key, param, value);
        }
        let engine = policy.engine();
        for age in 15..23 {
            let decision = decide(&engine, &charge_with(&[("/user/age", json!(age))]));
            let expected = if age < oldest_refused { "deny AGE_NOT_VERIFIED" } else { "allow OK" };
            assert_eq!(outcome(&decision), expected, "{age} with {sets:?}");
        }
    }
}
