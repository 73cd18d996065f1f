//! Units as deciding sees them, and whole for those who put into words what they did.

use std::borrow::Cow;
use std::cell::OnceCell;

use lictor_bundle::program::{Mode, Unit};

use crate::plan::Program;
use crate::rules::Rules;
use crate::scratch::Layer;
use crate::settings::{KeptSettings, Settings};
use crate::slot::Slot;
use crate::value::Loader;

/// The values of a unit: what its code loads, and what it sets.
#[derive(Debug)]
pub(crate) struct Values {
    pub constants: Vec<Slot>,
    pub sets: KeptSettings,
}

impl Values {
    /// The values of a unit. `None` where the arena is full.
    pub fn of(unit: &Unit, loader: &mut Loader<'_>) -> Option<Values> {
        Some(Values {
            constants: unit
                .code
                .constants
                .iter()
                .map(|scalar| loader.constant(scalar))
                .collect::<Option<_>>()?,
            sets: KeptSettings::of(unit.sets.iter().map(|set| (set.param, &set.value)), loader)?,
        })
    }
}

/// A unit as deciding sees it.
#[derive(Clone, Copy)]
pub(crate) struct UnitView<'p> {
    /// The unit; a user's without what makes no difference to what is decided, such as whose it is.
    pub does: &'p Unit,
    pub constants: &'p [Slot],
    /// The parameters it sets.
    pub sets: Settings<'p>,
    pub rules: &'p Rules,
}

/// The units of one layer.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct LayerUnits {
    /// The one that counts.
    pub enforced: Option<usize>,
    /// The one that is only observed.
    pub observed: Option<usize>,
}

impl LayerUnits {
    /// The one of a mode.
    pub fn of(self, mode: Mode) -> Option<usize> {
        match mode {
            Mode::Enforced => self.enforced,
            Mode::Observed => self.observed,
        }
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
