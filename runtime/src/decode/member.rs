//! The members of an object: each is declared, and there at most once.

use super::decoder::{Decoder, Read, Refused};
use super::reader::Reader;
use super::refusal::Listed;
use super::shape::Shape;

/// The most names that a sentence lists.
const LISTED: usize = 12;

/// What a member may be declared by.
pub(crate) trait Declared {
    /// The name that it has then.
    fn name(&self) -> &str;
}

impl Declared for Shape {
    #[inline]
    fn name(&self) -> &str {
        &self.name
    }
}

impl Declared for &str {
    #[inline]
    fn name(&self) -> &str {
        self
    }
}

/// An object whose members are being read.
pub(crate) struct Members<'n, D> {
    /// Those it may have.
    declared: &'n [D],
    /// Where the marks of the members seen start among those of all objects that are being read: a bit for each, in words of 64.
    base: usize,
    /// How many were seen.
    count: usize,
    /// The number of the member that comes next, if they come in the order in which they are declared, as mostly they do.
    expected: usize,
}

impl<'n, D: Declared> Members<'n, D> {
    /// Goes into the object that stands next.
    #[inline]
    pub fn enter(decoder: &mut Decoder<'_>, declared: &'n [D]) -> Read<Members<'n, D>> {
        decoder.enter()?;
        let base = decoder.seen.len();
        decoder.seen.resize(base + declared.len().div_ceil(64), 0);
        Ok(Members { declared, base, count: 0, expected: 0 })
    }

    /// Says which member comes next, if they come in the order in which they mostly do.
    pub fn expect(&mut self, index: usize) {
        self.expected = index;
    }

    /// Goes to the value of the next member; its number and how it is declared, or nothing where the object has ended. Refuses a member that
    /// is not declared, or was there before.
    #[inline]
    pub fn next(&mut self, decoder: &mut Decoder<'_>) -> Read<Option<(usize, &'n D)>> {
        if !decoder.json(|reader| reader.member(self.count == 0))? {
            return Ok(None);
        }
        let (index, declared) = match self.declared.get(self.expected) {
            Some(expected) if decoder.is_named(expected.name()) => (self.expected, expected),
            _ => self.find(decoder)?,
        };
        let bit = 1 << (index % 64);
        match decoder.seen.get_mut(self.base + index / 64) {
            Some(seen) if *seen & bit == 0 => *seen |= bit,
            _ => return Err(self.refuse(decoder, index, "is there twice; send it once")),
        }
        self.count += 1;
        self.expected = index + 1;
        let colon = decoder.json(Reader::colon);
        decoder.in_member(declared.name(), colon)?;
        Ok(Some((index, declared)))
    }

    /// The member whose name stands next.
    #[inline(never)]
    fn find(&self, decoder: &mut Decoder<'_>) -> Read<(usize, &'n D)> {
        let name = decoder.json(Reader::name)?;
        let found = self.declared.iter().enumerate().find(|(_, declared)| declared.name() == &*name);
        found.ok_or_else(|| decoder.refuse_in(&name, self.not_declared()))
    }

    /// What is said of a member that is not declared.
    #[cold]
    fn not_declared(&self) -> String {
        let names: Vec<&str> = self.declared.iter().map(Declared::name).collect();
        match names.as_slice() {
            [] => "is not declared; nothing is declared here".to_owned(),
            [only] => format!("is not declared; declared here is {only}"),
            names if names.len() <= LISTED => {
                format!("is not declared; declared here are {}", Listed(names, "and"))
            }
            _ => "is not declared".to_owned(),
        }
    }

    fn name(&self, index: usize) -> &'n str {
        self.declared.get(index).map_or("", Declared::name)
    }

    /// Whether the member of this number was there.
    pub fn has(&self, decoder: &Decoder<'_>, index: usize) -> bool {
        decoder.seen.get(self.base + index / 64).is_some_and(|seen| seen >> (index % 64) & 1 == 1)
    }

    /// Whether all of them were there.
    pub fn has_all(&self) -> bool {
        self.count == self.declared.len()
    }

    /// Refuses unless the member of this number was there.
    pub fn require(&self, decoder: &mut Decoder<'_>, index: usize) -> Read<()> {
        if self.has(decoder, index) { Ok(()) } else { Err(self.refuse(decoder, index, "is missing")) }
    }

    /// Gives up in the member of this number.
    #[cold]
    pub fn refuse(&self, decoder: &mut Decoder<'_>, index: usize, sentence: impl Into<String>) -> Refused {
        decoder.refuse_in(self.name(index), sentence)
    }

    /// Leaves the object, which has ended.
    pub fn leave(self, decoder: &mut Decoder<'_>) {
        decoder.seen.truncate(self.base);
        decoder.leave();
    }
}
