//! What may be asked for, and what is reported: fields, flags, defaults, and what is promised.

use std::collections::BTreeMap;

use lictor_bundle::program::Mode;
use lictor_bundle::schema::{Action, ActionId};
use lictor_grammar::ast::{self, ActionPattern, ItemKind, Promised};
use maud::{Markup, html};

use super::Chapter;
use crate::anchor::anchor;
use crate::book::{Book, Kind, domain};
use crate::prose::{inline, prose, summary};
use crate::words::several;

/// The actions; where they are many, a page for each domain.
pub fn chapters(book: &Book<'_>) -> Vec<Chapter> {
    let actions = &book.policy.program.schema.actions;
    if actions.is_empty() {
        return Vec::new();
    }
    let on_pages = book.domains().next().is_some();
    let concerned = concerned(book);
    let mut by_domain: BTreeMap<&str, Vec<(ActionId, &Action)>> = BTreeMap::new();
    for (id, action) in (0..).zip(actions) {
        by_domain.entry(domain(&action.name)).or_default().push((id, action));
    }
    let body = html! {
        h1 { "Actions" }
        p { "What an agent may ask for. What a rule says of an action is said on top of what happens to it by default: the strictest word counts." }
        @for (domain, actions) in &by_domain {
            @if by_domain.len() > 1 { h2 id=(anchor("domain", domain)) { (domain) } }
            div.wide { table {
                thead { tr { th { "Action" } th { "What it is" } th { "By default" } th { "Flags" } } }
                tbody {
                    @for (_, action) in actions {
                        tr {
                            td { (book.name(Kind::Action, &action.name)) }
                            td { (summary(docs(book, action))) }
                            td { @if action.event { "an event: only reported" } @else { (book.disposition(&action.default)) } }
                            td { (flags(&action.flags)) }
                        }
                    }
                }
            } }
        }
        @if !on_pages {
            @for (id, action) in (0..).zip(actions) { (one(book, id, action, &concerned)) }
        }
    };
    let mut chapters = vec![Chapter::new("actions.html", "Actions", Some(actions.len()), body)];
    for (domain, file) in book.domains() {
        let actions = by_domain.get(domain).map(Vec::as_slice).unwrap_or_default();
        let body = html! {
            h1 { "Actions: " code { (domain) } }
            @if let Some(about) = about(book, actions) { (prose(about)) }
            ul.contents {
                @for (_, action) in actions { li { (book.name(Kind::Action, &action.name)) } }
            }
            @for (id, action) in actions { (one(book, *id, action, &concerned)) }
        };
        chapters.push(Chapter {
            short: domain.to_owned(),
            within: Some("actions.html".to_owned()),
            ..Chapter::new(file, &format!("Actions: {domain}"), Some(actions.len()), body)
        });
    }
    chapters
}

/// What the module says of itself in which all of these stand.
fn about<'p>(book: &Book<'p>, actions: &[(ActionId, &Action)]) -> Option<&'p [String]> {
    let mut modules = actions.iter().filter_map(|(_, action)| book.declared(Kind::Action, &action.name));
    let first = modules.next()?.module;
    modules.all(|other| other.module.name == first.name).then_some(first.ast.docs.as_slice())
}

/// The names of the rules that concern each action.
fn concerned(book: &Book<'_>) -> BTreeMap<ActionId, Vec<String>> {
    let mut concerned: BTreeMap<ActionId, Vec<String>> = BTreeMap::new();
    for rule in book.layers().flat_map(|unit| &unit.rules) {
        for action in &rule.actions {
            let rules = concerned.entry(*action).or_default();
            let name = format!("{}.{}", rule.module, rule.name);
            if !rules.contains(&name) {
                rules.push(name);
            }
        }
    }
    concerned
}

fn docs<'p>(book: &Book<'p>, action: &Action) -> &'p [String] {
    book.declared(Kind::Action, &action.name).map(|found| found.item.docs.as_slice()).unwrap_or_default()
}

fn flags(flags: &[String]) -> Markup {
    html! { @for flag in flags { span.flag { (flag) } " " } }
}

fn written<'p>(book: &Book<'p>, action: &Action) -> Option<&'p ast::Action> {
    match &book.declared(Kind::Action, &action.name)?.item.kind {
        ItemKind::Action(node) | ItemKind::Event(node) => Some(node),
        _ => None,
    }
}

fn one(
    book: &Book<'_>,
    id: ActionId,
    action: &Action,
    concerned: &BTreeMap<ActionId, Vec<String>>,
) -> Markup {
    let place = book.anchor(Kind::Action, &action.name);
    let defaults = book.layers().flat_map(|unit| unit.defaults.iter().map(move |set| (unit, set)));
    let set: Vec<_> = defaults.filter(|(_, (of, _))| *of == id).collect();
    html! {
        section.item id=(place) {
            h2 { code { (action.name) } " " a.place href={ "#" (place) } aria-label="Link to this action" { "#" } }
            (prose(docs(book, action)))
            dl {
                @if action.event {
                    dt { "Event" } dd { "It is reported once it has happened, and never asked for." }
                } @else {
                    dt { "By default" }
                    dd {
                        (book.disposition(&action.default))
                        @for (unit, (_, disposition)) in &set {
                            br; (book.layer(&unit.key)) @if unit.mode == Mode::Observed { " (observed)" } ": " (book.disposition(disposition))
                        }
                    }
                }
                @if !action.flags.is_empty() { dt { "Flags" } dd { (flags(&action.flags)) } }
                @for promise in promises(book, &action.name) {
                    dt { "Promised" }
                    dd { (promise) }
                }
                @if let Some(rules) = concerned.get(&id) {
                    dt { (several(rules.len(), "rule")) }
                    dd { (book.names(Kind::Rule, rules.iter().map(String::as_str))) }
                }
                @if let Some(declared) = book.declared(Kind::Action, &action.name) {
                    dt { "Module" } dd { (book.name(Kind::Module, &declared.module.name)) }
                }
            }
            @if let Some(node) = written(book, action) {
                @if !node.fields.is_empty() { (fields(book, &node.fields, &node.unbound)) }
                @if !node.amplifiers.is_empty() { (amplifiers(book, &node.amplifiers)) }
            }
        }
    }
}

/// Fields as a table; those that nothing binds say why.
pub fn fields(book: &Book<'_>, fields: &[ast::Field], unbound: &[ast::Unbound]) -> Markup {
    html! {
        div.wide { table.fields {
            thead { tr { th { "Field" } th { "Type" } th { "What it is" } } }
            tbody {
                @for field in fields {
                    tr {
                        td { code { (field.name.text) } }
                        td { code { (book.ty(&field.ty)) } @for mark in &field.ty.marks { " " span.mark { (mark.text) } } }
                        td {
                            (inline(&field.docs.join(" ")))
                            @for one in unbound.iter().filter(|one| one.field.text == field.name.text) {
                                " " span.mark { "unbound" } " " (one.because.value)
                            }
                        }
                    }
                }
            }
        } }
    }
}

fn amplifiers(book: &Book<'_>, amplifiers: &[ast::FieldInit]) -> Markup {
    html! {
        details open {
            summary { "Amplifiers, from 0 to 100" }
            div.wide { table {
                thead { tr { th { "Amplifier" } th { "Value" } } }
                tbody {
                    @for one in amplifiers {
                        tr { td { code { (one.path.text()) } } td { code { (book.flat(one.value.span)) } } }
                    }
                }
            } }
        }
    }
}

/// What is promised of an action, in words.
fn promises(book: &Book<'_>, action: &str) -> Vec<Markup> {
    let items = book.policy.modules.iter().flat_map(|module| &module.ast.items);
    let of_it = items.filter_map(|item| match &item.kind {
        ItemKind::Promise(node) if fits(&node.action, action) => Some(node),
        _ => None,
    });
    let words = |node: &ast::Promise| {
        html! {
            @match node.never {
                Promised::Refused => "it is never refused",
                Promised::Held => "it is never refused, and nobody is asked",
            }
            @if let Some(when) = &node.when { " when " code { (book.flat(when.span)) } }
        }
    };
    of_it.map(words).collect()
}

/// Whether a pattern names an action.
fn fits(pattern: &ActionPattern, action: &str) -> bool {
    let names: Vec<&str> = pattern.names.iter().map(|name| name.text.as_str()).collect();
    let prefix = names.join(".");
    match pattern.wildcard {
        true => prefix.is_empty() || action.strip_prefix(&prefix).is_some_and(|rest| rest.starts_with('.')),
        false => action == prefix,
    }
}
