//! Units as deciding sees them, and whole for those who put into words what they did.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use lictor_bundle::program::{Stage, Unit};
use lictor_bundle::schema::{ActionId, ParamId};

use crate::plan::Program;
use crate::scratch::Layer;
use crate::slot::Slot;
use crate::value::{Loader, Value, find};

/// What is known about a unit before a request comes.
#[derive(Debug)]
pub(crate) struct UnitPlan {
    pub constants: Vec<Slot>,
    /// The parameters it sets, sorted.
    pub sets: Vec<(ParamId, Value)>,
    /// Its rules for each action, sorted by action, then in the order of evaluation.
    pub entries: Vec<Entry>,
}

/// A rule as it is run for an action.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub action: ActionId,
    pub stage: Stage,
    /// Index into the unit's rules.
    pub rule: usize,
    /// Index into the unit's codes.
    pub code: usize,
}

/// A unit as deciding sees it.
#[derive(Clone, Copy)]
pub(crate) struct UnitView<'p> {
    /// The unit; a user's without what makes no difference to what is decided, such as whose it is.
    pub does: &'p Unit,
    pub constants: &'p [Slot],
    /// The parameters it sets, sorted.
    pub sets: &'p [(ParamId, Value)],
    /// Its rules for each action, sorted by action, then in the order of evaluation.
    pub entries: &'p [Entry],
}

/// The units of one layer.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct LayerUnits {
    /// The one that counts.
    pub enforced: Option<usize>,
    /// The one that is only observed.
    pub observed: Option<usize>,
}

/// What is known about a unit. `None` where the arena is full.
pub(crate) fn unit_plan(unit: &Unit, loader: &mut Loader<'_>) -> Option<UnitPlan> {
    let constants =
        unit.code.constants.iter().map(|constant| loader.constant(constant)).collect::<Option<_>>()?;
    let sets =
        unit.sets.iter().map(|set| Some((set.param, loader.value(&set.value)?))).collect::<Option<_>>()?;
    let mut entries: Vec<Entry> = Vec::new();
    for (index, rule) in unit.rules.iter().enumerate() {
        for (action, code) in &rule.entries {
            entries.push(Entry {
                action: *action,
                stage: rule.key.stage,
                rule: index,
                code: usize::from(*code),
            });
        }
    }
    // Rules stand in the order of evaluation, and sorting keeps that order within an action.
    entries.sort_by_key(|entry| entry.action);
    Some(UnitPlan { constants, sets, entries })
}

impl<'p> UnitView<'p> {
    /// Where its rules for an action stand among its entries.
    pub fn entries_for(&self, action: ActionId) -> Range<usize> {
        let start = self.entries.partition_point(|entry| entry.action < action);
        let end = self.entries.partition_point(|entry| entry.action <= action);
        start..end
    }

    /// What it sets a parameter to.
    pub fn value_of(&self, param: ParamId) -> Option<&'p Value> {
        find(self.sets, |(set, _)| set.cmp(&param)).map(|(_, value)| value)
    }
}

/// The units of layers that apply to a request, whole: for whoever puts into words what they did. Where nothing is said, none is decoded.
pub(crate) struct Wholes<'p> {
    program: &'p Program,
    layers: &'p [Layer],
    units: OnceCell<Vec<(usize, Cow<'p, Unit>)>>,
}

impl<'p> Wholes<'p> {
    /// Those of these layers.
    pub fn of(program: &'p Program, layers: &'p [Layer]) -> Wholes<'p> {
        Wholes { program, layers, units: OnceCell::new() }
    }

    /// The unit of this number, if its layer applies.
    pub fn get(&self, number: usize) -> Option<&Unit> {
        let whole = |layer: &Layer| Some((layer.unit, self.program.whole(layer.unit)?));
        let units = self.units.get_or_init(|| self.layers.iter().filter_map(whole).collect());
        units.iter().find(|(unit, _)| *unit == number).map(|(_, unit)| &**unit)
    }
}
