//! Objects that are maps: members of any name, each a value of one type.

use lictor_bundle::schema::{Type, TypeId};

use super::decoder::{Decoder, Read, Refused};
use super::reader::Reader;
use super::refusal::shown;
use super::string::Text;
use super::value;
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
    /// Reads the entries of the object that stands next, and writes the slot at `at` of the frame. While they are read they stand at the end of
    /// the frame, like elements of a list.
    pub fn read(&self, decoder: &mut Decoder<'_>, at: usize) -> Read<()> {
        let (key, ty) = decoder.program.bundle.schema.entry(self.entry).ok_or(Refused)?;
        decoder.enter()?;
        let width = decoder.program.width(self.entry);
        let base = decoder.frame.len();
        let mut count = 0usize;
        while decoder.json(|reader| reader.member(count == 0))? {
            let name = decoder.json(Reader::name)?;
            decoder.json(Reader::colon)?;
            let slot = read_key(decoder, key, &name)?;
            count += 1;
            if count > self.max as usize {
                return Err(decoder.refuse(format!("has more than {}", entries(self.max))));
            }
            let place = decoder.frame.len();
            decoder.frame.resize(place + width, Slot::ZERO);
            decoder.put(place, slot);
            let read = value::read(decoder, ty, place + 1);
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

/// The slot of a key, whose type is a text.
fn read_key(decoder: &mut Decoder<'_>, ty: TypeId, name: &Text<'_>) -> Read<Slot> {
    let max = match decoder.program.ty(ty) {
        Some(Type::Text { max }) => max,
        _ => 0,
    };
    if name.len() > max as usize {
        let (shown, long) = (shown(name), name.len());
        let sentence = format!("has the key \"{shown}\" of {long} bytes, and a key may have {max} at most");
        return Err(decoder.refuse(sentence));
    }
    decoder.keep_text(name)
}

/// Sorts the entries from `base` on by the bytes of their keys, and refuses two with the same key. Behind the entries stand for a while their
/// numbers, and then the entries in their order, so that no other memory is needed.
fn sort(decoder: &mut Decoder<'_>, base: usize, width: usize) -> Read<()> {
    let end = decoder.frame.len();
    let count = end.saturating_sub(base) / width.max(1);
    let start = |number: &Slot| number.int() as usize * width;
    decoder.frame.extend((0..).map(Slot::from_int).take(count));
    let arenas = Arenas { request: decoder.arena, program: &decoder.program.arenas };
    let (entries, numbers) = decoder.frame.split_at_mut_checked(end).unwrap_or_default();
    let entries = entries.get(base..).unwrap_or_default();
    let key = |number: &Slot| arenas.text(entries.get(start(number)).copied().unwrap_or_default());
    numbers.sort_unstable_by(|left, right| key(left).cmp(key(right)));
    let twice = numbers.windows(2).find_map(|pair| match pair {
        [left, right] if key(left) == key(right) => Some(key(left).to_owned()),
        _ => None,
    });
    if let Some(name) = twice {
        return Err(decoder.refuse_in(&name, "is there twice; send it once"));
    }
    for at in end..end + count {
        let number = decoder.frame.get(at).copied().unwrap_or_default();
        for slot in base + start(&number)..base + start(&number) + width {
            let slot = decoder.frame.get(slot).copied().unwrap_or_default();
            decoder.frame.push(slot);
        }
    }
    // The entries have gone over, and the numbers are no longer needed.
    decoder.frame.drain(base..end + count);
    Ok(())
}

fn entries(count: u32) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}
