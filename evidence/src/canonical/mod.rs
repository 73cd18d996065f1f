//! Canonical JSON (RFC 8785) of typed values, written as they say their members.

use std::fmt::Display;

use serde::ser::{
    self, Serialize, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use crate::draft::{self, Draft};
use crate::json::{JsonError, not_ascii};

/// Adds the canonical bytes of a value.
///
/// # Errors
/// It holds what the subset does not have; what was there before is gone.
pub(crate) fn append(to: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) -> Result<(), JsonError> {
    append_with(to, value, &[])
}

/// A member whose own canonical bytes are known.
pub(crate) type Known<'k> = (&'k str, &'k [u8]);

/// Adds the canonical bytes of an object with these members more, which come in the order of their names.
///
/// # Errors
/// As [`append`].
pub(crate) fn append_with(
    to: &mut Vec<u8>,
    value: &(impl Serialize + ?Sized),
    beside: &[Known<'_>],
) -> Result<(), JsonError> {
    let mut draft = Draft::behind(std::mem::take(to));
    value.serialize(&mut Writer { draft: &mut draft, beside })?;
    *to = draft.into_bytes();
    Ok(())
}

/// Writes values.
pub(crate) struct Writer<'t> {
    draft: &'t mut Draft,
    /// Members of the outermost object whose bytes are known, until it is opened.
    beside: &'t [Known<'t>],
}

impl ser::Error for JsonError {
    fn custom<T: Display>(message: T) -> JsonError {
        JsonError(message.to_string())
    }
}

type Done = Result<(), JsonError>;

impl<'t> Writer<'t> {
    fn int(&mut self, int: impl TryInto<i64> + Display + Copy) -> Done {
        self.draft.int(int)
    }

    /// Opens an object that stands under this name, where there is one.
    fn object(&mut self, variant: Option<&'static str>) -> Result<Object<'_, 't>, JsonError> {
        let place = self.draft.place();
        let beside = std::mem::take(&mut self.beside);
        let object = self.draft.object();
        Ok(Object { writer: self, object, beside, under: variant.map(|variant| (variant, place)) })
    }

    /// Opens a list that stands under this name, where there is one.
    fn list(&mut self, variant: Option<&'static str>) -> Result<List<'_, 't>, JsonError> {
        let place = self.draft.place();
        let list = self.draft.list();
        Ok(List { writer: self, list, under: variant.map(|variant| (variant, place)) })
    }
}

/// A name under which something stands that was written from this place on.
type Under = Option<(&'static str, usize)>;

fn put_under(draft: &mut Draft, under: Under) -> Done {
    if let Some((name, place)) = under {
        if !name.is_ascii() {
            return Err(JsonError(not_ascii(name)));
        }
        draft.under(name, place);
    }
    Ok(())
}

/// A list.
pub(crate) struct List<'w, 't> {
    writer: &'w mut Writer<'t>,
    list: draft::List,
    under: Under,
}

impl List<'_, '_> {
    fn push(&mut self, value: &(impl Serialize + ?Sized)) -> Done {
        self.writer.draft.element();
        value.serialize(&mut *self.writer)
    }

    fn done(self) -> Done {
        self.writer.draft.end_list(self.list);
        put_under(self.writer.draft, self.under)
    }
}

/// An object.
pub(crate) struct Object<'w, 't> {
    writer: &'w mut Writer<'t>,
    object: draft::Object,
    /// Members whose bytes are known and whose place has not come yet.
    beside: &'t [Known<'t>],
    under: Under,
}

impl Object<'_, '_> {
    fn put(&mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Done {
        self.name(name);
        value.serialize(&mut *self.writer)
    }

    /// Writes the name of the next member, behind those that are known and come before it.
    fn name(&mut self, name: &str) {
        while let [(before, bytes), rest @ ..] = self.beside
            && *before < name
        {
            self.beside = rest;
            self.known(before, bytes);
        }
        self.writer.draft.name(name);
    }

    fn known(&mut self, name: &str, bytes: &[u8]) {
        self.writer.draft.name(name);
        self.writer.draft.known(bytes);
    }

    fn done(mut self) -> Done {
        for (name, bytes) in std::mem::take(&mut self.beside) {
            self.known(name, bytes);
        }
        self.writer.draft.end_object(self.object)?;
        put_under(self.writer.draft, self.under)
    }
}

/// Methods that all write a number, or refuse it.
macro_rules! numbers {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, value: $type) -> Done {
            self.int(value)
        }
    )*};
}

mod names;

use self::names::Named;

fn none() -> Done {
    Err(JsonError("nothing stands where there must be a value".to_owned()))
}

impl<'w, 't> Serializer for &'w mut Writer<'t> {
    type Ok = ();
    type Error = JsonError;
    type SerializeSeq = List<'w, 't>;
    type SerializeTuple = List<'w, 't>;
    type SerializeTupleStruct = List<'w, 't>;
    type SerializeTupleVariant = List<'w, 't>;
    type SerializeMap = Named<'w, 't>;
    type SerializeStruct = Object<'w, 't>;
    type SerializeStructVariant = Object<'w, 't>;

    numbers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    );

    fn serialize_bool(self, value: bool) -> Done {
        self.draft.bool(value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Done {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Done {
        Err(JsonError(format!("the number {value} is not a whole one")))
    }

    fn serialize_char(self, value: char) -> Done {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Done {
        self.draft.text(value);
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Done {
        self.draft.shown(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Done {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Done {
        none()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        none()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Done {
        let mut object = self.object(None)?;
        object.put(variant, value)?;
        object.done()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'w, 't>, JsonError> {
        self.list(None)
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'w, 't>, JsonError> {
        self.list(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'w, 't>, JsonError> {
        self.list(None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<List<'w, 't>, JsonError> {
        self.list(Some(variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Named<'w, 't>, JsonError> {
        Ok(Named(self.object(None)?))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object<'w, 't>, JsonError> {
        self.object(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Object<'w, 't>, JsonError> {
        self.object(Some(variant))
    }
}

/// Four traits of serde that all add to a list.
macro_rules! list {
    ($($trait:ident::$method:ident),*) => {$(
        impl $trait for List<'_, '_> {
            type Ok = ();
            type Error = JsonError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
                self.push(value)
            }

            fn end(self) -> Done {
                self.done()
            }
        }
    )*};
}

list!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

/// Two that add members by name.
macro_rules! members {
    ($($trait:ident),*) => {$(
        impl $trait for Object<'_, '_> {
            type Ok = ();
            type Error = JsonError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Done {
                self.put(name, value)
            }

            fn end(self) -> Done {
                self.done()
            }
        }
    )*};
}

members!(SerializeStruct, SerializeStructVariant);

#[cfg(test)]
mod tests;
