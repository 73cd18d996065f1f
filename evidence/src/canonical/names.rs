//! Members whose names are values themselves: those of maps, and of structs that are written into another.

use std::fmt::Display;

use serde::ser::{Impossible, Serialize, SerializeMap, Serializer};

use super::{Done, Object};
use crate::json::{JsonError, MAX_INTEGER, too_large};

/// An object whose names are values themselves.
pub(crate) struct Named<'w, 't>(pub(super) Object<'w, 't>);

impl SerializeMap for Named<'_, '_> {
    type Ok = ();
    type Error = JsonError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Done {
        name.serialize(Name(&mut self.0))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut *self.0.writer)
    }

    fn end(self) -> Done {
        self.0.done()
    }
}

/// Writes the name of the next member: a text, or a number as its digits.
struct Name<'o, 'w, 't>(&'o mut Object<'w, 't>);

impl Name<'_, '_, '_> {
    fn int(self, int: impl TryInto<i64> + Display + Copy) -> Done {
        match int.try_into() {
            Ok(exact) if (-MAX_INTEGER..=MAX_INTEGER).contains(&exact) => {
                self.0.name(&exact.to_string());
                Ok(())
            }
            _ => Err(JsonError(too_large(&int))),
        }
    }
}

fn no_name<T>() -> Result<T, JsonError> {
    Err(JsonError("a name is no text".to_owned()))
}

/// Methods for what no name can be.
macro_rules! no_names {
    ($($method:ident($($type:ty),*) -> $ok:ty;)*) => {$(
        fn $method(self, $(_: $type),*) -> Result<$ok, JsonError> {
            no_name()
        }
    )*};
}

impl Serializer for Name<'_, '_, '_> {
    type Ok = ();
    type Error = JsonError;
    type SerializeSeq = Impossible<(), JsonError>;
    type SerializeTuple = Impossible<(), JsonError>;
    type SerializeTupleStruct = Impossible<(), JsonError>;
    type SerializeTupleVariant = Impossible<(), JsonError>;
    type SerializeMap = Impossible<(), JsonError>;
    type SerializeStruct = Impossible<(), JsonError>;
    type SerializeStructVariant = Impossible<(), JsonError>;

    numbers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    );

    no_names! {
        serialize_bool(bool) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_none() -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_char(self, value: char) -> Done {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Done {
        self.0.name(value);
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.serialize_str(variant)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Done {
        no_name()
    }
}
