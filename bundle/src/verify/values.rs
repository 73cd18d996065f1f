//! Slots and scalars: what a type is laid out as, and whether a value is one of it.

use crate::civil::{FIRST_DATE, LAST_DATE, LAST_TIME};
use crate::decimal::is_decimal;
use crate::schema::{RecordId, Scalar, Schema, SlotType, Type, TypeId};
use crate::time::{FIRST_MOMENT, LAST_MOMENT};

/// A slot's type and the most that is in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Slot {
    pub(super) ty: SlotType,
    pub(super) bound: Bound,
}

/// How much can be in a slot at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Bound {
    /// The elements of a list or set, or the entries of a map.
    pub(super) elements: u32,
    /// The bytes of a text, of the longest element of a list or set of texts, or of the longest key of a map.
    pub(super) bytes: u32,
}

impl Bound {
    /// What bounds both.
    pub(super) fn or(self, other: Bound) -> Bound {
        Bound { elements: self.elements.max(other.elements), bytes: self.bytes.max(other.bytes) }
    }
}

/// The bound that a type gives.
fn bound(schema: &Schema, ty: Type) -> Bound {
    match ty {
        Type::Text { max } => Bound { elements: 0, bytes: max },
        Type::Form(form) => Bound { elements: 0, bytes: form.max_bytes() },
        Type::List { element, max, .. } | Type::Set { element, max, .. } => {
            let bytes = match schema.types.get(usize::from(element)) {
                Some(Type::Text { max }) => *max,
                Some(Type::Form(form)) => form.max_bytes(),
                _ => 0,
            };
            Bound { elements: max, bytes }
        }
        Type::Map { entry, max, .. } => {
            let key = schema.entry(entry).and_then(|(key, _)| schema.types.get(usize::from(key)));
            let bytes = if let Some(Type::Text { max }) = key { *max } else { 0 };
            Bound { elements: max, bytes }
        }
        _ => Bound::default(),
    }
}

/// The bound of one value.
pub(super) fn scalar_bound(scalar: &Scalar) -> Bound {
    match scalar {
        Scalar::Text(text) | Scalar::Form(_, text) => {
            Bound { elements: 0, bytes: u32::try_from(text.len()).unwrap_or(u32::MAX) }
        }
        _ => Bound::default(),
    }
}

/// The bound of these elements.
pub(super) fn set_bound(elements: &[Scalar]) -> Bound {
    let longest = elements.iter().map(scalar_bound).fold(Bound::default(), Bound::or);
    Bound { elements: u32::try_from(elements.len()).unwrap_or(u32::MAX), ..longest }
}

/// The slots of a type, with bounds. The schema's depth was verified.
pub(super) fn slots(schema: &Schema, ty: TypeId, into: &mut Vec<Slot>) {
    match schema.types.get(usize::from(ty)).copied() {
        None => {}
        Some(Type::Record(id)) => record_slots(schema, id, into),
        Some(Type::Optional(inner)) => {
            into.push(Slot { ty: SlotType::Bool, bound: Bound::default() });
            slots(schema, inner, into);
        }
        Some(single) => {
            let bound = bound(schema, single);
            into.extend(slot_type(single).map(|ty| Slot { ty, bound }));
        }
    }
}

/// The slots of a record, with bounds.
pub(super) fn record_slots(schema: &Schema, id: RecordId, into: &mut Vec<Slot>) {
    for field in schema.records.get(usize::from(id)).map_or(&[][..], |record| &record.fields) {
        slots(schema, field.ty, into);
    }
}

/// The slot of a type that takes one.
pub(super) fn slot_type(ty: Type) -> Option<SlotType> {
    Some(match ty {
        Type::Bool => SlotType::Bool,
        Type::Int { .. } => SlotType::Int,
        Type::Decimal { .. } => SlotType::Decimal,
        Type::Money { .. } => SlotType::Money,
        Type::Text { .. } => SlotType::Text,
        Type::Timestamp => SlotType::Timestamp,
        Type::Duration { .. } => SlotType::Duration,
        Type::Country => SlotType::Country,
        Type::Form(form) => SlotType::Form(form),
        Type::Enum(id) => SlotType::Enum(id),
        Type::List { element, .. } => SlotType::List(element),
        Type::Set { element, .. } => SlotType::Set(element),
        Type::Map { entry, .. } => SlotType::Map(entry),
        Type::Sourced(record) => SlotType::Sourced(record),
        Type::Date => SlotType::Date,
        Type::TimeOfDay => SlotType::TimeOfDay,
        Type::Weekday => SlotType::Weekday,
        Type::TimeZone => SlotType::TimeZone,
        Type::Record(_) | Type::Optional(_) => return None,
    })
}

/// Whether registers may be of this type.
pub(super) fn is_slot_type(schema: &Schema, ty: SlotType) -> bool {
    match ty {
        SlotType::Enum(id) => usize::from(id) < schema.enums.len(),
        SlotType::List(element) => usize::from(element) < schema.types.len(),
        SlotType::Set(element) => schema.is_scalar(element),
        SlotType::Map(entry) => schema.entry(entry).is_some(),
        SlotType::Sourced(record) => schema.source(record).is_some(),
        _ => true,
    }
}

/// The slot that holds a scalar.
pub(super) fn slot_of(scalar: &Scalar) -> SlotType {
    match scalar {
        Scalar::Bool(_) => SlotType::Bool,
        Scalar::Int(_) => SlotType::Int,
        Scalar::Decimal(_) => SlotType::Decimal,
        Scalar::Money(..) => SlotType::Money,
        Scalar::Text(_) => SlotType::Text,
        Scalar::Timestamp(_) => SlotType::Timestamp,
        Scalar::Duration(_) => SlotType::Duration,
        Scalar::Country(_) => SlotType::Country,
        Scalar::Form(form, _) => SlotType::Form(*form),
        Scalar::Pattern(_) => SlotType::Pattern,
        Scalar::Enum(id, _) => SlotType::Enum(*id),
        Scalar::Date(_) => SlotType::Date,
        Scalar::TimeOfDay(_) => SlotType::TimeOfDay,
        Scalar::Weekday(_) => SlotType::Weekday,
        Scalar::TimeZone(_) => SlotType::TimeZone,
    }
}

/// Whether a scalar is a value at all: a decimal of decimal size, a currency and a country that exist, and so on.
pub(super) fn is_value(schema: &Schema, scalar: &Scalar) -> bool {
    match scalar {
        Scalar::Bool(_) | Scalar::Int(_) | Scalar::Text(_) | Scalar::Duration(_) => true,
        Scalar::Decimal(scaled) => is_decimal(*scaled),
        Scalar::Money(currency, _) => currency.digits(&schema.currencies).is_some(),
        Scalar::Timestamp(moment) => (FIRST_MOMENT..=LAST_MOMENT).contains(moment),
        Scalar::Country(country) => country.is_assigned(),
        Scalar::Form(form, text) => form.is_canonical(text),
        Scalar::Pattern(pattern) => pattern.is_sound(),
        Scalar::Enum(id, value) => schema
            .enums
            .get(usize::from(*id))
            .is_some_and(|declared| usize::from(*value) < declared.values.len()),
        Scalar::Date(days) => (FIRST_DATE..=LAST_DATE).contains(days),
        Scalar::TimeOfDay(time) => (0..=LAST_TIME).contains(time),
        Scalar::Weekday(weekday) => (0..7).contains(weekday),
        Scalar::TimeZone(zone) => zone.is_named(),
    }
}

/// Whether a scalar is a value of the type.
pub fn is_of_type(schema: &Schema, scalar: &Scalar, ty: Type) -> bool {
    slot_type(ty) == Some(slot_of(scalar))
        && is_value(schema, scalar)
        && match (scalar, ty) {
            (Scalar::Int(value), Type::Int { signed }) => signed || *value >= 0,
            (Scalar::Decimal(scaled), Type::Decimal { signed }) => signed || *scaled >= 0,
            (Scalar::Money(_, minor), Type::Money { signed }) => signed || *minor >= 0,
            (Scalar::Duration(length), Type::Duration { signed }) => signed || *length >= 0,
            (Scalar::Text(text), Type::Text { max }) => {
                u32::try_from(text.len()).is_ok_and(|bytes| bytes <= max)
            }
            _ => true,
        }
}
