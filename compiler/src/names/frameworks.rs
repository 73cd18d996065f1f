//! Frameworks and their controls, and which of them the rules cite.
//!
//! What is declared is read in `standing`.

use std::collections::BTreeMap;

use lictor_bundle::program::Control;
use lictor_grammar::ast::{self, ItemKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::collect::Collected;
use super::standing::{self, line};
use crate::suggest;

/// So many controls that replace each other in a circle are followed.
const LONGEST_CIRCLE: usize = 32;

/// The controls that rules cite, sorted by id, each as it is declared.
pub(super) fn cited<'a>(
    collected: &Collected<'a>,
    out: &mut Vec<Diagnostic>,
) -> Vec<(Control, &'a ast::Control)> {
    let declared = declared(collected, out);
    successors(collected, &declared, out);
    let mut cited = BTreeMap::new();
    for item in collected.modules.iter().flat_map(|module| &module.ast.items) {
        let ItemKind::Rule(rule) = &item.kind else { continue };
        for path in &rule.cites {
            match declared.get(&path.text()) {
                Some(control) => {
                    cited.insert(path.text(), control.clone());
                }
                None => out.push(unknown(path, collected, &declared)),
            }
        }
    }
    cited.into_values().collect()
}

/// All controls of all frameworks, by id.
fn declared<'a>(
    collected: &Collected<'a>,
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<String, (Control, &'a ast::Control)> {
    let mut all: BTreeMap<String, (Control, &'a ast::Control)> = BTreeMap::new();
    for framework in collected.frameworks.values() {
        line(&framework.title, out);
        standing::check(&framework.standing, out);
        for node in &framework.controls {
            let control = standing::read(framework, node, out);
            if let Some((_, first)) = all.get(&control.id) {
                let message = format!("the control `{}` is declared twice", control.id);
                out.push(
                    Diagnostic::error("E0205", node.name.span, message)
                        .also(first.name.span, "the first stands here")
                        .help("keep one of them"),
                );
                continue;
            }
            all.insert(control.id.clone(), (control, node));
        }
    }
    all
}

/// Reports each `superseded_by` that names nothing, or that leads back to where it began.
fn successors(
    collected: &Collected<'_>,
    declared: &BTreeMap<String, (Control, &ast::Control)>,
    out: &mut Vec<Diagnostic>,
) {
    let next = |id: &str| declared.get(id).and_then(|(control, _)| control.superseded_by.as_deref());
    for framework in collected.frameworks.values() {
        let of_framework = framework.standing.superseded_by.iter().map(|path| (path, None));
        let of_controls = framework
            .controls
            .iter()
            .filter_map(|node| Some((node.standing.superseded_by.as_ref()?, Some(&node.name))));
        for (path, name) in of_framework.chain(of_controls) {
            let named = path.text();
            if !declared.contains_key(&named) {
                out.push(unknown(path, collected, declared));
                continue;
            }
            // A circle is told at each of its members. Nobody makes a long one by a slip.
            let back = match name {
                Some(name) => {
                    let own = format!("{}.{}", framework.name.text, name.text);
                    let mut after = Some(named.as_str());
                    let mut steps = LONGEST_CIRCLE;
                    while let Some(id) = after.filter(|id| *id != own && steps > 0) {
                        (after, steps) = (next(id), steps - 1);
                    }
                    after == Some(own.as_str())
                }
                // Its own members have nothing else to be replaced by.
                None => path.names.first().is_some_and(|first| first.text == framework.name.text),
            };
            if back {
                let message = format!("what is cited in place of this leads back to it, by way of `{named}`");
                out.push(
                    Diagnostic::error("E0253", path.span, message)
                        .help("name the control that is in force now, or remove this"),
                );
            }
        }
    }
}

fn unknown(
    path: &ast::Path,
    collected: &Collected<'_>,
    declared: &BTreeMap<String, (Control, &ast::Control)>,
) -> Diagnostic {
    let cited = path.text();
    let framework = path.names.first().map_or("", |name| name.text.as_str());
    let error = |span: Span, message: String| Diagnostic::error("E0240", span, message);
    if collected.frameworks.contains_key(framework) {
        let start = format!("{framework}.");
        let within = declared.keys().map(String::as_str).filter(|id| id.starts_with(&start));
        if path.names.len() == 1 {
            let example = within.clone().next().unwrap_or("soc2.CC6_1");
            let message = format!("`{framework}` is a framework, and a rule cites one of its controls");
            return error(path.span, message).help(format!("write for example `cites {example}`"));
        }
        let otherwise = format!("declare it in `framework {framework}`");
        let help = suggest::help(&cited, within.collect::<Vec<_>>(), &otherwise);
        return error(path.span, format!("`{framework}` has no control `{}`", rest(path))).suggested(help);
    }
    let place = path.names.first().map_or(path.span, |name| name.span);
    let known = collected.frameworks.keys().copied().collect::<Vec<_>>();
    let help = suggest::help(
        framework,
        known,
        "declare it: `framework NAME \"TITLE\" { … }`, or import the module that does",
    );
    error(place, format!("there is no framework `{framework}`")).suggested(help)
}

/// What stands behind the name of the framework.
fn rest(path: &ast::Path) -> String {
    path.names.iter().skip(1).map(|name| name.text.as_str()).collect::<Vec<_>>().join(".")
}
