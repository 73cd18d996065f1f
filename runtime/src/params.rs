//! The values of parameters in force for a request.
//!
//! Of the layers that apply, let S be those whose kind may loosen the parameter, and T the others. In force is the strictest
//! of what T set and of what S set, or of the default where S set nothing. Money is taken currency by currency.

use lictor_bundle::currency::Currency;
use lictor_bundle::schema::{Direction, LayerKind, ParamId};

use crate::arena::{Arena, Arenas};
use crate::plan::{ParamPlan, Program};
use crate::scratch::Layer;
use crate::slot::Slot;
use crate::value::Value;

/// What was found of each parameter, by its number. What an earlier evaluation found stays where it is and counts no more, so that
/// starting over costs nothing however many parameters there are.
#[derive(Debug)]
pub(crate) struct Params {
    found: Vec<Found>,
    /// The number of the search that is going on, counted from 1: no two of one scratch have the same.
    search: u64,
    /// The first search of this evaluation.
    first: u64,
}

/// A value that was found.
#[derive(Clone, Copy, Debug)]
struct Found {
    /// In which search; 0 for none.
    search: u64,
    /// In which currency it was last asked for; none for what is not money.
    currency: Currency,
    slot: Slot,
}

const NOTHING: Found = Found { search: 0, currency: Currency::NONE, slot: Slot::ZERO };

impl Default for Params {
    fn default() -> Params {
        Params { found: Vec::new(), search: 1, first: 1 }
    }
}

impl Params {
    /// Makes room for so many parameters.
    pub fn make_room(&mut self, count: usize) {
        if self.found.len() < count {
            self.found.resize(count, NOTHING);
        }
    }

    /// Starts over: nothing was found, nothing was read.
    pub fn forget(&mut self) {
        self.look_again();
        self.first = self.search;
    }

    /// Looks for everything again, since other layers apply; what was read stays read.
    pub fn look_again(&mut self) {
        self.search += 1;
    }

    /// Whether the value of a parameter was read.
    pub fn is_read(&self, param: ParamId) -> bool {
        self.found.get(usize::from(param)).is_some_and(|found| found.search >= self.first)
    }

    /// What was found before.
    #[inline]
    pub fn known(&self, param: ParamId, currency: Currency) -> Option<Slot> {
        let found = self.found.get(usize::from(param))?;
        (found.search == self.search && found.currency == currency).then_some(found.slot)
    }

    /// Keeps what was found, where there is room for it.
    pub fn keep(&mut self, param: ParamId, currency: Currency, slot: Slot) {
        if let Some(place) = self.found.get_mut(usize::from(param)) {
            *place = Found { search: self.search, currency, slot };
        }
    }

    /// Notes that a value was read that need not be kept, since no layer sets it.
    #[inline]
    pub fn note(&mut self, param: ParamId) {
        if let Some(place) = self.found.get_mut(usize::from(param)) {
            place.search = self.search;
        }
    }
}

/// Kinds of layers, a bit each.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct LayerKinds(u8);

impl LayerKinds {
    /// These kinds.
    pub fn of(kinds: &[LayerKind]) -> LayerKinds {
        LayerKinds(kinds.iter().fold(0, |bits, kind| bits | 1 << *kind as u8))
    }

    /// These and others.
    pub fn and(self, others: LayerKinds) -> LayerKinds {
        LayerKinds(self.0 | others.0)
    }

    /// Whether there are none.
    #[inline]
    pub fn are_none(self) -> bool {
        self.0 == 0
    }

    /// Whether a kind is one of them.
    #[inline]
    pub fn has(self, kind: LayerKind) -> bool {
        self.0 >> kind as u8 & 1 == 1
    }
}

/// What putting the values of several layers together needs.
pub(crate) struct Lookup<'a> {
    pub program: &'a Program,
    /// The layers that apply, in their order.
    pub layers: &'a [Layer],
    /// Where a set that comes from several layers is kept.
    pub arena: &'a mut Arena,
    /// Where it is put together.
    pub merge: &'a mut Vec<Slot>,
}

impl Lookup<'_> {
    /// The strictest of all values that count: of money in a currency, of anything else in none. `None` where there is none, or no memory for
    /// a set.
    #[inline]
    pub fn strictest(&mut self, param: ParamId, plan: &ParamPlan, currency: Currency) -> Option<Slot> {
        if plan.direction == Direction::Superset {
            return self.united(param, plan);
        }
        let program = self.program;
        let default = || program.default(param).and_then(|default| default.slot(currency));
        let mut layers = self.layers.iter();
        let first =
            layers.find_map(|layer| Some((layer, set_by(program, plan, layer, param)?.slot(currency)?)));
        let Some((first, mut strictest)) = first else { return default() };
        // The compiler lets nobody but the base set a fixed parameter.
        if plan.direction == Direction::Fixed {
            return Some(strictest);
        }
        let mut loosened = plan.loosen_by.has(first.kind);
        // Mostly it is the only one.
        for layer in layers {
            let Some(value) = set_by(program, plan, layer, param) else { continue };
            let Some(value) = value.slot(currency) else { continue };
            loosened |= plan.loosen_by.has(layer.kind);
            strictest = self.stricter(plan, strictest, value)?;
        }
        if loosened {
            return Some(strictest);
        }
        match default() {
            Some(default) => self.stricter(plan, strictest, default),
            None => Some(strictest),
        }
    }

    /// What any of the sets holds that count. They are sorted as a whole: putting them together two at a time would go through the first
    /// ones again and again.
    fn united(&mut self, param: ParamId, plan: &ParamPlan) -> Option<Slot> {
        let arenas = Arenas { request: self.arena, program: &self.program.arenas };
        let set = |layer| Some((layer, set_by(self.program, plan, layer, param)?));
        let set = self.layers.iter().filter_map(set);
        let loosened = set.clone().any(|(layer, _)| plan.loosen_by.has(layer.kind));
        let default = self.program.default(param).filter(|_| !loosened);
        let mut sets =
            set.map(|(_, value)| value).chain(default).filter_map(|value| value.slot(Currency::NONE));
        let (first, second) = (sets.next()?, sets.next());
        let Some(second) = second else { return Some(first) };
        self.merge.clear();
        for set in [first, second].into_iter().chain(sets) {
            self.merge.extend_from_slice(arenas.elements(set));
        }
        let order = |left: &Slot, right: &Slot| arenas.order(plan.kind, *left, *right);
        self.merge.sort_unstable_by(order);
        self.merge.dedup_by(|left, right| order(left, right).is_eq());
        self.arena.add_set(0, self.merge)
    }

    /// The stricter of two values: of sets, what both of them hold. By itself, since mostly there is one.
    #[inline(never)]
    fn stricter(&mut self, plan: &ParamPlan, left: Slot, right: Slot) -> Option<Slot> {
        let order = |lookup: &Self, left, right| {
            Arenas { request: lookup.arena, program: &lookup.program.arenas }.order(plan.kind, left, right)
        };
        Some(match plan.direction {
            Direction::Lower => {
                if order(self, right, left).is_lt() {
                    right
                } else {
                    left
                }
            }
            Direction::Higher => {
                if order(self, right, left).is_gt() {
                    right
                } else {
                    left
                }
            }
            Direction::True => Slot::from_bool(left.bool() || right.bool()),
            Direction::False => Slot::from_bool(left.bool() && right.bool()),
            // Of a parameter that is fixed there is one value, and sets that are united are so all at once.
            Direction::Fixed | Direction::Superset => left,
            Direction::Subset => {
                self.intersect(plan, left, right);
                self.arena.add_set(0, self.merge)?
            }
        })
    }

    /// Walks through two sorted sets side by side, and takes what both hold.
    fn intersect(&mut self, plan: &ParamPlan, left: Slot, right: Slot) {
        let arenas = Arenas { request: self.arena, program: &self.program.arenas };
        let (mut left, mut right) = (arenas.elements(left), arenas.elements(right));
        self.merge.clear();
        while let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) {
            let order = arenas.order(plan.kind, *first, *second);
            if order.is_eq() {
                self.merge.push(*first);
            }
            if order.is_le() {
                left = left_rest;
            }
            if order.is_ge() {
                right = right_rest;
            }
        }
    }
}

/// What a layer sets a parameter to.
#[inline(always)]
fn set_by<'p>(program: &'p Program, plan: &ParamPlan, layer: &Layer, param: ParamId) -> Option<Value<'p>> {
    if !plan.set_by.has(layer.kind) {
        return None;
    }
    program.unit(layer.unit)?.sets.get(param)
}
