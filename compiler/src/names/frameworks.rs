//! Frameworks and their controls, and which of them the rules cite.

use std::collections::BTreeMap;

use lictor_bundle::program::Control;
use lictor_grammar::ast::{self, ItemKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::collect::Collected;
use crate::rules::{first_moment, last_moment};
use crate::suggest;

/// The most bytes of a title or a source: more than that no bundle may hold.
const MAX_TEXT: usize = 512;

/// The controls that rules cite, sorted by id, each as it is declared.
pub(super) fn cited<'a>(
    collected: &Collected<'a>,
    out: &mut Vec<Diagnostic>,
) -> Vec<(Control, &'a ast::Control)> {
    let declared = declared(collected, out);
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
        text(&framework.title, out);
        for node in &framework.controls {
            let control = read(framework, node, out);
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

fn read(framework: &ast::Framework, node: &ast::Control, out: &mut Vec<Diagnostic>) -> Control {
    let from = node.from.as_ref().and_then(first_moment);
    let until = node.until.as_ref().and_then(last_moment);
    if let (Some(start), Some(end), Some(date)) = (from, until, &node.until)
        && start > end
    {
        let message = "this control is never in force: it ends before it begins";
        let begins = node.from.as_ref().map_or(date.span, |from| from.span);
        out.push(
            Diagnostic::error("E0241", date.span, message)
                .also(begins, "it begins here")
                .help("let the date after `from` be the earlier one, or the same"),
        );
    }
    text(&node.title, out);
    node.source.iter().for_each(|source| text(source, out));
    Control {
        id: format!("{}.{}", framework.name.text, node.name.text),
        framework: framework.title.value.clone(),
        title: node.title.value.clone(),
        source: node.source.as_ref().map(|source| source.value.clone()),
        from,
        until,
        verified: node.checked.as_ref().and_then(|checked| first_moment(checked.on.as_ref()?)),
    }
}

/// Titles and sources stand in reports, on lines of their own.
fn text(written: &ast::Text, out: &mut Vec<Diagnostic>) {
    let value = &written.value;
    if value.is_empty() || value.len() > MAX_TEXT || value.chars().any(char::is_control) {
        let message = "a title or a source is one line of text, of 1 to 512 bytes";
        out.push(
            Diagnostic::error("E0242", written.span, message).help(
                "say here what it is called and where it stands; the rest belongs into a `///` comment",
            ),
        );
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
