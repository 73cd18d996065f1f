//! Parameters as they are declared.

use lictor_bundle::schema::{LayerKind, Param, Schema};

use super::pairs::{Pair, by_name};
use super::value::{Valued, difference, effect, same};
use super::{Area, Change, Effect, Sides};
use crate::render::names::{direction, layer_kind, param_range, type_name};

/// A parameter with its schema.
type Declared<'a> = (&'a Param, &'a Schema);

pub fn compare(sides: Sides<'_>, changes: &mut Vec<Change>) {
    for (name, pair) in by_name(declared(&sides.before.schema), declared(&sides.after.schema)) {
        match pair {
            // What reads it decides what it does.
            Pair::New((param, schema)) => {
                let value = value(param, schema).text();
                let says = format!("is new: {value}, {}", direction(param.direction));
                changes.push(Change::new(Area::Parameters, name, says, Effect::Neither).of(None, value));
            }
            Pair::Gone((param, schema)) => {
                let value = value(param, schema).text();
                let says = format!("is gone; it was {value}");
                changes.push(Change::new(Area::Parameters, name, says, Effect::Neither).of(value, None));
            }
            Pair::Both(before, after) => changed(name, before, after, changes),
        }
    }
}

fn declared(schema: &Schema) -> impl Iterator<Item = (&str, Declared<'_>)> {
    schema.params.iter().map(move |param| (param.name.as_str(), (param, schema)))
}

fn value<'a>(param: &'a Param, schema: &'a Schema) -> Valued<'a> {
    Valued { value: &param.default, schema }
}

fn changed(name: &str, (before, old): Declared<'_>, (after, new): Declared<'_>, changes: &mut Vec<Change>) {
    let mut changed = |says: String, effect| changes.push(Change::new(Area::Parameters, name, says, effect));
    let (old_type, new_type) = (type_name(before.ty, old), type_name(after.ty, new));
    if old_type != new_type {
        changed(format!("is of type {new_type}; it was {old_type}"), Effect::Unclear);
    }
    if before.direction != after.direction {
        let says = format!("is {}; it was {}", direction(after.direction), direction(before.direction));
        changed(says, Effect::Unclear);
    }
    let range = |param: &Param, schema| {
        let range = param.range.as_ref().map(|(low, high)| param_range(low, high, schema));
        range.unwrap_or_else(|| "anything".to_owned())
    };
    let (old_range, new_range) = (range(before, old), range(after, new));
    if old_range != new_range {
        // A value is checked against the range when the policy is compiled, and not when a request is decided.
        changed(format!("may be set to {new_range}; it was {old_range}"), Effect::Neither);
    }
    if before.loosen_by != after.loosen_by {
        let holds = |these: &[LayerKind], those: &[LayerKind]| those.iter().all(|kind| these.contains(kind));
        let effect = match () {
            // What such a layer sets no longer counts beside the default, but in its place.
            () if holds(&after.loosen_by, &before.loosen_by) => Effect::Loosens,
            () if holds(&before.loosen_by, &after.loosen_by) => Effect::Tightens,
            () => Effect::Unclear,
        };
        let says =
            format!("may be loosened by {}; it was {}", kinds(&after.loosen_by), kinds(&before.loosen_by));
        changed(says, effect);
    }
    let (old, new) = (value(before, old), value(after, new));
    if !same(old, new) {
        let same_meaning = before.direction == after.direction && old_type == new_type;
        let effect = if same_meaning { effect(after.direction, old, new) } else { Effect::Unclear };
        let change = Change::new(Area::Parameters, name, difference(old, new), effect);
        changes.push(change.of(old.text(), new.text()));
    }
}

fn kinds(kinds: &[LayerKind]) -> String {
    match kinds {
        [] => "nobody".to_owned(),
        kinds => kinds.iter().map(|kind| layer_kind(*kind)).collect::<Vec<_>>().join(", "),
    }
}
