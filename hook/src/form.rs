//! The object that a host writes, read strictly: each member is known, is of its kind, and stands there once.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::call::Trouble;

/// What a member may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A text.
    Text,
    /// A text, or `null`.
    MaybeText,
    /// A number.
    Number,
    /// Anything: nobody reads it.
    Any,
}

/// The members that a host is known to write.
pub(crate) type Known<const N: usize> = [(&'static str, Kind); N];

/// An object whose members are known.
pub(crate) struct Form<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Form<'a> {
    /// Reads what `who` wrote. Members beyond `known` are refused, but for those that whoever runs this has looked at and said do not matter.
    pub fn read(
        text: &'a str,
        who: &str,
        known: &[(&str, Kind)],
        also: &[String],
    ) -> Result<Form<'a>, Trouble> {
        let members = object(text, &format!("what {who} wrote"))?;
        for (name, value) in &members {
            let Some((_, kind)) = known.iter().find(|(known, _)| known == name) else {
                if also.contains(name) {
                    continue;
                }
                return Err(Trouble::input(format!(
                    "{who} wrote the member {name:?}, which this edition of Lictor does not know; \
                     take an edition that does, or say `--ignore-member {name}` where it does not change what is about to happen"
                )));
            };
            if !kind.holds(value.get()) {
                return Err(Trouble::input(format!(
                    "the member {name:?} that {who} wrote is not of the kind that is known"
                )));
            }
        }
        Ok(Form(members))
    }

    /// A text that must be there.
    pub fn text(&self, name: &str) -> Result<String, Trouble> {
        self.maybe_text(name)?.ok_or_else(|| Trouble::input(format!("the member {name:?} is missing")))
    }

    /// A text, where there is one.
    pub fn maybe_text(&self, name: &str) -> Result<Option<String>, Trouble> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        serde_json::from_str(value.get())
            .map_err(|_| Trouble::input(format!("the member {name:?} is not a text")))
    }

    /// A member as it was written, where it is there.
    pub fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.0.get(name).copied()
    }

    /// An object that must be there, as it was written.
    pub fn object(&self, name: &str) -> Result<Box<RawValue>, Trouble> {
        match self.raw(name) {
            Some(value) if value.get().starts_with('{') => Ok(value.to_owned()),
            Some(_) => Err(Trouble::input(format!("the member {name:?} is not an object"))),
            None => Err(Trouble::input(format!("the member {name:?} is missing"))),
        }
    }

    /// An object, or a text that holds one.
    pub fn object_or_text(&self, name: &str) -> Result<Box<RawValue>, Trouble> {
        match self.raw(name) {
            Some(value) if value.get().starts_with('"') => {
                let text = self.text(name)?;
                let held: &RawValue = serde_json::from_str(&text)
                    .map_err(|error| Trouble::input(format!("the text {name:?} holds no JSON: {error}")))?;
                match held.get().starts_with('{') {
                    true => Ok(held.to_owned()),
                    false => Err(Trouble::input(format!("the text {name:?} does not hold an object"))),
                }
            }
            _ => self.object(name),
        }
    }

    /// Fails where the member says something that is not known.
    pub fn one_of(&self, name: &str, known: &[&str]) -> Result<(), Trouble> {
        match self.maybe_text(name)? {
            Some(said) if !known.contains(&said.as_str()) => {
                Err(Trouble::input(format!("{name} is {said:?}, which this edition of Lictor does not know")))
            }
            _ => Ok(()),
        }
    }

    /// Fails unless the member says what this hook is for.
    pub fn expect(&self, name: &str, wanted: &str) -> Result<(), Trouble> {
        let said = self.text(name)?;
        match said == wanted {
            true => Ok(()),
            false => Err(Trouble::input(format!(
                "{name} is {said:?}; this hook is for {wanted:?} and nothing else"
            ))),
        }
    }
}

impl Kind {
    fn holds(self, written: &str) -> bool {
        let is_text = || serde_json::from_str::<String>(written).is_ok();
        match self {
            Kind::Text => is_text(),
            Kind::MaybeText => written == "null" || is_text(),
            Kind::Number => serde_json::from_str::<serde_json::Number>(written).is_ok(),
            Kind::Any => true,
        }
    }
}

/// The members of an object, each as it is written. One that stands there twice is refused: two readers could take two of them.
pub(crate) fn object<'a>(text: &'a str, what: &str) -> Result<BTreeMap<String, &'a RawValue>, Trouble> {
    let wrong = |error| Trouble::input(format!("{what} is not the object that is known: {error}"));
    let mut reader = serde_json::Deserializer::from_str(text);
    let members = reader.deserialize_map(Members).map_err(wrong)?;
    // Whoever wrote two documents meant one of them, and nobody knows which.
    reader.end().map_err(wrong)?;
    Ok(members)
}

/// Takes an object apart, and refuses one that says something twice.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = BTreeMap<String, &'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut members = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value()?;
            if members.contains_key(&name) {
                return Err(M::Error::custom(format!("the member {name:?} stands there twice")));
            }
            members.insert(name, value);
        }
        Ok(members)
    }
}
