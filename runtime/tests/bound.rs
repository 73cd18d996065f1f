//! The fields of an action as a token binds them: equal for equal values however they are written, and different for any other.

mod support;

use lictor_bundle::schema::Described;
use lictor_runtime::{ActionFields, Scratch};
use serde_json::{Value, json};
use support::*;

/// The fields of a charge, decided by a policy in which `note` is unbound.
fn fields(changes: &[(&str, Value)]) -> ActionFields {
    let mut policy = Policy::new();
    let unbound = Described { name: "note".to_owned(), text: "it is for people".to_owned() };
    policy.bundle.schema.actions[usize::from(CHARGE)].unbound.push(unbound);
    let (engine, mut scratch) = (policy.engine(), Scratch::default());
    engine.decide(&mut scratch, charge_with(changes).to_string().as_bytes());
    engine.action_fields(&scratch).unwrap()
}

#[test]
fn equal_values_have_equal_bytes_however_they_are_written() {
    let one = fields(&[("/params/amount", json!({ "amount": "20.00", "currency": "USD" }))]);
    assert_eq!(one.action, "payment.charge");
    assert_eq!(one, fields(&[("/params/amount", json!({ "minor": 2000, "currency": "USD" }))]));
    // The agent and the time are not the action's own.
    assert_eq!(
        one.bound,
        fields(&[("/agent/id", json!("another")), ("/context/now", json!("2026-03-02T10:00:00Z"))]).bound
    );
    let other = fields(&[("/params/amount", json!({ "minor": 2001, "currency": "USD" }))]);
    let differ: Vec<_> =
        one.bound.iter().filter(|(name, value)| other.bound.get(*name) != Some(*value)).collect();
    assert_eq!(differ.len(), 1);
    assert_eq!(differ[0].0, "amount");
}

#[test]
fn what_is_absent_has_no_entry_and_what_is_unbound_is_apart() {
    let (without, with) =
        (fields(&[]), fields(&[("/params/note", json!("")), ("/params/gift", json!(false))]));
    assert!(without.unbound.is_empty() && !without.bound.contains_key("gift"));
    assert!(with.unbound.contains_key("note") && !with.bound.contains_key("note"));
    assert!(with.bound.contains_key("gift"));
}

#[test]
fn what_could_not_be_read_has_no_fields() {
    let (engine, mut scratch) = (Policy::new().engine(), Scratch::default());
    engine.decide(&mut scratch, charge().to_string().as_bytes());
    engine.decide(&mut scratch, br#"{"action": "nothing"}"#);
    assert_eq!(engine.action_fields(&scratch), None);
}
