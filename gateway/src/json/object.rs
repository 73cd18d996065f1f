//! The members of an object, as they are written.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Wrong, cut};

/// An object of a text that was checked: its members as they are written.
pub(crate) struct Object<'a> {
    path: String,
    members: Vec<(Cow<'a, str>, &'a str)>,
}

impl<'a> Object<'a> {
    /// Reads a text that was checked.
    pub fn read(text: &'a str, path: &str) -> Result<Object<'a>, Wrong> {
        if !text.trim_start().starts_with('{') {
            return Err(Wrong::at(path, "is not an object"));
        }
        let mut reader = serde_json::Deserializer::from_str(text);
        let members = reader.deserialize_map(Members);
        let members = members.map_err(|error| Wrong::at(path, error.to_string()))?;
        Ok(Object { path: path.to_owned(), members })
    }

    /// Reads a text that was checked, and has no members but these: what nobody reads could be meant to be read.
    pub fn only(text: &'a str, members: &[&str]) -> Result<Object<'a>, Wrong> {
        let body = Object::read(text, "")?;
        let unknown = body.members().find(|(name, _)| !members.contains(name));
        match unknown.map(|(name, _)| body.path_of(name)) {
            None => Ok(body),
            Some(path) => Err(Wrong::at(path, "is nothing that is read here; leave it out")),
        }
    }

    /// Its members, as they are written.
    pub fn members(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.members.iter().map(|(name, value)| (name.as_ref(), *value))
    }

    /// A member as it is written.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.members().find(|(member, _)| *member == name).map(|(_, value)| value)
    }

    /// A member that is an object; nothing where there is none.
    pub fn object(&self, name: &str) -> Result<Option<Object<'a>>, Wrong> {
        self.get(name).map(|value| Object::read(value, &self.path_of(name))).transpose()
    }

    /// A member that is a text, and is there.
    pub fn text(&self, name: &str) -> Result<Cow<'a, str>, Wrong> {
        let value = self.get(name).ok_or_else(|| Wrong::at(self.path_of(name), "is missing"))?;
        let text = serde_json::Deserializer::from_str(value).deserialize_str(Name);
        text.map_err(|_| Wrong::at(self.path_of(name), "is not a text"))
    }

    /// The path of a member.
    pub fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { cut(name) } else { format!("{}.{}", self.path, cut(name)) }
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(Cow<'de, str>, &'de str)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::with_capacity(4);
        while let Some(name) = members.next_key_seed(Name)? {
            found.push((name, members.next_value::<&RawValue>()?.get()));
        }
        Ok(found)
    }
}

/// Reads the name of a member, as it stands where it can be taken so.
pub(super) struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Cow<'de, str>, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}
