//! What a function takes, while its arguments are written.

pub(super) mod built_in;
mod call;

use std::ops::Range;

use lictor_commands::{Reader, reader};
use lictor_grammar::ast::{Field, ItemKind, TypeExpr};

use super::{Analysis, Syntax, readers};
use built_in::{BuiltIn, FUNCTIONS, METHODS};
use call::{Call, around};

/// What can be called at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Help {
    /// All that have the name.
    pub signatures: Vec<Signature>,
    /// Which of them is written, by what stands there already.
    pub active: usize,
}

/// How something is called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// `near(amount: Money) -> Bool`
    pub label: String,
    /// Where in that each parameter stands.
    pub parameters: Vec<Range<u32>>,
    /// Which parameter is written; nothing where there are not so many.
    pub active: Option<usize>,
    /// What it is for, as Markdown.
    pub docs: String,
}

/// What the call around a place takes.
pub fn signature(analysis: &Analysis, syntax: &Syntax, at: u32) -> Option<Help> {
    let call = around(syntax, at)?;
    let name = syntax.text().slice(call.name.clone());
    let signatures = declared(analysis, &call, name).map(|one| vec![one]).unwrap_or_else(|| {
        if let Some(reader) = reader(name).filter(|_| !call.is_method) {
            return vec![asked(reader, &call)];
        }
        let table = if call.is_method { METHODS } else { FUNCTIONS };
        table.iter().filter(|known| known.name == name).map(|known| of_language(known, &call)).collect()
    });
    let active = signatures.iter().position(|one| call.commas < one.parameters.len().max(1));
    (!signatures.is_empty()).then_some(Help { signatures, active: active.unwrap_or_default() })
}

/// Whether a function or a method of this name is of the language's own.
pub fn is_built_in(name: &str) -> bool {
    FUNCTIONS.iter().chain(METHODS).any(|known| known.name == name) || reader(name).is_some()
}

/// A function or a fact of the policy.
fn declared(analysis: &Analysis, call: &Call, name: &str) -> Option<Signature> {
    let items = analysis.modules().iter().flat_map(|module| &module.ast.items);
    let (item, takes, gives) = items.into_iter().find_map(|item| match &item.kind {
        ItemKind::Fn(node) if node.name.text == name => Some((item, &node.params, &node.result)),
        ItemKind::Fact(node) if node.name.text == name => Some((item, &node.params, &node.result)),
        _ => None,
    })?;
    let flat = |ty: &TypeExpr| analysis.text(ty.span).split_whitespace().collect::<Vec<_>>().join(" ");
    let takes = takes.iter().map(|field: &Field| format!("{}: {}", field.name.text, flat(&field.ty)));
    let takes: Vec<String> = takes.collect();
    let takes: Vec<&str> = takes.iter().map(String::as_str).collect();
    let about = match &item.kind {
        ItemKind::Fact(_) if item.docs.is_empty() => String::from("A fact: the host looks it up."),
        _ => item.docs.join("\n"),
    };
    Some(Signature {
        active: (call.commas < takes.len()).then_some(call.commas),
        ..written(name, &takes, ", ", &flat(gives), &about)
    })
}

/// A reader, and what it says.
fn asked(reader: &Reader, call: &Call) -> Signature {
    let says: Vec<&str> = reader.fields.iter().map(|field| field.name).collect();
    let gives = format!("{{ {} }}", says.join(", "));
    Signature {
        active: (call.commas == 0).then_some(0),
        ..written(reader.name, &[readers::takes(reader)], ", ", &gives, &readers::about(reader))
    }
}

fn of_language(known: &BuiltIn, call: &Call) -> Signature {
    let number = if known.between == ": " { usize::from(call.is_behind_colon) } else { call.commas };
    // A question about the past has no arguments, but words that say what is asked.
    let is_one = known.takes.first().is_some_and(|first| first.contains("ACTIONS"));
    let number = if is_one { 0 } else { number };
    Signature {
        active: (number < known.takes.len()).then_some(number),
        ..written(known.name, known.takes, known.between, known.gives, known.about)
    }
}

fn written(name: &str, takes: &[&str], between: &str, gives: &str, about: &str) -> Signature {
    let mut label = format!("{name}(");
    let mut parameters = Vec::new();
    for (number, parameter) in takes.iter().enumerate() {
        if number > 0 {
            label.push_str(between);
        }
        let start = length(&label);
        label.push_str(parameter);
        parameters.push(start..length(&label));
    }
    label.push_str(&format!(") -> {gives}"));
    Signature { label, parameters, active: None, docs: about.to_owned() }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
