//! The most steps that a code can take, counted from the bounds of the texts and lists that it meets.
//!
//! A step takes about as long whatever it is a step of: a plain instruction is one, a copied slot one, and each 16 bytes of a text that is
//! compared one more. What takes longer counts more, as `benches/src/slow.rs` measures it. What stands in a loop counts as often as its
//! collection may have elements. As jumps go only ahead, the sum over all instructions is a bound.

use crate::error::{BundleError, ErrorKind};
use crate::instr::{Arith, Instr, Kind, Pc, Reg, TEMPORARIES, TextOp};
use crate::program::{Constant, Site, UnitKey};
use crate::schema::SlotType;

use super::row;
use super::types::Place;
use super::values::{self, Bound};

/// The most steps that deciding a request may take.
pub const MAX_STEPS: u64 = 1_000_000;

/// The comparisons of a search that halves the facts of a request: in 64 KiB of JSON there are fewer than 4,096.
const FACT_HALVINGS: u64 = 12;

/// The most steps that deciding a request of an action can take, by where they are spent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Steps {
    /// In the conditions of all categories.
    pub conditions: u64,
    /// In the amplifiers of the score.
    pub score: u64,
    /// In putting together the sets that more than one layer may set.
    pub sets: u64,
    /// In the rules of the layers that count.
    pub enforced: LayerSteps,
    /// In the rules of the layers that are only observed; none where the bundle has no such layer.
    pub observed: Option<LayerSteps>,
}

/// The most steps that the rules of layers can take for an action.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LayerSteps {
    /// In the base.
    pub base: u64,
    /// In all categories together, since a request may be in each of them.
    pub categories: u64,
    /// In the most expensive tier.
    pub agent: u64,
    /// In the most expensive user's policy.
    pub user: u64,
}

impl Steps {
    /// All of them. Where layers are observed, a request is decided once without them and once with them.
    pub fn total(&self) -> u64 {
        let once = self.score.saturating_add(self.sets).saturating_add(self.enforced.total());
        let again = self.observed.map_or(0, |observed| once.saturating_add(observed.total()));
        self.conditions.saturating_add(once).saturating_add(again)
    }
}

impl LayerSteps {
    /// All of them.
    pub fn total(&self) -> u64 {
        [self.base, self.categories, self.agent, self.user].into_iter().fold(0, u64::saturating_add)
    }

    /// Adds what the rules of a layer can take.
    pub(super) fn add(&mut self, key: &UnitKey, steps: u64) {
        match key {
            UnitKey::Base => self.base = self.base.saturating_add(steps),
            UnitKey::Category(_) => self.categories = self.categories.saturating_add(steps),
            UnitKey::Agent(_) => self.agent = self.agent.max(steps),
            UnitKey::User(_) => self.user = self.user.max(steps),
        }
    }
}

/// Counts the steps of a code whose registers were verified. Takes the work it does from `budget`.
pub(super) fn count(place: Place<'_>, budget: &mut usize) -> Result<u64, BundleError> {
    let bounds = Bounds::of(place, budget)?;
    let mut total = 0u64;
    for (pc, instr) in (0..).zip(&place.code.instrs) {
        total = total.saturating_add(bounds.turns(pc, instr).saturating_mul(bounds.cost(instr)));
    }
    Ok(total)
}

/// For each temporary, the most that is ever in it.
struct Bounds<'a> {
    place: Place<'a>,
    temporaries: Vec<Bound>,
}

impl<'a> Bounds<'a> {
    /// Follows texts and collections from where they come from through every copy, until nothing grows any more.
    fn of(place: Place<'a>, budget: &mut usize) -> Result<Bounds<'a>, BundleError> {
        let mut bounds = Bounds { place, temporaries: vec![Bound::default(); place.code.temporaries.len()] };
        loop {
            let mut grew = false;
            for instr in &place.code.instrs {
                grew |= bounds.follow(instr, budget)?;
            }
            spend(budget, place.code.instrs.len())?;
            if !grew {
                return Ok(bounds);
            }
        }
    }

    fn follow(&mut self, instr: &Instr, budget: &mut usize) -> Result<bool, BundleError> {
        let declared = self.place.declared;
        Ok(match *instr {
            Instr::Copy { to, from } | Instr::LowerAscii { to, text: from } => {
                self.raise(to, self.bound(from))
            }
            Instr::Part { part, to, from } => {
                let bytes = self.bound(from).bytes.min(part.max_bytes());
                self.raise(to, Bound { elements: 0, bytes })
            }
            Instr::Constant { to, constant } => match self.place.block.constants.get(usize::from(constant)) {
                Some(Constant::Scalar(scalar)) => self.raise(to, values::scalar_bound(scalar)),
                Some(Constant::Set(_, elements)) => {
                    spend(budget, elements.len())?;
                    self.raise(to, values::set_bound(elements))
                }
                None => false,
            },
            Instr::Param { to, param } => {
                let bound = declared.params.get(usize::from(param)).copied().unwrap_or_default();
                self.raise(to, bound)
            }
            Instr::Loop { list, element, .. } => match self.place.type_of(list)?.element() {
                Some(ty) if declared.schema.is_scalar(ty) => {
                    self.raise(element, Bound { elements: 0, bytes: self.bound(list).bytes })
                }
                Some(ty) => self.raise_slots(element, ty, budget)?,
                None => false,
            },
            Instr::Lookup { to, map, .. } => match (to.checked_add(1), self.place.map_value(map)) {
                (Some(first), Ok(value)) => self.raise_slots(first, value, budget)?,
                _ => false,
            },
            Instr::Source { part, to, from, .. } => match self.place.source_part(part, from) {
                Ok(ty) => self.raise_slots(to, ty, budget)?,
                Err(_) => false,
            },
            Instr::Fact { to, fact, .. } => match declared.schema.facts.get(usize::from(fact)) {
                Some(fact) => self.raise_slots(to, fact.result, budget)?,
                None => false,
            },
            _ => false,
        })
    }

    fn raise_slots(&mut self, first: Reg, ty: u16, budget: &mut usize) -> Result<bool, BundleError> {
        let slots = self.place.slots_to_write(ty)?;
        spend(budget, slots.len())?;
        Ok(row(first)
            .zip(slots)
            .fold(false, |grew, (register, slot)| self.raise(register, slot.bound) || grew))
    }

    fn raise(&mut self, register: Reg, bound: Bound) -> bool {
        let Some(known) = self.temporaries.get_mut(usize::from(register)) else {
            return false;
        };
        let before = *known;
        *known = known.or(bound);
        *known != before
    }

    fn bound(&self, register: Reg) -> Bound {
        let bound = match register.checked_sub(TEMPORARIES) {
            None => self.temporaries.get(usize::from(register)).copied(),
            Some(slot) => self.place.request.get(usize::from(slot)).map(|slot| slot.bound),
        };
        bound.unwrap_or_default()
    }

    /// How often an instruction runs: once for each turn of the loops around it; a `Loop` once more than its turns.
    fn turns(&self, pc: Pc, instr: &Instr) -> u64 {
        self.place.flow.around(pc).fold(1u64, |turns, around| {
            let own = u64::from(around.head == pc && matches!(instr, Instr::Loop { .. }));
            turns.saturating_mul(u64::from(self.bound(around.list).elements) + own)
        })
    }

    fn cost(&self, instr: &Instr) -> u64 {
        let layout = &self.place.declared.layout;
        let bytes = |register: Reg| u64::from(self.bound(register).bytes);
        let more = match *instr {
            // A comparison ends where the shorter text ends.
            Instr::Compare { kind: Kind::Text, left, right, .. } => text(bytes(left).min(bytes(right))),
            // Wide numbers are divided, also where they are multiplied: the product is scaled back.
            Instr::Arith {
                op:
                    Arith::MulDecimal | Arith::DivDecimal | Arith::MulMoney | Arith::DivMoney | Arith::RatioMoney,
                ..
            } => 16,
            Instr::Text { op, text: whole, part, .. } => search(op, bytes(whole)) + search(op, bytes(part)),
            Instr::LowerAscii { text: from, .. } => text(bytes(from)),
            // Read sign by sign.
            Instr::Part { from, .. } => bytes(from),
            Instr::Within { op, text: whole, parts, .. } => {
                let among = self.bound(parts);
                let comparison = 1 + search(op, among.bytes.into());
                search(op, bytes(whole)) + u64::from(among.elements) * comparison
            }
            // Each layer that may set it is asked.
            Instr::Param { param, .. } | Instr::ParamMoney { param, .. } => {
                self.place.declared.settings.get(usize::from(param)).copied().unwrap_or(0).into()
            }
            Instr::Contains { kind, item, collection, .. } => {
                let among = self.bound(collection);
                let comparison = match kind {
                    Kind::Text => 1 + text(bytes(item).min(among.bytes.into())),
                    _ => 1,
                };
                let comparisons = match self.place.type_of(collection) {
                    Ok(SlotType::List(_)) => among.elements,
                    _ => halvings(among.elements),
                };
                u64::from(comparisons) * comparison
            }
            // A search that halves the days, each time one that halves the holidays.
            Instr::Business { .. } => 64,
            Instr::Loop { list, .. } => {
                let element = self.place.type_of(list).ok().and_then(SlotType::element);
                element.map_or(0, |element| u64::from(layout.width(element).unwrap_or(0)))
            }
            // A search that halves what is left, then a copy.
            Instr::Lookup { map, key, width, .. } => {
                let among = self.bound(map);
                let comparison = 1 + text(bytes(key).min(among.bytes.into()));
                u64::from(halvings(among.elements)) * comparison + u64::from(width)
            }
            Instr::Source { width, .. } => u64::from(width),
            // A search that halves the facts that can be there, then a copy.
            Instr::Fact { fact, arguments, .. } => {
                let fact = self.place.declared.schema.facts.get(usize::from(fact));
                fact.map_or(0, |fact| {
                    let asked =
                        row(arguments).take(fact.params.len()).map(|argument| 1 + text(bytes(argument)));
                    let asked = asked.fold(0, u64::saturating_add);
                    FACT_HALVINGS * asked + u64::from(layout.width(fact.result).unwrap_or(0))
                })
            }
            Instr::Deny { site } | Instr::StepUp { site } | Instr::Risk { site } | Instr::Oblige { site } => {
                let site: Option<&Site> = self.place.code.sites.get(usize::from(site));
                site.map_or(0, |site| site.arguments.len() as u64)
            }
            _ => 0,
        };
        more + 1
    }
}

/// The steps of going through so many bytes of a text that is compared.
pub(super) fn text(bytes: u64) -> u64 {
    bytes.div_ceil(16)
}

/// The steps of going through so many bytes of a text of which something is asked.
fn search(op: TextOp, bytes: u64) -> u64 {
    match op {
        TextOp::StartsWith | TextOp::EndsWith | TextOp::Below => text(bytes),
        TextOp::Contains => bytes - bytes / 4,
        // From state to state; or read as an address. A sign of it takes longer than a step of the plainest loop.
        TextOp::Matches => bytes.saturating_add(bytes.div_ceil(2)),
        TextOp::Inside => bytes.saturating_mul(2).saturating_add(8),
    }
}

/// The most comparisons of a search that halves what is left of so many elements.
pub(super) fn halvings(elements: u32) -> u32 {
    u32::BITS - elements.leading_zeros()
}

/// Takes work from what verification may do in all.
pub(super) fn spend(budget: &mut usize, work: usize) -> Result<(), BundleError> {
    *budget = budget.checked_sub(work).ok_or_else(|| {
        BundleError::new(ErrorKind::Steps, "its code is too intricate to be verified in a reasonable time")
    })?;
    Ok(())
}
