//! The members of an object, as they are written.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Visitor};

use super::{Wrong, cut, split};

/// An object of a text that was checked: its members as they are written.
pub(crate) struct Object<'a> {
    path: Cow<'a, str>,
    members: Vec<(Cow<'a, str>, &'a str)>,
}

impl<'a> Object<'a> {
    /// Reads a text that was checked.
    pub fn read(text: &'a str, path: &str) -> Result<Object<'a>, Wrong> {
        Object::at(text, Cow::Owned(path.to_owned()))
    }

    fn at(text: &'a str, path: Cow<'a, str>) -> Result<Object<'a>, Wrong> {
        let Some(found) = split::members(text) else { return Err(Wrong::at(path, "is not an object")) };
        let mut members = Vec::with_capacity(4);
        for member in found {
            let read = member.and_then(|(name, value)| Some((read_name(name)?, value)));
            members.push(read.ok_or_else(|| Wrong::at(&*path, "is not JSON"))?);
        }
        Ok(Object { path, members })
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
        let Some((member, value)) = self.members.iter().find(|(member, _)| *member == name) else {
            return Ok(None);
        };
        let path = match member {
            // What the text says itself need not be put together.
            Cow::Borrowed(member) if self.path.is_empty() && is_plain(member) => Cow::Borrowed(*member),
            _ => Cow::Owned(self.path_of(name)),
        };
        Object::at(value, path).map(Some)
    }

    /// A member that is a text, and is there.
    pub fn text(&self, name: &str) -> Result<Cow<'a, str>, Wrong> {
        let value = self.get(name).ok_or_else(|| Wrong::at(self.path_of(name), "is missing"))?;
        let text = serde_json::Deserializer::from_str(value).deserialize_str(Name);
        text.map_err(|_| Wrong::at(self.path_of(name), "is not a text"))
    }

    /// Its own path.
    pub fn path(&self) -> Cow<'a, str> {
        self.path.clone()
    }

    /// The path of a member.
    pub fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { cut(name) } else { format!("{}.{}", self.path, cut(name)) }
    }
}

/// A name as it is read: as it stands, where nothing in it is written in another way.
fn read_name(written: &str) -> Option<Cow<'_, str>> {
    if !written.contains('\\') {
        return Some(Cow::Borrowed(written));
    }
    serde_json::from_str(&format!("\"{written}\"")).ok().map(Cow::Owned)
}

/// Whether a name is shown as it is.
fn is_plain(name: &str) -> bool {
    name.len() <= 32 && name.bytes().all(|byte| byte.is_ascii_graphic())
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
