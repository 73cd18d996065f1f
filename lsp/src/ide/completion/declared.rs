//! What is declared, with what is told about each.

use lictor_grammar::ast::{Described, Field, Item as Written, ItemKind, Name, TypeExpr, Weight};
use lictor_grammar::span::Span;

use super::item::{Item, OTHER, Sort};
use crate::ide::names::Kind;

/// Something that is declared.
pub struct Declared<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its name; of a control, with its framework.
    pub name: String,
    /// What it is like, on one line.
    pub detail: String,
    /// What its author says of it.
    pub docs: &'a [String],
    /// Its type, or what it gives.
    pub ty: Option<&'a TypeExpr>,
}

impl Declared<'_> {
    /// As it is offered.
    pub fn offered(&self, module: &str) -> Item {
        let item = Item::new(Sort::Name(self.kind), &self.name, OTHER).detail(&self.detail);
        item.told(&self.docs.join("\n")).told(&format!("*in `{module}`*"))
    }
}

/// What an item declares of these kinds. `text` gives what is written at a place.
pub fn declared<'a>(item: &'a Written, kinds: &[Kind], text: &dyn Fn(Span) -> String) -> Vec<Declared<'a>> {
    let mut found = Vec::new();
    let mut add = |kind: Kind,
                   name: String,
                   docs: &'a [String],
                   ty: Option<&'a TypeExpr>,
                   detail: &dyn Fn() -> String| {
        if kinds.contains(&kind) {
            found.push(Declared { kind, name, detail: detail(), docs, ty });
        }
    };
    let signature = |params: &[Field], result: &TypeExpr| {
        let params: Vec<String> =
            params.iter().map(|param| format!("{}: {}", param.name.text, text(param.ty.span))).collect();
        format!("({}) -> {}", params.join(", "), text(result.span))
    };
    let words = |names: &[Name]| names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(", ");
    let fields =
        |fields: &[Field]| fields.iter().map(|field| field.name.text.as_str()).collect::<Vec<_>>().join(", ");
    match &item.kind {
        ItemKind::Framework(node) => {
            for control in &node.controls {
                let name = format!("{}.{}", node.name.text, control.name.text);
                let effect = control.standing.effect.as_ref().or(node.standing.effect.as_ref());
                add(Kind::Control, name, &control.docs, None, &|| {
                    let title = &control.title.value;
                    match effect.map(|word| word.text.as_str()) {
                        Some(dead @ ("repealed" | "pending")) => format!("{dead}: {title}"),
                        _ => title.clone(),
                    }
                });
            }
        }
        ItemKind::Record(node) => {
            add(Kind::Type, node.name.text.clone(), &item.docs, None, &|| {
                format!("record of {}", fields(&node.fields))
            });
        }
        ItemKind::Enum(node) => {
            add(Kind::Type, node.name.text.clone(), &item.docs, None, &|| {
                format!("one of {}", words(&node.values))
            });
        }
        ItemKind::Action(node) | ItemKind::Event(node) => {
            let sort = if matches!(item.kind, ItemKind::Event(_)) { "event" } else { "action" };
            let detail = || format!("{sort} with {}", fields(&node.fields));
            add(Kind::Action, node.name.text(), &item.docs, None, &detail);
        }
        ItemKind::Fn(node) => {
            let detail = || signature(&node.params, &node.result);
            add(Kind::Function, node.name.text.clone(), &item.docs, Some(&node.result), &detail);
        }
        ItemKind::Fact(node) => {
            let detail = || signature(&node.params, &node.result);
            add(Kind::Fact, node.name.text.clone(), &item.docs, Some(&node.result), &detail);
        }
        ItemKind::Param(node) => {
            add(Kind::Param, node.name.text.clone(), &item.docs, Some(&node.ty), &|| text(node.ty.span));
        }
        ItemKind::Calendar(node) => {
            add(Kind::Calendar, node.name.text.clone(), &item.docs, None, &|| "calendar".to_owned());
        }
        ItemKind::Category(node) => {
            add(Kind::Category, node.name.text.clone(), &item.docs, None, &|| {
                format!("when {}", text(node.when.span))
            });
        }
        ItemKind::Tiers(names) => {
            names.iter().for_each(|name| add(Kind::Tier, name.text.clone(), &item.docs, None, &String::new));
        }
        ItemKind::Roles(all) | ItemKind::Reasons(all) => {
            let kind = if matches!(item.kind, ItemKind::Roles(_)) { Kind::Role } else { Kind::Reason };
            let said = |one: &Described| one.text.as_ref().map(|text| text.value.clone()).unwrap_or_default();
            all.iter().for_each(|one| add(kind, one.name.text.clone(), &one.docs, None, &|| said(one)));
        }
        ItemKind::RiskModel(model) => {
            let mut weights = |kind: Kind, all: &'a Option<(Vec<Weight>, Span)>| {
                for weight in all.iter().flat_map(|(weights, _)| weights) {
                    add(kind, weight.name.text.clone(), &[], None, &|| weight.weight.text.clone());
                }
            };
            weights(Kind::Flag, &model.flags);
            weights(Kind::Amplifier, &model.amplifiers);
        }
        ItemKind::Rule(node) => {
            add(Kind::Rule, node.name.text.clone(), &item.docs, None, &|| "rule".to_owned())
        }
        ItemKind::Example(node) => {
            add(Kind::Example, node.name.text.clone(), &item.docs, None, &|| node.action.text())
        }
        ItemKind::Currency(node) => add(Kind::Currency, node.name.text.clone(), &item.docs, None, &|| {
            format!("{} decimals", node.digits.text)
        }),
        _ => {}
    }
    found
}
