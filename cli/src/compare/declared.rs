//! What is declared once: facts, enumerations, codes, people, the score, categories, calendars, and what rules cite.

use lictor_bundle::civil::render_date;
use lictor_bundle::decimal::render_decimal;
use lictor_bundle::disassemble;
use lictor_bundle::history::HistoryQuery;
use lictor_bundle::marks::Marks;
use lictor_bundle::program::Bundle;
use lictor_bundle::schema::{Calendar, Described, Disposition, Fact, Field, Schema, Weight};

use super::pairs::{Pair, apart, by_name, listed};
use super::{Area, Change, Effect, Sides};
use crate::render::controls::control_text;
use crate::render::names::{disposition, type_name};

pub fn compare(sides: Sides<'_>, changes: &mut Vec<Change>) {
    let mut texts = |area, of: fn(&Bundle) -> Vec<(String, String)>, same: Effect| {
        named_texts(area, of(sides.before), of(sides.after), same, changes);
    };
    texts(Area::Facts, facts, Effect::Unclear);
    texts(Area::Reasons, |bundle| described(&bundle.schema.reasons), Effect::Neither);
    texts(Area::People, |bundle| described(&bundle.schema.roles), Effect::Neither);
    texts(Area::Calendars, currencies, Effect::Unclear);
    texts(Area::Controls, controls, Effect::Neither);
    enums(sides, changes);
    thresholds(sides, changes);
    weights(sides, changes);
    categories(sides, changes);
    calendars(sides, changes);
    escalate(sides, changes);
    history(sides, changes);
}

/// Things that are a name and a text. What it does that one comes or goes is up to what uses it.
fn named_texts(
    area: Area,
    before: Vec<(String, String)>,
    after: Vec<(String, String)>,
    effect: Effect,
    changes: &mut Vec<Change>,
) {
    for (name, pair) in by_name(before, after) {
        changes.push(match pair {
            Pair::New(text) => {
                Change::new(area, &name, format!("is new: {text}"), Effect::Neither).of(None, text)
            }
            Pair::Gone(text) => Change::new(area, &name, "is gone", Effect::Neither).of(text, None),
            Pair::Both(before, after) if before == after => continue,
            Pair::Both(before, after) => {
                let says = format!("is {after}; it was {before}");
                Change::new(area, &name, says, effect).of(before, after)
            }
        });
    }
}

fn described(entries: &[Described]) -> Vec<(String, String)> {
    entries.iter().map(|entry| (entry.name.clone(), format!("{:?}", entry.text))).collect()
}

fn facts(bundle: &Bundle) -> Vec<(String, String)> {
    let schema = &bundle.schema;
    let marks = |marks: Marks| marks.names().iter().map(|mark| format!("{mark} ")).collect::<String>();
    let asked =
        |field: &Field| format!("{}: {}{}", field.name, marks(field.marks), type_name(field.ty, schema));
    let text = |fact: &Fact| {
        let asked = fact.params.iter().map(asked).collect::<Vec<_>>().join(", ");
        format!("asked with {asked}, and answers {}{}", marks(fact.marks), type_name(fact.result, schema))
    };
    schema.facts.iter().map(|fact| (fact.name.clone(), text(fact))).collect()
}

fn currencies(bundle: &Bundle) -> Vec<(String, String)> {
    let text = |digits: &u8| format!("a currency of {digits} decimals");
    bundle.schema.currencies.iter().map(|(code, digits)| (code.to_string(), text(digits))).collect()
}

fn controls(bundle: &Bundle) -> Vec<(String, String)> {
    bundle.manifest.controls.iter().map(|control| (control.id.clone(), control_text(control))).collect()
}

fn enums(sides: Sides<'_>, changes: &mut Vec<Change>) {
    let values = |bundle: &Bundle| -> Vec<(String, (bool, Vec<String>))> {
        let is_tiers = |number: usize| bundle.schema.tiers.is_some_and(|tiers| usize::from(tiers) == number);
        let enums = bundle.schema.enums.iter().enumerate();
        enums.map(|(number, one)| (one.name.clone(), (is_tiers(number), one.values.clone()))).collect()
    };
    for (name, pair) in by_name(values(sides.before), values(sides.after)) {
        let Pair::Both((_, before), (is_tiers, after)) = pair else { continue };
        if before == after {
            continue;
        }
        let (gone, new) = apart(&before, &after);
        let says = match (new.is_empty(), gone.is_empty()) {
            (true, true) => "has its values in another order".to_owned(),
            (false, true) => format!("has a new value: {}", listed(&new)),
            (true, false) => format!("no longer has {}", listed(&gone)),
            (false, false) => format!("has a new value: {}, and no longer {}", listed(&new), listed(&gone)),
        };
        let area = if is_tiers { Area::Layers } else { Area::Fields };
        let (before, after) = (before.join(", "), after.join(", "));
        changes.push(Change::new(area, &name, says, Effect::Unclear).of(before, after));
    }
}

fn thresholds(sides: Sides<'_>, changes: &mut Vec<Change>) {
    let (before, after) = (&sides.before.schema, &sides.after.schema);
    for (subject, says, old, new) in [
        ("step_up", "a person is asked from a score of", before.risk_step_up_at, after.risk_step_up_at),
        ("deny", "an action is refused from a score of", before.risk_deny_at, after.risk_deny_at),
    ] {
        if old != new {
            let effect = if new < old { Effect::Tightens } else { Effect::Loosens };
            let change = Change::new(Area::Score, subject, format!("{says} {new}; it was {old}"), effect);
            changes.push(change.of(old.to_string(), new.to_string()));
        }
    }
}

fn weights(sides: Sides<'_>, changes: &mut Vec<Change>) {
    let Sides { before, after } = sides;
    weighed("a flag", &before.schema.flags, &after.schema.flags, changes);
    weighed("an amplifier", &before.schema.amplifiers, &after.schema.amplifiers, changes);
}

fn weighed(kind: &str, before: &[Weight], after: &[Weight], changes: &mut Vec<Change>) {
    let named = |weights: &[Weight]| -> Vec<(String, i128)> {
        weights.iter().map(|one| (one.name.clone(), one.weight)).collect()
    };
    for (name, pair) in by_name(named(before), named(after)) {
        let Pair::Both(old, new) = pair else { continue };
        if old != new {
            let effect = if new > old { Effect::Tightens } else { Effect::Loosens };
            let (old, new) = (render_decimal(old), render_decimal(new));
            let says = format!("weighs {new} as {kind}; it was {old}");
            changes.push(Change::new(Area::Score, &name, says, effect).of(old, new));
        }
    }
}

/// The code of a category's condition for each action.
type Conditions = Vec<(String, Vec<String>)>;

/// Which requests are in a category: the code of its conditions.
fn categories(sides: Sides<'_>, changes: &mut Vec<Change>) {
    let named = |bundle: &Bundle| -> Vec<(String, Conditions)> {
        let schema = &bundle.schema;
        let conditions = |category: usize| {
            let own = bundle.conditions.iter().filter(move |one| usize::from(one.category) == category);
            own.filter_map(|condition| {
                let action = schema.actions.get(usize::from(condition.action))?;
                let slots = disassemble::slots(schema, condition.action);
                let lines = disassemble::lines(schema, &bundle.condition_code, condition.code, &slots, None);
                Some((action.name.clone(), lines))
            })
            .collect()
        };
        schema.categories.iter().enumerate().map(|(id, name)| (name.clone(), conditions(id))).collect()
    };
    for (name, pair) in by_name(named(sides.before), named(sides.after)) {
        let subject = format!("category {name}");
        let says = match pair {
            Pair::New(_) => "is new".to_owned(),
            Pair::Gone(_) => "is gone".to_owned(),
            Pair::Both(before, after) => {
                let differs = |pair: Pair<_>| match pair {
                    Pair::Both(before, after) => before != after,
                    Pair::New(_) | Pair::Gone(_) => true,
                };
                let pairs = by_name(before, after).into_iter();
                let actions: Vec<String> =
                    pairs.filter_map(|(action, pair)| differs(pair).then_some(action)).collect();
                if actions.is_empty() {
                    continue;
                }
                format!("holds other requests than before, of {}", listed(&actions))
            }
        };
        changes.push(Change::new(Area::Layers, &subject, says, Effect::Unclear));
    }
}

fn calendars(sides: Sides<'_>, changes: &mut Vec<Change>) {
    let named = |bundle: &Bundle| -> Vec<(String, Vec<String>)> {
        let days = |calendar: &Calendar| {
            let known = [
                format!("from {}", render_date(calendar.from)),
                format!("until {}", render_date(calendar.until)),
                format!("weekend on the days {:?} of the week", calendar.weekend),
            ];
            known.into_iter().chain(calendar.holidays.iter().map(|day| render_date(*day))).collect()
        };
        bundle.schema.calendars.iter().map(|calendar| (calendar.name.clone(), days(calendar))).collect()
    };
    for (name, pair) in by_name(named(sides.before), named(sides.after)) {
        let change = |says, before, after| {
            Change::new(Area::Calendars, &name, says, Effect::Unclear).listing(before, after)
        };
        match pair {
            Pair::Both(before, after) if before != after => {
                let (gone, new) = apart(&before, &after);
                changes.push(change("knows of other days", gone, new));
            }
            Pair::Both(..) => {}
            Pair::New(_) => changes.push(Change::new(Area::Calendars, &name, "is new", Effect::Neither)),
            Pair::Gone(_) => changes.push(Change::new(Area::Calendars, &name, "is gone", Effect::Neither)),
        }
    }
}

fn escalate(sides: Sides<'_>, changes: &mut Vec<Change>) {
    let asked = |schema: &Schema| {
        let asked =
            schema.escalate.clone().map(|approver| disposition(&Disposition::StepUp(approver), schema));
        asked
            .map_or_else(|| "the user".to_owned(), |asked| asked.trim_start_matches("step_up to ").to_owned())
    };
    let (before, after) = (asked(&sides.before.schema), asked(&sides.after.schema));
    if before != after {
        let says = format!("it is {after} who is asked where a rule names nobody; it was {before}");
        let change = Change::new(Area::People, "escalate", says, Effect::Unclear);
        changes.push(change.of(before, after));
    }
}

/// What counts towards an answer about the past: the question is the name, and which requests it counts is code.
fn history(sides: Sides<'_>, changes: &mut Vec<Change>) {
    let named = |bundle: &Bundle| -> Vec<(String, Vec<String>)> {
        let schema = &bundle.schema;
        let counted = |query: &HistoryQuery| {
            let sources = query.sources.iter();
            let lines = sources.flat_map(|source| {
                let slots = disassemble::slots(schema, source.action);
                let action = schema.actions.get(usize::from(source.action)).map(|action| action.name.clone());
                let lines = disassemble::lines(schema, &bundle.condition_code, source.filter, &slots, None);
                action.into_iter().chain(lines)
            });
            lines.collect()
        };
        let queries = schema.history.iter();
        let named = queries.filter_map(|query| {
            Some((schema.facts.get(usize::from(query.fact))?.name.clone(), counted(query)))
        });
        named.collect()
    };
    for (name, pair) in by_name(named(sides.before), named(sides.after)) {
        if let Pair::Both(before, after) = pair
            && before != after
        {
            changes.push(Change::new(
                Area::Facts,
                &name,
                "counts other requests than before",
                Effect::Unclear,
            ));
        }
    }
}
