//! Where texts and elements of collections are kept: one arena for each unit of a loaded program, one for the request.

use std::cmp::Ordering;
use std::sync::Arc;

use lictor_bundle::instr::Kind;
use lictor_bundle::pattern::Pattern;

use crate::index::{TextIndex, hash};
use crate::plan::Memory;
use crate::slot::{MAX_TABLE, Slot, Span, TextSpan};

/// So few texts are looked at one by one; of more, a table is made.
pub(crate) const FEW: usize = 3;

/// So many values that are compared as bits are looked at one by one.
const SEVERAL: usize = 16;

/// How far an arena was filled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    texts: usize,
    elements: usize,
}

/// Texts and elements, each written once and found again through the slot that was handed out for it.
#[derive(Default, Debug)]
pub(crate) struct Arena {
    texts: String,
    elements: Vec<Slot>,
    patterns: Vec<Arc<Pattern>>,
    /// Tables for the larger sets of texts, numbered from 1.
    indexes: Vec<TextIndex>,
}

impl Arena {
    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.texts.clear();
        self.elements.clear();
        self.patterns.clear();
        self.indexes.clear();
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        let Arena { texts, elements, patterns, indexes } = self;
        texts.is_empty() && elements.is_empty() && patterns.is_empty() && indexes.is_empty()
    }

    /// Gives back the memory that nothing is in, once everything is.
    pub fn shrink(&mut self) {
        self.texts.shrink_to_fit();
        self.elements.shrink_to_fit();
        self.patterns.shrink_to_fit();
        self.indexes.shrink_to_fit();
    }

    /// How far it is filled with texts and elements.
    pub fn mark(&self) -> Mark {
        Mark { texts: self.texts.len(), elements: self.elements.len() }
    }

    /// Forgets the texts and elements that came after the mark was taken.
    pub fn go_back(&mut self, mark: Mark) {
        self.texts.truncate(mark.texts);
        self.elements.truncate(mark.elements);
    }

    /// Keeps a text; `number` is this arena's own. `None` where it would grow beyond what a slot can name.
    pub fn add_text(&mut self, number: u32, text: &str) -> Option<Slot> {
        let (at, len) = self.add_written(text)?;
        let hash = hash(text.as_bytes());
        Some(Slot::from_text(TextSpan { arena: number, at, len, hash, is_known: false }))
    }

    /// Keeps what texts stand in, and says where and how long. `None` as in [`Arena::add_text`].
    pub fn add_written(&mut self, written: &str) -> Option<(u32, u32)> {
        let at = u32::try_from(self.texts.len()).ok()?;
        let len = u32::try_from(written.len()).ok()?;
        at.checked_add(len)?;
        self.texts.push_str(written);
        Some((at, len))
    }

    /// Keeps a pattern, whose table is shared with the bundle; `number` is this arena's own.
    pub fn add_pattern(&mut self, number: u32, pattern: &Arc<Pattern>) -> Option<Slot> {
        let at = u32::try_from(self.patterns.len()).ok()?;
        self.patterns.push(pattern.clone());
        Some(Slot::from_span(Span { arena: number, at, len: 0, width: 0, sorted: false }))
    }

    /// Keeps slots in a row and says where. `None` where there would be more than a slot can name.
    pub fn add_slots(&mut self, slots: &[Slot]) -> Option<u32> {
        let at = u32::try_from(self.elements.len()).ok()?;
        at.checked_add(u32::try_from(slots.len()).ok()?)?;
        self.elements.extend_from_slice(slots);
        Some(at)
    }

    /// Keeps the distinct, sorted scalars of a set; `number` is this arena's own.
    pub fn add_set(&mut self, number: u32, elements: &[Slot]) -> Option<Slot> {
        let len = u32::try_from(elements.len()).ok()?;
        let at = self.add_slots(elements)?;
        Some(Slot::from_span(Span { arena: number, at, len, width: 1, sorted: true }))
    }

    /// Keeps the distinct, sorted texts of a set that many requests will look in.
    pub fn add_texts(&mut self, number: u32, elements: &[Slot]) -> Option<Slot> {
        let slot = self.add_set(number, elements)?;
        let free = u16::try_from(self.indexes.len() + 1).ok().filter(|number| *number <= MAX_TABLE);
        match free.zip(TextIndex::new(elements)) {
            Some((number, index)) => {
                self.indexes.push(index);
                Some(slot.with_table(number))
            }
            None => Some(slot),
        }
    }

    /// How many slots are kept.
    pub fn slot_count(&self) -> usize {
        self.elements.len()
    }

    /// The `width` slots from `at` on.
    #[inline]
    pub fn slots(&self, at: u32, width: usize) -> Option<&[Slot]> {
        let at = at as usize;
        self.elements.get(at..at.checked_add(width)?)
    }

    /// The slots of all elements of a collection; none where the slot points nowhere.
    #[inline]
    pub fn elements(&self, collection: Slot) -> &[Slot] {
        let span = collection.span();
        self.slots(span.at, span.len as usize * usize::from(span.width)).unwrap_or(&[])
    }

    /// The table of a collection that has one.
    #[inline]
    fn index(&self, collection: Slot) -> Option<&TextIndex> {
        self.indexes.get(usize::from(collection.table().checked_sub(1)?))
    }

    /// Where a collection holds a text, as far as that is told without reading any: of two known ones it is told by how they look.
    #[inline]
    fn at_a_glance(&self, collection: Slot, text: Slot) -> Glance {
        let found = match self.index(collection) {
            Some(index) => index.find(text, |other| other.resembles(text)),
            None if is_sought_through(collection) => {
                let mut elements = self.elements(collection).iter().enumerate();
                elements.find(|(_, element)| element.resembles(text)).map(|(number, found)| (number, *found))
            }
            None => return Glance::Unsure,
        };
        match found {
            None => Glance::Nowhere,
            Some((number, found)) if found.both_known(text) => Glance::At(number),
            Some(_) => Glance::Unsure,
        }
    }

    /// Whether a collection holds a text, where that is told without reading any.
    #[inline]
    pub fn tells(&self, collection: Slot, text: Slot) -> Option<bool> {
        match self.at_a_glance(collection, text) {
            Glance::Nowhere => Some(false),
            Glance::At(_) => Some(true),
            Glance::Unsure => None,
        }
    }

    fn text(&self, text: TextSpan) -> &str {
        let at = text.at as usize;
        self.texts.get(at..at.saturating_add(text.len as usize)).unwrap_or("")
    }

    pub fn bytes(&self, text: TextSpan) -> &[u8] {
        let at = text.at as usize;
        self.texts.as_bytes().get(at..at.saturating_add(text.len as usize)).unwrap_or(&[])
    }
}

/// What a collection of texts shows of whether it holds one of them, before any is read.
enum Glance {
    /// It does not.
    Nowhere,
    /// It does: the number of the element.
    At(usize),
    /// The bytes must tell.
    Unsure,
}

/// The arenas that a slot may point into.
#[derive(Clone, Copy)]
pub(crate) struct Arenas<'a> {
    /// Number 0.
    pub request: &'a Arena,
    /// The others.
    pub program: &'a Memory,
}

impl<'a> Arenas<'a> {
    #[inline]
    fn get(self, number: u32) -> Option<&'a Arena> {
        match number {
            0 => Some(self.request),
            number => self.program.get(number),
        }
    }

    /// The text of a text slot; empty where the slot points nowhere.
    pub fn text(self, slot: Slot) -> &'a str {
        let text = slot.text();
        self.get(text.arena).map_or("", |arena| arena.text(text))
    }

    /// The bytes of a text slot; none where the slot points nowhere.
    #[inline]
    pub fn bytes(self, slot: Slot) -> &'a [u8] {
        let text = slot.text();
        self.get(text.arena).map_or(&[], |arena| arena.bytes(text))
    }

    /// Whether two texts are the same.
    #[inline]
    pub fn is_same_text(self, left: Slot, right: Slot) -> bool {
        left.resembles(right) && (left.both_known(right) || self.has_same_bytes(left, right))
    }

    /// By itself, since hardly any two texts come so far: what looks through many of them need not have it at hand.
    #[inline(never)]
    fn has_same_bytes(self, left: Slot, right: Slot) -> bool {
        self.bytes(left) == self.bytes(right)
    }

    /// The pattern of a pattern's slot; none where the slot points nowhere.
    pub fn pattern(self, slot: Slot) -> Option<&'a Pattern> {
        let span = slot.span();
        self.get(span.arena)?.patterns.get(span.at as usize).map(|pattern| &**pattern)
    }

    /// The slots of all elements of a collection; none where the slot points nowhere.
    #[inline]
    pub fn elements(self, slot: Slot) -> &'a [Slot] {
        self.get(slot.span().arena).map_or(&[], |arena| arena.elements(slot))
    }

    /// So many slots of an arena.
    #[inline]
    pub fn slots(self, arena: u32, at: u32, width: usize) -> Option<&'a [Slot]> {
        self.get(arena)?.slots(at, width)
    }

    /// Where a collection holds this value: the number of an element. An amount is never equal to one in another currency.
    #[inline]
    pub fn position(self, kind: Kind, collection: Slot, item: Slot) -> Option<usize> {
        match kind {
            Kind::Text => self.position_of_text(collection, item),
            Kind::Bits => self.position_of_bits(collection, item),
            kind => self.position_by_order(kind, collection, item),
        }
    }

    fn position_of_bits(self, collection: Slot, item: Slot) -> Option<usize> {
        let elements = self.elements(collection);
        if elements.len() <= SEVERAL || !collection.span().sorted {
            return elements.iter().position(|element| element.bits() == item.bits());
        }
        elements.binary_search_by_key(&item.bits(), |element| element.bits()).ok()
    }

    fn position_by_order(self, kind: Kind, collection: Slot, item: Slot) -> Option<usize> {
        let elements = self.elements(collection);
        if !collection.span().sorted {
            return elements.iter().position(|element| self.order(kind, *element, item).is_eq());
        }
        elements.binary_search_by(|element| self.order(kind, *element, item)).ok()
    }

    /// Where a collection holds this text.
    #[inline]
    fn position_of_text(self, collection: Slot, text: Slot) -> Option<usize> {
        match self.get(collection.span().arena)?.at_a_glance(collection, text) {
            Glance::Nowhere => None,
            Glance::At(number) => Some(number),
            Glance::Unsure => self.position_by_bytes(collection, text),
        }
    }

    /// Where a collection holds a text that is told by its bytes. By itself, so that others are found by a short code.
    #[inline(never)]
    fn position_by_bytes(self, collection: Slot, text: Slot) -> Option<usize> {
        let arena = self.get(collection.span().arena)?;
        if let Some(index) = arena.index(collection) {
            return Some(index.find(text, |other| self.is_same_text(other, text))?.0);
        }
        let elements = arena.elements(collection);
        if is_sought_through(collection) {
            return elements.iter().position(|element| self.is_same_text(*element, text));
        }
        let text = self.bytes(text);
        elements.binary_search_by(|element| self.bytes(*element).cmp(text)).ok()
    }

    /// The order of two values of one kind, as sets are sorted: texts by bytes, amounts by currency first.
    pub fn order(self, kind: Kind, left: Slot, right: Slot) -> Ordering {
        match kind {
            Kind::Bits => left.bits().cmp(&right.bits()),
            Kind::Int => left.int().cmp(&right.int()),
            Kind::Decimal => left.wide().cmp(&right.wide()),
            Kind::Money => left.money().cmp(&right.money()),
            Kind::Text => self.bytes(left).cmp(self.bytes(right)),
        }
    }
}

/// Whether the elements of a collection without a table are looked at one by one, and it is not halved.
#[inline]
fn is_sought_through(collection: Slot) -> bool {
    let span = collection.span();
    span.len as usize <= FEW || !span.sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_that_points_nowhere_reads_as_empty() {
        let mut request = Arena::default();
        request.add_text(0, "é").unwrap();
        let arenas = Arenas { request: &request, program: &Memory::empty() };
        for (arena, at, len) in [(0, 1, 1), (0, 0, 3), (7, 0, 2), (0, u32::MAX, u32::MAX)] {
            let slot = Slot::from_span(Span { arena, at, len, width: u16::MAX, sorted: false });
            assert_eq!(
                arenas.text(Slot::from_text(TextSpan { arena, at, len, hash: 0, is_known: false })),
                ""
            );
            assert_eq!(arenas.elements(slot), []);
        }
    }
}
