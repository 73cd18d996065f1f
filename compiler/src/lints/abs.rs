//! Sets of values, as far as they are needed to say that a condition is always true or never.
//!
//! Every set here is at least as large as the set of the values that are possible; a set that is empty is therefore a proof.

use std::collections::BTreeSet;

use crate::ids;
use lictor_bundle::civil::{FIRST_DATE, LAST_DATE, LAST_TIME};
use lictor_bundle::currency::Currency;
use lictor_bundle::schema::{Scalar, Schema, Type, TypeId};

/// The greatest decimal, scaled: less than 10^18 with nine places.
const DECIMAL: i128 = 1_000_000_000_000_000_000_000_000_000;

/// A set of values of one type.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Abs {
    /// A condition: whether it can come out false, and whether true.
    Truth(bool, bool),
    /// Whole numbers, times in milliseconds, or decimals as scaled: from the first to the second, both included.
    Range(i128, i128),
    /// Amounts: of one currency where it is known, from the first to the second in minor units.
    Money(Option<Currency>, i128, i128),
    /// These.
    OneOf(BTreeSet<Scalar>),
    /// All but these.
    Not(BTreeSet<Scalar>),
}

impl Abs {
    /// Anything.
    pub fn any() -> Abs {
        Abs::Not(BTreeSet::new())
    }

    /// A condition that may come out either way.
    pub fn either() -> Abs {
        Abs::Truth(true, true)
    }

    /// A condition with this outcome.
    pub fn truth(outcome: bool) -> Abs {
        Abs::Truth(!outcome, outcome)
    }

    /// One constant.
    pub fn constant(value: &Scalar) -> Abs {
        match value {
            Scalar::Bool(outcome) => Abs::truth(*outcome),
            Scalar::Int(n)
            | Scalar::Timestamp(n)
            | Scalar::Duration(n)
            | Scalar::Date(n)
            | Scalar::TimeOfDay(n)
            | Scalar::Weekday(n) => Abs::Range((*n).into(), (*n).into()),
            Scalar::Decimal(n) => Abs::Range(*n, *n),
            Scalar::Money(currency, minor) => Abs::Money(Some(*currency), (*minor).into(), (*minor).into()),
            other => Abs::OneOf(BTreeSet::from([other.clone()])),
        }
    }

    /// Constants of one type; nothing where there are none.
    pub fn one_of(values: &[Scalar]) -> Option<Abs> {
        if let Some(first) = values.first()
            && is_word(first)
        {
            return Some(Abs::OneOf(values.iter().cloned().collect()));
        }
        values.iter().map(Abs::constant).reduce(|all, one| all.join(&one))
    }

    /// Whether a constant may be among them.
    pub fn may_hold(&self, value: &Scalar) -> bool {
        match self {
            Abs::OneOf(values) if is_word(value) => values.contains(value),
            Abs::Not(values) if is_word(value) => !values.contains(value),
            _ => !self.meet(&Abs::constant(value)).is_empty(),
        }
    }

    /// The values that a request or a fact can have at a place of this type; of an optional type, where there is one.
    pub fn of(schema: &Schema, ty: TypeId) -> Abs {
        let least = |signed: bool, low: i128| if signed { low } else { 0 };
        let int = |signed| Abs::Range(least(signed, i64::MIN.into()), i64::MAX.into());
        match schema.types.get(usize::from(ty)) {
            Some(Type::Bool) => Abs::either(),
            Some(Type::Int { signed } | Type::Duration { signed }) => int(*signed),
            Some(Type::Timestamp) => int(true),
            Some(Type::Date) => Abs::Range(FIRST_DATE.into(), LAST_DATE.into()),
            Some(Type::TimeOfDay) => Abs::Range(0, LAST_TIME.into()),
            Some(Type::Weekday) => Abs::Range(0, 6),
            Some(Type::Decimal { signed }) => Abs::Range(least(*signed, -DECIMAL), DECIMAL),
            Some(Type::Money { signed }) => {
                Abs::Money(None, least(*signed, i64::MIN.into()), i64::MAX.into())
            }
            Some(Type::Enum(id)) => {
                let count = schema.enums.get(usize::from(*id)).map_or(0, |e| e.values.len());
                Abs::OneOf((0..count).map(|value| Scalar::Enum(*id, ids::number(value))).collect())
            }
            Some(Type::Optional(inner)) => Abs::of(schema, *inner),
            _ => Abs::any(),
        }
    }

    /// Whether there is no such value.
    pub fn is_empty(&self) -> bool {
        match self {
            Abs::Truth(no, yes) => !no && !yes,
            Abs::Range(low, high) | Abs::Money(_, low, high) => low > high,
            Abs::OneOf(values) => values.is_empty(),
            Abs::Not(_) => false,
        }
    }

    /// Whether a condition can have this outcome.
    pub fn may_be(&self, outcome: bool) -> bool {
        match self {
            Abs::Truth(no, yes) => *if outcome { yes } else { no },
            other => !other.is_empty(),
        }
    }

    /// What lies in both.
    pub fn meet(&self, other: &Abs) -> Abs {
        match (self, other) {
            (Abs::Truth(a, b), Abs::Truth(c, d)) => Abs::Truth(*a && *c, *b && *d),
            (Abs::Not(_), Abs::Truth(..)) => other.clone(),
            (Abs::Range(a, b), Abs::Range(c, d)) => Abs::Range(*a.max(c), *b.min(d)),
            // Amounts of two currencies never met: whoever compares them is refused for that.
            (Abs::Money(Some(x), ..), Abs::Money(Some(y), ..)) if x != y => self.clone(),
            (Abs::Money(x, a, b), Abs::Money(y, c, d)) => Abs::Money(x.or(*y), *a.max(c), *b.min(d)),
            (Abs::OneOf(a), Abs::OneOf(b)) => Abs::OneOf(a.intersection(b).cloned().collect()),
            (Abs::OneOf(a), Abs::Not(b)) | (Abs::Not(b), Abs::OneOf(a)) => {
                Abs::OneOf(a.difference(b).cloned().collect())
            }
            (Abs::Not(a), Abs::Not(b)) => Abs::Not(a.union(b).cloned().collect()),
            _ => self.clone(),
        }
    }

    /// What lies in one or the other.
    pub fn join(&self, other: &Abs) -> Abs {
        match (self, other) {
            _ if self.is_empty() => other.clone(),
            _ if other.is_empty() => self.clone(),
            (Abs::Truth(a, b), Abs::Truth(c, d)) => Abs::Truth(*a || *c, *b || *d),
            (Abs::Range(a, b), Abs::Range(c, d)) => Abs::Range(*a.min(c), *b.max(d)),
            (Abs::Money(x, a, b), Abs::Money(y, c, d)) => {
                Abs::Money(x.filter(|_| x == y), *a.min(c), *b.max(d))
            }
            (Abs::OneOf(a), Abs::OneOf(b)) => Abs::OneOf(a.union(b).cloned().collect()),
            (Abs::OneOf(a), Abs::Not(b)) | (Abs::Not(b), Abs::OneOf(a)) => {
                Abs::Not(b.difference(a).cloned().collect())
            }
            (Abs::Not(a), Abs::Not(b)) => Abs::Not(a.intersection(b).cloned().collect()),
            _ => Abs::any(),
        }
    }

    /// Everything but this, where it is one value that has no neighbours.
    pub fn other_than(&self) -> Abs {
        match self {
            Abs::Truth(no, yes) if no != yes => Abs::Truth(*yes, *no),
            Abs::OneOf(values) if values.len() == 1 => Abs::Not(values.clone()),
            _ => Abs::any(),
        }
    }
}

/// Whether a constant has neither neighbours nor an opposite: a text, or one of a list.
fn is_word(value: &Scalar) -> bool {
    matches!(
        value,
        Scalar::Text(_)
            | Scalar::Country(_)
            | Scalar::Form(..)
            | Scalar::Pattern(_)
            | Scalar::Enum(..)
            | Scalar::TimeZone(_)
    )
}
