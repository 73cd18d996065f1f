//! Composition: parameters and their values, and what each layer adds to them. Everything that can be wrong with a value
//! is found here, when the bundle is linked, and never when a request is decided.

mod value;
mod list;
mod calendar;
mod params;
mod sets;
mod thresholds;
mod effect;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lictor_bundle::program::{Mode, Thresholds, UnitKey};
use lictor_grammar::ast::{ItemKind, ParamValue, Threshold};
use lictor_grammar::diagnostic::Diagnostic;

use crate::modules::Module;
use crate::names::{Declared, LayerId};
use crate::project::Project;
use crate::texts::Texts;
use crate::typed::{Rule, Unit};
pub(crate) use calendar::calendars;
pub(crate) use effect::stricter;
pub(crate) use params::{in_range, params};
pub(crate) use value::{scalar, value};

/// Where `file("…")` finds its lines.
pub(crate) struct Files<'a> {
    pub project: &'a Project,
    pub texts: &'a dyn Texts,
}

/// The layers: what each sets, and its rules in the order of evaluation.
pub(crate) fn units(
    modules: &[Module],
    declared: &Declared<'_>,
    rules: Vec<Vec<Arc<Rule>>>,
    files: &Files<'_>,
    out: &mut Vec<Diagnostic>,
) -> Vec<Unit> {
    let layers = sets::layers(modules, declared, files, out);
    effect::report(declared, &layers, out);
    let mut units: BTreeMap<LayerId, Unit> = BTreeMap::new();
    let unit = |LayerId { key, mode }: LayerId| Unit {
        key,
        mode,
        sets: Vec::new(),
        set_at: Vec::new(),
        defaults: Vec::new(),
        thresholds: Thresholds::default(),
        groups: Vec::new(),
        rules: Vec::new(),
    };
    let base = LayerId { key: UnitKey::Base, mode: Mode::Enforced };
    units.insert(base.clone(), unit(base));
    for (id, rules) in declared.layers.iter().zip(rules) {
        units.entry(id.clone()).or_insert_with(|| unit(id.clone())).rules.extend(rules);
    }
    for (id, layer) in layers {
        let unit = units.entry(id.clone()).or_insert_with(|| unit(id));
        unit.set_at = layer.sets.values().map(|set| set.span).collect();
        unit.sets = layer
            .sets
            .into_iter()
            .map(|(param, set)| lictor_bundle::program::ParamSet { param, value: set.value })
            .collect();
        unit.defaults =
            layer.defaults.into_iter().map(|(action, (disposition, _))| (action, disposition)).collect();
        let threshold = |which| layer.thresholds.get(&which).map(|(at, _)| *at);
        unit.thresholds =
            Thresholds { step_up: threshold(Threshold::StepUp), deny: threshold(Threshold::Deny) };
    }
    for (module, id) in modules.iter().zip(&declared.layers).filter(|(_, id)| id.key.is_user()) {
        if let Some(unit) = units.get_mut(id) {
            unit.groups.extend(groups_named(module));
            unit.groups.sort_unstable();
            unit.groups.dedup();
        }
    }
    for unit in units.values_mut() {
        unit.rules.sort_by(|a, b| (a.stage, &a.module, a.position).cmp(&(b.stage, &b.module, b.position)));
    }
    units.into_values().collect()
}

/// The groups of actions that the rules and defaults of a module name by a star: they say something else where other actions are declared.
fn groups_named(module: &Module) -> impl Iterator<Item = String> {
    let patterns = module.ast.items.iter().flat_map(|item| match &item.kind {
        ItemKind::Rule(rule) => rule.on.as_slice(),
        ItemKind::SetDefault(set) => std::slice::from_ref(&set.action),
        _ => &[],
    });
    patterns.filter(|pattern| pattern.wildcard).map(|pattern| {
        let names = pattern.names.iter().map(|name| name.text.as_str());
        names.chain(["*"]).collect::<Vec<_>>().join(".")
    })
}

/// The paths of the files whose lines the parameters and calendars of a module take, which stands at `path`.
pub(crate) fn files_used(module: &Module, path: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for item in &module.ast.items {
        let values = match &item.kind {
            ItemKind::Param(node) => node.values.as_slice(),
            ItemKind::Set(node) => &node.values,
            ItemKind::Calendar(node) => std::slice::from_ref(&node.dates),
            _ => continue,
        };
        for value in values {
            if let ParamValue::File(name) = value {
                used.extend(list::beside(path, &name.value));
            }
        }
    }
    used
}
