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
/// Stands for this distance and every longer one.
const FAR: u16 = u16::MAX;

/// What there is among the slots of a unit: first the name, then the constants, then the row of the settings.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Shape {
    /// The length of the name in bytes. No user has an empty one.
    name: u16,
    constants: u16,
    settings: u16,
}

/// Where a unit's slots are to be put, and those of which unit.
#[derive(Clone, Copy)]
pub(super) struct Packed<'a> {
    /// Which unit it is, counted as they stand in the file.
    pub rank: u32,
    /// How far behind its home it is put.
    pub displaced: usize,
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
    displaced: u16,
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
    let mut packed = [0; NAME];
    packed.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    Slot::from_wide(i128::from_le_bytes(packed))
}

impl Record {
    /// The record of a unit. Slots that it has no room for are added to those elsewhere. `None` where these are too many.
    pub fn of(packed: Packed<'_>, body: u16, elsewhere: &mut Vec<Slot>) -> Option<Record> {
        let Packed { rank, displaced, has_twin, hash, shape, slots } = packed;
        let displaced = u16::try_from(displaced).unwrap_or(FAR);
        let mut record = Record { rank, body, displaced, shape, has_twin, ..Record::default() };
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
        let Record { rank, displaced, shape, has_twin, .. } = *self;
        let hash = self.elsewhere().map_or(0, |(_, _, hash)| hash);
        let packed = Packed { rank, displaced: displaced.into(), has_twin, hash, shape, slots: &[] };
        (!self.is_vacant()).then_some(Packed { slots: self.slots(elsewhere), ..packed })
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

    /// Whether a record this far behind its home would stand here, if it were in the table: nobody is ever farther from home than
    /// those before.
    pub fn ends_search(&self, distance: usize) -> bool {
        self.is_vacant() || (self.displaced != FAR && usize::from(self.displaced) < distance)
    }

    /// Whether it is the first one of this user, who would be this far behind home here.
    pub fn is_of(&self, name: &[u8], hash: u64, distance: usize, elsewhere: &[Slot]) -> bool {
        let at_home = usize::from(self.displaced) == distance.min(usize::from(FAR));
        if !at_home || usize::from(self.shape.name) != name.len() {
            return false;
        }
        if self.elsewhere().is_some_and(|(_, _, known)| known != hash) {
            return false;
        }
        self.slots(elsewhere).iter().zip(name.chunks(NAME)).all(|(slot, chunk)| *slot == pack(chunk))
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
