//! The values of parameters in force.
//!
//! Let S be the values set by the layers that apply and may loosen the parameter, T those set by the others. In force is the
//! strictest of T and of (the strictest of S, or the default where S is empty). Money is taken currency by currency.

use lictor_bundle::currency::Currency;
use lictor_bundle::program::UnitKey;
use lictor_bundle::schema::{Direction, LayerKind, Param, ParamId, ParamValue, Scalar, Schema};
use lictor_compiler::typed::Unit;

use crate::value::Value;

/// The value in force of a parameter; of a money parameter, the one in this currency, if it has any.
pub fn in_force(schema: &Schema, layers: &[&Unit], id: ParamId, currency: Option<Currency>) -> Option<Value> {
    let param = &schema.params[usize::from(id)];
    let (mut loosening, mut others) = (Vec::new(), Vec::new());
    for unit in layers {
        let set = unit.sets.iter().find(|set| set.param == id);
        let value = set.and_then(|set| read(&set.value, currency));
        if param.loosen_by.contains(&kind(&unit.key)) { &mut loosening } else { &mut others }.extend(value);
    }
    let start = strictest(param, loosening).or_else(|| read(&param.default, currency));
    strictest(param, others.into_iter().chain(start).collect())
}

fn strictest(param: &Param, values: Vec<Value>) -> Option<Value> {
    values.into_iter().reduce(|a, b| match param.direction {
        Direction::Lower | Direction::False => {
            if b.order(&a).is_lt() {
                b
            } else {
                a
            }
        }
        Direction::Higher | Direction::True => {
            if b.order(&a).is_gt() {
                b
            } else {
                a
            }
        }
        Direction::Subset => Value::set(
            a.elements().iter().filter(|element| b.elements().contains(element)).cloned().collect(),
        ),
        Direction::Superset => Value::set(a.elements().iter().chain(b.elements().iter()).cloned().collect()),
        // Nobody sets a fixed parameter.
        Direction::Fixed => a,
    })
}

fn read(value: &ParamValue, currency: Option<Currency>) -> Option<Value> {
    match value {
        ParamValue::Scalar(one) => Some(Value::constant(one)),
        ParamValue::Set(many) => Some(Value::set(many.iter().map(Value::constant).collect())),
        ParamValue::Money(amounts) => amounts
            .iter()
            .find(|amount| matches!(amount, Scalar::Money(of, _) if Some(*of) == currency))
            .map(Value::constant),
    }
}

fn kind(key: &UnitKey) -> LayerKind {
    match key {
        UnitKey::Base => LayerKind::Base,
        UnitKey::Category(_) => LayerKind::Category,
        UnitKey::Agent(_) => LayerKind::Agent,
        UnitKey::User(_) => LayerKind::User,
    }
}
