//! The types of values, and how a value is laid out in slots.
//!
//! A value takes one or more *slots* of 16 bytes in a row: a scalar, a collection or a sourced value one; a record its fields one after
//! the other; an optional value one slot that says whether it is there, then the value. So a field deep inside nested
//! records has one fixed slot number, known when a policy is compiled.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::schema::{EnumId, RecordId, TypeId};

/// The type of a value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum Type {
    /// True or false.
    Bool,
    /// A 64-bit integer.
    Int {
        /// Whether it may be negative.
        signed: bool,
    },
    /// A number with up to nine decimals, `|x| < 10^18`.
    Decimal {
        /// Whether it may be negative.
        signed: bool,
    },
    /// Minor units of a currency.
    Money {
        /// Whether it may be negative.
        signed: bool,
    },
    /// UTF-8 text.
    Text {
        /// The most bytes it may have.
        max: u32,
    },
    /// Milliseconds since 1970-01-01T00:00:00Z.
    Timestamp,
    /// Milliseconds.
    Duration {
        /// Whether it may be negative.
        signed: bool,
    },
    /// An ISO 3166-1 alpha-2 code.
    Country,
    /// A text of a form, in its canonical form.
    Form(crate::form::Form),
    /// One value of an enumeration.
    Enum(EnumId),
    /// A record.
    Record(RecordId),
    /// Elements in the order given.
    List {
        /// Their type.
        element: TypeId,
        /// The fewest.
        min: u32,
        /// The most.
        max: u32,
    },
    /// Distinct scalar elements, sorted.
    Set {
        /// Their type.
        element: TypeId,
        /// The fewest.
        min: u32,
        /// The most.
        max: u32,
    },
    /// A value that may be absent. Never optional twice.
    Optional(TypeId),
    /// A day of the calendar, counted from 1970-01-01.
    Date,
    /// Milliseconds since midnight.
    TimeOfDay,
    /// A day of the week, from Monday, which is 0.
    Weekday,
    /// A time zone of the IANA database.
    TimeZone,
    /// Values by text keys, sorted by the bytes of their keys; it may have none.
    Map {
        /// The record of an entry: see [`Schema::entry`](crate::schema::Schema::entry).
        entry: TypeId,
        /// The fewest entries.
        min: u32,
        /// The most.
        max: u32,
    },
    /// A value and how far it is vouched for, by the record of both: see [`Schema::source`](crate::schema::Schema::source).
    Sourced(TypeId),
}

impl Type {
    /// The type that values of this one are made of, where it is one: of what may be absent, of elements, of the record of an entry or of a sourced value.
    pub fn inner(&self) -> Option<TypeId> {
        match *self {
            Type::Optional(inner)
            | Type::List { element: inner, .. }
            | Type::Set { element: inner, .. }
            | Type::Map { entry: inner, .. }
            | Type::Sourced(inner) => Some(inner),
            _ => None,
        }
    }
}

/// What one slot holds: the only types that instructions know.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum SlotType {
    /// A `Bool`, or whether an optional value is there.
    Bool,
    /// A 64-bit integer.
    Int,
    /// A decimal, scaled by 10^9.
    Decimal,
    /// Minor units and a currency.
    Money,
    /// Text.
    Text,
    /// Milliseconds since the epoch.
    Timestamp,
    /// Milliseconds.
    Duration,
    /// A country.
    Country,
    /// A text of a form, in its canonical form.
    Form(crate::form::Form),
    /// A value of an enumeration.
    Enum(EnumId),
    /// What a text is matched with.
    Pattern,
    /// A list whose elements have this type.
    List(TypeId),
    /// A sorted set whose elements have this type.
    Set(TypeId),
    /// A running sum, wider than any number.
    Wide,
    /// A day of the calendar.
    Date,
    /// Milliseconds since midnight.
    TimeOfDay,
    /// A day of the week.
    Weekday,
    /// A time zone.
    TimeZone,
    /// A map whose entries are records of this type.
    Map(TypeId),
    /// A value with its source, in a record of this type.
    Sourced(TypeId),
}

impl SlotType {
    /// The type of the elements of a collection: what a loop goes through.
    pub fn element(self) -> Option<TypeId> {
        match self {
            SlotType::List(element) | SlotType::Set(element) | SlotType::Map(element) => Some(element),
            _ => None,
        }
    }
}
