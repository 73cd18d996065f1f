//! JSON of strangers: refused wherever two readers could take it for different things.
//!
//! A member that stands twice, half of a surrogate pair, or more nesting than anybody needs is refused anywhere in a text, also in parts that nobody reads.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The deepest that objects and arrays may be nested.
pub(crate) const MAX_DEPTH: usize = 32;

/// Where something is wrong, and what: a path of the body, `body` for all of it, and the end of a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wrong {
    /// The path.
    pub path: String,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Wrong {
    pub fn at(path: impl Into<String>, what: impl Into<String>) -> Wrong {
        let path: String = path.into();
        Wrong { path: if path.is_empty() { "body".to_owned() } else { path }, what: what.into() }
    }
}

/// Checks a text from its beginning to its end.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Wrong> {
    let mut path = Vec::new();
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = Strict { path: &mut path, depth: 0 }.deserialize(&mut reader).and_then(|()| reader.end());
    read.map_err(|error| {
        let (syntax, text) = (error.is_syntax() || error.is_eof(), error.to_string());
        // What we found ourselves says what to do; where it stands, the path says better than the column.
        match text.split_once(OURS) {
            Some((_, ours)) => {
                let what = ours.rsplit_once(" at line ").map_or(ours, |(what, _)| what);
                Wrong::at(shown(&path), what)
            }
            None if syntax => Wrong::at(shown(&path), format!("is not JSON: {text}")),
            None => Wrong::at(shown(&path), text),
        }
    })
}

/// What our own sentences begin with, within those of the reader.
const OURS: &str = "\u{1}";

/// Walks through a value and keeps nothing but the way to where it is.
struct Strict<'p, 'k> {
    path: &'p mut Vec<Step<'k>>,
    depth: usize,
}

/// One step of a path.
enum Step<'k> {
    Member(Cow<'k, str>),
    Element(usize),
}

fn shown(path: &[Step<'_>]) -> String {
    let mut shown = String::new();
    for step in path {
        match step {
            Step::Element(index) => shown.push_str(&format!("[{index}]")),
            Step::Member(name) => {
                if !shown.is_empty() {
                    shown.push('.');
                }
                shown.push_str(&cut(name));
            }
        }
    }
    shown
}

/// A stranger's text as a sentence repeats it: short, and without what cannot be seen.
pub(crate) fn cut(text: &str) -> String {
    const SHOWN: usize = 60;
    let visible = |c: char| if c.is_control() || is_invisible(c) { '\u{fffd}' } else { c };
    let mut shown: String = text.chars().take(SHOWN).map(visible).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// What turns the direction of a line, joins letters, or is not seen at all.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

impl<'de> DeserializeSeed<'de> for Strict<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let depth = deeper(self.depth)?;
        for index in 0.. {
            self.path.push(Step::Element(index));
            if elements.next_element_seed(Strict { path: &mut *self.path, depth })?.is_none() {
                self.path.pop();
                break;
            }
            self.path.pop();
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let depth = deeper(self.depth)?;
        let mut names = Names::default();
        while let Some(name) = members.next_key_seed(Name)? {
            let twice = !names.insert(name.clone());
            self.path.push(Step::Member(name));
            if twice {
                return Err(A::Error::custom(format!("{OURS}stands there twice; send it once")));
            }
            members.next_value_seed(Strict { path: &mut *self.path, depth })?;
            self.path.pop();
        }
        Ok(())
    }
}

fn deeper<E: Error>(depth: usize) -> Result<usize, E> {
    if depth >= MAX_DEPTH {
        return Err(E::custom(format!("{OURS}is nested more than {MAX_DEPTH} deep; send a flatter value")));
    }
    Ok(depth + 1)
}

/// The names of an object's members: a few are compared one by one, many are sorted.
#[derive(Default)]
struct Names<'k> {
    few: Vec<Cow<'k, str>>,
    many: BTreeSet<Cow<'k, str>>,
}

impl<'k> Names<'k> {
    /// Whether it was not there.
    fn insert(&mut self, name: Cow<'k, str>) -> bool {
        if self.few.contains(&name) {
            return false;
        }
        if self.few.len() < 16 {
            self.few.push(name);
            return true;
        }
        self.many.insert(name)
    }
}

/// Reads the name of a member, as it stands where it can be taken so.
struct Name;

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

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        let Wrong { path, what } = check(text.as_bytes()).expect_err(text);
        format!("{path}: {what}")
    }

    #[test]
    fn what_every_reader_takes_for_the_same_is_taken() {
        let many: Vec<String> = (0..500).map(|at| format!("\"m{at}\": {at}")).collect();
        let deep = format!("{}{}", "[".repeat(32), "]".repeat(32));
        for good in [
            "null",
            " [] ",
            r#"{"a": {"a": [{"a": 1}, {"a": -1.5e3}]}, "b": "\ud83d\ude00 \u0000 é"}"#,
            &format!("{{{}}}", many.join(",")),
            &deep,
        ] {
            assert_eq!(check(good.as_bytes()), Ok(()), "{good}");
        }
    }

    #[test]
    fn what_two_readers_could_take_differently_is_refused_with_its_place() {
        assert_eq!(wrong(r#"{"a": 1, "a": 1}"#), "a: stands there twice; send it once");
        assert_eq!(wrong(r#"{"a": [0, {"b": 1, "\u0062": 2}]}"#), "a[1].b: stands there twice; send it once");
        let many: Vec<String> = (0..50).chain([40]).map(|at| format!("\"m{at}\": {at}")).collect();
        assert_eq!(wrong(&format!("{{{}}}", many.join(","))), "m40: stands there twice; send it once");
        assert!(wrong(r#"{"a": "\ud800"}"#).starts_with("a: is not JSON: "));
        assert!(wrong(r#"{"\udfff": 1}"#).starts_with("body: is not JSON: "));
        assert!(wrong(&"[".repeat(33)).ends_with("is nested more than 32 deep; send a flatter value"));
        for bad in
            ["", "{", "nul", "01", "[1,]", "{\"a\":1,}", "{'a': 1}", "1 2", "\u{feff}1", "NaN", "\"\n\""]
        {
            assert!(wrong(bad).contains("is not JSON: "), "{bad}");
        }
        assert!(check(b"{\"a\": \"\xff\"}").is_err());
    }

    #[test]
    fn what_is_repeated_of_a_stranger_is_short_and_visible() {
        assert_eq!(cut("a\u{202e}b\nc"), "a\u{fffd}b\u{fffd}c");
        assert_eq!(cut(&"x".repeat(100)).chars().count(), 61);
        assert_eq!(
            wrong(&format!("{{\"{0}\": 1, \"{0}\": 1}}", "y".repeat(100))).chars().count(),
            61 + 2 + 32
        );
    }
}
