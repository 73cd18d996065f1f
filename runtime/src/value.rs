//! Constants as slots: what scalars, sets and parameter values of a bundle become when it is loaded.

use std::cmp::Ordering;

use lictor_bundle::currency::Currency;
use lictor_bundle::instr::Kind;
use lictor_bundle::program::Constant;
use lictor_bundle::schema::{ParamValue, Scalar, Schema, Type, TypeId};

use crate::arena::Arena;
use crate::known::Gathered;
use crate::slot::{Money, Slot};

/// What a parameter was set to, or its default.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Value<'a> {
    /// A scalar that is not money, or a set.
    One(Slot),
    /// Amounts, one a currency, sorted by currency.
    Money(&'a [Slot]),
}

impl Value<'_> {
    /// The one slot that it is; nothing for amounts in several currencies, or in none.
    pub fn only(self) -> Option<Slot> {
        match self {
            Value::One(slot) | Value::Money(&[slot]) => Some(slot),
            Value::Money(_) => None,
        }
    }

    /// Money in a currency, anything else in none; nothing where there is no such value.
    pub fn slot(self, currency: Currency) -> Option<Slot> {
        match self {
            Value::One(slot) => (currency == Currency::NONE).then_some(slot),
            Value::Money(amounts) => find(amounts, |amount| amount.money().currency.cmp(&currency)).copied(),
        }
    }
}

/// Puts constants of one unit into that unit's arena.
pub(crate) struct Loader<'a> {
    /// The arena.
    pub arena: &'a mut Arena,
    /// Its number.
    pub number: u32,
    /// The texts that are known; none where those that are loaded do not become known.
    pub known: Option<&'a mut Gathered>,
}

impl Loader<'_> {
    /// The slot of a scalar. `None` where the arena is full.
    pub fn scalar(&mut self, scalar: &Scalar) -> Option<Slot> {
        Some(match scalar {
            Scalar::Bool(value) => Slot::from_bool(*value),
            Scalar::Int(value)
            | Scalar::Timestamp(value)
            | Scalar::Duration(value)
            | Scalar::Date(value)
            | Scalar::TimeOfDay(value)
            | Scalar::Weekday(value) => Slot::from_int(*value),
            Scalar::Decimal(value) => Slot::from_wide(*value),
            Scalar::Money(currency, minor) => Slot::from_money(Money { currency: *currency, minor: *minor }),
            Scalar::Text(text) | Scalar::Form(_, text) => self.text(text)?,
            Scalar::Pattern(pattern) => self.arena.add_pattern(self.number, pattern)?,
            Scalar::Country(country) => Slot::from_country(*country),
            Scalar::TimeZone(zone) => Slot::from_zone(*zone),
            Scalar::Enum(_, value) => Slot::from_variant(*value),
        })
    }

    fn text(&mut self, text: &str) -> Option<Slot> {
        let slot = self.arena.add_text(self.number, text)?;
        Some(match &mut self.known {
            Some(known) if !text.is_empty() => known.add(slot, text),
            _ => slot,
        })
    }

    /// The slot of a set of distinct, sorted scalars. `None` where the arena is full.
    pub fn set<'s>(&mut self, scalars: impl Iterator<Item = &'s Scalar> + Clone) -> Option<Slot> {
        let elements = scalars.clone().map(|scalar| self.scalar(scalar)).collect::<Option<Vec<_>>>()?;
        match scalars.clone().next() {
            Some(Scalar::Text(_) | Scalar::Form(..)) => self.arena.add_texts(self.number, &elements),
            _ => self.arena.add_set(self.number, &elements),
        }
    }

    /// The slot of a constant. `None` where the arena is full.
    pub fn constant(&mut self, constant: &Constant) -> Option<Slot> {
        match constant {
            Constant::Scalar(scalar) => self.scalar(scalar),
            Constant::Set(_, scalars) => self.set(scalars.iter()),
        }
    }

    /// Adds a parameter's value to the slots. Says how many amounts it is; none for what is not money. `None` where the arena is full.
    pub fn value(&mut self, value: &ParamValue, slots: &mut Vec<Slot>) -> Option<Option<usize>> {
        match value {
            ParamValue::Scalar(scalar) => slots.push(self.scalar(scalar)?),
            ParamValue::Set(scalars) => slots.push(self.set(scalars.iter())?),
            ParamValue::Money(amounts) => {
                let before = slots.len();
                slots.extend(amounts.iter().filter_map(|amount| match amount {
                    Scalar::Money(currency, minor) => {
                        Some(Slot::from_money(Money { currency: *currency, minor: *minor }))
                    }
                    _ => None,
                }));
                return Some(Some(slots.len() - before));
            }
        }
        Some(None)
    }
}

/// How values of this type compare; that of its elements for a collection, that of what it holds for an optional.
pub(crate) fn kind_of(schema: &Schema, ty: TypeId) -> Kind {
    match schema.types.get(usize::from(ty)) {
        Some(
            Type::Int { .. }
            | Type::Timestamp
            | Type::Duration { .. }
            | Type::Date
            | Type::TimeOfDay
            | Type::Weekday,
        ) => Kind::Int,
        Some(Type::Decimal { .. }) => Kind::Decimal,
        Some(Type::Money { .. }) => Kind::Money,
        Some(Type::Text { .. } | Type::Form(_)) => Kind::Text,
        // A type refers only to types before it, so this ends.
        Some(
            Type::List { element: inner, .. } | Type::Set { element: inner, .. } | Type::Optional(inner),
        ) if *inner < ty => kind_of(schema, *inner),
        _ => Kind::Bits,
    }
}

/// Finds by a sorted key.
pub(crate) fn find<T>(sorted: &[T], order: impl FnMut(&T) -> Ordering) -> Option<&T> {
    sorted.get(sorted.binary_search_by(order).ok()?)
}
