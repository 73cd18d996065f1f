//! The members of an object: each is declared, and there at most once.

use std::fmt;

use lictor_bundle::schema::Field;
use serde::de::{self, DeserializeSeed, Deserializer, Visitor};

use super::decoder::Decoder;
use super::refusal::Listed;

/// The most names that a sentence lists.
const LISTED: usize = 12;

/// The names that an object's members may have.
#[derive(Clone, Copy)]
pub(crate) enum Names<'n> {
    /// Those of fields.
    Fields(&'n [Field]),
    /// These.
    Fixed(&'static [&'static str]),
}

impl<'n> Names<'n> {
    /// How many there are.
    fn count(self) -> usize {
        match self {
            Names::Fields(fields) => fields.len(),
            Names::Fixed(names) => names.len(),
        }
    }

    /// One of them.
    pub fn get(self, index: usize) -> &'n str {
        match self {
            Names::Fields(fields) => fields.get(index).map_or("", |field| field.name.as_str()),
            Names::Fixed(names) => names.get(index).copied().unwrap_or(""),
        }
    }

    fn find(self, name: &str) -> Option<usize> {
        match self {
            Names::Fields(fields) => fields.iter().position(|field| field.name == name),
            Names::Fixed(names) => names.iter().position(|known| *known == name),
        }
    }

    /// What is said of a member that has none of them.
    fn not_declared(self) -> String {
        let names: Vec<&str> = (0..self.count()).map(|index| self.get(index)).collect();
        match names.as_slice() {
            [] => "is not declared; nothing is declared here".to_owned(),
            [only] => format!("is not declared; declared here is {only}"),
            names if names.len() <= LISTED => {
                format!("is not declared; declared here are {}", Listed(names, "and"))
            }
            _ => "is not declared".to_owned(),
        }
    }
}

/// The marks of the members seen of one object.
#[derive(Clone, Copy)]
pub(crate) struct Seen(usize);

impl Seen {
    /// Goes into an object with these members.
    pub fn enter<E: de::Error>(decoder: &mut Decoder<'_>, names: Names<'_>) -> Result<Seen, E> {
        decoder.enter()?;
        let base = decoder.seen.len();
        decoder.seen.resize(base + names.count(), false);
        Ok(Seen(base))
    }

    /// Whether the member of this number was there.
    pub fn has(self, decoder: &Decoder<'_>, index: usize) -> bool {
        decoder.seen.get(self.0 + index).copied().unwrap_or(false)
    }

    /// Refuses unless it was.
    pub fn require<E: de::Error>(
        self,
        decoder: &mut Decoder<'_>,
        names: Names<'_>,
        index: usize,
    ) -> Result<(), E> {
        if self.has(decoder, index) {
            return Ok(());
        }
        let missing = Err(decoder.refuse("is missing"));
        decoder.in_member(names.get(index), missing)
    }

    /// Leaves the object.
    pub fn leave(self, decoder: &mut Decoder<'_>) {
        decoder.seen.truncate(self.0);
        decoder.leave();
    }
}

/// Reads a member's name and finds its number; refuses one that is not declared, or was there before.
pub(crate) struct MemberName<'d, 'n, 'a> {
    pub decoder: &'d mut Decoder<'a>,
    pub names: Names<'n>,
    pub seen: Seen,
}

impl<'de> DeserializeSeed<'de> for MemberName<'_, '_, '_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for MemberName<'_, '_, '_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<usize, E> {
        let Some(index) = self.names.find(name) else {
            let unknown = Err(self.decoder.refuse(self.names.not_declared()));
            return self.decoder.in_member(name, unknown);
        };
        match self.decoder.seen.get_mut(self.seen.0 + index) {
            Some(seen) if !*seen => {
                *seen = true;
                Ok(index)
            }
            _ => {
                let twice = Err(self.decoder.refuse("is there twice; send it once"));
                self.decoder.in_member(name, twice)
            }
        }
    }
}
