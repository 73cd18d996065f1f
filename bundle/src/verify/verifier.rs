//! Verification, unit by unit, so that nobody needs all of a large bundle in memory at once.
//!
//! The units are gone through twice: first each is put in its place, which finds out how much can be in a parameter, whichever
//! layers apply; then their code is verified, whose steps depend on that. A unit without code needs nothing of the others, and can be
//! done with at once.

use crate::error::{BundleError, ErrorKind};
use crate::program::{Bundle, Mode, Stage, Unit, UnitKey};
use crate::schema::ParamId;

use super::merges::Merges;
use super::params::Bounds;
use super::schema::Declared;
use super::{LayerSteps, MAX_STEPS, Steps, Within, ensure, over_limit, params, schema, units};

/// How many instructions, registers and values verification looks at in all, so that it ends soon for a file that uses the same
/// code over and over.
const MAX_WORK: usize = 1 << 29;

/// What was proved of a bundle, as far as a unit that takes another one's place depends on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Proved {
    bounds: Bounds,
    merges: Merges,
    /// The most steps that deciding a request can take, for each action.
    pub(crate) steps: Vec<Steps>,
}

/// A bundle that is being verified. Its units are handed over one by one; those in `head` are not looked at.
pub(crate) struct Verifier<'a> {
    head: &'a Bundle,
    declared: Declared<'a>,
    bounds: Bounds,
    merges: Merges,
    /// How many units of the order table have come.
    ordered: usize,
    last: Option<(UnitKey, Mode)>,
    observes: bool,
    totals: Vec<Steps>,
    budget: usize,
}

impl<'a> Verifier<'a> {
    /// Verifies all that units rest on but the conditions.
    pub(crate) fn new(head: &'a Bundle) -> Result<Verifier<'a>, BundleError> {
        super::check_versions(head.manifest.language_version, head.manifest.instruction_set_version)?;
        let mut declared = schema::verify(&head.schema)?;
        params::verify(&head.schema)?;
        declared.controls = head.manifest.controls.len();
        units::verify_manifest(head)?;
        ensure(head.manifest.stages == Stage::ALL, ErrorKind::Order, || {
            "the stages are not the thirteen in their order".to_owned()
        })?;
        let bounds = Bounds::new(&head.schema);
        let (merges, totals, budget) = (Merges::default(), Vec::new(), MAX_WORK);
        Ok(Verifier {
            head,
            declared,
            bounds,
            merges,
            ordered: 0,
            last: None,
            observes: false,
            totals,
            budget,
        })
    }

    /// Checks that the next unit is one that may be there, and stands where the order of evaluation wants it.
    pub(crate) fn place(&mut self, unit: &Unit) -> Result<(), BundleError> {
        units::verify_key(&self.head.schema, &unit.key)?;
        let after = self.last.as_ref().is_none_or(|(key, mode)| (key, *mode) < (&unit.key, unit.mode));
        ensure(after, ErrorKind::Order, || {
            "the units are not sorted: base, categories by name, agents by tier, users by id, each before what is observed of it"
                .to_owned()
        })?;
        let second = unit.key == UnitKey::Base && self.last.is_some();
        ensure(!second, ErrorKind::Mode, || {
            "the base is there twice, and it is not clear whether it counts".to_owned()
        })?;
        self.verify_rules_order(unit).within(|| unit.layer(&self.head.schema))?;
        self.last = Some((unit.key.clone(), unit.mode));
        self.observes |= unit.counts() == Mode::Observed;
        self.bounds.add(unit);
        Ok(())
    }

    /// The order of the rules is the fixed one, and of all but users also the one that the manifest lays down.
    fn verify_rules_order(&mut self, unit: &Unit) -> Result<(), BundleError> {
        let order = |holds: bool, message: &str| ensure(holds, ErrorKind::Order, || message.to_owned());
        if !unit.key.is_user() {
            let entry = self.head.manifest.order.get(self.ordered);
            let entry = entry.filter(|entry| entry.unit == unit.key).ok_or_else(|| {
                BundleError::new(ErrorKind::Order, "the order table has another unit here, or none")
            })?;
            self.ordered += 1;
            ensure(unit.mode == entry.mode, ErrorKind::Mode, || {
                "the order table and the unit do not agree on whether it counts".to_owned()
            })?;
            order(
                unit.rules.iter().map(|rule| &rule.key).eq(&entry.rules),
                "its rules are not those of the order table, in that order",
            )?;
        }
        order(
            unit.rules.is_sorted_by(|left, right| left.key < right.key),
            "its rules are not sorted by stage, module and position",
        )
    }

    /// All units have been put in their places: verifies what is decided before any of them is looked at.
    pub(crate) fn placed(&mut self) -> Result<(), BundleError> {
        ensure(self.ordered == self.head.manifest.order.len(), ErrorKind::Order, || {
            "the order table lists units that are not there".to_owned()
        })?;
        self.declared.learn(&self.bounds);
        self.merges.add_conditions(self.head);
        let observed = self.observes.then(LayerSteps::default);
        self.totals = vec![Steps { observed, ..Steps::default() }; self.declared.schema.actions.len()];
        units::verify_conditions(self.head, &self.declared, &mut self.totals, &mut self.budget)
            .within(|| "conditions".to_owned())
    }

    /// Verifies what a unit holds. One that has code must wait until all of them have been put in their places.
    pub(crate) fn unit(&mut self, unit: &Unit) -> Result<(), BundleError> {
        let steps = units::verify_unit(self.head, &self.declared, unit, &mut self.budget)
            .within(|| unit.layer(self.declared.schema))?;
        self.merges.add_unit(self.declared.schema, unit);
        for (action, steps) in steps {
            if let Some(total) = self.totals.get_mut(usize::from(action)) {
                match (unit.counts(), &mut total.observed) {
                    (Mode::Observed, Some(observed)) => observed.add(&unit.key, steps),
                    _ => total.enforced.add(&unit.key, steps),
                }
            }
        }
        Ok(())
    }

    /// Verifies a user's unit that takes the place of another one in a bundle of which all that was proved before. Gives the most steps that
    /// deciding a request can take with it.
    pub(crate) fn replacement(mut self, proved: &Proved, unit: &Unit) -> Result<Vec<Steps>, BundleError> {
        units::verify_key(&self.head.schema, &unit.key)?;
        let place = || unit.layer(&self.head.schema);
        self.verify_rules_order(unit).within(place)?;
        proved.bounds.allow(unit).map_err(|param| self.over_bound(param)).within(place)?;
        self.declared.learn(&proved.bounds);
        self.merges.clone_from(&proved.merges);
        self.totals.clone_from(&proved.steps);
        self.unit(unit)?;
        Ok(self.proved()?.steps)
    }

    fn over_bound(&self, param: ParamId) -> BundleError {
        let name = self.head.schema.params.get(usize::from(param)).map_or("?", |param| param.name.as_str());
        BundleError::new(
            ErrorKind::DeltaBound,
            format!(
                "it sets `{name}` to more than any unit did when the bundle was built, and what that costs was not counted"
            ),
        )
    }

    /// What was proved, once all units were verified.
    pub(crate) fn proved(mut self) -> Result<Proved, BundleError> {
        for ((id, action), steps) in (0..).zip(&self.declared.schema.actions).zip(&mut self.totals) {
            steps.sets = self.merges.steps(&self.declared, id);
            let total = steps.total();
            ensure(total <= MAX_STEPS, ErrorKind::Steps, || {
                over_limit(&format!("action {}", action.name), total)
            })?;
        }
        Ok(Proved { bounds: self.bounds, merges: self.merges, steps: self.totals })
    }
}
