//! What instructions do, seen from outside: loops, sums, texts, amounts, facts, messages.

mod support;

use lictor_bundle::instr::{Arith, Comparison, Instr, Kind, TextOp};
use lictor_bundle::program::*;
use lictor_bundle::schema::*;
use lictor_runtime::{Decision, Engine, Scratch};
use serde_json::{Value, json};
use support::*;

/// A policy whose only rule is this one.
fn only(asm: Asm) -> Engine {
    Policy::new().rule(UnitKey::Base, Stage::Policy, "only", asm).engine()
}

fn line(sku: &str, minor: i64, currency: &str, quantity: i64) -> Value {
    json!({"sku": sku, "price": {"minor": minor, "currency": currency}, "quantity": quantity})
}

fn with_lines(lines: &[Value]) -> Value {
    charge_with(&[("/params/lines", json!(lines))])
}

fn argument(register: u16, ty: SlotType, present: Option<u16>) -> Argument {
    Argument { register, ty, present }
}

/// Refuses with `LISTED` and this message.
fn refusal(message: Vec<Piece>, arguments: Vec<Argument>) -> Vec<(Statement, Vec<Argument>)> {
    vec![(
        Statement { effect: Effect::Deny, reason: Some(LISTED), told_as: None, message, others: 0, line: 1 },
        arguments,
    )]
}

/// Refuses where the prices of the lines, each times 1, do not add up to the amount; and says what they add up to.
fn sum_of_lines() -> Asm {
    Asm {
        // Index, then an element (sku, price, quantity), the sum and its currency, the total, an answer.
        temporaries: vec![
            SlotType::Int,
            SlotType::Text,
            SlotType::Money,
            SlotType::Int,
            SlotType::Wide,
            SlotType::Money,
            SlotType::Money,
            SlotType::Bool,
        ],
        constants: vec![Constant::Scalar(Scalar::Int(0))],
        instrs: vec![
            Instr::JumpUnless { condition: reg("lines?"), target: 8 },
            Instr::Constant { to: 0, constant: 0 },
            Instr::Loop { list: reg("lines"), index: 0, element: 1, exit: 5 },
            Instr::Accumulate { kind: Kind::Money, sum: 4, currency: 5, value: 2 },
            Instr::Repeat { head: 2 },
            Instr::Total { kind: Kind::Money, to: 6, sum: 4, currency: 5 },
            Instr::Compare { op: Comparison::Equal, kind: Kind::Money, to: 7, left: 6, right: reg("amount") },
            Instr::JumpUnless { condition: 7, target: 9 },
            Instr::End,
            Instr::Deny { site: 0 },
        ],
        statements: refusal(vec![Piece::Argument(0)], vec![argument(6, SlotType::Money, None)]),
    }
}

#[test]
fn sums_are_exact_of_one_currency_and_of_something() {
    let engine = only(sum_of_lines());
    let cases = [
        (vec![line("a", 1_999, "USD", 1), line("b", 1, "USD", 1)], "allow OK"),
        (vec![line("a", 1_999, "USD", 1)], "deny NOT_LISTED"),
        (vec![line("a", 2_000, "EUR", 1)], "deny CURRENCY_MISMATCH"),
        (vec![line("a", 1_000, "USD", 1), line("b", 1_000, "EUR", 1)], "deny CURRENCY_MISMATCH"),
        (vec![], "deny EMPTY_COLLECTION"),
        (vec![line("a", i64::MAX, "USD", 1), line("b", 1, "USD", 1)], "deny EVALUATION_ERROR"),
    ];
    for (lines, expected) in cases {
        assert_eq!(outcome(&decide(&engine, &with_lines(&lines))), expected, "{lines:?}");
    }
    assert_eq!(decide(&engine, &with_lines(&[line("a", 1_999, "USD", 1)])).reason, "19.99 USD");
    assert_eq!(outcome(&decide(&engine, &charge())), "allow OK");
}

#[test]
fn a_sum_need_only_fit_at_its_end() {
    let engine = only(Asm {
        temporaries: vec![
            SlotType::Int,
            SlotType::Int,
            SlotType::Wide,
            SlotType::Money,
            SlotType::Int,
            SlotType::Bool,
        ],
        constants: vec![Constant::Scalar(Scalar::Int(0)), Constant::Scalar(Scalar::Int(i64::MAX - 1))],
        instrs: vec![
            Instr::Constant { to: 0, constant: 0 },
            Instr::Loop { list: reg("counts"), index: 0, element: 1, exit: 4 },
            Instr::Accumulate { kind: Kind::Int, sum: 2, currency: 3, value: 1 },
            Instr::Repeat { head: 1 },
            Instr::Total { kind: Kind::Int, to: 4, sum: 2, currency: 3 },
            Instr::Constant { to: 0, constant: 1 },
            Instr::Compare { op: Comparison::NotEqual, kind: Kind::Int, to: 5, left: 4, right: 0 },
            Instr::JumpIf { condition: 5, target: 9 },
            Instr::End,
            Instr::Deny { site: 0 },
        ],
        statements: vec![plain(Effect::Deny, LISTED)],
    });
    let of = |counts: Value| outcome(&decide(&engine, &charge_with(&[("/params/counts", counts)])));
    assert_eq!(of(json!([i64::MAX, i64::MAX, -i64::MAX - 1])), "allow OK");
    assert_eq!(of(json!([i64::MAX, 1])), "deny EVALUATION_ERROR");
    assert_eq!(of(json!([1, 2])), "deny NOT_LISTED");
}

/// Refuses the first line whose sku is not a tag, and names it.
fn skus_are_tags() -> Asm {
    let kinds = [SlotType::Int, SlotType::Text, SlotType::Money, SlotType::Int];
    Asm {
        temporaries: [&kinds[..], &[SlotType::Int, SlotType::Text, SlotType::Bool]].concat(),
        constants: vec![Constant::Scalar(Scalar::Int(0))],
        instrs: vec![
            Instr::Constant { to: 0, constant: 0 },
            Instr::Loop { list: reg("lines"), index: 0, element: 1, exit: 9 },
            Instr::Constant { to: 4, constant: 0 },
            Instr::Loop { list: reg("tags"), index: 4, element: 5, exit: 7 },
            Instr::Compare { op: Comparison::Equal, kind: Kind::Text, to: 6, left: 1, right: 5 },
            Instr::JumpIf { condition: 6, target: 8 },
            Instr::Repeat { head: 3 },
            Instr::Jump { target: 10 },
            Instr::Repeat { head: 1 },
            Instr::End,
            Instr::Deny { site: 0 },
        ],
        statements: refusal(
            vec![Piece::Argument(0), Piece::Text(" costs ".to_owned()), Piece::Argument(1)],
            vec![argument(1, SlotType::Text, None), argument(2, SlotType::Money, None)],
        ),
    }
}

#[test]
fn loops_nest_and_remember_the_element_that_decided() {
    let engine = only(skus_are_tags());
    let of = |skus: &[&str], tags: &[&str]| {
        let lines: Vec<Value> = skus.iter().map(|sku| line(sku, 150, "USD", 1)).collect();
        decide(&engine, &charge_with(&[("/params/lines", json!(lines)), ("/params/tags", json!(tags))]))
    };
    assert_eq!(outcome(&of(&["b", "a", "b"], &["a", "b", "c"])), "allow OK");
    assert_eq!(of(&["b", "z", "y"], &["a", "b"]).reason, "z costs 1.50 USD");
    assert_eq!(of(&["b\u{7}"], &[]).reason, "b\\u{7} costs 1.50 USD");
    assert_eq!(outcome(&of(&[], &["a"])), "allow OK");
}

#[test]
fn amounts_of_two_currencies_do_not_compare_but_may_be_in_one_set() {
    let compares = only(Asm {
        temporaries: vec![SlotType::Bool],
        instrs: vec![
            Instr::Compare {
                op: Comparison::Equal,
                kind: Kind::Money,
                to: 0,
                left: reg("amount"),
                right: reg("refund"),
            },
            Instr::End,
        ],
        ..Asm::default()
    });
    let of = |currency: &str| {
        let refund = json!({"amount": "-20", "currency": currency});
        outcome(&decide(&compares, &charge_with(&[("/params/refund", refund)])))
    };
    assert_eq!(of("USD"), "allow OK");
    assert_eq!(of("EUR"), "deny CURRENCY_MISMATCH");

    let searches = only(Asm {
        temporaries: vec![SlotType::Bool],
        instrs: vec![
            Instr::Contains { kind: Kind::Money, to: 0, item: reg("amount"), collection: reg("prices") },
            Instr::JumpUnless { condition: 0, target: 3 },
            Instr::End,
            Instr::Deny { site: 0 },
        ],
        statements: vec![plain(Effect::Deny, LISTED)],
        ..Asm::default()
    });
    let of = |prices: Value| outcome(&decide(&searches, &charge_with(&[("/params/prices", prices)])));
    let price = |amount: &str, currency: &str| json!({"amount": amount, "currency": currency});
    assert_eq!(of(json!([price("20", "USD"), price("20", "EUR"), price("3", "CHF")])), "allow OK");
    assert_eq!(of(json!([price("20", "EUR"), price("2", "USD")])), "deny NOT_LISTED");
}

#[test]
fn texts_are_asked_by_bytes() {
    let cases = [
        (TextOp::StartsWith, "kio", true),
        (TextOp::StartsWith, "Kio", false),
        (TextOp::EndsWith, "é", true),
        (TextOp::Contains, "sk", true),
        (TextOp::Contains, "", true),
        (TextOp::Contains, "kk", false),
    ];
    for (op, part, holds) in cases {
        let engine = only(Asm {
            temporaries: vec![SlotType::Text, SlotType::Bool],
            constants: vec![Constant::Scalar(Scalar::Text(part.to_owned()))],
            instrs: vec![
                Instr::Constant { to: 0, constant: 0 },
                Instr::Text { op, to: 1, text: reg("note"), part: 0 },
                Instr::JumpIf { condition: 1, target: 4 },
                Instr::Deny { site: 0 },
                Instr::End,
            ],
            statements: vec![plain(Effect::Deny, LISTED)],
        });
        let expected = if holds { "allow OK" } else { "deny NOT_LISTED" };
        let request = charge_with(&[("/params/note", json!("kioské"))]);
        assert_eq!(outcome(&decide(&engine, &request)), expected, "{op:?} {part}");
    }
}

#[test]
fn messages_show_values_as_people_write_them() {
    let shown = |field: &str, ty: SlotType| argument(reg(field), ty, Some(reg(&format!("{field}?"))));
    let arguments = vec![
        argument(reg("amount"), SlotType::Money, None),
        argument(reg("agent.tier"), SlotType::Enum(0), None),
        argument(reg("context.now"), SlotType::Timestamp, None),
        shown("rate", SlotType::Decimal),
        shown("wait", SlotType::Duration),
        shown("from", SlotType::Country),
        shown("gift", SlotType::Bool),
        shown("note", SlotType::Text),
    ];
    let mut message = vec![];
    for number in 0..arguments.len() as u8 {
        message.extend([Piece::Argument(number), Piece::Text(" | ".to_owned())]);
    }
    let engine = only(Asm {
        instrs: vec![Instr::Deny { site: 0 }],
        statements: refusal(message, arguments),
        ..Asm::default()
    });
    let request = charge_with(&[
        ("/params/rate", json!("-2.50")),
        ("/params/wait", json!("36h")),
        ("/params/from", json!("DE")),
        ("/params/gift", json!(false)),
        ("/params/note", json!("a\u{1b}[31m\u{202e}b")),
    ]);
    let all =
        "20.00 USD | known | 2026-03-01T10:00:00Z | -2.5 | 1d 12h | DE | false | a\\u{1b}[31m\\u{202e}b | ";
    assert_eq!(decide(&engine, &request).reason, all);
    let few =
        "20.00 USD | known | 2026-03-01T10:00:00Z | (absent) | (absent) | (absent) | (absent) | (absent) | ";
    assert_eq!(decide(&engine, &charge()).reason, few);
}

/// Refuses where the screening of the merchant found something, with what it found.
fn screened() -> Asm {
    Asm {
        temporaries: vec![SlotType::Text, SlotType::Int, SlotType::Bool, SlotType::Text],
        instrs: vec![
            Instr::Copy { to: 0, from: reg("merchant.id") },
            Instr::Copy { to: 1, from: reg("merchant.mcc") },
            Instr::Fact { to: 2, fact: 1, arguments: 0 },
            Instr::JumpIf { condition: 2, target: 5 },
            Instr::End,
            Instr::Deny { site: 0 },
        ],
        statements: refusal(vec![Piece::Argument(0)], vec![argument(3, SlotType::Text, None)]),
        ..Asm::default()
    }
}

fn screening(name: &str, mcc: i64, value: Value) -> Value {
    json!({"fact": "screening", "args": {"mcc": mcc, "name": name}, "value": value})
}

#[test]
fn facts_are_found_by_their_arguments() {
    let engine = only(screened());
    let with = |facts: &[Value]| -> Decision {
        let mut request = charge();
        request["facts"] = json!(facts);
        decide(&engine, &request)
    };
    assert_eq!(outcome(&decide(&engine, &charge())), "deny FACT_UNAVAILABLE");
    assert_eq!(outcome(&with(&[screening("m-2", 5942, json!(null))])), "deny FACT_UNAVAILABLE");
    assert_eq!(outcome(&with(&[screening("m-1", 5943, json!(null))])), "deny FACT_UNAVAILABLE");
    assert_eq!(outcome(&with(&[screening("m-1", 5942, json!(null))])), "allow OK");
    let many: Vec<Value> = (0..50)
        .map(|mcc| screening("m-1", 5900 + mcc, if mcc == 42 { json!("listed") } else { json!(null) }))
        .collect();
    assert_eq!(with(&many).reason, "listed");
    let reversed: Vec<Value> = many.iter().rev().cloned().collect();
    assert_eq!(with(&many), {
        let other = with(&reversed);
        // The same facts in another order are the same facts.
        assert_eq!(other.facts_digest, with(&many).facts_digest);
        other
    });
}

#[test]
fn facts_that_come_apart_may_not_come_with_the_request() {
    let engine = only(screened());
    let mut scratch = Scratch::default();
    let facts = json!([screening("m-1", 5942, json!(null))]);
    let mut request = charge();
    let mut decide = |request: &Value, facts: &Value| {
        engine.decide_with_facts(&mut scratch, request.to_string().as_bytes(), facts.to_string().as_bytes())
    };
    assert_eq!(outcome(&decide(&request, &facts)), "allow OK");
    assert_eq!(outcome(&decide(&request, &json!([]))), "deny FACT_UNAVAILABLE");
    assert_eq!(decide(&request, &json!({})).reason, "facts: must be a list");
    request["facts"] = facts.clone();
    assert_eq!(decide(&request, &facts).reason, "facts: come apart from this request; leave them out");
}

#[test]
fn a_code_sees_nothing_that_another_left_in_its_temporaries() {
    let writes = Asm {
        temporaries: vec![SlotType::Bool],
        constants: vec![Constant::Scalar(Scalar::Bool(true))],
        instrs: vec![Instr::Constant { to: 0, constant: 0 }, Instr::End],
        ..Asm::default()
    };
    let reads = Asm {
        temporaries: vec![SlotType::Bool],
        instrs: vec![Instr::JumpIf { condition: 0, target: 2 }, Instr::End, Instr::Deny { site: 0 }],
        statements: vec![plain(Effect::Deny, LISTED)],
        ..Asm::default()
    };
    let mut policy = Policy::new();
    policy.rule(UnitKey::Base, Stage::Scope, "writes", writes);
    policy.rule(UnitKey::Base, Stage::Policy, "reads", reads);
    assert_eq!(outcome(&decide(&policy.engine(), &charge())), "allow OK");
}

#[test]
fn arithmetic_that_does_not_fit_refuses() {
    let engine = only(Asm {
        temporaries: vec![SlotType::Timestamp],
        instrs: vec![
            Instr::Arith { op: Arith::AddTime, to: 0, left: reg("context.now"), right: reg("shift") },
            Instr::End,
        ],
        ..Asm::default()
    });
    let of = |shift: &str| outcome(&decide(&engine, &charge_with(&[("/params/shift", json!(shift))])));
    assert_eq!(of("-1d"), "allow OK");
    assert_eq!(of("9223372036854775807ms"), "deny EVALUATION_ERROR");
}
