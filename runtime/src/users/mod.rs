//! Users' policies, of which there may be a million and of which a request runs one.
//!
//! A user's unit is kept twice. What deciding needs lies ready in a [`Table`] by the user's name: its values, and a [`Body`], which says
//! what it does and not what it is called, so that all users whose policies differ only in values and names share one. The whole of it
//! stays encoded in an [`Archive`], as it stands in the file, until somebody wants it in words.
//!
//! So a unit has two numbers: its *place* in the table, by which decisions name it, and its *rank* among the units of users in the file.

mod record;
mod tag;
mod block;
mod table;
mod archive;
mod body;

use std::sync::Arc;

use lictor_bundle::digest::BundleId;
use lictor_bundle::encoded;
use lictor_bundle::error::BundleError;
use lictor_bundle::interface::Links;
use lictor_bundle::program::{Mode, Unit};

use crate::arena::Arena;
use crate::plan::too_large;
use crate::settings::Settings;
use crate::slot::Slot;
use crate::unit::LayerUnits;
use crate::value::Loader;
use archive::{Archive, ArchiveBuilder};
use body::Bodies;
pub(crate) use body::Body;
use record::{Packed, Shape};
use table::{Table, TableBuilder};

/// The units of all users.
#[derive(Clone, Debug, Default)]
pub(crate) struct Users {
    table: Table,
    archive: Archive,
    /// Whether any of them counts.
    pub enforced: bool,
    /// Whether any of them is only observed.
    pub observed: bool,
}

/// What deciding needs of a user's unit.
#[derive(Clone, Copy)]
pub(crate) struct Ready<'a> {
    pub body: &'a Arc<Body>,
    pub constants: &'a [Slot],
    pub sets: Settings<'a>,
}

impl Users {
    /// The units of a user, by their places.
    pub fn find(&self, id: &str) -> LayerUnits {
        let mut found = LayerUnits::default();
        let Some((first, has_twin)) = self.table.find(id.as_bytes()) else { return found };
        for place in first..=first + usize::from(has_twin) {
            match self.ready(place).map(|ready| ready.body.unit.mode) {
                Some(Mode::Enforced) => found.enforced = Some(place),
                Some(Mode::Observed) => found.observed = Some(place),
                None => {}
            }
        }
        found
    }

    /// What deciding needs of the unit at this place.
    pub fn ready(&self, place: usize) -> Option<Ready<'_>> {
        self.table.ready(place)
    }

    /// The rank of the unit at this place.
    pub fn rank(&self, place: usize) -> Option<usize> {
        self.table.rank(place)
    }

    /// How many units there are.
    pub fn count(&self) -> usize {
        self.archive.count()
    }

    /// The unit of this rank, encoded.
    pub fn encoded(&self, rank: usize) -> Option<Vec<u8>> {
        self.archive.encoded(rank)
    }

    /// The whole of the unit of this rank, decoded and linked.
    pub fn whole(&self, rank: usize, links: &Links) -> Option<Unit> {
        links.decode(&self.encoded(rank)?).ok()
    }

    /// The texts and lists of a unit, by the number that its values name them by.
    #[inline(never)]
    pub fn arena(&self, number: u32) -> Option<&Arena> {
        Some(self.archive.arena((u32::MAX - number) as usize)?)
    }

    /// The same with another unit at this place: of the same user, and of the same mode. `bytes` is how it is encoded.
    pub fn with(&self, place: usize, unit: &Unit, bytes: &[u8]) -> Result<Users, BundleError> {
        let Some(rank) = self.rank(place) else { return Ok(self.clone()) };
        let mut slots = Vec::new();
        let (shape, arena) = values(rank, unit, bytes, &mut slots)?;
        let hash = self.table.hash(encoded::user(bytes).unwrap_or_default());
        let table = self.table.with(place, |packed, bodies| {
            (Packed { hash, shape, slots: &slots, ..packed }, Body::among(bodies, unit.clone()))
        })?;
        let archive = self.archive.with(rank, bytes, arena).ok_or_else(too_large)?;
        Ok(Users { table, archive, ..*self })
    }
}

/// Adds the slots of the unit of a rank; gives what they are, and the texts and lists that they refer to.
fn values(
    rank: usize,
    unit: &Unit,
    bytes: &[u8],
    slots: &mut Vec<Slot>,
) -> Result<(Shape, Option<Arc<Arena>>), BundleError> {
    let mut arena = Arena::default();
    // Users' arenas are numbered from the end, where they meet none of those that there are besides.
    let number = u32::try_from(rank).map_err(|_| too_large())?;
    let mut loader = Loader { arena: &mut arena, number: u32::MAX - number, known: None };
    let shape = Shape::write(unit, bytes, &mut loader, slots).ok_or_else(too_large)?;
    arena.shrink();
    Ok((shape, (!arena.is_empty()).then(|| Arc::new(arena))))
}

/// Puts users' units away as they are read, in their order.
#[derive(Default)]
pub(crate) struct Packer {
    archive: ArchiveBuilder,
    bodies: Bodies,
    rows: Vec<Row>,
    /// The slots of all units, one after the other.
    slots: Vec<Slot>,
    /// Whose unit came last.
    last: Vec<u8>,
    enforced: bool,
    observed: bool,
}

/// A unit that waits for its place.
struct Row {
    body: Arc<Body>,
    /// Where its slots end.
    end: usize,
    shape: Shape,
    /// Whether the next one is of the same user.
    has_twin: bool,
}

impl Packer {
    /// Puts a unit away; `bytes` is how it is encoded. Fails where its values are too many or too long.
    pub fn add(&mut self, unit: Unit, bytes: &[u8]) -> Result<(), BundleError> {
        let user = encoded::user(bytes).unwrap_or_default();
        match self.rows.last_mut() {
            Some(before) if user == self.last => before.has_twin = true,
            _ => {
                self.last.clear();
                self.last.extend_from_slice(user);
            }
        }
        match unit.mode {
            Mode::Enforced => self.enforced = true,
            Mode::Observed => self.observed = true,
        }
        let (shape, arena) = values(self.rows.len(), &unit, bytes, &mut self.slots)?;
        self.archive.add(bytes, arena).ok_or_else(too_large)?;
        let body = self.bodies.of(unit)?;
        self.rows.push(Row { body, end: self.slots.len(), shape, has_twin: false });
        Ok(())
    }

    /// All of them, of the bundle that is called so.
    pub fn finish(self, bundle: BundleId) -> Result<Users, BundleError> {
        let Packer { archive, rows, slots, enforced, observed, .. } = self;
        let archive = archive.finish();
        let mut table = TableBuilder::new(rows.len(), bundle);
        let hash =
            |rank: u32| table.hash(archive.begin(rank as usize).and_then(encoded::user).unwrap_or_default());
        let mut order: Vec<(u64, u32)> = (0..).take(rows.len()).map(|rank| (hash(rank), rank)).collect();
        order.sort_unstable();
        for (hash, rank) in order {
            let index = rank as usize;
            let Some(Row { body, end, shape, has_twin }) = rows.get(index) else { continue };
            let start =
                index.checked_sub(1).and_then(|before| rows.get(before)).map_or(0, |before| before.end);
            let slots = slots.get(start..*end).unwrap_or_default();
            let (shape, has_twin) = (*shape, *has_twin);
            table.add(Packed { rank, has_twin, hash, shape, slots }, body)?;
        }
        Ok(Users { table: table.finish(), archive, enforced, observed })
    }
}
