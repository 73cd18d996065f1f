//! Who uses a function, a fact or a parameter, and which of these something uses itself.

use std::collections::BTreeMap;
use std::ops::Range;

use lictor_compiler::modules::Module;
use lictor_grammar::ast::{Item, ItemKind, Name};
use lictor_grammar::span::{FileId, Span};

use super::names::{Kind, Part, Symbol, declaration};
use super::outline::Sort;
use super::{Analysis, FileName};

/// An item of a policy that uses others, or is used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct User {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub sort: Sort,
    /// Its module.
    pub module: String,
    /// The file it is in.
    pub file: FileName,
    /// The whole of it.
    pub range: Range<u32>,
    /// Its name.
    pub selection: Range<u32>,
    /// The item, as the analysis has it that it was found in.
    span: Span,
}

/// Something that uses something, or is used, and the places where that is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Use {
    /// Who.
    pub user: User,
    /// Where: in the file of whoever uses.
    pub places: Vec<Range<u32>>,
}

/// What stands at a place and can be asked about: what is used at it, or declared there.
pub fn prepare(analysis: &Analysis, file: &FileName, offset: u32) -> Vec<User> {
    let Some((_, found)) = analysis.names().at(file, offset) else { return Vec::new() };
    found.symbols.iter().filter_map(|symbol| declared(analysis, symbol)).collect()
}

/// An item of a module, as it is now: since somebody was told of it, its file may have been edited.
pub fn find(analysis: &Analysis, module: &str, is_it: impl Fn(&User) -> bool) -> Option<User> {
    let module = analysis.modules().iter().find(|one| one.name == module)?;
    module.ast.items.iter().filter_map(|item| user(analysis, module, item)).find(is_it)
}

/// The items that use this one.
pub fn incoming(analysis: &Analysis, of: &User) -> Vec<Use> {
    let names = analysis.names();
    let Some((_, found)) = names.at(&of.file, of.selection.start) else { return Vec::new() };
    let items = items(analysis);
    let mut uses: BTreeMap<Span, Vec<Range<u32>>> = BTreeMap::new();
    for symbol in found.symbols.iter().filter(|symbol| is_used(symbol.kind)) {
        for (span, _) in names.spans(symbol).filter(|(_, is_declaration)| !is_declaration) {
            let mut around = items.get(&span.file).into_iter().flatten();
            let item = around.find(|(_, item)| item.span.start <= span.start && span.end <= item.span.end);
            // What is in no item is in a table, which is a user as a whole.
            let whole = Span { start: 0, end: 0, ..span };
            if let Some((_, range)) = analysis.place(span) {
                uses.entry(item.map_or(whole, |(_, item)| item.span)).or_default().push(range);
            }
        }
    }
    let uses = uses.into_iter().filter_map(|(holder, mut places)| {
        places.sort_by_key(|range| range.start);
        let item = items.get(&holder.file).and_then(|all| all.iter().find(|(_, one)| one.span == holder));
        let user = match item {
            Some((module, item)) => user(analysis, module, item)?,
            None => table(analysis, holder)?,
        };
        Some(Use { user, places })
    });
    let mut uses: Vec<Use> = uses.collect();
    uses.sort_by(|a, b| (&a.user.file, a.user.range.start).cmp(&(&b.user.file, b.user.range.start)));
    uses
}

/// The functions, facts and parameters that this item uses.
pub fn outgoing(analysis: &Analysis, of: &User) -> Vec<Use> {
    let mut uses: BTreeMap<Symbol, Vec<Range<u32>>> = BTreeMap::new();
    for (range, found) in analysis.names().within(of.span) {
        if !found.is_declaration {
            for symbol in found.symbols.into_iter().filter(|symbol| is_used(symbol.kind)) {
                uses.entry(symbol).or_default().push(range.clone());
            }
        }
    }
    let uses = uses
        .into_iter()
        .filter_map(|(symbol, places)| Some(Use { user: declared(analysis, &symbol)?, places }));
    uses.collect()
}

/// What is used by its name, and does or holds something.
fn is_used(kind: Kind) -> bool {
    matches!(kind, Kind::Function | Kind::Fact | Kind::Param)
}

/// The item that declares something.
fn declared(analysis: &Analysis, symbol: &Symbol) -> Option<User> {
    let declared = declaration(analysis, symbol)?;
    let is_whole = matches!(declared.part, Part::Item);
    user(analysis, declared.module, declared.item).filter(|_| is_whole)
}

/// The items of a project, by the pieces that they stand in.
fn items(analysis: &Analysis) -> BTreeMap<FileId, Vec<(&Module, &Item)>> {
    let mut items: BTreeMap<FileId, Vec<(&Module, &Item)>> = BTreeMap::new();
    for module in analysis.modules() {
        for item in &module.ast.items {
            items.entry(item.span.file).or_default().push((module, item));
        }
    }
    items
}

/// A table of tests.
fn table(analysis: &Analysis, span: Span) -> Option<User> {
    let (file, range) = analysis.place(span)?;
    let name = file.last().to_owned();
    let module = String::new();
    Some(User {
        name,
        sort: Sort::Test,
        module,
        file: file.clone(),
        range: range.clone(),
        selection: range,
        span,
    })
}

/// An item, where it is one that uses something or is used.
fn user(analysis: &Analysis, module: &Module, item: &Item) -> Option<User> {
    let named = |name: &Name, sort| (name.text.clone(), name.span, sort);
    let (name, selection, sort) = match &item.kind {
        ItemKind::Fn(node) => named(&node.name, Sort::Function),
        ItemKind::Fact(node) => named(&node.name, Sort::Fact),
        ItemKind::Param(node) => named(&node.name, Sort::Param),
        ItemKind::Rule(node) => named(&node.name, Sort::Rule),
        ItemKind::Category(node) => named(&node.name, Sort::Category),
        ItemKind::Except(node) => named(&node.name, Sort::Promise),
        ItemKind::Action(node) => (node.name.text(), node.name.span, Sort::Action),
        ItemKind::Test(node) => (node.name.value.clone(), node.name.span, Sort::Test),
        ItemKind::Set(node) => (format!("set {}", node.name.text), node.name.span, Sort::Param),
        ItemKind::Fixture(_) => {
            let word = Span { end: item.span.start, ..item.span };
            (String::from("fixture"), word, Sort::Example)
        }
        _ => return None,
    };
    let (file, range) = analysis.place(item.span)?;
    let (_, selection) = analysis.place(selection)?;
    Some(User {
        name,
        sort,
        module: module.name.clone(),
        file: file.clone(),
        range,
        selection,
        span: item.span,
    })
}
