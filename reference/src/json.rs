//! JSON as it is written: numbers keep their text, objects their members in order and as often as they are there.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// How deep objects and arrays may be nested.
const DEPTH: usize = 32;

/// A JSON value.
#[derive(Clone, PartialEq, Debug)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

/// Reads a text that is one JSON value. `None` where it is none, or nested too deep.
pub fn parse(text: &str) -> Option<Json> {
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    value(raw, 0)
}

fn value(raw: &RawValue, depth: usize) -> Option<Json> {
    let text = raw.get();
    if text.starts_with(['{', '[']) && depth == DEPTH {
        return None;
    }
    Some(match text.as_bytes().first()? {
        b'n' => Json::Null,
        b't' => Json::Bool(true),
        b'f' => Json::Bool(false),
        b'"' => Json::Text(serde_json::from_str(text).ok()?),
        b'[' => {
            let elements: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            Json::Array(elements.into_iter().map(|element| value(element, depth + 1)).collect::<Option<_>>()?)
        }
        b'{' => {
            let Members(members) = serde_json::from_str(text).ok()?;
            let read = |(name, raw)| Some((name, value(raw, depth + 1)?));
            Json::Object(members.into_iter().map(read).collect::<Option<_>>()?)
        }
        _ => Json::Number(text.to_owned()),
    })
}

/// The members of an object, each as it is written.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}
