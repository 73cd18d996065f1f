//! Values of parameters: how they differ, and which is stricter.

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::schema::{Direction, ParamValue, Scalar, Schema};

use super::Effect;
use super::pairs::{apart, listed};
use crate::render::names::{param_value, scalar};

/// A value with the schema that gives its numbers a meaning.
#[derive(Clone, Copy)]
pub struct Valued<'a> {
    pub value: &'a ParamValue,
    pub schema: &'a Schema,
}

impl Valued<'_> {
    pub fn text(self) -> String {
        param_value(self.value, self.schema)
    }

    /// Its elements or amounts as they are written.
    fn elements(self) -> Vec<String> {
        match self.value {
            ParamValue::Scalar(value) => vec![scalar(value, self.schema)],
            ParamValue::Money(values) | ParamValue::Set(values) => {
                values.iter().map(|value| scalar(value, self.schema)).collect()
            }
        }
    }

    /// The currencies of an amount.
    pub fn currencies(self) -> BTreeSet<String> {
        amounts(self.value).into_keys().collect()
    }
}

fn amounts(value: &ParamValue) -> BTreeMap<String, i64> {
    let ParamValue::Money(amounts) = value else { return BTreeMap::new() };
    let amount = |amount: &Scalar| match amount {
        Scalar::Money(currency, minor) => Some((currency.to_string(), *minor)),
        _ => None,
    };
    amounts.iter().filter_map(amount).collect()
}

/// Whether two values are the same.
pub fn same(before: Valued<'_>, after: Valued<'_>) -> bool {
    before.elements() == after.elements()
}

/// How a value became another: `is 300.00 USD; it was 500.00 USD`.
pub fn difference(before: Valued<'_>, after: Valued<'_>) -> String {
    let (old, new) = match (before.value, after.value) {
        (ParamValue::Set(_), ParamValue::Set(_)) => (before.elements(), after.elements()),
        (ParamValue::Money(_), ParamValue::Money(_)) => {
            // Only the amounts that are others: in most currencies a limit often stays.
            let (old, new) = apart(&before.elements(), &after.elements());
            return match (listed(&new), listed(&old)) {
                (new, old) if old.is_empty() => format!("also has {new}"),
                (new, old) if new.is_empty() => format!("no longer has {old}"),
                (new, old) => format!("is {new}; it was {old}"),
            };
        }
        _ => return format!("is {}; it was {}", after.text(), before.text()),
    };
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (old.into_iter().collect(), new.into_iter().collect());
    let only =
        |these: &BTreeSet<String>, those| listed(&these.difference(those).cloned().collect::<Vec<_>>());
    match (only(&new, &old), only(&old, &new)) {
        (more, less) if less.is_empty() => format!("also holds {more}"),
        (more, less) if more.is_empty() => format!("no longer holds {less}"),
        (more, less) => format!("also holds {more}, and no longer {less}"),
    }
}

/// What it does that one value is in force in the place of the other.
pub fn effect(direction: Direction, before: Valued<'_>, after: Valued<'_>) -> Effect {
    if same(before, after) {
        return Effect::Neither;
    }
    let smaller = match (before.value, after.value) {
        (ParamValue::Scalar(old), ParamValue::Scalar(new)) => {
            is_smaller(old, before.schema, new, after.schema)
        }
        (ParamValue::Money(_), ParamValue::Money(_)) => {
            let (old, new) = (amounts(before.value), amounts(after.value));
            // In a currency that comes or goes, requests were refused or will be.
            if !old.keys().eq(new.keys()) {
                return Effect::Unclear;
            }
            let pairs = || old.values().zip(new.values());
            if pairs().all(|(old, new)| new <= old) {
                Some(true)
            } else {
                pairs().all(|(old, new)| new >= old).then_some(false)
            }
        }
        (ParamValue::Set(_), ParamValue::Set(_)) => {
            let (old, new): (BTreeSet<_>, BTreeSet<_>) =
                (before.elements().into_iter().collect(), after.elements().into_iter().collect());
            if new.is_subset(&old) { Some(true) } else { new.is_superset(&old).then_some(false) }
        }
        _ => None,
    };
    let when_smaller = match direction {
        Direction::Lower | Direction::Subset | Direction::False => Effect::Tightens,
        Direction::Higher | Direction::Superset | Direction::True => Effect::Loosens,
        Direction::Fixed => Effect::Unclear,
    };
    match smaller {
        Some(true) => when_smaller,
        Some(false) => when_smaller.reversed(),
        None => Effect::Unclear,
    }
}

/// Whether the new value is the smaller one, where that can be told. The values of an enumeration are in the order of its
/// declaration, which must be the same in both.
fn is_smaller(old: &Scalar, before: &Schema, new: &Scalar, after: &Schema) -> Option<bool> {
    match (old, new) {
        (Scalar::Enum(old_id, old), Scalar::Enum(new_id, new)) => {
            let old_values = &before.enums.get(usize::from(*old_id))?.values;
            let new_values = &after.enums.get(usize::from(*new_id))?.values;
            (old_values == new_values).then_some(new < old)
        }
        _ => (std::mem::discriminant(old) == std::mem::discriminant(new)).then_some(new < old),
    }
}
