//! The records that maps and sourced values are made of. They are ordinary records, so that what reads records reads these too.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::schema::{EnumId, Field, Schema, Type, TypeId};

/// The names of the fields of a map's entry, in order.
pub const ENTRY: [&str; 2] = ["key", "value"];
/// The names of the fields of a sourced value, in order.
pub const SOURCE: [&str; 4] = ["state", "verified_at", "confidence", "value"];

/// The name of the enumeration of states.
pub const STATE_NAME: &str = "SourceState";
/// The states in which a sourced value can be. The first one is what reads as zero: where something went wrong, nothing can be read.
pub const STATES: [&str; 4] = ["withheld", "stale", "inferred", "verified"];
/// Whoever has the value does not give it: there is none.
pub const WITHHELD: u16 = 0;
/// It was verified once, and that is too long ago.
pub const STALE: u16 = 1;
/// Somebody says so.
pub const INFERRED: u16 = 2;
/// A source that is trusted says so.
pub const VERIFIED: u16 = 3;

/// What is asked of a sourced value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub enum SourcePart {
    /// Its state.
    State,
    /// When it was verified, where that is known.
    VerifiedAt,
    /// How sure its source is, from 0 to 1, where that is known.
    Confidence,
    /// The value itself, which is not there where it is withheld.
    Value,
}

impl SourcePart {
    /// All of them, in the order of the record's fields.
    pub const ALL: [SourcePart; 4] =
        [SourcePart::State, SourcePart::VerifiedAt, SourcePart::Confidence, SourcePart::Value];

    /// Its name in policies and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            SourcePart::State => "state",
            SourcePart::VerifiedAt => "verified_at",
            SourcePart::Confidence => "confidence",
            SourcePart::Value => "value",
        }
    }

    /// Where it begins among the slots of the record. What may be absent begins with the slot that says whether it is there.
    pub fn offset(self) -> u16 {
        match self {
            SourcePart::State => 0,
            SourcePart::VerifiedAt => 1,
            SourcePart::Confidence => 3,
            SourcePart::Value => 5,
        }
    }
}

/// The types of the parts of a sourced value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Source {
    /// The enumeration of states.
    pub states: EnumId,
    /// Of each part, in the order of [`SourcePart::ALL`].
    pub parts: [TypeId; 4],
}

impl Source {
    /// The type of a part.
    pub fn part(&self, part: SourcePart) -> TypeId {
        let [state, verified_at, confidence, value] = self.parts;
        match part {
            SourcePart::State => state,
            SourcePart::VerifiedAt => verified_at,
            SourcePart::Confidence => confidence,
            SourcePart::Value => value,
        }
    }
}

impl Schema {
    /// The types of the key and the value of a map's entry, where this type is one: a record of a text `key` and a `value` that is always
    /// there.
    pub fn entry(&self, entry: TypeId) -> Option<(TypeId, TypeId)> {
        let [key, value] = self.fields_of(entry, &ENTRY)? else { return None };
        let is_text = matches!(self.type_at(key.ty)?, Type::Text { .. });
        let is_there = !matches!(self.type_at(value.ty)?, Type::Optional(_));
        (is_text && is_there).then_some((key.ty, value.ty))
    }

    /// The types of the parts of a sourced value, where this type is the record of one: a `state` of the four of [`STATES`], `verified_at` and
    /// `confidence`, which may be absent, and a `value`.
    pub fn source(&self, record: TypeId) -> Option<Source> {
        let [state, verified_at, confidence, value] = self.fields_of(record, &SOURCE)? else { return None };
        let Type::Enum(states) = self.type_at(state.ty)? else { return None };
        let optional = |ty: TypeId| match self.type_at(ty) {
            Some(Type::Optional(inner)) => self.type_at(inner),
            _ => None,
        };
        let known = self.enums.get(usize::from(states)).is_some_and(|states| states.values == STATES);
        let fits = known
            && optional(verified_at.ty) == Some(Type::Timestamp)
            && optional(confidence.ty) == Some(Type::Decimal { signed: false })
            && !matches!(self.type_at(value.ty)?, Type::Optional(_));
        fits.then_some(Source { states, parts: [state.ty, verified_at.ty, confidence.ty, value.ty] })
    }

    fn type_at(&self, ty: TypeId) -> Option<Type> {
        self.types.get(usize::from(ty)).copied()
    }

    /// The fields of the record that this type is, where they are called so.
    fn fields_of(&self, ty: TypeId, names: &[&str]) -> Option<&[Field]> {
        let Type::Record(record) = self.type_at(ty)? else { return None };
        let fields = self.records.get(usize::from(record))?.fields.as_slice();
        fields.iter().map(|field| field.name.as_str()).eq(names.iter().copied()).then_some(fields)
    }
}
