//! Finding a text in a large set with a comparison or two, where halving the set would take seven or more.
//!
//! A hash table, made when the bundle is loaded, whose longest search is known: no text is looked for longer than halving
//! would have taken, so the bound that the loader proved for the instruction holds with the table and without it.

use std::hash::{BuildHasher, Hasher};
use std::ops::Range;

use foldhash::fast::FixedState;

use crate::arena::FEW;
use crate::slot::Slot;

/// In how many ways places are told by hashes before a set goes without a table.
const WAYS: u32 = 32;

/// What texts are told apart by before they are compared: an even number. That of the empty text is 0, as its slot is zero.
///
/// A text's slot has it from where the text is read. Whoever chooses texts can make them meet; that makes no search longer than the set's
/// longest, and each place of it costs no more than a comparison.
#[inline]
pub(crate) fn hash(text: &[u8]) -> u32 {
    if text.is_empty() {
        return 0;
    }
    let mut hasher = FixedState::with_seed(0).build_hasher();
    hasher.write(text);
    hasher.finish() as u32 & !1
}

/// Where the texts of a set stand, by their hash.
#[derive(Debug)]
pub(crate) struct TextIndex {
    /// An odd number: what spreads hashes over the table.
    spread: u32,
    /// By how much a spread hash is shifted to be a place.
    shift: u32,
    /// How many places a text may be looked for at.
    longest: usize,
    /// The places where texts may belong, a power of two of them and at least half of them empty; then those that a search may go on to.
    table: Box<[Place]>,
}

/// A place of the table.
#[derive(Clone, Copy, Default, Debug)]
struct Place {
    /// The text that stands here.
    text: Slot,
    /// The number of the element that it is, counted from 1; 0 where there is none.
    element: u32,
}

impl TextIndex {
    /// A table for the distinct texts of a set. None where the set is small, or where every way would make some search too long.
    pub fn new(texts: &[Slot]) -> Option<TextIndex> {
        let longest = texts.len().checked_ilog2().filter(|_| texts.len() > FEW)?;
        TextIndex::within(texts, longest as usize)
    }

    /// A table for distinct texts in which no search is longer than this. None where there is no such table.
    pub fn within(texts: &[Slot], longest: usize) -> Option<TextIndex> {
        let homes = (texts.len() * 2).next_power_of_two();
        (0..WAYS).find_map(|way| {
            let table = vec![Place::default(); homes + longest].into_boxed_slice();
            let (spread, shift) = (2 * way + 1, u32::BITS - homes.trailing_zeros());
            let mut index = TextIndex { spread, shift, longest, table };
            index.fill(texts)?;
            Some(index)
        })
    }

    /// Gives every text a place, unless one of them would be too far from where it belongs.
    fn fill(&mut self, texts: &[Slot]) -> Option<()> {
        for (element, text) in (1..).zip(texts) {
            let places = self.places(*text);
            let mut places = self.table.get_mut(places)?.iter_mut();
            *places.find(|place| place.element == 0)? = Place { text: *text, element };
        }
        Some(())
    }

    /// The element that is this text, as `is_same` finds when it compares the two, and its number.
    #[inline]
    pub fn find(&self, text: Slot, is_same: impl Fn(Slot) -> bool) -> Option<(usize, Slot)> {
        for place in self.table.get(self.places(text))? {
            let element = place.element.checked_sub(1)?;
            if is_same(place.text) {
                return Some((element as usize, place.text));
            }
        }
        None
    }

    /// Where a text may stand.
    #[inline]
    fn places(&self, text: Slot) -> Range<usize> {
        let home = text.text().hash.wrapping_mul(self.spread).wrapping_shr(self.shift) as usize;
        home..home + self.longest
    }
}

/// Those texts of a set that are known (`crate::known`): one of them is found by its hash alone, since no two have the same.
#[derive(Debug)]
pub(crate) struct KnownTexts {
    /// As in a [`TextIndex`].
    spread: u32,
    shift: u32,
    longest: usize,
    /// What the texts are told by, each at its place; 0 where there is none.
    told_by: Box<[u32]>,
    /// The number of the element that stands at each place.
    numbers: Box<[u32]>,
}

impl KnownTexts {
    /// Those of these distinct texts. None where every way would make some search too long.
    pub fn of(texts: &[Slot]) -> Option<KnownTexts> {
        let known = (0..).zip(texts).filter(|(_, text)| text.known_by().is_some());
        let (numbers, known): (Vec<u32>, Vec<Slot>) = known.unzip();
        let index = TextIndex::new(&known).or_else(|| TextIndex::within(&known, FEW))?;
        let number = |place: &Place| numbers.get(place.element.checked_sub(1)? as usize).copied();
        Some(KnownTexts {
            spread: index.spread,
            shift: index.shift,
            longest: index.longest,
            told_by: index.table.iter().map(|place| place.text.known_by().unwrap_or(0)).collect(),
            numbers: index.table.iter().map(|place| number(place).unwrap_or(0)).collect(),
        })
    }

    /// The number of the element that is the known text which is told by this.
    #[inline]
    pub fn find(&self, told_by: u32) -> Option<usize> {
        let home = self.home(told_by);
        let at = self.places(home).iter().position(|place| *place == told_by)?;
        self.numbers.get(home + at).map(|number| *number as usize)
    }

    /// Whether the known text that is told by this is one of them.
    #[inline(always)]
    pub fn hold(&self, told_by: u32) -> bool {
        // Behind a place without a text there is none with this home.
        let places = self.places(self.home(told_by)).iter();
        places.take_while(|place| **place != 0).any(|place| *place == told_by)
    }

    #[inline(always)]
    fn home(&self, told_by: u32) -> usize {
        (told_by & !1).wrapping_mul(self.spread).wrapping_shr(self.shift) as usize
    }

    /// Where one with this home may stand.
    #[inline(always)]
    fn places(&self, home: usize) -> &[u32] {
        let places = self.told_by.get(home..).unwrap_or_default();
        places.get(..self.longest).unwrap_or(places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::{Arena, Arenas};
    use crate::plan::Memory;

    /// Texts in an arena, and a table for them.
    struct Texts {
        arena: Arena,
        all: Vec<Slot>,
    }

    impl Texts {
        fn of(texts: impl Iterator<Item = String>) -> Texts {
            let mut arena = Arena::default();
            let all = texts.map(|text| arena.add_text(0, &text).unwrap()).collect();
            Texts { arena, all }
        }

        /// Where the table says that a text is, and how many texts it was compared with.
        fn find(&mut self, index: &TextIndex, text: &str) -> (Option<usize>, usize) {
            let text = self.arena.add_text(0, text).unwrap();
            let arenas = Arenas { request: &self.arena, program: &Memory::empty() };
            let compared = std::cell::Cell::new(0);
            let is_same = |other: Slot| {
                compared.set(compared.get() + 1);
                arenas.is_same_text(other, text)
            };
            (index.find(text, is_same).map(|(number, _)| number), compared.get())
        }
    }

    #[test]
    fn every_text_of_a_set_is_found_and_no_other_one() {
        for count in [4, 9, 100, 5000] {
            let text = |number: usize| format!("m-{number}");
            let mut texts = Texts::of((0..count).map(text));
            let index = TextIndex::new(&texts.all).unwrap();
            for number in 0..count {
                assert_eq!(texts.find(&index, &text(number)).0, Some(number));
                assert_eq!(texts.find(&index, &format!("{} ", text(number))).0, None);
            }
        }
    }

    #[test]
    fn no_search_is_longer_than_halving() {
        let mut texts = Texts::of((0..1000).map(|number| format!("sku-{number:04}")));
        let index = TextIndex::new(&texts.all).unwrap();
        assert!(index.longest < 10);
        for text in (0..10_000).map(|number| format!("sku-{number}")) {
            let (_, compared) = texts.find(&index, &text);
            assert!(compared < 10, "{text} took {compared}");
        }
    }

    #[test]
    fn every_known_text_is_found_and_no_other_one() {
        for count in [1, 2, 3, 4, 9, 100, 5000] {
            let mut texts = Texts::of((0..count).map(|number| format!("m-{number}")));
            // Every third one is not known.
            texts
                .all
                .iter_mut()
                .enumerate()
                .filter(|(n, _)| n % 3 != 2)
                .for_each(|(_, text)| *text = text.known());
            let known = KnownTexts::of(&texts.all).unwrap();
            for (number, text) in texts.all.iter().enumerate() {
                let found = known.find(text.known().known_by().unwrap());
                assert_eq!(found, (number % 3 != 2).then_some(number));
                assert_eq!(known.hold(text.known().known_by().unwrap()), found.is_some());
            }
            for number in 0..count {
                let other = texts.arena.add_text(0, &format!("other-{number}")).unwrap().known();
                assert_eq!(known.find(other.known_by().unwrap()), None);
            }
        }
        assert_eq!(KnownTexts::of(&[]).and_then(|none| none.find(1)), None);
    }

    #[test]
    fn a_small_set_needs_no_table() {
        let texts = Texts::of(["a", "b", "c"].map(str::to_owned).into_iter());
        assert!(TextIndex::new(&texts.all).is_none());
    }

    #[test]
    fn the_empty_text_is_the_zero_of_its_type() {
        let empty = Arena::default().add_text(0, "").unwrap();
        assert_eq!(empty, Slot::ZERO);
        assert_eq!(hash(b""), 0);
    }
}
