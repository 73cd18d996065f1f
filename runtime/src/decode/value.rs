//! One value of a declared type, read from JSON straight into its slots.

use std::fmt;

use lictor_bundle::schema::{Schema, Type, TypeId};
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::decoder::Decoder;
use super::refusal::Listed;
use super::scalar::{self, Scalar};
use super::{collection, map, money, record, source};
use crate::slot::Slot;

/// Reads a value of type `ty` into the frame's slots from `at` on, which are there and zero.
pub(crate) struct Value<'d, 'a> {
    pub decoder: &'d mut Decoder<'a>,
    pub ty: TypeId,
    pub at: usize,
}

impl<'de> DeserializeSeed<'de> for Value<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let program = self.decoder.program;
        let mut reader = Reader { decoder: self.decoder, ty: Type::Bool, at: self.at, optional: false };
        let mut declared = program.ty(self.ty);
        if let Some(Type::Optional(inner)) = declared {
            reader.decoder.put(reader.at, Slot::from_bool(true));
            reader.at += 1;
            reader.optional = true;
            declared = program.ty(inner);
        }
        reader.ty = declared.ok_or_else(|| de::Error::custom("no such type"))?;
        match reader.ty {
            // Numbers are taken as the text they are written in: a float would not be exact.
            Type::Int { .. } | Type::Decimal { .. } => {
                let raw = <&RawValue as Deserialize>::deserialize(deserializer)?;
                reader.number(raw.get())
            }
            _ => deserializer.deserialize_any(reader),
        }
    }
}

/// A value that may be `null`: what a fact with an optional result is answered with.
pub(crate) struct Nullable<'d, 'a>(pub Value<'d, 'a>);

impl<'de> DeserializeSeed<'de> for Nullable<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Nullable<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.deserialize(deserializer)
    }
}

/// Reads a value that is there.
struct Reader<'d, 'a> {
    decoder: &'d mut Decoder<'a>,
    ty: Type,
    at: usize,
    /// Whether it could have been left out.
    optional: bool,
}

impl Reader<'_, '_> {
    /// Takes a scalar, or refuses with its sentence.
    fn put<E: de::Error>(self, scalar: Scalar) -> Result<(), E> {
        match scalar {
            Ok(slot) => {
                self.decoder.put(self.at, slot);
                Ok(())
            }
            Err(sentence) => Err(self.decoder.refuse(sentence)),
        }
    }

    /// A number, from its JSON text; a decimal may also be written as a string.
    fn number<E: de::Error>(self, raw: &str) -> Result<(), E> {
        let signed = matches!(self.ty, Type::Int { signed: true } | Type::Decimal { signed: true });
        match (raw.as_bytes().first(), self.ty) {
            (Some(b'-' | b'0'..=b'9'), Type::Int { .. }) => self.put(scalar::integer(raw, signed)),
            (Some(b'-' | b'0'..=b'9'), _) => self.put(scalar::decimal(raw, signed)),
            (Some(b'"'), Type::Decimal { .. }) => {
                let text = scalar::unquoted(raw).ok_or_else(|| E::custom("not a string"))?;
                self.put(text.and_then(|text| scalar::decimal(&text, signed)))
            }
            (Some(b'"'), _) => self.wrong("a text"),
            (Some(b'n'), _) => self.wrong("null"),
            (Some(b'{'), _) => self.wrong("an object"),
            (Some(b'['), _) => self.wrong("a list"),
            _ => self.wrong("true or false"),
        }
    }

    /// Refuses a value of another JSON type.
    fn wrong<E: de::Error>(self, found: &str) -> Result<(), E> {
        let expected = expected(self.ty, &self.decoder.program.bundle.schema);
        let help = if self.optional && found == "null" { "; leave it out where there is none" } else { "" };
        Err(self.decoder.refuse(format!("must be {expected}, not {found}{help}")))
    }
}

impl<'de> Visitor<'de> for Reader<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        match self.ty {
            Type::Bool => self.put(Ok(Slot::from_bool(value))),
            _ => self.wrong("true or false"),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        let schema = &self.decoder.program.bundle.schema;
        let scalar = match self.ty {
            Type::Text { max } if text.len() > max as usize => {
                Err(format!("has {} bytes, and may have {max} at most", text.len()))
            }
            Type::Text { .. } => self.decoder.arena.add_text(0, text).ok_or_else(|| "is too long".to_owned()),
            Type::Form(form) => scalar::form(text, form).and_then(|text| {
                self.decoder.arena.add_text(0, &text).ok_or_else(|| "is too long".to_owned())
            }),
            Type::Timestamp => scalar::timestamp(text),
            Type::Duration { signed } => scalar::duration(text, signed),
            Type::Country => scalar::country(text),
            Type::Date => scalar::date(text),
            Type::TimeOfDay => scalar::time_of_day(text),
            Type::Weekday => scalar::weekday(text),
            Type::TimeZone => scalar::zone(text),
            Type::Enum(id) => scalar::variant(text, id, schema),
            _ => return self.wrong("a text"),
        };
        self.put(scalar)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        match self.ty {
            Type::Record(id) => record::read(self.decoder, id, self.at, map),
            Type::Money { signed } => money::read(self.decoder, signed, self.at, map),
            Type::Map { entry, min, max } => map::Map { entry, min, max }.read(self.decoder, self.at, map),
            Type::Sourced(record) => source::read(self.decoder, record, self.at, map),
            _ => self.wrong("an object"),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<(), A::Error> {
        match self.ty {
            Type::List { element, min, max } => {
                collection::Collection { element, min, max, set: false }.read(self.decoder, self.at, sequence)
            }
            Type::Set { element, min, max } => {
                collection::Collection { element, min, max, set: true }.read(self.decoder, self.at, sequence)
            }
            _ => self.wrong("a list"),
        }
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.wrong("null")
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        self.wrong("a number")
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        self.wrong("a number")
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        self.wrong("a number")
    }
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
