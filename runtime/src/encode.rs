//! The canonical encoding of typed values, which digests are taken of and facts are found by.
//!
//! | type | bytes |
//! |---|---|
//! | `Bool` | 1 |
//! | `Int`, `Timestamp`, `Duration` | 8, two's complement |
//! | `Decimal` | 16, two's complement of the number times 10^9 |
//! | `Money` | 8 of the currency's code, padded with zeros, then 8 of minor units |
//! | text, also one of a form | its length, its bytes |
//! | `Country` | 2 |
//! | `Date`, `TimeOfDay`, `Weekday` | 8, two's complement: days since 1970-01-01, milliseconds since midnight, days since Monday |
//! | `TimeZone` | its name, as text |
//! | enumeration | the value's name, as text |
//! | record | its fields in the declared order |
//! | list, set | its length, its elements (of a set: sorted) |
//! | map | its length, then of each entry, sorted by key, the key and the value |
//! | sourced value | its state; `verified_at` and `confidence`; the value, unless it is withheld |
//! | optional | 0, or 1 and the value |
//!
//! Lengths take 4 bytes; all numbers are big-endian. Since a decoder that knows the schema could read it back, two values have the same
//! encoding only if they are equal.

use lictor_bundle::schema::{Type, TypeId};
use lictor_bundle::shape::SourcePart;

use crate::arena::Arenas;
use crate::plan::Program;
use crate::slot::Slot;
use crate::sourced::{is_withheld, part_of};

/// Writes values of a program's types.
pub(crate) struct Encoder<'a> {
    pub program: &'a Program,
    pub arenas: Arenas<'a>,
    pub out: &'a mut Vec<u8>,
}

impl Encoder<'_> {
    /// Writes the value of this type that starts with the first of the slots.
    pub fn value(&mut self, ty: TypeId, slots: &[Slot]) {
        let first = slots.first().copied().unwrap_or_default();
        match self.program.ty(ty) {
            None => {}
            Some(Type::Bool) => self.out.push(u8::from(first.bool())),
            Some(
                Type::Int { .. }
                | Type::Timestamp
                | Type::Duration { .. }
                | Type::Date
                | Type::TimeOfDay
                | Type::Weekday,
            ) => self.put(&first.int().to_be_bytes()),
            Some(Type::TimeZone) => self.text(first.zone().name()),
            Some(Type::Decimal { .. }) => self.put(&first.wide().to_be_bytes()),
            Some(Type::Money { .. }) => {
                let money = first.money();
                self.put(&money.currency.0.to_be_bytes());
                self.put(&money.minor.to_be_bytes());
            }
            Some(Type::Text { .. } | Type::Form(_)) => self.text(self.arenas.text(first)),
            Some(Type::Country) => self.put(&first.country().0.to_be_bytes()),
            Some(Type::Enum(id)) => {
                let values = self.program.bundle.schema.enums.get(usize::from(id)).map(|names| &names.values);
                let name = values.and_then(|values| values.get(usize::from(first.variant())));
                self.text(name.map_or("", String::as_str));
            }
            Some(Type::Record(id)) => self.record(id, slots),
            Some(
                Type::List { element, .. } | Type::Set { element, .. } | Type::Map { entry: element, .. },
            ) => {
                let span = first.span();
                self.put(&span.len.to_be_bytes());
                let elements = self.arenas.elements(first);
                for element_slots in elements.chunks_exact(usize::from(span.width).max(1)) {
                    self.value(element, element_slots);
                }
            }
            Some(Type::Sourced(record)) => self.sourced(record, self.arenas.elements(first)),
            Some(Type::Optional(inner)) => {
                self.out.push(u8::from(first.bool()));
                if first.bool() {
                    self.value(inner, slots.get(1..).unwrap_or(&[]));
                }
            }
        }
    }

    /// Writes the fields of a record.
    pub fn record(&mut self, id: u16, slots: &[Slot]) {
        let Some((record, places)) = self.program.record(id) else { return };
        for (field, at) in record.fields.iter().zip(&places.offsets) {
            self.value(field.ty, slots.get(usize::from(*at)..).unwrap_or(&[]));
        }
    }

    /// Writes the parts of a sourced value that are there.
    fn sourced(&mut self, record: TypeId, slots: &[Slot]) {
        let Some(source) = self.program.bundle.schema.source(record) else { return };
        for part in SourcePart::ALL {
            if part != SourcePart::Value || !is_withheld(slots) {
                self.value(source.part(part), part_of(slots, part));
            }
        }
    }

    /// Writes a text after its length.
    pub fn text(&mut self, text: &str) {
        // No text is longer than a request, and that is far below 2^32.
        self.put(&(text.len() as u32).to_be_bytes());
        self.put(text.as_bytes());
    }

    fn put(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }
}
