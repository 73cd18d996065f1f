//! Which layers apply to a request.

use lictor_bundle::instr::Failure;
use lictor_bundle::schema::ActionId;

use crate::arena::Arenas;
use crate::condition;
use crate::plan::{ActionPlan, Program};
use crate::scratch::{Layer, Scratch};
use crate::slot::Slot;

/// A category's condition that could not be evaluated.
pub(crate) struct Undecided {
    /// The category's unit.
    pub unit: usize,
    pub failure: Failure,
}

/// Lists the layers that apply in the scratch: base, categories by name, tier, user.
pub(crate) fn find_layers(
    program: &Program,
    scratch: &mut Scratch,
    action: ActionId,
    plan: &ActionPlan,
) -> Result<(), Undecided> {
    add(program, scratch, action, program.base);
    for &(unit, code) in &plan.categories {
        match condition::holds(program, scratch, code) {
            Ok(true) => add(program, scratch, action, Some(unit)),
            Ok(false) => {}
            Err(failure) => return Err(Undecided { unit, failure }),
        }
    }
    let slot = |scratch: &Scratch, register: u16| scratch.frame.get(usize::from(register)).copied();
    if let Some(tier) = plan.tier.and_then(|tier| slot(scratch, tier)) {
        let unit = program.tiers.get(usize::from(tier.variant())).copied().flatten();
        add(program, scratch, action, unit);
    }
    if let Some((is_there, id)) = plan.user
        && slot(scratch, is_there).is_some_and(Slot::bool)
        && let Some(id) = slot(scratch, id)
    {
        let arenas = Arenas { request: &scratch.arena, program: &program.arenas };
        let unit = program.user(arenas.text(id));
        add(program, scratch, action, unit);
    }
    Ok(())
}

fn add(program: &Program, scratch: &mut Scratch, action: ActionId, unit: Option<usize>) {
    if let Some(unit) = unit
        && let Some(plan) = program.units.get(unit)
    {
        let entries = plan.entries_for(action);
        scratch.layers.push(Layer { unit, next: entries.start, end: entries.end });
    }
}
