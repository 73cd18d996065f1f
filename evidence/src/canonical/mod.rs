//! Canonical JSON (RFC 8785) of typed values, written as they say their members: nothing is put together first to be written afterwards.
//!
//! Members of an object are written where they come. Where they did not come in the order of their names, their bytes are put in it at its end.

use std::fmt::{self, Display, Write as _};

use serde::ser::{
    self, Serialize, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use crate::json::{JsonError, MAX_INTEGER, not_ascii, too_large, twice};

/// Adds the canonical bytes of a value.
///
/// # Errors
/// It holds what the subset does not have.
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
    let (names, members) = (Vec::with_capacity(256), Vec::with_capacity(32));
    value.serialize(&mut Writer { to, names, members, beside })
}

/// Writes values.
pub(crate) struct Writer<'t> {
    to: &'t mut Vec<u8>,
    /// The names of all members of the objects that are not at their end yet, one behind the other.
    names: Vec<u8>,
    /// These members.
    members: Vec<Member>,
    /// Members of the outermost object whose bytes are known, until it is opened.
    beside: &'t [Known<'t>],
}

/// A member of an object that is not at its end yet.
#[derive(Clone, Copy)]
struct Member {
    /// Where its name begins among the names; it ends where the next begins.
    name: usize,
    /// Where its bytes begin, with a comma.
    at: usize,
}

impl ser::Error for JsonError {
    fn custom<T: Display>(message: T) -> JsonError {
        JsonError(message.to_string())
    }
}

type Done = Result<(), JsonError>;

impl<'t> Writer<'t> {
    fn text(&mut self, text: &str) -> Done {
        if is_plain(text.as_bytes()) {
            self.to.push(b'"');
            self.to.extend(text.as_bytes());
            self.to.push(b'"');
            return Ok(());
        }
        Ok(serde_json::to_writer(&mut *self.to, text)?)
    }

    fn int(&mut self, int: impl TryInto<i64> + Display + Copy) -> Done {
        match int.try_into() {
            Ok(exact) if (-MAX_INTEGER..=MAX_INTEGER).contains(&exact) => {
                Ok(serde_json::to_writer(&mut *self.to, &exact)?)
            }
            _ => Err(JsonError(too_large(&int))),
        }
    }

    /// Opens an object that stands under this name, where there is one.
    fn object(&mut self, variant: Option<&'static str>) -> Result<Object<'_, 't>, JsonError> {
        self.open(variant)?;
        let (begin, name, first) = (self.to.len(), self.names.len(), self.members.len());
        let beside = std::mem::take(&mut self.beside);
        Ok(Object { writer: self, begin, name, first, beside, is_under: variant.is_some() })
    }

    /// Opens a list that stands under this name, where there is one.
    fn list(&mut self, variant: Option<&'static str>) -> Result<List<'_, 't>, JsonError> {
        self.open(variant)?;
        let begin = self.to.len();
        Ok(List { writer: self, begin, is_under: variant.is_some() })
    }

    fn open(&mut self, variant: Option<&'static str>) -> Done {
        let Some(variant) = variant else { return Ok(()) };
        if !variant.is_ascii() {
            return Err(JsonError(not_ascii(variant)));
        }
        self.to.push(b'{');
        self.text(variant)?;
        self.to.push(b':');
        Ok(())
    }
}

/// Whether a text stands in JSON as it is.
fn is_plain(text: &[u8]) -> bool {
    // To the end in any case: so many bytes are looked at together.
    let plain = |byte: &u8| *byte >= b' ' && *byte != b'"' && *byte != b'\\';
    text.iter().fold(true, |all, byte| all & plain(byte))
}

/// Adds what is shown to bytes.
struct Shown<'t>(&'t mut Vec<u8>);

impl fmt::Write for Shown<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// A list: each element behind a comma, the first of which becomes the bracket.
pub(crate) struct List<'w, 't> {
    writer: &'w mut Writer<'t>,
    begin: usize,
    is_under: bool,
}

impl List<'_, '_> {
    fn push(&mut self, value: &(impl Serialize + ?Sized)) -> Done {
        self.writer.to.push(b',');
        value.serialize(&mut *self.writer)
    }

    fn done(self) -> Done {
        close(self.writer.to, self.begin, b"[]");
        if self.is_under {
            self.writer.to.push(b'}');
        }
        Ok(())
    }
}

/// Puts what was written from here on between brackets: the first of them stands in the place of the first comma.
fn close(to: &mut Vec<u8>, begin: usize, [open, end]: &[u8; 2]) {
    match to.get_mut(begin) {
        Some(comma) => *comma = *open,
        None => to.push(*open),
    }
    to.push(*end);
}

/// An object.
pub(crate) struct Object<'w, 't> {
    writer: &'w mut Writer<'t>,
    begin: usize,
    name: usize,
    first: usize,
    /// Members whose bytes are known and whose place has not come yet.
    beside: &'t [Known<'t>],
    is_under: bool,
}

impl Object<'_, '_> {
    fn put(&mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Done {
        self.name(name)?;
        value.serialize(&mut *self.writer)
    }

    /// Writes the name of the next member, behind those that are known and come before it.
    fn name(&mut self, name: &str) -> Done {
        while let [(before, bytes), rest @ ..] = self.beside
            && *before < name
        {
            self.beside = rest;
            self.known(before, bytes)?;
        }
        self.begin(name)
    }

    fn known(&mut self, name: &str, bytes: &[u8]) -> Done {
        self.begin(name)?;
        self.writer.to.extend_from_slice(bytes);
        Ok(())
    }

    fn begin(&mut self, name: &str) -> Done {
        if !name.is_ascii() {
            return Err(JsonError(not_ascii(name)));
        }
        let Writer { to, names, members, .. } = &mut *self.writer;
        members.push(Member { name: names.len(), at: to.len() });
        names.extend(name.as_bytes());
        to.push(b',');
        self.writer.text(name)?;
        self.writer.to.push(b':');
        Ok(())
    }

    fn done(mut self) -> Done {
        for (name, bytes) in std::mem::take(&mut self.beside) {
            self.known(name, bytes)?;
        }
        let Object { writer, begin, name, first, is_under, .. } = self;
        let Writer { to, names, members, .. } = writer;
        let its = members.get(first..).unwrap_or_default();
        let ends = its.iter().skip(1).map(|next| (next.name, next.at)).chain([(names.len(), to.len())]);
        let each = its.iter().zip(ends).map(|(member, (name_end, end))| {
            let name = names.get(member.name..name_end).unwrap_or_default();
            (name, to.get(member.at..end).unwrap_or_default())
        });
        if !each.clone().map(|(name, _)| name).is_sorted_by(|one, next| one < next) {
            let mut order: Vec<(&[u8], &[u8])> = each.collect();
            order.sort_unstable_by_key(|(name, _)| *name);
            let again = order.windows(2).find_map(|pair| match pair {
                [(one, _), (next, _)] if one == next => Some(String::from_utf8_lossy(one)),
                _ => None,
            });
            if let Some(name) = again {
                return Err(JsonError(twice(&name)));
            }
            let ordered = order.iter().map(|(_, bytes)| *bytes).collect::<Vec<_>>().concat();
            to.truncate(begin);
            to.extend(ordered);
        }
        close(to, begin, b"{}");
        if is_under {
            to.push(b'}');
        }
        members.truncate(first);
        names.truncate(name);
        Ok(())
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
        self.to.extend(if value { &b"true"[..] } else { b"false" });
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Done {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Done {
        Err(JsonError(format!("the number {value} is not a whole one")))
    }

    fn serialize_char(self, value: char) -> Done {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Done {
        self.text(value)
    }

    /// Digests and names are written so, which are plain: they need not be put together first.
    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Done {
        let begin = self.to.len();
        self.to.push(b'"');
        write!(Shown(self.to), "{value}").map_err(|error| JsonError(error.to_string()))?;
        let text = self.to.get(begin + 1..).unwrap_or_default();
        if is_plain(text) {
            self.to.push(b'"');
            return Ok(());
        }
        let text = String::from_utf8_lossy(text).into_owned();
        self.to.truncate(begin);
        self.text(&text)
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
        self.text(variant)
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
