//! Objects that are maps: members of any name, each a value of one type.

use std::fmt;

use lictor_bundle::schema::{Type, TypeId};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::decoder::Decoder;
use super::refusal::shown;
use super::value::Value;
use crate::arena::Arenas;
use crate::slot::{Slot, Span};

/// The type of a map.
pub(crate) struct Map {
    /// The record of an entry.
    pub entry: TypeId,
    pub min: u32,
    pub max: u32,
}

impl Map {
    /// Reads the entries and writes the slot at `at` of the frame. While they are read they stand at the end of the frame, like
    /// elements of a list.
    pub fn read<'de, A: MapAccess<'de>>(
        &self,
        decoder: &mut Decoder<'_>,
        at: usize,
        mut map: A,
    ) -> Result<(), A::Error> {
        let schema = &decoder.program.bundle.schema;
        let (key, ty) = schema.entry(self.entry).ok_or_else(|| de::Error::custom("no such entry"))?;
        decoder.enter()?;
        let width = decoder.program.width(self.entry);
        let base = decoder.frame.len();
        let mut count = 0usize;
        while let Some((name, slot)) = map.next_key_seed(Key { decoder: &mut *decoder, ty: key })? {
            count += 1;
            if count > self.max as usize {
                return Err(decoder.refuse(format!("has more than {}", entries(self.max))));
            }
            let place = decoder.frame.len();
            decoder.frame.resize(place + width, Slot::ZERO);
            decoder.put(place, slot);
            let read = map.next_value_seed(Value { decoder: &mut *decoder, ty, at: place + 1 });
            decoder.in_member(&name, read)?;
        }
        if count < self.min as usize {
            return Err(decoder.refuse(format!("has {count}, and needs at least {}", entries(self.min))));
        }
        sort(decoder, base, width)?;
        let at_slots = decoder.keep(base)?;
        let span = Span { arena: 0, at: at_slots, len: count as u32, width: width as u16, sorted: true };
        decoder.put(at, Slot::from_span(span));
        decoder.leave();
        Ok(())
    }
}

/// Sorts the entries from `base` on by the bytes of their keys, and refuses two with the same key.
fn sort<E: de::Error>(decoder: &mut Decoder<'_>, base: usize, width: usize) -> Result<(), E> {
    let arenas = Arenas { request: decoder.arena, program: &decoder.program.arenas };
    let key = |entry: &[Slot]| arenas.text(entry.first().copied().unwrap_or_default());
    let mut sorted: Vec<&[Slot]> =
        decoder.frame.get(base..).unwrap_or_default().chunks_exact(width.max(1)).collect();
    sorted.sort_by(|left, right| key(left).cmp(key(right)));
    let twice = sorted.windows(2).find_map(|pair| match pair {
        [left, right] if key(left) == key(right) => Some(key(left).to_owned()),
        _ => None,
    });
    if let Some(name) = twice {
        let twice = Err(decoder.refuse("is there twice; send it once"));
        return decoder.in_member(&name, twice);
    }
    let sorted = sorted.concat();
    if let Some(place) = decoder.frame.get_mut(base..) {
        place.copy_from_slice(&sorted);
    }
    Ok(())
}

/// Reads a key: the name itself, for paths, and its slot.
struct Key<'d, 'a> {
    decoder: &'d mut Decoder<'a>,
    /// Its type, a text.
    ty: TypeId,
}

impl<'de> DeserializeSeed<'de> for Key<'_, '_> {
    type Value = (String, Slot);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_, '_> {
    type Value = (String, Slot);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        let max = match self.decoder.program.ty(self.ty) {
            Some(Type::Text { max }) => max,
            _ => 0,
        };
        if name.len() > max as usize {
            let sentence = format!(
                "has the key \"{}\" of {} bytes, and a key may have {max} at most",
                shown(name),
                name.len()
            );
            return Err(self.decoder.refuse(sentence));
        }
        let slot = self.decoder.arena.add_text(0, name).ok_or_else(|| de::Error::custom("too long"))?;
        Ok((name.to_owned(), slot))
    }
}

fn entries(count: u32) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}
