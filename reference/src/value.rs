//! Values, as plain as they can be. Absence is no value: what may be absent is an `Option<Value>`.

use std::cmp::Ordering;
use std::rc::Rc;

use lictor_bundle::country::Country;
use lictor_bundle::currency::Currency;
use lictor_bundle::schema::Scalar;
use lictor_bundle::zone::Zone;
use num_rational::BigRational;

use crate::number::decimal_from_billionths;

/// A value that is there.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with nine places at most.
    Decimal(BigRational),
    /// Minor units of a currency.
    Money(Currency, i64),
    /// Text.
    Text(Rc<str>),
    /// Milliseconds since 1970-01-01T00:00:00Z.
    Timestamp(i64),
    /// Milliseconds.
    Duration(i64),
    /// A country.
    Country(Country),
    /// The n-th value of an enumeration.
    Enum(u16),
    /// A day, counted from 1970-01-01.
    Date(i64),
    /// Milliseconds since midnight.
    TimeOfDay(i64),
    /// A day of the week; Monday is 0.
    Weekday(i64),
    /// A time zone.
    TimeZone(Zone),
    /// The fields of a record, in their order.
    Record(Rc<[Option<Value>]>),
    /// Elements, in the order given.
    List(Rc<[Value]>),
    /// Distinct elements, in ascending order.
    Set(Rc<[Value]>),
    /// Entries, each a record of a key and a value, in the order of their keys; each key once.
    Map(Rc<[Value]>),
    /// A state, when it was verified, how sure that is, and a value unless it is withheld.
    Sourced(Rc<[Option<Value>; 4]>),
}

/// Why an evaluation could not go on. Each refuses, with a code of the engine's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// A number does not fit its type, or is divided by zero; or what is withheld was read.
    Arithmetic,
    /// Two currencies meet, or a parameter has no value in the one that is needed.
    CurrencyMismatch,
    /// The host did not say what a fact is.
    FactUnavailable,
    /// A collection is empty, and nothing says what that means.
    EmptyCollection,
}

impl Failure {
    /// Its code in decisions.
    pub fn code(self) -> &'static str {
        match self {
            Failure::Arithmetic => "EVALUATION_ERROR",
            Failure::CurrencyMismatch => "CURRENCY_MISMATCH",
            Failure::FactUnavailable => "FACT_UNAVAILABLE",
            Failure::EmptyCollection => "EMPTY_COLLECTION",
        }
    }
}

impl Value {
    /// A constant of the policy.
    pub fn constant(scalar: &Scalar) -> Value {
        match scalar {
            Scalar::Bool(value) => Value::Bool(*value),
            Scalar::Int(value) => Value::Int(*value),
            Scalar::Decimal(billionths) => Value::Decimal(decimal_from_billionths(*billionths)),
            Scalar::Money(currency, minor) => Value::Money(*currency, *minor),
            Scalar::Text(text) | Scalar::Form(_, text) => Value::Text(text.as_str().into()),
            Scalar::Pattern(pattern) => unreachable!("a pattern is no value of its own: {pattern:?}"),
            Scalar::Timestamp(moment) => Value::Timestamp(*moment),
            Scalar::Duration(length) => Value::Duration(*length),
            Scalar::Country(country) => Value::Country(*country),
            Scalar::Enum(_, variant) => Value::Enum(*variant),
            Scalar::Date(days) => Value::Date(*days),
            Scalar::TimeOfDay(time) => Value::TimeOfDay(*time),
            Scalar::Weekday(weekday) => Value::Weekday(*weekday),
            Scalar::TimeZone(zone) => Value::TimeZone(*zone),
        }
    }

    /// A set of these elements, whatever their order and however often each is there.
    pub fn set(mut elements: Vec<Value>) -> Value {
        elements.sort_by(Value::order);
        elements.dedup();
        Value::Set(elements.into())
    }

    /// How two scalars of one type stand to each other. Amounts of two currencies are ordered by currency, which keeps sets of
    /// them sorted; that they must not be compared is for [`Value::compare`] to say.
    pub fn order(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b))
            | (Value::Date(a), Value::Date(b))
            | (Value::TimeOfDay(a), Value::TimeOfDay(b))
            | (Value::Weekday(a), Value::Weekday(b))
            | (Value::Timestamp(a), Value::Timestamp(b))
            | (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
            (Value::Decimal(a), Value::Decimal(b)) => a.cmp(b),
            (Value::Money(a, x), Value::Money(b, y)) => a.cmp(b).then(x.cmp(y)),
            (Value::Text(a), Value::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Value::Country(a), Value::Country(b)) => a.cmp(b),
            (Value::TimeZone(a), Value::TimeZone(b)) => a.cmp(b),
            (Value::Enum(a), Value::Enum(b)) => a.cmp(b),
            _ => unreachable!("the compiler lets only scalars of one type meet: {self:?}, {other:?}"),
        }
    }

    /// The same as policies do it: amounts of two currencies do not compare.
    pub fn compare(&self, other: &Value) -> Result<Ordering, Failure> {
        match (self, other) {
            (Value::Money(a, _), Value::Money(b, _)) if a != b => Err(Failure::CurrencyMismatch),
            _ => Ok(self.order(other)),
        }
    }

    /// A condition's outcome.
    pub fn truth(&self) -> bool {
        match self {
            Value::Bool(value) => *value,
            other => unreachable!("a condition is true or false, not {other:?}"),
        }
    }

    /// The key and the value of an entry of a map.
    pub fn entry(&self) -> (&Value, &Value) {
        match self {
            Value::Record(fields) => match &**fields {
                [Some(key), Some(value)] => (key, value),
                other => unreachable!("{other:?} is no entry"),
            },
            other => unreachable!("{other:?} is no entry"),
        }
    }

    /// What is in a list, a set or a map.
    pub fn elements(&self) -> &Rc<[Value]> {
        match self {
            Value::List(elements) | Value::Set(elements) | Value::Map(elements) => elements,
            other => unreachable!("{other:?} is no collection"),
        }
    }
}
