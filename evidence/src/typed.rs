//! What a typed value is as [`Json`], without writing it as text in between.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use crate::json::{Json, JsonError, MAX_INTEGER, not_ascii, too_large, twice};

/// Writes a value as [`Json`].
pub(crate) struct Typed;

impl ser::Error for JsonError {
    fn custom<T: Display>(message: T) -> JsonError {
        JsonError(message.to_string())
    }
}

type Made = Result<Json, JsonError>;

fn int(int: impl TryInto<i64> + Display + Copy) -> Made {
    let exact = int.try_into().ok().filter(|int| (-MAX_INTEGER..=MAX_INTEGER).contains(int));
    exact.map(Json::Int).ok_or_else(|| JsonError(too_large(&int)))
}

fn none() -> Made {
    Err(JsonError("nothing stands where there must be a value".to_owned()))
}

/// A list, or what is under one name.
pub(crate) struct List {
    variant: Option<&'static str>,
    list: Vec<Json>,
}

/// An object, or one that is under one name.
pub(crate) struct Members {
    variant: Option<&'static str>,
    name: String,
    members: BTreeMap<String, Json>,
}

fn under(variant: Option<&'static str>, value: Json) -> Json {
    match variant {
        None => value,
        Some(variant) => Json::Object(BTreeMap::from([(variant.to_owned(), value)])),
    }
}

impl List {
    fn of(variant: Option<&'static str>, length: usize) -> List {
        List { variant, list: Vec::with_capacity(length) }
    }

    fn push(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), JsonError> {
        self.list.push(value.serialize(Typed)?);
        Ok(())
    }

    fn made(self) -> Made {
        Ok(under(self.variant, Json::List(self.list)))
    }
}

impl Members {
    fn of(variant: Option<&'static str>) -> Members {
        Members { variant, name: String::new(), members: BTreeMap::new() }
    }

    fn put(&mut self, name: String, value: &(impl Serialize + ?Sized)) -> Result<(), JsonError> {
        if !name.is_ascii() {
            return Err(JsonError(not_ascii(&name)));
        }
        if self.members.contains_key(&name) {
            return Err(JsonError(twice(&name)));
        }
        self.members.insert(name, value.serialize(Typed)?);
        Ok(())
    }

    fn made(self) -> Made {
        Ok(under(self.variant, Json::Object(self.members)))
    }
}

impl Serializer for Typed {
    type Ok = Json;
    type Error = JsonError;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = List;
    type SerializeTupleVariant = List;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Members;

    fn serialize_bool(self, value: bool) -> Made {
        Ok(Json::Bool(value))
    }

    fn serialize_i8(self, value: i8) -> Made {
        int(value)
    }

    fn serialize_i16(self, value: i16) -> Made {
        int(value)
    }

    fn serialize_i32(self, value: i32) -> Made {
        int(value)
    }

    fn serialize_i64(self, value: i64) -> Made {
        int(value)
    }

    fn serialize_u8(self, value: u8) -> Made {
        int(value)
    }

    fn serialize_u16(self, value: u16) -> Made {
        int(value)
    }

    fn serialize_u32(self, value: u32) -> Made {
        int(value)
    }

    fn serialize_u64(self, value: u64) -> Made {
        int(value)
    }

    fn serialize_f32(self, value: f32) -> Made {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Made {
        Err(JsonError(format!("the number {value} is not a whole one")))
    }

    fn serialize_char(self, value: char) -> Made {
        Ok(Json::Text(value.to_string()))
    }

    fn serialize_str(self, value: &str) -> Made {
        Ok(Json::Text(value.to_owned()))
    }

    fn serialize_bytes(self, value: &[u8]) -> Made {
        Ok(Json::List(value.iter().map(|byte| Json::Int(i64::from(*byte))).collect()))
    }

    fn serialize_none(self) -> Made {
        none()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Made {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Made {
        none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Made {
        none()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Made {
        Ok(Json::Text(variant.to_owned()))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Made {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Made {
        Ok(under(Some(variant), value.serialize(self)?))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<List, JsonError> {
        Ok(List::of(None, length.unwrap_or(0)))
    }

    fn serialize_tuple(self, length: usize) -> Result<List, JsonError> {
        Ok(List::of(None, length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<List, JsonError> {
        Ok(List::of(None, length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<List, JsonError> {
        Ok(List::of(Some(variant), length))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members, JsonError> {
        Ok(Members::of(None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members, JsonError> {
        Ok(Members::of(None))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members, JsonError> {
        Ok(Members::of(Some(variant)))
    }
}

/// Four traits of serde that all add to a list.
macro_rules! list {
    ($($trait:ident::$method:ident),*) => {$(
        impl $trait for List {
            type Ok = Json;
            type Error = JsonError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JsonError> {
                self.push(value)
            }

            fn end(self) -> Made {
                self.made()
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
        impl $trait for Members {
            type Ok = Json;
            type Error = JsonError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), JsonError> {
                self.put(name.to_owned(), value)
            }

            fn end(self) -> Made {
                self.made()
            }
        }
    )*};
}

members!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Members {
    type Ok = Json;
    type Error = JsonError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), JsonError> {
        self.name = match name.serialize(Typed)? {
            Json::Text(name) => name,
            // As writers of JSON have it.
            Json::Int(number) => number.to_string(),
            Json::Bool(_) | Json::List(_) | Json::Object(_) => {
                return Err(JsonError("a name is no text".to_owned()));
            }
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JsonError> {
        let name = std::mem::take(&mut self.name);
        self.put(name, value)
    }

    fn end(self) -> Made {
        self.made()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;

    #[derive(Serialize)]
    enum Kind {
        Plain,
        One(i32),
        Two(i32, bool),
        Named { a: u64 },
    }

    #[derive(Serialize)]
    struct Whole<'a> {
        text: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        left_out: Option<i64>,
        some: Option<i64>,
        list: Vec<Kind>,
        map: BTreeMap<u8, char>,
        #[serde(flatten)]
        inside: BTreeMap<String, i8>,
    }

    /// What is made of a value is what is read from its text.
    #[test]
    fn a_value_is_what_its_text_says() {
        let whole = |name: &str| Whole {
            text: "a \"b\"\n",
            left_out: None,
            some: Some(-7),
            list: vec![Kind::Plain, Kind::One(1), Kind::Two(2, true), Kind::Named { a: 3 }],
            map: BTreeMap::from([(4, 'x')]),
            inside: BTreeMap::from([(name.to_owned(), 5)]),
        };
        let text = serde_json::to_vec(&whole("z")).unwrap();
        assert_eq!(whole("z").serialize(Typed), Json::parse(&text));
        assert!(whole("text").serialize(Typed).unwrap_err().0.contains("twice"));
        assert!(whole("ä").serialize(Typed).unwrap_err().0.contains("ASCII"));
        for (made, text) in [
            (None::<i64>.serialize(Typed), "null"),
            (().serialize(Typed), "null"),
            (1.5.serialize(Typed), "1.5"),
            ((1u64 << 53).serialize(Typed), "9007199254740992"),
            (u64::MAX.serialize(Typed), "18446744073709551615"),
        ] {
            assert!(made.is_err() && Json::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
