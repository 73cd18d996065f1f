//! Actions: what can be asked for, what happens by default, and what a request holds.

use lictor_bundle::disassemble;
use lictor_bundle::program::{Bundle, UnitKey};
use lictor_bundle::schema::{Action, Disposition, Field, Schema, Type, TypeId};

use super::pairs::{Pair, apart, by_name, listed};
use super::{Area, Change, Effect, Sides};
use crate::render::names::{disposition, type_name};

/// How many fields every request has before those of its action.
const ENVELOPE: usize = 4;

pub fn compare(sides: Sides<'_>, changes: &mut Vec<Change>) {
    for (name, pair) in by_name(actions(sides.before), actions(sides.after)) {
        let mut add = |says: &str, effect| changes.push(Change::new(Area::Actions, name, says, effect));
        match pair {
            Pair::New((_, action)) if action.event => add("is a new event", Effect::Neither),
            Pair::Gone((_, action)) if action.event => add("is no event any more", Effect::Neither),
            Pair::New((number, _)) => {
                let (says, effect) = possible(sides.after, number);
                // Before, it was refused for not being known.
                add(&format!("can be asked for now, and is {says} by default"), effect);
            }
            Pair::Gone((number, _)) => {
                let (_, effect) = possible(sides.before, number);
                add("can no longer be asked for", effect.reversed());
            }
            Pair::Both(before, after) => changed(sides, name, before, after, changes),
        }
    }
    records(sides, changes);
}

type Numbered<'a> = (usize, &'a Action);

fn actions(bundle: &Bundle) -> impl Iterator<Item = (&str, Numbered<'_>)> {
    bundle.schema.actions.iter().enumerate().map(|(number, action)| (action.name.as_str(), (number, action)))
}

/// What happens to an action by default, and what it does that it can be asked for at all.
fn possible(bundle: &Bundle, action: usize) -> (String, Effect) {
    let default = base_default(bundle, action);
    let effect = if *default == Disposition::Deny { Effect::Neither } else { Effect::Loosens };
    (by_default(default, &bundle.schema), effect)
}

/// What the base says of an action: what it sets stands in the place of what is declared.
fn base_default(bundle: &Bundle, action: usize) -> &Disposition {
    let base = bundle.units.iter().find(|unit| unit.key == UnitKey::Base);
    let set = base.and_then(|base| base.defaults.iter().find(|(id, _)| usize::from(*id) == action));
    set.map_or(&bundle.schema.actions[action].default, |(_, default)| default)
}

fn by_default(default: &Disposition, schema: &Schema) -> String {
    match default {
        Disposition::Allow => "allowed".to_owned(),
        Disposition::Deny => "refused".to_owned(),
        // `step_up to finance`
        asked => format!("held for {}", disposition(asked, schema).trim_start_matches("step_up to ")),
    }
}

/// What it does that one default takes the place of the other.
pub fn default_effect(
    (before, old): (&Disposition, &Schema),
    (after, new): (&Disposition, &Schema),
) -> Effect {
    let rank = |default: &Disposition| match default {
        Disposition::Allow => 0,
        Disposition::StepUp(_) => 1,
        Disposition::Deny => 2,
    };
    match rank(after).cmp(&rank(before)) {
        std::cmp::Ordering::Greater => Effect::Tightens,
        std::cmp::Ordering::Less => Effect::Loosens,
        std::cmp::Ordering::Equal if disposition(before, old) == disposition(after, new) => Effect::Neither,
        std::cmp::Ordering::Equal => Effect::Unclear,
    }
}

fn changed(
    sides: Sides<'_>,
    name: &str,
    (old_number, before): Numbered<'_>,
    (new_number, after): Numbered<'_>,
    changes: &mut Vec<Change>,
) {
    let Sides { before: old, after: new } = sides;
    if before.event != after.event {
        let says = if after.event {
            "is an event now, and no longer asked for"
        } else {
            "is asked for now, and no event"
        };
        changes.push(Change::new(Area::Actions, name, says, Effect::Unclear));
        return;
    }
    if !after.event {
        let (old_default, new_default) = (base_default(old, old_number), base_default(new, new_number));
        let (was, is) = (by_default(old_default, &old.schema), by_default(new_default, &new.schema));
        if was != is {
            let effect = default_effect((old_default, &old.schema), (new_default, &new.schema));
            let change =
                Change::new(Area::Actions, name, format!("is {is} by default; it was {was}"), effect);
            changes.push(change.of(was, is));
        }
    }
    let mut add = |says: String, effect| changes.push(Change::new(Area::Actions, name, says, effect));
    let (fewer, more) = apart(&before.flags, &after.flags);
    // A flag weighs something in the score or nothing, and never takes from it.
    for (flags, word, effect) in [(more, "now", Effect::Tightens), (fewer, "no longer", Effect::Loosens)] {
        if !flags.is_empty() {
            add(format!("{word} raises the flags {}", listed(&flags)), effect);
        }
    }
    let unbound = |action: &Action| action.unbound.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
    let (fewer, more) = apart(&unbound(before), &unbound(after));
    for (fields, says) in [(more, "is no longer bound by tokens"), (fewer, "is bound by tokens now")] {
        if !fields.is_empty() {
            add(format!("{says}: {}", listed(&fields)), Effect::Unclear);
        }
    }
    let score = |bundle: &Bundle, number: usize| {
        let score = bundle.scores.iter().find(|score| usize::from(score.action) == number)?;
        let slots = disassemble::slots(&bundle.schema, score.action);
        Some(disassemble::lines(&bundle.schema, &bundle.condition_code, score.code, &slots, None))
    };
    if score(old, old_number) != score(new, new_number) {
        changes.push(Change::new(
            Area::Score,
            name,
            "has its amplifiers from something else",
            Effect::Unclear,
        ));
    }
    let own = |schema: &Schema, action: &Action| {
        let record = schema.records.get(usize::from(action.request));
        record.map_or(&[][..], |record| record.fields.get(ENVELOPE..).unwrap_or(&[])).to_vec()
    };
    fields(sides, name, &own(&old.schema, before), &own(&new.schema, after), changes);
}

/// The records that are no action's request.
fn records(sides: Sides<'_>, changes: &mut Vec<Change>) {
    let named = |schema: &Schema| -> Vec<(String, Vec<Field>)> {
        let is_request =
            |number: usize| schema.actions.iter().any(|action| usize::from(action.request) == number);
        let records = schema.records.iter().enumerate().filter(|(number, _)| !is_request(*number));
        records.map(|(_, record)| (record.name.clone(), record.fields.clone())).collect()
    };
    for (name, pair) in by_name(named(&sides.before.schema), named(&sides.after.schema)) {
        // A record by itself is nothing; what holds one changes with it.
        if let Pair::Both(before, after) = pair {
            fields(sides, &name, &before, &after, changes);
        }
    }
}

/// What a request must hold otherwise. Whoever asks must follow, so nothing is said of what it does.
fn fields(sides: Sides<'_>, of: &str, before: &[Field], after: &[Field], changes: &mut Vec<Change>) {
    let named = |fields: &[Field], schema: &Schema| -> Vec<(String, String)> {
        let text = |field: &Field| {
            let marks = field.marks.names().iter().map(|mark| format!("{mark} ")).collect::<String>();
            format!("{marks}{}", bounded(field.ty, schema))
        };
        fields.iter().map(|field| (field.name.clone(), text(field))).collect()
    };
    let pairs = by_name(named(before, &sides.before.schema), named(after, &sides.after.schema));
    for (name, pair) in pairs {
        let path = format!("{of}.{name}");
        let change = match pair {
            Pair::New(ty) if ty.ends_with('?') => (format!("may be given: {ty}"), None, Some(ty)),
            Pair::New(ty) => (format!("must be given: {ty}"), None, Some(ty)),
            Pair::Gone(ty) => (format!("may not be given any more; it was {ty}"), Some(ty), None),
            Pair::Both(before, after) if before == after => continue,
            Pair::Both(before, after) => (format!("is {after}; it was {before}"), Some(before), Some(after)),
        };
        let (says, before, after) = change;
        changes.push(Change::new(Area::Fields, &path, says, Effect::Unclear).of(before, after));
    }
}

/// A type with the bounds that its name leaves out.
fn bounded(ty: TypeId, schema: &Schema) -> String {
    match schema.types.get(usize::from(ty)) {
        Some(Type::Text { max }) => format!("String of {max} bytes"),
        Some(Type::List { element, min, max } | Type::Set { element, min, max }) => {
            let kind =
                if let Some(Type::Set { .. }) = schema.types.get(usize::from(ty)) { "Set" } else { "List" };
            format!("{kind}<{}> of {min} to {max}", bounded(*element, schema))
        }
        Some(Type::Optional(inner)) => format!("{}?", bounded(*inner, schema)),
        _ => type_name(ty, schema),
    }
}
