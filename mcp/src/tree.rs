//! JSON of strangers, decoded: refused wherever two readers could take it for different things, and written in one way.
//!
//! A number stays as it was written, so that nobody reads another one; a text is decoded and written anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::Deserializer;
use serde_json::value::RawValue;

use crate::visible::is_unseen;

/// The deepest that objects and arrays may be nested.
pub const MAX_DEPTH: usize = 64;

/// A value. The members of an object stand in the order in which they came, each once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Tree {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A text.
    Text(String),
    /// An array.
    List(Vec<Tree>),
    /// An object.
    Object(Vec<(String, Tree)>),
}

/// Where something is wrong, and what: the end of a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// The path; empty for all of it.
    pub path: String,
    /// What is wrong.
    pub what: String,
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = if self.path.is_empty() { "the message" } else { &self.path };
        write!(f, "{path} {}", self.what)
    }
}

impl Tree {
    /// Reads a text to its end.
    ///
    /// # Errors
    /// It is not JSON, has a member twice or half of a surrogate pair, or is nested too deep.
    pub fn read(text: &[u8]) -> Result<Tree, Wrong> {
        let raw: &RawValue = serde_json::from_slice(text)
            .map_err(|error| Wrong { path: String::new(), what: format!("is not JSON: {error}") })?;
        read(raw, &mut String::new(), 0)
    }

    /// What this is written as.
    pub fn of(value: &impl serde::Serialize) -> Tree {
        let text = serde_json::to_string(value).unwrap_or_default();
        Tree::read(text.as_bytes()).unwrap_or(Tree::Null)
    }

    /// A member of an object.
    pub fn get(&self, name: &str) -> Option<&Tree> {
        let Tree::Object(members) = self else { return None };
        members.iter().find(|(member, _)| member == name).map(|(_, value)| value)
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Tree> {
        let Tree::Object(members) = self else { return None };
        members.iter_mut().find(|(member, _)| member == name).map(|(_, value)| value)
    }

    /// Takes a member out of an object.
    pub fn remove(&mut self, name: &str) -> Option<Tree> {
        let Tree::Object(members) = self else { return None };
        let at = members.iter().position(|(member, _)| member == name)?;
        Some(members.remove(at).1)
    }

    /// It, where it is a text.
    pub fn text(&self) -> Option<&str> {
        if let Tree::Text(text) = self { Some(text) } else { None }
    }

    /// Its elements, where it is a list.
    pub fn list(&self) -> Option<&[Tree]> {
        if let Tree::List(elements) = self { Some(elements) } else { None }
    }

    /// Its members, where it is an object.
    pub fn members(&self) -> Option<&[(String, Tree)]> {
        if let Tree::Object(members) = self { Some(members) } else { None }
    }

    /// Written, with the members in their order.
    pub fn written(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, false);
        out
    }

    /// Written with the members in the order of their names: equal things are equal texts.
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, true);
        out
    }

    fn write(&self, out: &mut String, sorted: bool) {
        match self {
            Tree::Null => out.push_str("null"),
            Tree::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Tree::Number(number) => out.push_str(number),
            Tree::Text(text) => write_text(text, out),
            Tree::List(elements) => {
                out.push('[');
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    element.write(out, sorted);
                }
                out.push(']');
            }
            Tree::Object(members) => {
                let mut order: Vec<&(String, Tree)> = members.iter().collect();
                if sorted {
                    order.sort_by(|one, other| one.0.cmp(&other.0));
                }
                out.push('{');
                for (index, (name, value)) in order.into_iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_text(name, out);
                    out.push(':');
                    value.write(out, sorted);
                }
                out.push('}');
            }
        }
    }
}

impl From<&str> for Tree {
    fn from(text: &str) -> Tree {
        Tree::Text(text.to_owned())
    }
}

/// An object of these members.
pub fn object<const N: usize>(members: [(&str, Tree); N]) -> Tree {
    Tree::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The marks of a text that two readers of lines could take for the end of one stand escaped.
fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                // Writing into a text cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// The members of an object, as they are written.
///
/// # Errors
/// It is no object, or a member stands there twice.
pub fn members(raw: &RawValue) -> Result<Vec<(String, &RawValue)>, String> {
    struct Members;
    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(String, &'de RawValue)>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = Vec::new();
            while let Some(member) = map.next_entry()? {
                found.push(member);
            }
            Ok(found)
        }
    }
    let found = Deserializer::from_str(raw.get()).deserialize_map(Members);
    let found = found.map_err(|error| format!("is not JSON: {error}"))?;
    let mut names = BTreeSet::new();
    match found.iter().find(|(name, _)| !names.insert(name.as_str())) {
        Some((name, _)) => Err(format!("has the member \"{}\" twice; send it once", shown(name))),
        None => Ok(found),
    }
}

fn elements(raw: &RawValue) -> Result<Vec<&RawValue>, String> {
    struct Elements;
    impl<'de> Visitor<'de> for Elements {
        type Value = Vec<&'de RawValue>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut found = Vec::new();
            while let Some(element) = seq.next_element()? {
                found.push(element);
            }
            Ok(found)
        }
    }
    Deserializer::from_str(raw.get())
        .deserialize_seq(Elements)
        .map_err(|error| format!("is not JSON: {error}"))
}

fn read(raw: &RawValue, path: &mut String, depth: usize) -> Result<Tree, Wrong> {
    let wrong = |path: &str, what: String| Wrong { path: path.to_owned(), what };
    let text = raw.get();
    let first = text.bytes().next().unwrap_or_default();
    if matches!(first, b'{' | b'[') && depth >= MAX_DEPTH {
        return Err(wrong(path, format!("is nested more than {MAX_DEPTH} deep; send a flatter value")));
    }
    Ok(match first {
        b'n' => Tree::Null,
        b't' => Tree::Bool(true),
        b'f' => Tree::Bool(false),
        b'"' => Tree::Text(
            serde_json::from_str(text).map_err(|error| wrong(path, format!("is not a text: {error}")))?,
        ),
        b'[' => {
            let mut list = Vec::new();
            for (index, element) in elements(raw).map_err(|what| wrong(path, what))?.into_iter().enumerate() {
                let length = path.len();
                path.push_str(&format!("[{index}]"));
                list.push(read(element, path, depth + 1)?);
                path.truncate(length);
            }
            Tree::List(list)
        }
        b'{' => {
            let mut object = Vec::new();
            for (name, value) in members(raw).map_err(|what| wrong(path, what))? {
                let length = path.len();
                if length > 0 {
                    path.push('.');
                }
                path.push_str(&shown(&name));
                object.push((name, read(value, path, depth + 1)?));
                path.truncate(length);
            }
            Tree::Object(object)
        }
        _ => Tree::Number(text.to_owned()),
    })
}

/// A stranger's text as a sentence repeats it: short, and without what cannot be seen.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut cut: String =
        text.chars().take(LONGEST).map(|c| if is_unseen(c) { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        cut.push('…');
    }
    cut
}
