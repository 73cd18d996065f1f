//! Finding a text in a large set with a comparison or two, where halving the set would take seven or more.
//!
//! A hash table, made when the bundle is loaded, whose longest search is known: no text is looked for longer than halving
//! would have taken, so the bound that the loader proved for the instruction holds with the table and without it.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

use crate::arena::FEW;

/// How many seeds are tried before a set goes without a table.
const SEEDS: u64 = 32;

/// Where the texts of a set stand, by their hash.
#[derive(Debug)]
pub(crate) struct TextIndex {
    state: FixedState,
    /// How many places a text may be looked for at.
    longest: usize,
    /// A power of two long, and at least half of it empty.
    table: Box<[Place]>,
}

/// A place of the table.
#[derive(Clone, Copy, Default, Debug)]
struct Place {
    /// The upper half of the text's hash; the lower one has led here.
    tag: u32,
    /// The number of the element, counted from 1; 0 where there is none.
    element: u32,
}

impl TextIndex {
    /// A table for the distinct texts of a set. None where the set is small, or where every seed would make some search too long.
    pub fn new(texts: &[&str]) -> Option<TextIndex> {
        if texts.len() <= FEW {
            return None;
        }
        let halvings = usize::BITS - texts.len().leading_zeros();
        let length = (texts.len() * 2).next_power_of_two();
        (0..SEEDS).find_map(|seed| {
            let state = FixedState::with_seed(seed);
            let table = vec![Place::default(); length].into_boxed_slice();
            let mut index = TextIndex { state, longest: halvings as usize - 1, table };
            index.fill(texts)?;
            Some(index)
        })
    }

    /// Gives every text a place, unless one of them would be too far from where it belongs.
    fn fill(&mut self, texts: &[&str]) -> Option<()> {
        for (element, text) in (1..).zip(texts) {
            let hash = self.hash(text.as_bytes());
            let mut steps = 0..self.longest;
            let free = steps.find(|step| self.place(hash, *step).is_some_and(|place| place.element == 0))?;
            let at = self.at(hash, free);
            *self.table.get_mut(at)? = Place { tag: tag(hash), element };
        }
        Some(())
    }

    /// The number of the element that is this text, where `is_it` compares it with the element of a number.
    #[inline]
    pub fn find(&self, text: &[u8], is_it: impl Fn(usize) -> bool) -> Option<usize> {
        let hash = self.hash(text);
        for step in 0..self.longest {
            let Place { tag: found, element } = self.place(hash, step)?;
            let element = element.checked_sub(1)? as usize;
            if found == tag(hash) && is_it(element) {
                return Some(element);
            }
        }
        None
    }

    #[inline]
    fn hash(&self, text: &[u8]) -> u64 {
        let mut hasher = self.state.build_hasher();
        hasher.write(text);
        hasher.finish()
    }

    /// Where a text of this hash may stand.
    #[inline]
    fn at(&self, hash: u64, step: usize) -> usize {
        (hash as usize).wrapping_add(step) & self.table.len().wrapping_sub(1)
    }

    #[inline]
    fn place(&self, hash: u64, step: usize) -> Option<Place> {
        self.table.get(self.at(hash, step)).copied()
    }
}

/// What two texts that meet at a place are told apart by, before they are compared.
fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_of_a_set_is_found_and_no_other_one() {
        for count in [4, 9, 100, 5000] {
            let all: Vec<String> = (0..count).map(|number| format!("m-{number}")).collect();
            let texts: Vec<&str> = all.iter().map(String::as_str).collect();
            let index = TextIndex::new(&texts).unwrap();
            let find = |text: &str| index.find(text.as_bytes(), |element| texts[element] == text);
            for (number, text) in texts.iter().enumerate() {
                assert_eq!(find(text), Some(number));
                assert_eq!(find(&format!("{text} ")), None);
            }
        }
    }

    #[test]
    fn no_search_is_longer_than_halving() {
        let all: Vec<String> = (0..1000).map(|number| format!("sku-{number:04}")).collect();
        let texts: Vec<&str> = all.iter().map(String::as_str).collect();
        let index = TextIndex::new(&texts).unwrap();
        let others: Vec<String> = (0..10_000).map(|number| format!("sku-{number}")).collect();
        for text in texts.iter().copied().chain(others.iter().map(String::as_str)) {
            let compared = std::cell::Cell::new(0);
            let count = |element: usize| {
                compared.set(compared.get() + 1);
                texts[element] == text
            };
            index.find(text.as_bytes(), count);
            assert!(compared.get() < 10, "{text} took {}", compared.get());
        }
    }

    #[test]
    fn a_small_set_needs_no_table() {
        assert!(TextIndex::new(&["a", "b", "c"]).is_none());
    }
}
