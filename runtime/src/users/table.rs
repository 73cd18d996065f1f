//! Finding a user among a million: a table of records, addressed by the hash of the name, so that a look-up touches one line of memory
//! that is far from the processor.
//!
//! Units stand sorted by hash, each as near behind its home as those before it allow. So a search ends where it meets somebody who is
//! nearer home than the user would be there.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::FixedState;
use lictor_bundle::digest::BundleId;
use lictor_bundle::error::BundleError;

use super::Ready;
use super::block::{BLOCK, Block, Builder};
use super::body::Body;
use super::record::Packed;
use super::tag::Tag;

/// How many blocks a group has, but for the last one: to exchange one of them copies the list of these and not of all.
const GROUP: usize = 32;

/// Users' units, by the hashes of their users' names.
#[derive(Clone, Default, Debug)]
pub(super) struct Table {
    hasher: FixedState,
    /// How many places are a home. There are a few more behind the last.
    homes: usize,
    /// The tag of each place. They stay the same where a unit is exchanged, since its user does.
    tags: Arc<[Tag]>,
    groups: Vec<Arc<[Block]>>,
}

impl Table {
    /// The number of a user's first place, and whether the next place is of the same user.
    pub fn find(&self, name: &[u8]) -> Option<(usize, bool)> {
        let hash = self.hash(name);
        let home = self.home(hash);
        for (distance, tag) in self.tags.get(home..)?.iter().enumerate() {
            if *tag == Tag::of(hash, distance) {
                let place = home + distance;
                let block = self.block(place)?;
                let record = block.records.get(place % BLOCK)?;
                if record.is_of(name, hash, &block.elsewhere) {
                    return Some((place, record.has_twin()));
                }
            } else if tag.ends_search(distance) {
                return None;
            }
        }
        None
    }

    /// What deciding needs of the unit at a place.
    pub fn ready(&self, place: usize) -> Option<Ready<'_>> {
        self.block(place)?.ready(place % BLOCK)
    }

    /// Which unit is at a place, counted as they stand in the file.
    pub fn rank(&self, place: usize) -> Option<usize> {
        let record = self.block(place)?.records.get(place % BLOCK)?;
        (!record.is_vacant()).then(|| record.rank())
    }

    /// The same with another unit at a place. `exchange` makes it of the one that is there, and its body of some that are known.
    pub fn with<'n>(
        &self,
        place: usize,
        exchange: impl Fn(Packed<'_>, &[Arc<Body>]) -> (Packed<'n>, Arc<Body>),
    ) -> Result<Table, BundleError> {
        let mut table = self.clone();
        if let Some(group) = table.groups.get_mut(place / BLOCK / GROUP) {
            let mut blocks = group.to_vec();
            if let Some(block) = blocks.get_mut(place / BLOCK % GROUP) {
                *block = block.with(place % BLOCK, exchange)?;
            }
            *group = blocks.into();
        }
        Ok(table)
    }

    /// The hash of a name.
    pub fn hash(&self, name: &[u8]) -> u64 {
        self.hasher.hash_one(name)
    }

    /// The first place for those of a hash. Homes are sorted as hashes are.
    fn home(&self, hash: u64) -> usize {
        ((u128::from(hash) * self.homes as u128) >> u64::BITS) as usize
    }

    fn block(&self, place: usize) -> Option<&Block> {
        self.groups.get(place / BLOCK / GROUP)?.get(place / BLOCK % GROUP)
    }
}

/// A table in the making.
pub(super) struct TableBuilder {
    table: Table,
    /// Of the places that are filled or left out by now.
    tags: Vec<Tag>,
    builder: Builder,
    group: Vec<Block>,
}

impl TableBuilder {
    /// Of a table for so many units. Who is whose neighbour depends on the bundle: who chooses a name cannot know beforehand whose
    /// search becomes longer by it.
    pub fn new(count: usize, bundle: BundleId) -> TableBuilder {
        let seed = bundle.0.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        // A quarter stays vacant. With less, searches are longer; with more, each unit takes more memory.
        let homes = count + count / 3 + 1;
        let table = Table { hasher: FixedState::with_seed(seed), homes, ..Table::default() };
        let tags = Vec::with_capacity(homes);
        TableBuilder { table, tags, builder: Builder::default(), group: Vec::new() }
    }

    /// The hash of a name.
    pub fn hash(&self, name: &[u8]) -> u64 {
        self.table.hash(name)
    }

    /// Adds a unit as near to its home as possible. They come sorted by hash, those of a user side by side.
    pub fn add(&mut self, packed: Packed<'_>, body: &Arc<Body>) -> Result<(), BundleError> {
        let home = self.table.home(packed.hash);
        while self.tags.len() < home {
            self.builder.leave_out();
            self.next(Tag::default());
        }
        self.builder.add(packed, body)?;
        self.next(Tag::of(packed.hash, self.tags.len() - home));
        Ok(())
    }

    fn next(&mut self, tag: Tag) {
        self.tags.push(tag);
        if self.builder.len() == BLOCK {
            self.close();
        }
    }

    fn close(&mut self) {
        self.group.push(self.builder.finish());
        if self.group.len() == GROUP {
            self.table.groups.push(std::mem::take(&mut self.group).into());
        }
    }

    /// The table.
    pub fn finish(mut self) -> Table {
        if self.builder.len() > 0 {
            self.close();
        }
        if !self.group.is_empty() {
            self.table.groups.push(self.group.into());
        }
        Table { tags: self.tags.into(), ..self.table }
    }
}

#[cfg(test)]
mod tests {
    use lictor_bundle::currency::Currency;
    use lictor_bundle::encoded;
    use lictor_bundle::program::{CodeBlock, Mode, ParamSet, Thresholds, Unit, UnitKey};
    use lictor_bundle::schema::{ParamValue, Scalar};

    use super::*;
    use crate::arena::Arena;
    use crate::slot::Slot;
    use crate::users::record::Shape;
    use crate::value::Loader;

    /// A unit that sets so many parameters, each to its number more than that of the unit.
    fn unit(name: &str, number: usize, sets: u16) -> Unit {
        let value = |param: u16| ParamValue::Scalar(Scalar::Int(number as i64 + i64::from(param)));
        Unit {
            key: UnitKey::User(name.to_owned()),
            mode: Mode::Enforced,
            sets: (0..sets).map(|param| ParamSet { param, value: value(param) }).collect(),
            defaults: Vec::new(),
            thresholds: Thresholds::default(),
            rules: Vec::new(),
            code: CodeBlock::default(),
            map: Default::default(),
            sources: Vec::new(),
            groups: Vec::new(),
        }
    }

    fn slots(unit: &Unit) -> (Shape, Vec<Slot>) {
        let (mut arena, mut slots) = (Arena::default(), Vec::new());
        let bytes = encoded::encode(unit).unwrap();
        let mut loader = Loader { arena: &mut arena, number: 1, known: None };
        (Shape::write(unit, &bytes, &mut loader, &mut slots).unwrap(), slots)
    }

    /// A table of these users in this order, whose hashes are `hash` of their numbers.
    fn table(names: &[String], hash: impl Fn(&TableBuilder, usize) -> u64) -> Table {
        let mut builder = TableBuilder::new(names.len(), BundleId([9; 32]));
        let mut order: Vec<(u64, usize)> =
            (0..names.len()).map(|number| (hash(&builder, number), number)).collect();
        order.sort_unstable();
        let body = Body::among(&[], unit("", 0, 0));
        for (hash, number) in order {
            let (shape, slots) = slots(&unit(&names[number], number, number as u16 % 4));
            let (rank, has_twin) = (number as u32, false);
            builder.add(Packed { rank, has_twin, hash, shape, slots: &slots }, &body).unwrap();
        }
        builder.finish()
    }

    fn holds(table: &Table, names: &[String], first_value: impl Fn(usize) -> i64) {
        for (number, name) in names.iter().enumerate() {
            let (place, _) = table.find(name.as_bytes()).unwrap_or_else(|| panic!("{name} is not found"));
            assert_eq!(table.rank(place), Some(number));
            let sets = table.ready(place).unwrap().sets;
            let found: Vec<i64> = sets
                .params()
                .map(|param| sets.get(param).unwrap().slot(Currency::NONE).unwrap().int())
                .collect();
            let first = first_value(number);
            assert_eq!(found, (first..).take(number % 4).collect::<Vec<_>>(), "{name}");
            assert_eq!(table.find(format!("{name} ").as_bytes()), None);
            assert_eq!(table.find(&name.as_bytes()[1..]), None);
        }
        assert_eq!(table.find(b""), None);
    }

    /// Names of all lengths around what a slot and a record have room for.
    fn names(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("{number:04}{}", "x".repeat(number % 61))).collect()
    }

    #[test]
    fn every_user_is_found_and_nobody_else() {
        for count in [0, 1, 3, 5, 384, 385, 1000, 3000] {
            let names = names(count);
            let table = table(&names, |builder, number| builder.hash(names[number].as_bytes()));
            holds(&table, &names, |number| number as i64);
        }
    }

    #[test]
    fn an_exchange_leaves_everybody_else_as_they_were() {
        let names = names(1500);
        let before = table(&names, |builder, number| builder.hash(names[number].as_bytes()));
        let mut after = before.clone();
        let known = before.ready(before.find(names[0].as_bytes()).unwrap().0).unwrap().body.clone();
        for number in (0..names.len()).step_by(37) {
            let (place, _) = after.find(names[number].as_bytes()).unwrap();
            let unit = unit(&names[number], number + 5000, number as u16 % 4);
            let (shape, slots) = slots(&unit);
            let hash = after.hash(names[number].as_bytes());
            after = after
                .with(place, |packed, bodies| {
                    (Packed { hash, shape, slots: &slots, ..packed }, Body::among(bodies, unit.clone()))
                })
                .unwrap();
            assert!(Arc::ptr_eq(after.ready(place).unwrap().body, &known));
        }
        holds(&before, &names, |number| number as i64);
        holds(&after, &names, |number| (number + if number.is_multiple_of(37) { 5000 } else { 0 }) as i64);
    }

    #[test]
    fn a_search_is_short() {
        let names: Vec<String> = (0..50_000).map(|number| format!("user-{number:07}")).collect();
        let table = table(&names, |builder, number| builder.hash(names[number].as_bytes()));
        let distance =
            |name: &String| table.find(name.as_bytes()).unwrap().0 - table.home(table.hash(name.as_bytes()));
        let all: Vec<usize> = names.iter().map(distance).collect();
        let total: usize = all.iter().sum();
        assert!(total < 2 * names.len(), "{total} tags behind the first ones");
        assert!(all.iter().max() < Some(&60), "{:?}", all.iter().max());
    }

    #[test]
    fn users_of_one_hash_are_told_apart() {
        // All have the hash of one of them, so only that one is looked for where they are; but those between are passed.
        let names = names(1400);
        for wanted in [0, 700, 1399] {
            let table = table(&names, |builder, _| builder.hash(names[wanted].as_bytes()));
            let (place, _) = table.find(names[wanted].as_bytes()).unwrap();
            assert_eq!(table.rank(place), Some(wanted));
        }
    }
}
