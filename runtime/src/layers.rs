//! Which layers apply to a request.

use lictor_bundle::instr::{Failure, Reg};
use lictor_bundle::schema::LayerKind;

use crate::arena::Arenas;
use crate::plan::{ActionPlan, Program};
use crate::scratch::{Layer, Scratch, Unobserved};
use crate::slot::Slot;
use crate::unit::LayerUnits;

/// A category's condition that could not be evaluated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Undecided {
    /// The category's unit.
    pub unit: usize,
    pub failure: Failure,
}

/// Lists the layers that apply in the scratch: base, categories by name, tier, user; those that count apart from those that are only
/// observed. Nothing about an observed layer keeps the others from being found.
#[inline]
pub(crate) fn find_layers(
    program: &Program,
    scratch: &mut Scratch,
    plan: &ActionPlan,
) -> Result<(), Undecided> {
    add(scratch, LayerKind::Base, program.base);
    let mut undecided = None;
    match plan.categories.told_at_once(program, scratch) {
        Some(told) => told
            .iter()
            .for_each(|category| add(scratch, LayerKind::Category, plan.categories.units(*category))),
        None => undecided = find_categories(program, scratch, plan)?,
    }
    if let Some(tier) = plan.tier.and_then(|tier| scratch.frame.get(usize::from(tier))) {
        let units = program.tiers.get(usize::from(tier.variant())).copied().unwrap_or_default();
        add(scratch, LayerKind::Agent, units);
    }
    match scratch.user {
        Some(units) => add(scratch, LayerKind::User, units),
        None if program.asks_for_user.1 => undecided = Some(Unobserved::NoUser),
        None => {}
    }
    scratch.unobserved = undecided;
    Ok(())
}

/// The units of the user of a request; none where it does not say who that is. They are looked for when the request is read, since among a
/// million users they are far from the processor, and a request may be evaluated more than once.
pub(crate) fn user(program: &Program, scratch: &Scratch, plan: &ActionPlan) -> Option<LayerUnits> {
    let slot = |register: Reg| scratch.frame.get(usize::from(register)).copied();
    let (is_there, id) = plan.user?;
    let id = slot(id).filter(|_| slot(is_there).is_some_and(Slot::bool))?;
    if program.users.count() == 0 {
        return Some(LayerUnits::default());
    }
    let arenas = Arenas { request: &scratch.arena, program: &program.arenas };
    Some(program.user(arenas.text(id)))
}

/// Lists the layers of the categories that a request is in; gives why it is not known which observed ones are among them, if it is not.
#[inline(never)]
fn find_categories(
    program: &Program,
    scratch: &mut Scratch,
    plan: &ActionPlan,
) -> Result<Option<Unobserved>, Undecided> {
    let mut undecided = None;
    let found = plan.categories.find(program, scratch, |unit, failure| {
        undecided.get_or_insert(Unobserved::Undecided(unit, failure));
    });
    for at in 0..scratch.categories.len() {
        let category = scratch.categories.get(at).copied().unwrap_or_default();
        add(scratch, LayerKind::Category, plan.categories.units(category));
    }
    found.map_err(|(unit, failure)| Undecided { unit, failure })?;
    Ok(undecided)
}

fn add(scratch: &mut Scratch, kind: LayerKind, units: LayerUnits) {
    if let Some(unit) = units.enforced {
        scratch.layers.push(Layer { unit, kind, twin: false });
    }
    if let Some(unit) = units.observed {
        scratch.observed.push(Layer { unit, kind, twin: false });
    }
}
