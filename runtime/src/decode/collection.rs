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
        decoder.enter()?;
        let width = decoder.program.width(self.element);
        let base = decoder.frame.len();
        let mut count = 0usize;
        loop {
            let another = decoder.json(|reader| reader.element(count == 0));
            if !decoder.in_element(count, another)? {
                break;
            }
            let place = decoder.frame.len();
            decoder.frame.resize(place + width, Slot::ZERO);
            let read = value::read(decoder, self.element, place);
            decoder.in_element(count, read)?;
            count += 1;
            if count > self.max as usize {
                return Err(decoder.refuse(format!("has more than {}", elements(self.max))));
            }
        }
        if count < self.min as usize {
            return Err(decoder.refuse(format!("has {count}, and needs at least {}", elements(self.min))));
        }
        if self.set {
            self.sort(decoder, base)?;
        }
        let span = Span {
            arena: 0,
            at: decoder.keep(base)?,
            len: count as u32,
            width: width as u16,
            sorted: self.set,
        };
        decoder.put(at, Slot::from_span(span));
        decoder.leave();
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

fn elements(count: u32) -> String {
    if count == 1 { "1 element".to_owned() } else { format!("{count} elements") }
}
