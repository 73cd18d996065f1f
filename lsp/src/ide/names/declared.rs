//! What is declared under a name: the part of the tree that says it.

use lictor_compiler::modules::Module;
use lictor_grammar::ast::{Control, Described, Field, Item, ItemKind, Name, Weight};

use super::symbol::{Kind, Symbol};
use crate::ide::Analysis;

/// Where something is declared.
pub struct Declared<'a> {
    /// The module.
    pub module: &'a Module,
    /// The item.
    pub item: &'a Item,
    /// What it is, where it is a part of the item.
    pub part: Part<'a>,
}

/// What declares something.
#[derive(Clone, Copy)]
pub enum Part<'a> {
    /// The item itself.
    Item,
    /// A field of it.
    Field(&'a Field),
    /// A role or a reason code.
    Described(&'a Described),
    /// A control of a framework.
    Control(&'a Control),
    /// A flag or an amplifier.
    Weight(&'a Weight),
    /// A word of a list.
    Word(&'a Name),
}

/// The declaration of something that has one outside of the item in which it is used.
pub fn declaration<'a>(analysis: &'a Analysis, symbol: &Symbol) -> Option<Declared<'a>> {
    declaration_in(analysis.modules(), symbol)
}

/// The declaration of something in one of these modules.
pub fn declaration_in<'a>(
    modules: impl IntoIterator<Item = &'a Module>,
    symbol: &Symbol,
) -> Option<Declared<'a>> {
    let mut items =
        modules.into_iter().flat_map(|module| module.ast.items.iter().map(move |item| (module, &**item)));
    items.find_map(|(module, item)| {
        let part = part(module, item, symbol)?;
        Some(Declared { module, item, part })
    })
}

fn part<'a>(module: &'a Module, item: &'a Item, symbol: &Symbol) -> Option<Part<'a>> {
    let Symbol { kind, of, name } = symbol;
    let whole = |declared: &Name| (declared.text == *name).then_some(Part::Item);
    let field = |fields: &'a [Field]| fields.iter().find(|field| field.name.text == *name).map(Part::Field);
    let described =
        |words: &'a [Described]| words.iter().find(|word| word.name.text == *name).map(Part::Described);
    let word = |words: &'a [Name]| words.iter().find(|word| word.text == *name).map(Part::Word);
    let weight = |weights: &'a Option<(Vec<Weight>, _)>| {
        let weights = weights.as_ref().map(|(weights, _)| weights.as_slice()).unwrap_or_default();
        weights.iter().find(|weight| weight.name.text == *name).map(Part::Weight)
    };
    match (&item.kind, kind) {
        (ItemKind::Module(path), Kind::Module) => (path.text() == *name).then_some(Part::Item),
        (ItemKind::Framework(node), Kind::Framework) => whole(&node.name),
        (ItemKind::Framework(node), Kind::Control) if node.name.text == *of => {
            node.controls.iter().find(|control| control.name.text == *name).map(Part::Control)
        }
        (ItemKind::Record(node), Kind::Type) => whole(&node.name),
        (ItemKind::Enum(node), Kind::Type) => whole(&node.name),
        (ItemKind::Record(node) | ItemKind::Extend(node), Kind::Field) if node.name.text == *of => {
            field(&node.fields)
        }
        (ItemKind::Enum(node), Kind::Word) if node.name.text == *of => word(&node.values),
        (ItemKind::Action(node) | ItemKind::Event(node), Kind::Action) => {
            (node.name.text() == *name).then_some(Part::Item)
        }
        (ItemKind::Action(node) | ItemKind::Event(node), Kind::RequestField) if node.name.text() == *of => {
            field(&node.fields)
        }
        (ItemKind::Fn(node), Kind::Function) => whole(&node.name),
        (ItemKind::Fact(node), Kind::Fact) => whole(&node.name),
        (ItemKind::Param(node), Kind::Param) => whole(&node.name),
        (ItemKind::Calendar(node), Kind::Calendar) => whole(&node.name),
        (ItemKind::Category(node), Kind::Category) => whole(&node.name),
        (ItemKind::Tiers(names), Kind::Tier) => word(names),
        (ItemKind::Roles(words), Kind::Role) => described(words),
        (ItemKind::Reasons(words), Kind::Reason) => described(words),
        (ItemKind::RiskModel(model), Kind::Flag) => weight(&model.flags),
        (ItemKind::RiskModel(model), Kind::Amplifier) => weight(&model.amplifiers),
        (ItemKind::Rule(node), Kind::Rule) if module.name == *of => whole(&node.name),
        (ItemKind::Except(node), Kind::Exception) => whole(&node.name),
        (ItemKind::Example(node), Kind::Example) => whole(&node.name),
        (ItemKind::Currency(node), Kind::Currency) => whole(&node.name),
        _ => None,
    }
}
