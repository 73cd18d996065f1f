//! Which calls of tools are which actions.

use lictor_grammar::ast::{ItemKind, Normalize};
use maud::html;

use super::Chapter;
use crate::book::{Book, Kind};
use crate::prose::prose;

/// The normalizers that count, by tool.
pub fn chapter(book: &Book<'_>) -> Option<Chapter> {
    let mut found: Vec<(&Normalize, &[String])> = Vec::new();
    for module in book.policy.modules.iter().filter(|module| module.in_full) {
        for item in &module.ast.items {
            if let ItemKind::Normalize(node) = &item.kind {
                found.push((node, &item.docs));
            }
        }
    }
    found.sort_by(|(a, _), (b, _)| a.tool.value.cmp(&b.tool.value));
    if found.is_empty() {
        return None;
    }
    let body = html! {
        h1 { "Tools" }
        p { "What the calls of each tool are asked as. A call that nothing here fits is unclassified." }
        @for (node, docs) in &found {
            section.item {
                h2 { code { (node.tool.value) } }
                (prose(docs))
                dl {
                    dt { "Becomes" } dd { (book.name(Kind::Action, &node.action.text())) }
                    @if let Some(when) = &node.when { dt { "Where" } dd { code { (book.flat(when.span)) } } }
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
    };
    Some(Chapter::new("tools.html", "Tools", Some(found.len()), body))
}
