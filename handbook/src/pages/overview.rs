//! The first page: what the policy is made of, in figures, and its modules.

use lictor_compiler::modules::Module;
use lictor_grammar::ast::{ItemKind, Layer};
use maud::{Markup, html};

use super::Chapter;
use crate::book::{Book, Kind};
use crate::prose::{inline, prose};
use crate::words::several;

/// The first page.
pub fn chapter(book: &Book<'_>) -> Chapter {
    let policy = book.policy;
    let (own, library): (Vec<&Module>, Vec<&Module>) =
        policy.modules.iter().partition(|module| !module.library);
    let (tests, own): (Vec<&Module>, Vec<&Module>) = own.into_iter().partition(|module| only_tests(module));
    let body = html! {
        h1 { (policy.title) }
        @if !policy.note.is_empty() { p.note { (inline(policy.note)) } }
        (figures(book))
        h2 { "Modules" }
        @for module in &own { (one(book, module)) }
        @if !library.is_empty() {
            h2 { "Imported from the library" }
            @for module in &library { (one(book, module)) }
        }
        @if !tests.is_empty() {
            h2 { "Modules that only hold tests" }
            @for module in &tests { (one(book, module)) }
        }
        h2 { "How to read this" }
        ul {
            li { "Every request is " strong { "allowed" } ", held until " strong { "a person" } " has approved it, or " strong { "refused" } ". The strictest word about it counts, whoever says it." }
            li { "What a layer says is said on top of the base. A layer never takes back what another says." }
            li { "A rule that cannot be evaluated refuses." }
            li { "Text in " code { "this type" } " is the policy's own." }
        }
    };
    Chapter { short: "Overview".to_owned(), ..Chapter::new("index.html", policy.title, None, body) }
}

/// How much there is of everything, each a way to its page.
fn figures(book: &Book<'_>) -> Markup {
    let program = book.policy.program;
    let rules = program.units.iter().map(|unit| unit.rules.len()).sum::<usize>();
    let figures = [
        (program.schema.actions.len(), "action", "actions.html"),
        (rules, "rule", "rules.html"),
        (program.schema.params.len(), "parameter", "parameters.html"),
        (book.all(Kind::Reason).count(), "reason code", "reasons.html"),
        (book.all(Kind::Control).count(), "citation", "citations.html"),
        (book.policy.tests.map_or(0, |tests| tests.tried.len()), "test", "tests.html"),
    ];
    html! {
        ul.figures {
            @for (count, what, page) in figures.into_iter().filter(|(count, ..)| *count > 0) {
                li { a href=(book.page(page)) { strong { (count) } " " (several(count, what).split_once(' ').map_or("", |(_, words)| words)) } }
            }
        }
    }
}

/// Whether a module holds tests, and nothing that a policy is made of.
fn only_tests(module: &Module) -> bool {
    let items = || module.ast.items.iter().map(|item| &item.kind);
    let of_tests =
        |kind: &ItemKind| matches!(kind, ItemKind::Test(_) | ItemKind::Example(_) | ItemKind::Fixture(_));
    let aside = |kind: &ItemKind| matches!(kind, ItemKind::Module(_) | ItemKind::Import(_));
    items().all(|kind| of_tests(kind) || aside(kind)) && items().any(of_tests)
}

fn one(book: &Book<'_>, module: &Module) -> Markup {
    let layer = match module.layer() {
        None if only_tests(module) => "none: it holds tests, and nothing that decides".to_owned(),
        None => "no layer: it is there to be imported".to_owned(),
        Some(Layer::Base) => "the base".to_owned(),
        Some(Layer::Category(name)) => format!("category {}", name.text),
        Some(Layer::Agent(name)) => format!("tier {}", name.text),
        Some(Layer::User(id)) => format!("user {}", id.value),
    };
    let imports: Vec<String> = module
        .ast
        .items
        .iter()
        .filter_map(|item| match &item.kind {
            ItemKind::Import(path) | ItemKind::Use(path) => Some(path.text()),
            _ => None,
        })
        .collect();
    let anchor = book.anchor(Kind::Module, &module.name);
    html! {
        section.item id=(anchor) {
            h3 { code { (module.name) } " " a.place href={ "#" (anchor) } aria-label="Link to this module" { "#" } }
            (prose(&module.ast.docs))
            dl {
                dt { "Layer" } dd { (layer) @if module.observe().is_some() { ", observed" } }
                @if !imports.is_empty() { dt { "Imports" } dd { (book.names(Kind::Module, imports.iter().map(String::as_str))) } }
            }
        }
    }
}
