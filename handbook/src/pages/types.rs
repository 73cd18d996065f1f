//! Records and enumerations: what fields are made of.

use lictor_grammar::ast::ItemKind;
use maud::html;

use super::Chapter;
use super::actions::fields;
use crate::book::{Book, Kind};
use crate::prose::prose;

/// The types that modules declare, and what they add to every request.
pub fn chapter(book: &Book<'_>) -> Option<Chapter> {
    let count = book.all(Kind::Type).count();
    if count == 0 && book.extensions().is_empty() {
        return None;
    }
    let body = html! {
        h1 { "Types" }
        p { "A field whose type ends in " code { "?" } " may be left out." }
        @for (name, declared) in book.all(Kind::Type) {
            @let anchor = book.anchor(Kind::Type, name);
            section.item id=(anchor) {
                h2 { code { (name) } " " a.place href={ "#" (anchor) } aria-label="Link to this type" { "#" } }
                (prose(&declared.item.docs))
                @match &declared.item.kind {
                    ItemKind::Record(node) => (fields(book, &node.fields, &[])),
                    ItemKind::Enum(node) => p {
                        "One of "
                        @for (number, value) in node.values.iter().enumerate() { @if number > 0 { ", " } code { (value.text) } }
                        "."
                    },
                    _ => {},
                }
                p.aside { "Module " (book.name(Kind::Module, &declared.module.name)) }
            }
        }
        @if !book.extensions().is_empty() {
            h2 { "Added to every request" }
            @for node in book.extensions() {
                section.item { h3 { code { (node.name.text) } } (fields(book, &node.fields, &[])) }
            }
        }
    };
    Some(Chapter::new("types.html", "Types", Some(count), body))
}
