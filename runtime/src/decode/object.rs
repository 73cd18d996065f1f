//! Objects of which nothing is declared: their members as they are written.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::refusal::{json_sentence, shown};

/// The members of an object, by name.
pub(crate) type Object<'i> = BTreeMap<String, &'i RawValue>;

/// Reads an object; a sentence where it is none, or has a member twice.
pub(crate) fn object<'i>(raw: &'i RawValue) -> Result<Object<'i>, String> {
    let mut json = serde_json::Deserializer::from_str(raw.get());
    let mut twice = None;
    let read = json.deserialize_any(Members { twice: &mut twice });
    match (read, twice) {
        (_, Some(name)) => Err(format!("has the member \"{}\" twice; send it once", shown(&name))),
        (Ok(members), None) => Ok(members),
        (Err(error), None) => Err(json_sentence(&error, false)),
    }
}

struct Members<'t> {
    twice: &'t mut Option<String>,
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            if members.insert(name.clone(), value).is_some() {
                self.twice.get_or_insert(name);
            }
        }
        Ok(members)
    }
}
