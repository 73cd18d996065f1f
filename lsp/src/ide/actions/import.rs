//! Importing the module of the library that declares what is not known here.

use lictor_compiler::modules::Module;

use super::{Action, ActionKind, Asked, place};
use crate::ide::findings::Finding;
use crate::ide::library::library_modules;
use crate::ide::names::{Kind, Symbol, declaration_in};

/// What the name that a finding is about could be.
fn kinds(code: &str) -> &'static [Kind] {
    match code {
        "E0207" => &[Kind::Function, Kind::Fact, Kind::Param],
        "E0209" => &[Kind::Role],
        "E0217" => &[Kind::Type],
        "E0221" | "E0503" => &[Kind::Action],
        "E0225" | "E0507" => &[Kind::Reason],
        "E0363" => &[Kind::Calendar],
        "E0408" => &[Kind::Param],
        "E0502" => &[Kind::Example],
        _ => &[],
    }
}

/// An import for each module of the library that is not in force and declares the name.
pub(super) fn imports<'a>(asked: Asked<'a>, finding: &'a Finding) -> Vec<Action<'a>> {
    let kinds = kinds(finding.code);
    if kinds.is_empty() {
        return Vec::new();
    }
    let name = asked.syntax.text().slice(finding.range.clone());
    let is_in_force =
        |module: &Module| asked.analysis.modules().iter().any(|known| known.name == module.name);
    let declares = |module: &Module| {
        kinds.iter().any(|kind| declaration_in([module], &Symbol::new(*kind, name)).is_some())
    };
    let found: Vec<&Module> =
        library_modules().iter().filter(|module| !is_in_force(module) && declares(module)).collect();
    let is_certain = found.len() == 1 && finding.fix.is_none();
    let import = |module: &'a Module| {
        let change = move || Some(place::import(asked.file, asked.syntax, &module.name));
        let title = format!("Import `{}`, which declares `{name}`", module.name);
        Action::new(ActionKind::Fix, title, change).mending(finding).preferred(is_certain)
    };
    found.into_iter().map(import).collect()
}
