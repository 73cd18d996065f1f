//! Bytes from anybody: nothing panics, nothing that is cut or damaged is taken for something else, and one request leaves no
//! trace in the decision of the next.

mod support;

use lictor_bundle::program::{Effect, Stage, UnitKey};
use lictor_runtime::{Decision, Engine, Scratch};
use serde_json::{Value, json};
use support::*;

/// A request that uses every member and type.
fn full() -> Value {
    charge_with(&[
        ("/schema_version", json!(1)),
        ("/mandate", json!({"nonce": "n-\u{1f600}"})),
        ("/user/age", json!(44)),
        ("/params/merchant/known", json!(true)),
        ("/params/lines", json!([{"sku": "a", "price": {"minor": 1, "currency": "JPY"}, "quantity": 3}])),
        ("/params/tags", json!(["b", "a"])),
        ("/params/counts", json!([-1, 2])),
        ("/params/rate", json!("-1.5")),
        ("/params/wait", json!("1h")),
        ("/params/due", json!("2026-04-01T00:00:00Z")),
        ("/params/from", json!("FR")),
        ("/params/gift", json!(false)),
        ("/params/prices", json!([{"amount": 3.5, "currency": "EUR"}])),
        ("/facts", json!([{"fact": "screening", "args": {"name": "m-1", "mcc": 5942}, "value": "x"}])),
    ])
}

fn engine() -> Engine {
    let mut policy = Policy::new();
    policy.rule(UnitKey::Base, Stage::Policy, "odd", always(Effect::Risk(5), NOTED));
    policy.rule(UnitKey::User("u-4711".to_owned()), Stage::Policy, "odd", always(Effect::Risk(5), NOTED));
    policy.engine()
}

/// Numbers that look random and are always the same (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

#[test]
fn every_cut_request_is_refused() {
    let engine = engine();
    let mut scratch = Scratch::default();
    let request = full().to_string();
    assert_eq!(outcome(&engine.decide(&mut scratch, request.as_bytes())), "allow OK");
    for end in 0..request.len() {
        let decision = engine.decide(&mut scratch, &request.as_bytes()[..end]);
        assert_eq!(outcome(&decision), "deny STRUCTURE_INVALID", "cut at {end}");
    }
}

#[test]
fn damaged_requests_are_decided_alike_with_and_without_a_past() {
    let engine = engine();
    let mut scratch = Scratch::default();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let good = full().to_string().into_bytes();
    for _ in 0..20_000 {
        let mut request = good.clone();
        for _ in 0..=dice.below(4) {
            let at = dice.below(request.len());
            match dice.below(4) {
                0 => request[at] = dice.below(256) as u8,
                1 => request[at] ^= 1 << dice.below(8),
                2 => drop(request.remove(at)),
                _ => request.insert(at, b"{}[]\",:0-\\"[dice.below(10)]),
            }
        }
        assert_eq!(engine.decide(&mut scratch, &request), engine.decide_once(&request));
    }
}

#[test]
fn swapped_values_are_refused_or_decided_but_never_panic() {
    let engine = engine();
    let mut scratch = Scratch::default();
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}"),
        json!([]),
        json!([[[]]]),
        json!({}),
        json!({"amount": "1", "currency": "USD"}),
        json!({"": {}}),
    ];
    let mut pointers = vec![String::new()];
    let mut index = 0;
    let request = full();
    while let Some(pointer) = pointers.get(index).cloned() {
        match request.pointer(&pointer) {
            Some(Value::Object(members)) => {
                pointers.extend(members.keys().map(|name| format!("{pointer}/{name}")));
            }
            Some(Value::Array(elements)) => {
                pointers.extend((0..elements.len()).map(|at| format!("{pointer}/{at}")));
            }
            _ => {}
        }
        index += 1;
    }
    assert!(pointers.len() > 50);
    for pointer in pointers {
        for value in &odd {
            let mut request = request.clone();
            *request.pointer_mut(&pointer).unwrap() = value.clone();
            engine.decide(&mut scratch, request.to_string().as_bytes());
        }
    }
}

#[test]
fn threads_share_an_engine() {
    let engine = engine();
    let request = full().to_string();
    let expected = engine.decide_once(request.as_bytes());
    std::thread::scope(|scope| {
        let decide = || -> Vec<Decision> {
            let mut scratch = Scratch::default();
            (0..200).map(|_| engine.decide(&mut scratch, request.as_bytes())).collect()
        };
        for handle in [scope.spawn(decide), scope.spawn(decide)] {
            assert!(handle.join().unwrap().iter().all(|decision| *decision == expected));
        }
    });
}
