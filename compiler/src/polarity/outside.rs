//! Between what the numbers lie that come from outside: from the request, from facts, from layers, from the policy's text.

use lictor_bundle::civil::{FIRST_DATE, LAST_DATE};
use lictor_bundle::currency::Currency;
use lictor_bundle::schema::{Direction, ParamId, ParamValue, Scalar, Schema, Type, TypeId};
use lictor_bundle::time::{FIRST_MOMENT, LAST_MOMENT};

use crate::range::Range;
use crate::typed::Ty;

/// The values that come from outside at a place of this type.
pub(super) fn declared(schema: &Schema, ty: TypeId) -> Range {
    let least = |signed: bool, low: i128| if signed { low } else { 0 };
    match schema.types.get(usize::from(ty)) {
        Some(Type::Int { signed } | Type::Money { signed } | Type::Duration { signed }) => {
            Range { low: least(*signed, i64::MIN.into()), high: i64::MAX.into() }
        }
        Some(Type::Decimal { signed }) => match Range::held(&Ty::Decimal) {
            Some(held) => Range { low: least(*signed, held.low), high: held.high },
            None => Range::ALL,
        },
        Some(Type::Timestamp) => Range { low: FIRST_MOMENT.into(), high: LAST_MOMENT.into() },
        Some(Type::Date) => Range { low: FIRST_DATE.into(), high: LAST_DATE.into() },
        Some(Type::Optional(inner)) => declared(schema, *inner),
        _ => Range::ALL,
    }
}

/// The values that a part of the request can have, in whichever action.
pub(super) fn root(schema: &Schema, name: &str) -> Range {
    let records = schema.actions.iter().filter_map(|action| schema.records.get(usize::from(action.request)));
    let fields = records.flat_map(|record| record.fields.iter().filter(|field| field.name == name));
    fields.map(|field| declared(schema, field.ty)).reduce(Range::join).unwrap_or(Range::ALL)
}

/// The values that a parameter can come to have. No layer passes the range; and only one that may loosen it passes the default.
pub(super) fn parameter(schema: &Schema, id: ParamId) -> Range {
    let Some(param) = schema.params.get(usize::from(id)) else { return Range::ALL };
    let mut range = declared(schema, param.ty);
    if let Some((low, high)) = &param.range {
        range = Range { low: values(low).low, high: values(high).high }.clamp(range);
    }
    if param.loosen_by.is_empty() {
        let default = values(&param.default);
        match param.direction {
            Direction::Lower => range.high = range.high.min(default.high),
            Direction::Higher => range.low = range.low.max(default.low),
            _ => {}
        }
    }
    range
}

/// Whether a parameter has a value in every currency in which another one has one.
pub(super) fn has_currencies_of(schema: &Schema, param: ParamId, other: ParamId) -> bool {
    let here = currencies(schema, param);
    currencies(schema, other).iter().all(|currency| here.contains(currency))
}

fn currencies(schema: &Schema, id: ParamId) -> Vec<Currency> {
    let param = schema.params.get(usize::from(id));
    let Some(ParamValue::Money(amounts)) = param.map(|param| &param.default) else { return Vec::new() };
    let currency =
        |amount: &Scalar| if let Scalar::Money(currency, _) = amount { Some(*currency) } else { None };
    amounts.iter().filter_map(currency).collect()
}

/// Between what the values lie.
fn values(of: &ParamValue) -> Range {
    match of {
        ParamValue::Scalar(value) => constant(value),
        ParamValue::Money(values) | ParamValue::Set(values) => {
            values.iter().map(constant).reduce(Range::join).unwrap_or(Range::ALL)
        }
    }
}

/// A constant as a range.
pub(super) fn constant(value: &Scalar) -> Range {
    match value {
        Scalar::Int(n)
        | Scalar::Money(_, n)
        | Scalar::Timestamp(n)
        | Scalar::Duration(n)
        | Scalar::Date(n) => Range { low: (*n).into(), high: (*n).into() },
        Scalar::Decimal(n) => Range { low: *n, high: *n },
        _ => Range::ALL,
    }
}
