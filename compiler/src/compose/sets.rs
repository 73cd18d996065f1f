//! What layers set: parameters and the defaults of actions.

use std::collections::BTreeMap;

use lictor_bundle::program::UnitKey;
use lictor_bundle::schema::{ActionId, Direction, Disposition, ParamId, ParamValue, Scalar};
use lictor_grammar::ast::{self, ItemKind, Threshold};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::params::{in_range, place};
use super::{Files, thresholds, value};
use crate::ids;
use crate::modules::Module;
use crate::names::{Declared, LayerId, read_disposition};
use crate::rules;
use crate::suggest;

/// What one layer sets.
#[derive(Default)]
pub(super) struct Layer {
    pub sets: BTreeMap<ParamId, SetValue>,
    pub defaults: BTreeMap<ActionId, (Disposition, Span)>,
    pub thresholds: BTreeMap<Threshold, (u8, Span)>,
}

/// A value and where it is set.
pub(super) struct SetValue {
    pub value: ParamValue,
    pub span: Span,
}

pub(super) fn layers(
    modules: &[Module],
    declared: &Declared<'_>,
    files: &Files<'_>,
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<LayerId, Layer> {
    let mut layers: BTreeMap<LayerId, Layer> = BTreeMap::new();
    for (module, id) in modules.iter().zip(&declared.layers) {
        for item in &module.ast.items {
            let layer = layers.entry(id.clone()).or_default();
            match &item.kind {
                ItemKind::Set(node) if module.in_full => set(node, &id.key, layer, declared, files, out),
                ItemKind::SetDefault(node) if module.in_full => default(node, layer, declared, out),
                ItemKind::SetThreshold(node) => {
                    if let Some(at) = thresholds::read(node, item.span, &id.key, modules, declared, out) {
                        thresholds::set(node.which, at, item.span, layer, out);
                    }
                }
                _ => {}
            }
        }
    }
    layers
}

fn set(
    node: &ast::Set,
    key: &UnitKey,
    layer: &mut Layer,
    declared: &Declared<'_>,
    files: &Files<'_>,
    out: &mut Vec<Diagnostic>,
) {
    let name = &node.name;
    let Ok(id) = declared.schema.params.binary_search_by(|param| param.name.cmp(&name.text)) else {
        if !declared.params.contains_key(name.text.as_str()) {
            let known: Vec<&str> = declared.params.keys().copied().collect();
            let help = suggest::help(&name.text, known, "declare it in a base module with `param`");
            out.push(
                Diagnostic::error("E0408", name.span, format!("there is no parameter `{}`", name.text))
                    .suggested(help),
            );
        }
        return;
    };
    let (Some(param), Some(declaration)) =
        (declared.schema.params.get(id), declared.params.get(name.text.as_str()))
    else {
        return;
    };
    let at = declaration.name.span;
    if param.direction == Direction::Fixed && *key != UnitKey::Base {
        out.push(
            Diagnostic::error("E0407", name.span, format!("`{}` is fixed: only the base sets it", name.text))
                .also(at, "declared here")
                .help("move this line to a base module, or let the parameter say which way it is stricter"),
        );
        return;
    }
    let before = out.len();
    let Some(value) = value::value(declared, param.ty, &node.values, name.span, files, out) else {
        // What is wrong with a value depends on the declaration, which may stand in another file.
        let told: Vec<Diagnostic> = out.drain(before..).collect();
        out.extend(told.into_iter().map(|error| error.also(at, "the parameter is declared here")));
        return;
    };
    let span = place(&node.values, name.span);
    if let Some(range) = &param.range
        && in_range(&name.text, &value, range, span, at, &declared.schema.currencies, out).is_none()
    {
        return;
    }
    if let (ParamValue::Money(new), ParamValue::Money(old)) = (&value, &param.default) {
        let has = |currency| {
            old.iter().any(|amount| matches!(amount, Scalar::Money(other, _) if *other == currency))
        };
        for amount in new {
            if let Scalar::Money(currency, _) = amount
                && !has(*currency)
            {
                out.push(
                    Diagnostic::error("E0407", span, format!("`{}` has no value for {currency}, so that requests in {currency} are refused", name.text))
                        .also(at, "declared here")
                        .help("a layer does not open a currency: give the parameter a value for it where it is declared"),
                );
                return;
            }
        }
    }
    let id = ids::number(id);
    if let Some(first) = layer.sets.get(&id) {
        out.push(
            Diagnostic::error("E0205", name.span, format!("this layer sets `{}` twice", name.text))
                .also(first.span, "the first stands here")
                .help("keep one of them"),
        );
        return;
    }
    layer.sets.insert(id, SetValue { value, span: node.name.span.to(span) });
}

fn default(node: &ast::SetDefault, layer: &mut Layer, declared: &Declared<'_>, out: &mut Vec<Diagnostic>) {
    let schema = &declared.schema;
    let roles = schema.roles.iter().map(|role| role.name.as_str());
    let Some(disposition) = read_disposition(roles, &node.value, schema.escalate.as_ref(), out) else {
        return;
    };
    for action in rules::asked(&node.action, schema, out) {
        let span = node.action.span;
        if let Some((_, first)) = layer.defaults.get(&action) {
            let name =
                schema.actions.get(usize::from(action)).map(|action| action.name.clone()).unwrap_or_default();
            out.push(
                Diagnostic::error("E0205", span, format!("this layer sets the default of `{name}` twice"))
                    .also(*first, "the first stands here")
                    .help("keep one of them"),
            );
            continue;
        }
        layer.defaults.insert(action, (disposition.clone(), span));
    }
}
