//! Layers: whether they count, what they set, and their rules.

use std::collections::BTreeMap;

use lictor_bundle::program::{Bundle, Mode, Unit, UnitKey};
use lictor_bundle::schema::{Direction, Disposition, LayerKind, Param, ParamId, ParamValue};

use super::actions::default_effect;
use super::pairs::{Pair, by_name};
use super::value::{Valued, difference, effect, same};
use super::{Area, Change, Effect, Sides, rules};
use crate::render::names::disposition;

/// A unit in its bundle.
#[derive(Clone, Copy)]
pub struct Layer<'a> {
    pub bundle: &'a Bundle,
    pub unit: &'a Unit,
}

/// The same layer before and after; one of the two may be missing.
pub struct Both<'a> {
    /// As it is called after, or was called before.
    pub name: String,
    pub before: Option<Layer<'a>>,
    pub after: Option<Layer<'a>>,
    /// Whether it counts, as it counted before.
    pub counts: bool,
}

pub fn compare(sides: Sides<'_>, changes: &mut Vec<Change>) {
    asks_for_user(sides, changes);
    for (_, pair) in by_name(layers(sides.before), layers(sides.after)) {
        match pair {
            Pair::Gone(units) => {
                units.into_iter().for_each(|unit| compare_layer(sides, Some(unit), None, changes))
            }
            Pair::New(units) => {
                units.into_iter().for_each(|unit| compare_layer(sides, None, Some(unit), changes))
            }
            Pair::Both(before, after) => match (before.as_slice(), after.as_slice()) {
                ([old], [new]) => compare_layer(sides, Some(*old), Some(*new), changes),
                // One that counts stands beside one that is observed.
                _ => {
                    for (_, pair) in by_name(modes(before), modes(after)) {
                        let (old, new) = match pair {
                            Pair::Gone(old) => (Some(old), None),
                            Pair::New(new) => (None, Some(new)),
                            Pair::Both(old, new) => (Some(old), Some(new)),
                        };
                        compare_layer(sides, old, new, changes);
                    }
                }
            },
        }
    }
}

fn modes(layers: Vec<Layer<'_>>) -> Vec<(Mode, Layer<'_>)> {
    layers.into_iter().map(|layer| (layer.unit.mode, layer)).collect()
}

/// The units of each layer, by what the layer is called.
fn layers(bundle: &Bundle) -> Vec<(String, Vec<Layer<'_>>)> {
    let units = bundle.units.chunk_by(|left, right| left.key == right.key);
    let named = units.filter_map(|units| {
        let name = units.first()?.key.layer(&bundle.schema);
        Some((name, units.iter().map(|unit| Layer { bundle, unit }).collect()))
    });
    named.collect()
}

/// A request must say for whom it is as soon as one user has a policy that counts.
fn asks_for_user(sides: Sides<'_>, changes: &mut Vec<Change>) {
    let asks = |bundle: &Bundle| {
        let is_users = |unit: &Unit| matches!(unit.key, UnitKey::User(_)) && unit.mode == Mode::Enforced;
        bundle.units.iter().any(is_users)
    };
    let (says, effect) = match (asks(sides.before), asks(sides.after)) {
        (false, true) => {
            ("requests must say for which user they are, since users have policies now", Effect::Tightens)
        }
        (true, false) => {
            ("requests need not say for which user they are, since no user has a policy now", Effect::Loosens)
        }
        _ => return,
    };
    changes.push(Change::new(Area::Layers, "users", says, effect));
}

fn compare_layer(
    sides: Sides<'_>,
    before: Option<Layer<'_>>,
    after: Option<Layer<'_>>,
    changes: &mut Vec<Change>,
) {
    let Some(shown) = after.or(before) else { return };
    let name = shown.unit.layer(&shown.bundle.schema);
    let counts = |layer: Option<Layer<'_>>| {
        layer.is_none_or(|layer| [layer.unit.mode, layer.bundle.mode()] == [Mode::Enforced; 2])
    };
    let both = Both { counts: counts(before) && counts(after), name, before, after };
    let layer = |says: &str, effect| Change::new(Area::Layers, &both.name, says, effect);
    match (before, after) {
        (Some(_), None) => changes.push(layer("is gone", Effect::Neither)),
        (None, Some(_)) => changes.push(layer("is new", Effect::Neither)),
        (Some(old), Some(new)) if old.unit.mode != new.unit.mode => {
            // With the base everything counts, or nothing does.
            let tightens = shown.unit.key == UnitKey::Base || only_adds(shown.unit);
            let effect = if tightens { Effect::Tightens } else { Effect::Unclear };
            changes.push(match new.unit.mode {
                Mode::Enforced => layer("counts now; it was only observed", effect),
                Mode::Observed => {
                    layer("is only observed now, and decides nothing; it counted", effect.reversed())
                }
            });
        }
        _ => {}
    }
    sets(sides, &both, changes);
    defaults(&both, changes);
    thresholds(&both, changes);
    rules::compare(&both, changes);
}

/// Whether a layer has nothing that could loosen anything.
fn only_adds(unit: &Unit) -> bool {
    unit.sets.is_empty() && unit.rules.iter().all(|rule| rule.exceptions.is_empty())
}

impl<'a> Both<'a> {
    /// A change in this layer.
    pub fn change(&self, area: Area, subject: &str, says: impl Into<String>, effect: Effect) -> Change {
        Change::new(area, subject, says, effect.where_it_counts(self.counts)).in_layer(&self.name)
    }

    /// Things of the layer before and after.
    pub fn pairs<K: Ord, T>(&self, of: impl Fn(Layer<'a>) -> Vec<(K, T)>) -> BTreeMap<K, Pair<T>> {
        let of = |layer: Option<Layer<'a>>| layer.map_or_else(Vec::new, &of);
        by_name(of(self.before), of(self.after))
    }
}

/// A parameter that a layer sets.
#[derive(Clone, Copy)]
struct Set<'a> {
    layer: Layer<'a>,
    id: ParamId,
    param: &'a Param,
    value: &'a ParamValue,
}

impl<'a> Set<'a> {
    fn valued(self) -> Valued<'a> {
        Valued { value: self.value, schema: &self.layer.bundle.schema }
    }

    fn default(self) -> Valued<'a> {
        Valued { value: &self.param.default, schema: &self.layer.bundle.schema }
    }

    /// What it does that the layer sets this, where it would not be set.
    ///
    /// What a layer sets that may not loosen the parameter comes on top of all else. What one sets that may takes the place of the default,
    /// unless another such layer applies as well: then it comes on top too.
    fn effect(self) -> Effect {
        let Set { layer, param, .. } = self;
        if self.valued().currencies().is_subset(&self.default().currencies()) {
            let from_default = effect(param.direction, self.default(), self.valued());
            let loosens = param.loosen_by.contains(&layer.unit.key.kind());
            match (loosens, from_default) {
                _ if param.direction == Direction::Fixed => from_default,
                (false, _) => Effect::Tightens,
                (true, Effect::Loosens) if self.is_set_elsewhere() => Effect::Unclear,
                (true, from_default) => from_default,
            }
        } else {
            Effect::Unclear
        }
    }

    /// Whether another layer sets it that may loosen it.
    fn is_set_elsewhere(self) -> bool {
        let Set { layer, id, param, .. } = self;
        let sets = |unit: &&Unit| {
            unit.key != layer.unit.key
                && param.loosen_by.contains(&unit.key.kind())
                && unit.sets.iter().any(|set| set.param == id)
        };
        layer.bundle.units.iter().any(|unit| sets(&unit))
    }
}

fn sets(sides: Sides<'_>, both: &Both<'_>, changes: &mut Vec<Change>) {
    fn named(layer: Layer<'_>) -> Vec<(&str, Set<'_>)> {
        let set = layer.unit.sets.iter().filter_map(|set| {
            let param = layer.bundle.schema.params.get(usize::from(set.param))?;
            Some((param.name.as_str(), Set { layer, id: set.param, param, value: &set.value }))
        });
        set.collect()
    }
    for (name, pair) in both.pairs(named) {
        let change = |says: String, effect| both.change(Area::Parameters, name, says, effect);
        // A parameter that comes or goes is no longer read, or not yet.
        let declared = |bundle: &Bundle| bundle.schema.params.iter().any(|param| param.name == name);
        let both_declare = declared(sides.before) && declared(sides.after);
        let known = |effect| if both_declare { effect } else { Effect::Neither };
        changes.push(match pair {
            Pair::New(set) => {
                let value = set.valued().text();
                change(format!("is set to {value}; it was not set there"), known(set.effect()))
                    .of(None, value)
            }
            Pair::Gone(set) => {
                let value = set.valued().text();
                let effect = known(set.effect().reversed());
                change(format!("is no longer set; it was {value}"), effect).of(value, None)
            }
            Pair::Both(old, new) if same(old.valued(), new.valued()) => continue,
            Pair::Both(old, new) => {
                let same_meaning = old.param.direction == new.param.direction;
                let effect = effect(new.param.direction, old.valued(), new.valued());
                let effect = if same_meaning { effect } else { Effect::Unclear };
                let change = change(difference(old.valued(), new.valued()), effect);
                change.of(old.valued().text(), new.valued().text())
            }
        });
    }
}

/// What layers above the base say of an action by default: it comes on top.
fn defaults(both: &Both<'_>, changes: &mut Vec<Change>) {
    fn named(layer: Layer<'_>) -> Vec<(&str, (&Disposition, Layer<'_>))> {
        // That of the base is told with the action.
        let own = layer.unit.key.kind() != LayerKind::Base;
        let set = layer.unit.defaults.iter().filter(|_| own).filter_map(|(action, default)| {
            let action = layer.bundle.schema.actions.get(usize::from(*action))?;
            Some((action.name.as_str(), (default, layer)))
        });
        set.collect()
    }
    for (name, pair) in both.pairs(named) {
        let text = |(default, layer): (_, Layer<'_>)| disposition(default, &layer.bundle.schema);
        let change = |says: String, effect| both.change(Area::Actions, name, says, effect);
        changes.push(match pair {
            Pair::New(new) => {
                change(format!("is {} by default there", text(new)), Effect::Tightens).of(None, text(new))
            }
            Pair::Gone(old) => {
                let says = format!("has no default of its own there; it was {}", text(old));
                change(says, Effect::Loosens).of(text(old), None)
            }
            Pair::Both(old, new) if text(old) == text(new) => continue,
            Pair::Both(old, new) => {
                let (before, after) = ((old.0, &old.1.bundle.schema), (new.0, &new.1.bundle.schema));
                let says = format!("is {} by default there; it was {}", text(new), text(old));
                change(says, default_effect(before, after)).of(text(old), text(new))
            }
        });
    }
}

fn thresholds(both: &Both<'_>, changes: &mut Vec<Change>) {
    let of = |layer: Option<Layer<'_>>| layer.map(|layer| layer.unit.thresholds).unwrap_or_default();
    let (before, after) = (of(both.before), of(both.after));
    for (subject, says, old, new) in [
        ("step_up", "a person is asked from a score of", before.step_up, after.step_up),
        ("deny", "an action is refused from a score of", before.deny, after.deny),
    ] {
        let (says, effect) = match (old, new) {
            (None, Some(new)) => (format!("{says} {new}; nothing was said there"), Effect::Tightens),
            (Some(old), None) => {
                (format!("nothing is said there of the score; it was {old}"), Effect::Loosens)
            }
            (Some(old), Some(new)) if new < old => (format!("{says} {new}; it was {old}"), Effect::Tightens),
            (Some(old), Some(new)) if new > old => (format!("{says} {new}; it was {old}"), Effect::Loosens),
            _ => continue,
        };
        let number = |number: Option<u8>| number.map(|number| number.to_string());
        changes.push(both.change(Area::Score, subject, says, effect).of(number(old), number(new)));
    }
}
