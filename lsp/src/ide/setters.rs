//! Who sets a parameter, to be shown above it.

use std::collections::BTreeMap;
use std::ops::Range;

use lictor_compiler::modules::Module;
use lictor_grammar::ast::{ItemKind, Set};
use lictor_report::{Parameter, layer as words, layer_key as key};

use super::names::Kind;
use super::trial::Place;
use super::{Analysis, FileName, Syntax};

/// A parameter, and who sets it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setters {
    /// Where it is declared: its name.
    pub range: Range<u32>,
    /// Who sets it, in a few words.
    pub title: String,
    /// Where it is set.
    pub places: Vec<Place>,
}

/// Each parameter of a file.
pub fn setters(analysis: &Analysis, syntax: &Syntax) -> Vec<Setters> {
    let mut set: BTreeMap<&str, Vec<(&Module, &Set)>> = BTreeMap::new();
    for module in analysis.modules().iter().filter(|module| module.in_full) {
        for item in &module.ast.items {
            if let ItemKind::Set(node) = &item.kind {
                set.entry(&node.name.text).or_default().push((module, node));
            }
        }
    }
    let params = syntax.items().filter_map(|item| match &item.kind {
        ItemKind::Param(node) => Some(node),
        _ => None,
    });
    params
        .map(|param| {
            let by = set.get(param.name.text.as_str()).map(Vec::as_slice).unwrap_or_default();
            let places = by.iter().filter_map(|(_, node)| analysis.place(node.name.span));
            Setters {
                range: syntax.range(param.name.span),
                title: title(analysis, by),
                places: places.map(|(file, range)| (file.clone(), range)).collect(),
            }
        })
        .collect()
}

/// Who sets the parameter at a place, in sentences, and where.
pub fn in_words(analysis: &Analysis, file: &FileName, offset: u32) -> Option<(String, Vec<Place>)> {
    let (_, found) = analysis.names().at(file, offset)?;
    let symbol = found.symbols.iter().find(|symbol| symbol.kind == Kind::Param)?;
    let parameter = Parameter::named(analysis.program()?, &symbol.name)?;
    let mut words = format!("{} is {} by default.", symbol.name, parameter.default()?);
    let mut places = Vec::new();
    for (layer, value) in parameter.set_by() {
        let set: Vec<_> = value.from.iter().filter_map(|span| analysis.place(*span)).collect();
        let files: Vec<&str> = set.iter().map(|(file, _)| file.last()).collect();
        let files = if files.is_empty() { String::new() } else { format!(" ({})", files.join(", ")) };
        words.push_str(&format!(" With {layer} it is {}{files}.", parameter.written(&value)));
        places.extend(set.into_iter().map(|(file, range)| (file.clone(), range)));
    }
    Some((words, places))
}

fn title(analysis: &Analysis, by: &[(&Module, &Set)]) -> String {
    let layer = |module: &Module| analysis.program().and_then(|program| key(program, module.layer()));
    let mut layers: Vec<_> = by.iter().map(|(module, _)| layer(module)).collect();
    layers.sort();
    layers.dedup();
    match (layers.as_slice(), analysis.program()) {
        ([], _) => String::from("set by nobody: its default holds"),
        ([Some(one)], Some(program)) => format!("set by {}", words(one, program)),
        ([_], _) => String::from("set by 1 layer"),
        (several, _) => format!("set by {} layers", several.len()),
    }
}
