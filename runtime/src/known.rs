//! The texts that the policy itself names, told apart at a glance.
//!
//! Most texts of a request are asked about by name: whether they are one text of the policy's or in a list of them. So each is looked for
//! among all of these once, where it is read, and its slot says if it is one. Of two known texts the hashes tell whether they are
//! the same, and nobody looks at their bytes again.
//!
//! What users' units name is not counted among them, since it comes and goes; it is compared by its bytes.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::index::TextIndex;
use crate::slot::Slot;

/// At how many places a text is looked for among the policy's own at most. Hardly any search goes so far, so there is a table for any policy.
const LONGEST: usize = 128;

/// The policy's own texts while they are gathered.
#[derive(Default)]
pub(crate) struct Gathered {
    by_hash: BTreeMap<u32, String>,
    slots: Vec<Slot>,
}

impl Gathered {
    /// Adds a text, and gives its slot, known: unless another one has the same hash already, from which that would not tell it.
    pub fn add(&mut self, slot: Slot, text: &str) -> Slot {
        match self.by_hash.entry(slot.text().hash) {
            Entry::Occupied(other) if other.get() != text => slot,
            Entry::Occupied(_) => slot.known(),
            Entry::Vacant(place) => {
                place.insert(text.to_owned());
                self.slots.push(slot.known());
                slot.known()
            }
        }
    }

    /// All of them, ready to be looked for.
    pub fn finish(self) -> Known {
        Known(TextIndex::within(&self.slots, LONGEST))
    }
}

/// The policy's own texts, no two of them with the same hash. Where there is no table of them, no text of a request is known.
#[derive(Debug)]
pub(crate) struct Known(Option<TextIndex>);

impl Known {
    /// The same slot of a text, known if the text is one of them; `is_same` compares it with one that resembles it.
    #[inline]
    pub fn recognize(&self, text: Slot, is_same: impl Fn(Slot) -> bool) -> Slot {
        let found =
            self.0.as_ref().and_then(|index| index.find(text, |own| own.resembles(text) && is_same(own)));
        if found.is_some() { text.known() } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::slot::TextSpan;

    /// A slot of a text as if it had this hash.
    fn with_hash(slot: Slot, hash: u32) -> Slot {
        Slot::from_text(TextSpan { hash, ..slot.text() })
    }

    #[test]
    fn what_the_policy_names_is_known_and_nothing_else() {
        for count in [0, 1, 2, 3, 50, 4000] {
            let mut gathered = Gathered::default();
            let mut arena = Arena::default();
            for number in 0..count {
                let text = format!("own-{number}");
                let slot = arena.add_text(0, &text).unwrap();
                assert_eq!(gathered.add(slot, &text), slot.known());
                assert_eq!(gathered.add(slot, &text), slot.known());
            }
            let known = gathered.finish();
            for number in 0..count {
                let text = arena.add_text(0, &format!("own-{number}")).unwrap();
                let other = arena.add_text(0, &format!("other-{number}")).unwrap();
                let is_same = |other: Slot| arena.bytes(other.text()) == arena.bytes(text.text());
                assert_eq!(known.recognize(text, is_same), text.known());
                assert_eq!(known.recognize(other, is_same), other);
                // One that only resembles one of them.
                assert_eq!(known.recognize(text, |_| false), text);
            }
        }
    }

    #[test]
    fn of_two_texts_with_the_same_hash_one_is_known() {
        let mut arena = Arena::default();
        let [one, other] = ["one", "two"].map(|text| with_hash(arena.add_text(0, text).unwrap(), 8));
        let mut gathered = Gathered::default();
        assert!(gathered.add(one, "one").text().is_known);
        assert!(!gathered.add(other, "two").text().is_known);
        assert!(one.known().resembles(other) && !one.known().both_known(other));
    }
}
