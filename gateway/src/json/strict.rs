//! A text is walked through from its beginning to its end before anybody reads it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::object::Name;
use super::{Wrong, cut};

/// The deepest that objects and arrays may be nested.
pub(crate) const MAX_DEPTH: usize = 32;

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
