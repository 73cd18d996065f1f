//! Which calls of tools are which actions: by module, and within a module by tool.

use std::collections::BTreeMap;

use lictor_compiler::modules::Module;
use lictor_grammar::ast::{ItemKind, Normalize};
use maud::{Markup, html};

use super::Chapter;
use crate::anchor::anchor;
use crate::book::{Book, Kind};
use crate::prose::prose;
use crate::words::several;

/// The normalizers of a tool as they are written, each with its comment.
type Calls<'p> = Vec<(&'p Normalize, &'p [String])>;

/// The normalizers that count.
pub fn chapter(book: &Book<'_>) -> Option<Chapter> {
    let modules: Vec<(&Module, BTreeMap<&str, Calls<'_>>)> = book
        .policy
        .modules
        .iter()
        .filter(|module| module.in_full)
        .map(|module| (module, tools(module)))
        .filter(|(_, tools)| !tools.is_empty())
        .collect();
    if modules.is_empty() {
        return None;
    }
    let count = modules.iter().flat_map(|(_, tools)| tools.values()).map(Vec::len).sum();
    let body = html! {
        h1 { "Tools" }
        p { "What the calls of each tool are asked as. Where a tool has several entries, a call is the one that it fits, and an entry without a condition is for what is nothing else. A call that fits two is refused; one that nothing here fits is unclassified." }
        ul.contents {
            @for (module, tools) in &modules {
                li {
                    a href={ "#" (place(module)) } { code { (module.name) } } " "
                    span.count { (several(tools.len(), "tool")) }
                }
            }
        }
        @for (module, tools) in &modules {
            section.layer id=(place(module)) {
                h2 { code { (module.name) } }
                (prose(&module.ast.docs))
                @for (tool, calls) in tools {
                    article.item {
                        h3 { code { (tool) } }
                        @for (node, docs) in calls { (one(book, node, docs)) }
                    }
                }
            }
        }
    };
    Some(Chapter::new("tools.html", "Tools", Some(count), body))
}

/// The tools of a module, by name.
fn tools(module: &Module) -> BTreeMap<&str, Calls<'_>> {
    let mut tools: BTreeMap<&str, Calls<'_>> = BTreeMap::new();
    for item in &module.ast.items {
        if let ItemKind::Normalize(node) = &item.kind {
            tools.entry(node.tool.value.as_str()).or_default().push((node, item.docs.as_slice()));
        }
    }
    tools
}

fn place(module: &Module) -> String {
    anchor("tools", &module.name)
}

fn one(book: &Book<'_>, node: &Normalize, docs: &[String]) -> Markup {
    html! {
        div.call {
            (prose(docs))
            dl {
                @if let Some(when) = &node.when { dt { "Where" } dd { code { (book.flat(when.span)) } } }
                dt { "Becomes" } dd { (book.name(Kind::Action, &node.action.text())) }
                @if !node.ignored.is_empty() {
                    dt { "Left aside" }
                    dd { @for (number, path) in node.ignored.iter().enumerate() { @if number > 0 { ", " } code { (path.text()) } } }
                }
            }
            @if !node.mappings.is_empty() {
                div.wide { table {
                    thead { tr { th { "Field" } th { "Read from" } } }
                    tbody {
                        @for mapping in &node.mappings {
                            tr {
                                td { code { (mapping.field.text) @if mapping.optional { "?" } } }
                                td { code { (book.flat(mapping.source.span)) } }
                            }
                        }
                    }
                } }
            }
        }
    }
}
