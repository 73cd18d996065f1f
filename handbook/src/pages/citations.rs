//! What rules cite, and which rules cite it. Whatever is known of a citation stands in [`known`], and nowhere else.

use std::collections::BTreeMap;

use lictor_grammar::ast::{self, ItemKind};
use maud::{Markup, html};

use super::Chapter;
use crate::book::{Book, Kind};
use crate::prose::prose;

/// The citations.
pub fn chapter(book: &Book<'_>) -> Option<Chapter> {
    let items = book.policy.modules.iter().flat_map(|module| &module.ast.items);
    let frameworks: Vec<(&ast::Framework, &[String])> = items
        .filter_map(|item| match &item.kind {
            ItemKind::Framework(node) => Some((node, item.docs.as_slice())),
            _ => None,
        })
        .collect();
    let count = frameworks.iter().map(|(node, _)| node.controls.len()).sum::<usize>();
    if count == 0 {
        return None;
    }
    let cited = cited(book);
    let is_cited =
        |node: &ast::Framework, control: &ast::Control| cited.contains_key(id(node, control).as_str());
    let any = |wanted: bool| {
        frameworks.iter().any(|(node, _)| node.controls.iter().any(|one| is_cited(node, one) == wanted))
    };
    let part = |wanted: bool| {
        html! {
            @for (node, docs) in &frameworks {
                @let controls: Vec<&ast::Control> =
                    node.controls.iter().filter(|control| is_cited(node, control) == wanted).collect();
                @if !controls.is_empty() { (table(book, node, docs, &controls, &cited)) }
            }
        }
    };
    let body = html! {
        h1 { "Citations" }
        p {
            "Which rules stand for which words of law, standard or contract. A citation that nobody has compared with its source says so: "
            span.lack { "unverified" } "."
        }
        @if any(true) {
            h2 { "What rules cite" }
            (part(true))
        }
        @if any(false) {
            h2 { "What no rule cites" }
            p { "Words that the policy knows and no rule of it stands for." }
            (part(false))
        }
    };
    Some(Chapter::new("citations.html", "Citations", Some(count), body))
}

/// Those of a framework that are cited, or those that are not.
fn table(
    book: &Book<'_>,
    node: &ast::Framework,
    docs: &[String],
    controls: &[&ast::Control],
    cited: &BTreeMap<&str, Vec<String>>,
) -> Markup {
    html! {
        section {
            h3 { code { (node.name.text) } " " (node.title.value) }
            (prose(docs))
            div.wide { table {
                thead { tr { th { "Citation" } th { "What it says" } th { "Rules" } } }
                tbody { @for control in controls { (row(book, node, control, cited)) } }
            } }
        }
    }
}

fn id(framework: &ast::Framework, control: &ast::Control) -> String {
    format!("{}.{}", framework.name.text, control.name.text)
}

fn row(
    book: &Book<'_>,
    framework: &ast::Framework,
    control: &ast::Control,
    cited: &BTreeMap<&str, Vec<String>>,
) -> Markup {
    let id = id(framework, control);
    html! {
        tr id=(book.anchor(Kind::Control, &id)) {
            td { code { (id) } }
            td {
                (control.title.value)
                (prose(&control.docs))
                dl.known { @for (what, value) in known(book, framework, control) { dt { (what) } dd { (value) } } }
            }
            td {
                @match cited.get(id.as_str()) {
                    Some(rules) => ul.plain { @for rule in rules { li { (book.name(Kind::Rule, rule)) } } },
                    None => span.lack { "no rule" },
                }
            }
        }
    }
}

/// What is known of a citation beside its title, each with what it is called. What it does not say itself, its framework says for all.
fn known(book: &Book<'_>, framework: &ast::Framework, control: &ast::Control) -> Vec<(&'static str, Markup)> {
    let (own, all) = (&control.standing, &*framework.standing);
    let mut known = Vec::new();
    if let Some(effect) = own.effect.as_ref().or(all.effect.as_ref()) {
        known.push(("Effect", html! { strong { (effect.text.replace('_', " ")) } }));
    }
    if let Some(source) = own.source.as_ref().or(all.source.as_ref()) {
        known.push(("Source", html! { (source.value) }));
    }
    if let Some(edition) = own.edition.as_ref().or(all.edition.as_ref()) {
        known.push(("Edition", html! { (edition.value) }));
    }
    if let Some(place) = own.jurisdiction.as_ref().or(all.jurisdiction.as_ref()) {
        known.push(("Applies in", html! { (place.value) }));
    }
    if let Some(from) = own.from.as_ref().or(all.from.as_ref()) {
        known.push(("From", html! { (book.flat(from.span)) }));
    }
    if let Some(until) = own.until.as_ref().or(all.until.as_ref()) {
        known.push(("Until", html! { (book.flat(until.span)) }));
    }
    if let Some(other) = own.superseded_by.as_ref().or(all.superseded_by.as_ref()) {
        known.push(("Superseded by", book.name(Kind::Control, &other.text())));
    }
    let compared = own.checked.as_ref().or(all.checked.as_ref()).and_then(|checked| checked.on.as_ref());
    known.push(match compared {
        Some(day) => ("Verified", html! { (book.flat(day.span)) }),
        None => ("Verified", html! { span.lack { "unverified" } }),
    });
    known
}

/// The names of the rules that cite each.
fn cited<'p>(book: &Book<'p>) -> BTreeMap<&'p str, Vec<String>> {
    let mut cited: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for rule in book.layers().flat_map(|unit| &unit.rules) {
        for id in &rule.cites {
            let Some(control) = book.policy.program.controls.get(usize::from(*id)) else { continue };
            let rules = cited.entry(control.id.as_str()).or_default();
            let name = format!("{}.{}", rule.module, rule.name);
            if !rules.contains(&name) {
                rules.push(name);
            }
        }
    }
    cited
}
