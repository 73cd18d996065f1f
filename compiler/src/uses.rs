//! `use`: what a library loosens is in force only where the project says so.
//!
//! An import brings in names and rules, and rules only tighten. What a library sets, for an action or for a parameter, the exceptions that it
//! makes and what it makes of the calls of a tool are another matter: whoever reads the project must find there who let them in.

use std::collections::{BTreeMap, BTreeSet};

use lictor_grammar::ast::{ItemKind, Path};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::modules::Module;

/// Puts in force in full the libraries that the project's own modules use, and reports what is wrong with libraries and with `use`.
pub(crate) fn apply(modules: &mut [Module], out: &mut Vec<Diagnostic>) {
    modules.iter().filter(|module| module.library).for_each(|module| no_layer(module, out));
    let loosening: BTreeMap<&str, Option<&'static str>> = modules
        .iter()
        .filter(|module| module.library)
        .map(|module| (&*module.name, loosens(module)))
        .collect();
    let mut used: BTreeSet<String> = BTreeSet::new();
    for (module, path) in named(modules, |kind| matches!(kind, ItemKind::Use(_))) {
        let name = path.text();
        if let Some(problem) = unusable(module, &name, &loosening, path.span, modules) {
            out.push(problem);
        }
        if !module.library {
            used.insert(name);
        }
    }
    // Once for each library, however many modules import it.
    let mut told: BTreeSet<String> = BTreeSet::new();
    for (module, path) in named(modules, |kind| matches!(kind, ItemKind::Import(_))) {
        let name = path.text();
        let Some(Some(what)) = loosening.get(&*name) else { continue };
        if module.library || used.contains(&name) || !told.insert(name.clone()) {
            continue;
        }
        let message = format!("`{name}` {what}, and by an import alone that is not in force");
        out.push(
            Diagnostic::warning("W0222", path.span, message)
                .help(format!("write `use {name}` if it is to count")),
        );
    }
    for module in modules {
        module.in_full |= used.contains(&module.name);
    }
}

/// The lines of this kind, each with the module it stands in.
fn named(modules: &[Module], is: fn(&ItemKind) -> bool) -> impl Iterator<Item = (&Module, &Path)> {
    let items = modules.iter().flat_map(|module| module.ast.items.iter().map(move |item| (module, item)));
    items.filter_map(move |(module, item)| match &item.kind {
        ItemKind::Import(path) | ItemKind::Use(path) if is(&item.kind) => Some((module, path)),
        _ => None,
    })
}

/// What is wrong with a `use`, if anything is. A module that is not there was reported.
fn unusable(
    by: &Module,
    name: &str,
    libraries: &BTreeMap<&str, Option<&'static str>>,
    span: Span,
    modules: &[Module],
) -> Option<Diagnostic> {
    if by.library {
        let message = "a library does not use another: only the project says what is in force";
        return Some(Diagnostic::error("E0247", span, message).help(format!("write `import {name}`")));
    }
    match libraries.get(name) {
        Some(Some(_)) => None,
        Some(None) => {
            let message = format!("`{name}` has nothing that needs a `use`");
            let help = format!(
                "write `import {name}`: `use` is for libraries that set something, make exceptions or say what tool calls are"
            );
            Some(Diagnostic::error("E0246", span, message).help(help))
        }
        None if modules.iter().any(|module| module.name == name) => {
            let message = format!("`{name}` is a module of this project, which is in force anyway");
            Some(Diagnostic::error("E0246", span, message).help("remove this line"))
        }
        None => None,
    }
}

/// What a library loosens, in words.
fn loosens(module: &Module) -> Option<&'static str> {
    module.ast.items.iter().find_map(|item| match item.kind {
        ItemKind::Set(_) => Some("sets a parameter"),
        ItemKind::SetDefault(_) => Some("sets the default of an action"),
        ItemKind::Except(_) => Some("makes an exception"),
        ItemKind::Normalize(_) => Some("says what tool calls are"),
        _ => None,
    })
}

/// A layer sets parameters, and may loosen those that are opened to it.
fn no_layer(module: &Module, out: &mut Vec<Diagnostic>) {
    let layers = module.ast.items.iter().filter(|item| matches!(item.kind, ItemKind::Layer(_)));
    for item in layers {
        out.push(
            Diagnostic::error("E0248", item.span, "a library belongs to no layer").help(
                "remove this line: its rules stand in the base of whoever imports it, and what it sets is the project's business",
            ),
        );
    }
}
