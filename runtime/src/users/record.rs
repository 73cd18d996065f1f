//! What deciding needs of a user's unit, in one line of the processor's cache.
//!
//! A record is as long as such a line and begins where one begins. The user's name, the unit's constants and its settings lie in it
//! where they are few; otherwise they lie elsewhere in its block, and it says where.

use lictor_bundle::encoded;
use lictor_bundle::program::Unit;

use crate::settings::{self, Settings};
use crate::slot::Slot;
use crate::value::Loader;

/// How many slots a record has room for.
const ROOM: usize = 3;
/// How many bytes of a name a slot takes.
const NAME: usize = size_of::<Slot>();

/// What there is among the slots of a unit: first the name, then the constants, then the row of the settings.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Shape {
    /// The length of the name in bytes. No user has an empty one.
    name: u16,
    constants: u16,
    settings: u16,
}

/// A unit on its way to its place.
#[derive(Clone, Copy)]
pub(super) struct Packed<'a> {
    /// Which unit it is, counted as they stand in the file.
    pub rank: u32,
    /// Whether the next unit is of the same user.
    pub has_twin: bool,
    /// The hash of the user's name.
    pub hash: u64,
    pub shape: Shape,
    pub slots: &'a [Slot],
}

/// A place of the table: a user's unit, or none.
#[derive(Clone, Copy, Default, Debug)]
#[repr(align(64))]
pub(super) struct Record {
    rank: u32,
    /// Which of its block's bodies it has.
    pub body: u16,
    shape: Shape,
    has_twin: bool,
    /// Whether the slots lie elsewhere. Then the first one here says where, and what the hash of the name is.
    is_elsewhere: bool,
    slots: [Slot; ROOM],
}

impl Shape {
    /// Adds the slots of a user's unit, which was decoded from these bytes. `None` where there are too many of them.
    pub fn write(unit: &Unit, bytes: &[u8], loader: &mut Loader<'_>, slots: &mut Vec<Slot>) -> Option<Shape> {
        let name = encoded::user(bytes)?;
        slots.extend(name.chunks(NAME).map(pack));
        let constants = &unit.code.constants;
        for constant in constants {
            slots.push(loader.constant(constant)?);
        }
        let sets = unit.sets.iter().map(|set| (set.param, &set.value));
        let settings = settings::write(sets, loader, slots)?;
        let [name, constants, settings] =
            [name.len(), constants.len(), settings].map(|length| u16::try_from(length).ok());
        Some(Shape { name: name?, constants: constants?, settings: settings? })
    }
}

/// Up to [`NAME`] bytes as a slot.
fn pack(bytes: &[u8]) -> Slot {
    let half = |half: &[u8; 8]| u128::from(u64::from_le_bytes(*half));
    let packed = match (bytes.first_chunk(), bytes.last_chunk()) {
        // The two may overlap, and where they do they are the same.
        (Some(first), Some(last)) => half(first) | half(last) << (8 * (bytes.len() - 8).min(8)),
        _ => bytes.iter().rev().fold(0, |packed, byte| packed << 8 | u128::from(*byte)),
    };
    Slot::from_wide(packed.cast_signed())
}

impl Record {
    /// The record of a unit. Slots that it has no room for are added to those elsewhere. `None` where these are too many.
    pub fn of(packed: Packed<'_>, body: u16, elsewhere: &mut Vec<Slot>) -> Option<Record> {
        let Packed { rank, has_twin, hash, shape, slots } = packed;
        let mut record = Record { rank, body, shape, has_twin, ..Record::default() };
        match record.slots.get_mut(..slots.len()) {
            Some(room) => room.copy_from_slice(slots),
            None => {
                let (at, length) = (u32::try_from(elsewhere.len()).ok()?, u32::try_from(slots.len()).ok()?);
                elsewhere.extend_from_slice(slots);
                record.is_elsewhere = true;
                record.slots = [Slot::from_pair([u64::from(at) << 32 | u64::from(length), hash]); ROOM];
            }
        }
        Some(record)
    }

    /// The unit that it is of, as it was given; none where it is of none.
    pub fn packed<'a>(&'a self, elsewhere: &'a [Slot]) -> Option<Packed<'a>> {
        let Record { rank, shape, has_twin, .. } = *self;
        let hash = self.elsewhere().map_or(0, |(_, _, hash)| hash);
        let packed = Packed { rank, has_twin, hash, shape, slots: self.slots(elsewhere) };
        (!self.is_vacant()).then_some(packed)
    }

    /// Whether no unit is here.
    pub fn is_vacant(&self) -> bool {
        self.shape.name == 0
    }

    /// Which unit it is, counted as they stand in the file.
    pub fn rank(&self) -> usize {
        self.rank as usize
    }

    /// Whether the next place is of the same user.
    pub fn has_twin(&self) -> bool {
        self.has_twin
    }

    /// Whether it is of this user.
    #[inline]
    pub fn is_of(&self, name: &[u8], hash: u64, elsewhere: &[Slot]) -> bool {
        usize::from(self.shape.name) == name.len()
            && self.elsewhere().is_none_or(|(_, _, known)| known == hash)
            && self.slots(elsewhere).iter().zip(name.chunks(NAME)).all(|(slot, chunk)| *slot == pack(chunk))
    }

    /// What its code loads.
    pub fn constants<'a>(&'a self, elsewhere: &'a [Slot]) -> &'a [Slot] {
        let first = self.names();
        self.slots(elsewhere).get(first..first + usize::from(self.shape.constants)).unwrap_or_default()
    }

    /// What it sets.
    pub fn settings<'a>(&'a self, elsewhere: &'a [Slot]) -> Settings<'a> {
        let first = self.names() + usize::from(self.shape.constants);
        let row = self.slots(elsewhere).get(first..).unwrap_or_default();
        Settings::new(self.shape.settings.into(), row)
    }

    /// How many slots the name takes.
    fn names(&self) -> usize {
        usize::from(self.shape.name).div_ceil(NAME)
    }

    #[inline]
    fn slots<'a>(&'a self, elsewhere: &'a [Slot]) -> &'a [Slot] {
        match self.elsewhere() {
            None => &self.slots,
            Some((at, length, _)) => elsewhere.get(at..at.saturating_add(length)).unwrap_or_default(),
        }
    }

    /// Where slots lie that it has no room for: the first, how many, and the hash of the name.
    #[inline]
    fn elsewhere(&self) -> Option<(usize, usize, u64)> {
        let [first, ..] = self.slots;
        let [place, hash] = first.pair();
        self.is_elsewhere.then_some(((place >> 32) as usize, place as u32 as usize, hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_packed_as_they_stand() {
        let bytes: Vec<u8> = (1..=NAME as u8).map(|number| number * 15).collect();
        for length in 0..=NAME {
            let mut padded = [0; NAME];
            padded[..length].copy_from_slice(&bytes[..length]);
            assert_eq!(pack(&bytes[..length]).wide(), i128::from_le_bytes(padded), "{length}");
        }
    }
}
