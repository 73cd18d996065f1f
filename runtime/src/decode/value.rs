//! One value of a declared type, read from JSON straight into its slots.

use std::borrow::Cow;

use lictor_bundle::schema::{Schema, Type, TypeId};

use super::collection::Collection;
use super::decoder::{Decoder, Read, Refused};
use super::map::Map;
use super::reader::{Kind, Reader};
use super::refusal::Listed;
use super::scalar;
use super::shape::Shape;
use super::string::Text;
use super::{money, record, source};
use crate::slot::Slot;

/// Reads a value of type `ty` into the frame's slots from `at` on, which are there and zero.
pub(crate) fn read(decoder: &mut Decoder<'_>, ty: TypeId, at: usize) -> Read<()> {
    match decoder.program.ty(ty).ok_or(Refused)? {
        Type::Optional(inner) => {
            decoder.put(at, Slot::from_bool(true));
            let inner = decoder.program.ty(inner).ok_or(Refused)?;
            read_as(decoder, inner, at + 1, true)
        }
        ty => read_as(decoder, ty, at, false),
    }
}

/// Reads the value of a field into the frame's slots from `at` on, which are there and zero.
#[inline]
pub(crate) fn read_field(decoder: &mut Decoder<'_>, field: &Shape, at: usize) -> Read<()> {
    if field.optional {
        decoder.put(at, Slot::from_bool(true));
    }
    read_as(decoder, field.ty, at + usize::from(field.optional), field.optional)
}

/// Reads a value that may be `null`: what a fact with an optional result is answered with.
pub(crate) fn read_nullable(decoder: &mut Decoder<'_>, ty: TypeId, at: usize) -> Read<()> {
    match decoder.json(Reader::kind)? {
        Kind::Null => decoder.json(Reader::null),
        _ => read(decoder, ty, at),
    }
}

/// Reads a value that is there; `optional` is whether it could have been left out.
fn read_as(decoder: &mut Decoder<'_>, ty: Type, at: usize, optional: bool) -> Read<()> {
    let slot = match (ty, decoder.json(Reader::kind)?) {
        (Type::Record(id), Kind::Object) => return record::read(decoder, id, at),
        (Type::List { element, min, max }, Kind::List) => {
            return Collection { element, min, max, set: false }.read(decoder, at);
        }
        (Type::Set { element, min, max }, Kind::List) => {
            return Collection { element, min, max, set: true }.read(decoder, at);
        }
        (Type::Map { entry, min, max }, Kind::Object) => return Map { entry, min, max }.read(decoder, at),
        (Type::Sourced(record), Kind::Object) => return source::read(decoder, record, at),
        (Type::Money { signed }, Kind::Object) => Slot::from_money(money::read(decoder, signed)?),
        (Type::Bool, Kind::Bool) => Slot::from_bool(decoder.json(Reader::bool)?),
        // Numbers are taken as the text they are written in: a float would not be exact.
        (Type::Int { signed }, Kind::Number) => {
            let written = decoder.json(Reader::number)?;
            scalar::integer(written, signed).map_err(|sentence| decoder.refuse(sentence))?
        }
        (Type::Decimal { signed }, Kind::Number) => {
            let written = decoder.json(Reader::number)?;
            scalar::decimal(written, signed).map_err(|sentence| decoder.refuse(sentence))?
        }
        (ty, Kind::Text) if is_text(ty) => {
            let text = decoder.json(Reader::string)?;
            from_text(decoder, ty, &text)?
        }
        (ty, found) => return Err(wrong(decoder, ty, found, optional)),
    };
    decoder.put(at, slot);
    Ok(())
}

/// Writes a text that nobody wrote as JSON, as the value of a field.
pub(crate) fn put_text(decoder: &mut Decoder<'_>, ty: Type, at: usize, text: String) -> Read<()> {
    let slot = from_text(decoder, ty, &Text { text: Cow::Owned(text), at: 0 })?;
    decoder.put(at, slot);
    Ok(())
}

/// Whether values of this type are written as texts. A decimal may be.
fn is_text(ty: Type) -> bool {
    match ty {
        Type::Decimal { .. }
        | Type::Text { .. }
        | Type::Form(_)
        | Type::Timestamp
        | Type::Duration { .. }
        | Type::Country
        | Type::Date
        | Type::TimeOfDay
        | Type::Weekday
        | Type::TimeZone
        | Type::Enum(_) => true,
        Type::Bool
        | Type::Int { .. }
        | Type::Money { .. }
        | Type::Record(_)
        | Type::Optional(_)
        | Type::List { .. }
        | Type::Set { .. }
        | Type::Map { .. }
        | Type::Sourced(_) => false,
    }
}

/// The slot of a value that is written as a text.
fn from_text(decoder: &mut Decoder<'_>, ty: Type, text: &Text<'_>) -> Read<Slot> {
    let schema = &decoder.program.bundle.schema;
    let slot = match ty {
        Type::Text { max } if text.len() > max as usize => {
            Err(format!("has {} bytes, and may have {max} at most", text.len()))
        }
        Type::Text { .. } => return decoder.keep_text(text),
        Type::Form(form) => match scalar::form(text, form) {
            Ok(canonical) => return decoder.keep_other(&canonical),
            Err(sentence) => Err(sentence),
        },
        Type::Decimal { signed } => scalar::decimal(text, signed),
        Type::Timestamp => scalar::timestamp(text),
        Type::Duration { signed } => scalar::duration(text, signed),
        Type::Country => scalar::country(text),
        Type::Date => scalar::date(text),
        Type::TimeOfDay => scalar::time_of_day(text),
        Type::Weekday => scalar::weekday(text),
        Type::TimeZone => scalar::zone(text),
        Type::Enum(id) => scalar::variant(text, id, schema),
        _ => return Err(Refused),
    };
    slot.map_err(|sentence| decoder.refuse(sentence))
}

/// Refuses a value of another kind.
#[cold]
fn wrong(decoder: &mut Decoder<'_>, ty: Type, found: Kind, optional: bool) -> Refused {
    let expected = expected(ty, &decoder.program.bundle.schema);
    let help = if optional && found == Kind::Null { "; leave it out where there is none" } else { "" };
    decoder.refuse_kind(found, format!("must be {expected}, not {}{help}", found.name()))
}

/// How a value of this type is written.
fn expected(ty: Type, schema: &Schema) -> String {
    match ty {
        Type::Bool => "true or false".to_owned(),
        Type::Int { .. } => "a whole number".to_owned(),
        Type::Decimal { .. } => "a number".to_owned(),
        Type::Money { .. } => "an amount such as {\"amount\": \"19.99\", \"currency\": \"USD\"}".to_owned(),
        Type::Text { .. } => "a text".to_owned(),
        Type::Timestamp => "a time such as \"2026-03-01T10:00:00Z\"".to_owned(),
        Type::Duration { .. } => "a duration such as \"15m\"".to_owned(),
        Type::Country => "a country such as \"US\"".to_owned(),
        Type::Date => "a date such as \"2026-03-01\"".to_owned(),
        Type::TimeOfDay => "a time of day such as \"09:30\"".to_owned(),
        Type::Weekday => "a day of the week such as \"monday\"".to_owned(),
        Type::TimeZone => "a time zone such as \"Europe/Berlin\"".to_owned(),
        Type::Form(form) => format!("{} such as \"{}\"", form.described(), form.example()),
        Type::Enum(id) => match schema.enums.get(usize::from(id)) {
            Some(names) => format!("one of {}", Listed(&names.values, "or")),
            None => "a name".to_owned(),
        },
        Type::Record(_) | Type::Optional(_) => "an object".to_owned(),
        Type::Map { .. } => "an object with a member for each key".to_owned(),
        Type::Sourced(_) => "an object such as {\"state\": \"inferred\", \"value\": …}".to_owned(),
        Type::List { .. } | Type::Set { .. } => "a list".to_owned(),
    }
}
