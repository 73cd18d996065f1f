//! What rules ask beyond the request: facts that the host looks up, functions, and calendars.

use lictor_grammar::ast::{Field, ItemKind, ParamValue, TypeExpr};
use maud::{Markup, html};

use super::Chapter;
use crate::book::{Book, Kind};
use crate::prose::prose;

/// Facts, functions and calendars.
pub fn chapter(book: &Book<'_>) -> Option<Chapter> {
    let kinds = [
        (Kind::Fact, "Facts", "What the host looks up while a request is decided, and answers for."),
        (Kind::Function, "Functions", "Computations that rules share."),
        (Kind::Calendar, "Calendars", "Working days."),
    ];
    let count = kinds.iter().map(|(kind, ..)| book.all(*kind).count()).sum::<usize>();
    if count == 0 {
        return None;
    }
    let body = html! {
        h1 { "Facts and functions" }
        @for (kind, title, about) in kinds {
            @if book.all(kind).next().is_some() {
                h2 { (title) }
                p { (about) }
                @for (name, declared) in book.all(kind) {
                    @let anchor = book.anchor(kind, name);
                    section.item id=(anchor) {
                        h3 { code { (name) } " " a.place href={ "#" (anchor) } aria-label="Link to this" { "#" } }
                        (prose(&declared.item.docs))
                        (form(book, &declared.item.kind))
                        p.aside { "Module " (book.name(Kind::Module, &declared.module.name)) }
                    }
                }
            }
        }
    };
    Some(Chapter::new("facts.html", "Facts and functions", Some(count), body))
}

/// How it is asked, and what it answers.
fn form(book: &Book<'_>, kind: &ItemKind) -> Markup {
    let call = |name: &str, params: &[Field], result: &TypeExpr| {
        html! {
            p.form { code {
                (name) "("
                @for (number, param) in params.iter().enumerate() { @if number > 0 { ", " } (param.name.text) ": " (marks(param)) (book.ty(&param.ty)) }
                ") → " (book.ty(result))
            } }
        }
    };
    html! {
        @match kind {
            ItemKind::Fact(node) => (call(&node.name.text, &node.params, &node.result)),
            ItemKind::Fn(node) => {
                (call(&node.name.text, &node.params, &node.result))
                p.form { "= " code { (book.flat(node.body.span)) } }
            },
            ItemKind::Calendar(node) => {
                p {
                    "Known from " (book.flat(node.from.span)) " until " (book.flat(node.until.span)) "; days off "
                    @match &node.dates {
                        ParamValue::File(path) => { "are listed in " code { (path.value) } },
                        ParamValue::Expr(dates) => code { (book.flat(dates.span)) },
                    }
                    @if !node.weekend.is_empty() {
                        "; weekend: " (node.weekend.iter().map(|day| day.text.as_str()).collect::<Vec<_>>().join(", "))
                    }
                    "."
                }
            },
            _ => {},
        }
    }
}

fn marks(field: &Field) -> Markup {
    html! { @for mark in &field.ty.marks { (mark.text) " " } }
}
