//! Arrays: the elements of lists and sets.

use lictor_bundle::schema::TypeId;

use super::decoder::{Decoder, Read};
use super::value;
use crate::arena::Arenas;
use crate::slot::{Slot, Span};
use crate::value::kind_of;

/// The type of a list or a set.
pub(crate) struct Collection {
    pub element: TypeId,
    pub min: u32,
    pub max: u32,
    /// Whether it is a set.
    pub set: bool,
}

impl Collection {
    /// Reads the elements of the array that stands next, and writes the slot at `at` of the frame.
    ///
    /// While they are read they stand at the end of the frame, where the elements of lists inside them come and go above them.
    pub fn read(&self, decoder: &mut Decoder<'_>, at: usize) -> Read<()> {
        let base = decoder.frame.len();
        let count = self.elements(decoder)?;
        self.close(decoder, base, count, at)
    }

    /// Reads the elements of the array that stands next, to the end of the frame; how many they are.
    pub fn elements(&self, decoder: &mut Decoder<'_>) -> Read<usize> {
        decoder.enter()?;
        let mut count = 0usize;
        loop {
            let another = decoder.json(|reader| reader.element(count == 0));
            if !decoder.in_element(count, another)? {
                break;
            }
            let read = self.element(decoder);
            decoder.in_element(count, read)?;
            count += 1;
            if count > self.max as usize {
                return Err(decoder.refuse(format!("has more than {}", elements(self.max))));
            }
        }
        if count < self.min as usize {
            return Err(decoder.refuse(format!("has {count}, and needs at least {}", elements(self.min))));
        }
        decoder.leave();
        Ok(count)
    }

    /// Reads an element to the end of the frame.
    pub fn element(&self, decoder: &mut Decoder<'_>) -> Read<()> {
        let place = decoder.frame.len();
        let width = decoder.program.width(self.element);
        decoder.frame.resize(place + width, Slot::ZERO);
        value::read(decoder, self.element, place)
    }

    /// Keeps the elements that were read to the end of the frame, from `base` on, and writes the slot at `at`.
    pub fn close(&self, decoder: &mut Decoder<'_>, base: usize, count: usize, at: usize) -> Read<()> {
        if self.set {
            self.sort(decoder, base)?;
        }
        let width = decoder.program.width(self.element);
        let span = Span {
            arena: 0,
            at: decoder.keep(base)?,
            len: count as u32,
            width: width as u16,
            sorted: self.set,
        };
        decoder.put(at, Slot::from_span(span));
        Ok(())
    }

    /// Sorts the elements from `base` on, and refuses two that are equal.
    fn sort(&self, decoder: &mut Decoder<'_>, base: usize) -> Read<()> {
        let kind = kind_of(&decoder.program.bundle.schema, self.element);
        let arenas = Arenas { request: decoder.arena, program: &decoder.program.arenas };
        let elements = decoder.frame.get_mut(base..).unwrap_or_default();
        elements.sort_unstable_by(|left, right| arenas.order(kind, *left, *right));
        let twice = elements.windows(2).any(|pair| match pair {
            [left, right] => arenas.order(kind, *left, *right).is_eq(),
            _ => false,
        });
        if twice {
            return Err(decoder.refuse("has the same element twice; a set has each once"));
        }
        Ok(())
    }
}

/// A number of elements in words.
pub(crate) fn elements(count: u32) -> String {
    if count == 1 { "1 element".to_owned() } else { format!("{count} elements") }
}
