//! Rules: which came and went, and what became of the others.

use lictor_bundle::disassemble;
use lictor_bundle::program::Rule;

use super::layers::{Both, Layer};
use super::pairs::{Pair, apart, by_name, listed};
use super::statements::{effect, effects_alone, lines, said};
use super::{Area, Change, Effect, exceptions};
use crate::render::controls::cited;

/// A rule in its layer.
#[derive(Clone, Copy)]
pub struct Placed<'a> {
    pub layer: Layer<'a>,
    pub rule: &'a Rule,
}

pub fn compare(both: &Both<'_>, changes: &mut Vec<Change>) {
    fn named(layer: Layer<'_>) -> Vec<(String, Placed<'_>)> {
        let rules = layer.unit.rules.iter();
        rules.map(|rule| (format!("{}.{}", rule.key.module, rule.name), Placed { layer, rule })).collect()
    }
    for (name, pair) in both.pairs(named) {
        match pair {
            Pair::New(new) => {
                let says = format!("is new, {}", place(new));
                let change = both.change(Area::Rules, &name, says, Effect::Tightens);
                changes.push(change.listing(Vec::new(), lines(&said(new.layer, new.rule))));
            }
            Pair::Gone(old) => {
                let says = format!("is gone; it stood {}", place(old));
                let change = both.change(Area::Rules, &name, says, Effect::Loosens);
                changes.push(change.listing(lines(&said(old.layer, old.rule)), Vec::new()));
            }
            Pair::Both(old, new) => changed(both, &name, old, new, changes),
        }
        let (old, new) = match pair {
            Pair::New(new) => (None, Some(new)),
            Pair::Gone(old) => (Some(old), None),
            Pair::Both(old, new) => (Some(old), Some(new)),
        };
        exceptions::compare(both, &name, old, new, changes);
    }
}

/// `at amount, on payment.charge and payment.refund`
fn place(placed: Placed<'_>) -> String {
    format!("at {}, on {}", placed.rule.key.stage.name(), listed(&actions(placed)))
}

fn actions(placed: Placed<'_>) -> Vec<String> {
    let schema = &placed.layer.bundle.schema;
    let named = placed.rule.entries.iter().filter_map(|(action, _)| schema.actions.get(usize::from(*action)));
    named.map(|action| action.name.clone()).collect()
}

fn changed(both: &Both<'_>, name: &str, old: Placed<'_>, new: Placed<'_>, changes: &mut Vec<Change>) {
    let mut add = |says: String, effect| changes.push(both.change(Area::Rules, name, says, effect));
    let (was, is) = (old.rule.key.stage.name(), new.rule.key.stage.name());
    if was != is {
        // All stages are evaluated, and the worst cause decides, wherever it stands.
        add(format!("stands at {is}; it stood at {was}"), Effect::Neither);
    }
    let (fewer, more) = apart(&actions(old), &actions(new));
    if !more.is_empty() {
        add(format!("also concerns {}", listed(&more)), Effect::Tightens);
    }
    if !fewer.is_empty() {
        add(format!("no longer concerns {}", listed(&fewer)), Effect::Loosens);
    }
    let cites = |placed: Placed<'_>| cited(placed.rule, &placed.layer.bundle.manifest);
    let (fewer, more) = apart(&cites(old), &cites(new));
    if !more.is_empty() {
        add(format!("also cites {}", listed(&more)), Effect::Neither);
    }
    if !fewer.is_empty() {
        add(format!("no longer cites {}", listed(&fewer)), Effect::Neither);
    }
    changes.extend(rewritten(both, name, old, new));
}

/// What the rule says otherwise, on actions that it concerned before and still does.
fn rewritten(both: &Both<'_>, name: &str, old: Placed<'_>, new: Placed<'_>) -> Option<Change> {
    // Pairs whose code differs; and whether it does so in what statements do alone, and not in when.
    let (mut differs, mut conditions) = (false, false);
    for (_, pair) in by_name(codes(old), codes(new)) {
        if let Pair::Both(old_code, new_code) = pair {
            differs |= code(old, old_code, true) != code(new, new_code, true);
            conditions |= code(old, old_code, false) != code(new, new_code, false);
        }
    }
    if !differs {
        return None;
    }
    let (before, after) = (said(old.layer, old.rule), said(new.layer, new.rule));
    let does = if conditions {
        effect(&before, &after)
    } else {
        effects_alone((old.rule, &old.layer.bundle.schema), (new.rule, &new.layer.bundle.schema))
    };
    let (gone, come) = apart(&lines(&before), &lines(&after));
    let says = match (gone.is_empty(), come.is_empty()) {
        (true, true) => {
            "decides otherwise in the same words, since something that it reads means something else"
        }
        (true, false) => "says more",
        (false, true) => "says less",
        (false, false) => "says something else",
    };
    Some(both.change(Area::Rules, name, says, does).listing(gone, come))
}

/// The codes of a rule by the names of their actions.
fn codes(placed: Placed<'_>) -> Vec<(&str, (u16, u16))> {
    let schema = &placed.layer.bundle.schema;
    let named = placed.rule.entries.iter().filter_map(|(action, code)| {
        Some((schema.actions.get(usize::from(*action))?.name.as_str(), (*action, *code)))
    });
    named.collect()
}

/// The lines of a code, with or without what its statements do.
fn code(placed: Placed<'_>, (action, code): (u16, u16), effects: bool) -> Vec<String> {
    let Placed { layer, rule } = placed;
    let schema = &layer.bundle.schema;
    let slots = disassemble::slots(schema, action);
    disassemble::lines(schema, &layer.unit.code, code, &slots, effects.then_some(rule))
}
