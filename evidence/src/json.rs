//! JSON that has one meaning and one form: the subset of I-JSON (RFC 7493) in which evidence is written, and its canonical bytes (RFC 8785).
//!
//! Names are ASCII, numbers are whole and within ±(2^53 − 1), and there is no `null`: what is absent is left out. In this subset the
//! order of UTF-16 code units is the order of bytes, and a number has one text, so that the canonical form is what any
//! writer makes that sorts names and adds no space. A member that stands twice, half of a surrogate pair, or anything outside the subset is refused.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::canonical;

/// The largest whole number that every reader of JSON takes exactly (RFC 8259, section 6).
pub const MAX_INTEGER: i64 = (1 << 53) - 1;

/// A value of the subset.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Json {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number within ±[`MAX_INTEGER`].
    Int(i64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object. Its names are ASCII.
    Object(BTreeMap<String, Json>),
}

/// Why something is not JSON of the subset: where, and what is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JsonError(pub String);

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for JsonError {}

impl From<serde_json::Error> for JsonError {
    fn from(error: serde_json::Error) -> JsonError {
        JsonError(error.to_string())
    }
}

impl Json {
    /// Reads JSON, in whatever way it is spaced.
    ///
    /// # Errors
    /// It is no JSON, or not of the subset.
    pub fn parse(bytes: &[u8]) -> Result<Json, JsonError> {
        Ok(serde_json::from_slice(bytes)?)
    }

    /// What a typed value is as JSON.
    ///
    /// # Errors
    /// It holds what the subset does not have.
    pub fn of(value: &impl Serialize) -> Result<Json, JsonError> {
        Json::parse(&Json::canonical_of(value)?)
    }

    /// Reads it as a typed value.
    ///
    /// # Errors
    /// It has not the members of the type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, JsonError> {
        Ok(serde_json::from_slice(&self.canonical()?)?)
    }

    /// Its canonical bytes (RFC 8785).
    ///
    /// # Errors
    /// It was not read but put together, and holds what the subset does not have.
    pub fn canonical(&self) -> Result<Vec<u8>, JsonError> {
        Ok(serde_json::to_vec(self)?)
    }

    /// The canonical bytes of a typed value (RFC 8785), which are those of [`Json::of`] it.
    ///
    /// # Errors
    /// It holds what the subset does not have.
    pub fn canonical_of(value: &impl Serialize) -> Result<Vec<u8>, JsonError> {
        let mut bytes = Vec::with_capacity(1_024);
        canonical::append(&mut bytes, value)?;
        Ok(bytes)
    }

    /// The canonical bytes of a typed value that is an object, with members more, in the order of their names, whose canonical bytes are known.
    ///
    /// # Errors
    /// As [`Json::canonical_of`].
    pub fn canonical_with(value: &impl Serialize, members: &[(&str, &[u8])]) -> Result<Vec<u8>, JsonError> {
        let known: usize = members.iter().map(|(_, bytes)| bytes.len()).sum();
        let mut bytes = Vec::with_capacity(known + 1_024);
        canonical::append_with(&mut bytes, value, members)?;
        Ok(bytes)
    }

    /// A member, where it is an object that has it.
    pub fn member(&self, name: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.get(name),
            _ => None,
        }
    }

    /// Its text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error;
        match self {
            Json::Bool(bool) => serializer.serialize_bool(*bool),
            Json::Int(int) if is_exact(*int) => serializer.serialize_i64(*int),
            Json::Int(int) => Err(Error::custom(too_large(int))),
            Json::Text(text) => serializer.serialize_str(text),
            Json::List(list) => serializer.collect_seq(list),
            Json::Object(members) => match members.keys().find(|name| !name.is_ascii()) {
                Some(name) => Err(Error::custom(not_ascii(name))),
                None => serializer.collect_map(members),
            },
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a whole number, true, false, a list or an object")
    }

    fn visit_bool<E: de::Error>(self, bool: bool) -> Result<Json, E> {
        Ok(Json::Bool(bool))
    }

    fn visit_i64<E: de::Error>(self, int: i64) -> Result<Json, E> {
        if is_exact(int) { Ok(Json::Int(int)) } else { Err(E::custom(too_large(&int))) }
    }

    fn visit_u64<E: de::Error>(self, int: u64) -> Result<Json, E> {
        self.visit_i64(i64::try_from(int).map_err(|_| E::custom(too_large(&int)))?)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = from.next_element()? {
            list.push(element);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Json, A::Error> {
        let mut members = BTreeMap::new();
        while let Some(name) = from.next_key::<String>()? {
            if !name.is_ascii() {
                return Err(de::Error::custom(not_ascii(&name)));
            }
            if members.contains_key(&name) {
                return Err(de::Error::custom(twice(&name)));
            }
            let value = from.next_value()?;
            members.insert(name, value);
        }
        Ok(Json::Object(members))
    }
}

fn is_exact(int: i64) -> bool {
    (-MAX_INTEGER..=MAX_INTEGER).contains(&int)
}

pub(crate) fn too_large(int: &impl fmt::Display) -> String {
    format!("the number {int} is beyond 2^53 - 1, where readers of JSON begin to differ")
}

pub(crate) fn twice(name: &str) -> String {
    format!("the member `{name}` stands twice")
}

pub(crate) fn not_ascii(name: &str) -> String {
    format!("the name {name:?} is not ASCII")
}
