//! Who is asked, which agents there are, and which requests belong together: roles, tiers, categories.

use lictor_grammar::ast::ItemKind;
use maud::html;

use super::Chapter;
use crate::book::{Book, Kind};
use crate::prose::{inline, prose};

/// Roles, tiers and categories.
pub fn chapter(book: &Book<'_>) -> Option<Chapter> {
    let schema = &book.policy.program.schema;
    let roles: Vec<_> =
        schema.roles.iter().filter(|role| book.described(Kind::Role, &role.name).is_some()).collect();
    let tiers = schema.tiers.and_then(|tiers| schema.enums.get(usize::from(tiers)));
    if roles.is_empty() && tiers.is_none() && schema.categories.is_empty() {
        return None;
    }
    let body = html! {
        h1 { "Roles and groups" }
        @if !roles.is_empty() {
            h2 { "Roles" }
            p {
                "People who are asked. "
                @if let Some(approver) = &schema.escalate { "Where nothing else is said: " (book.approver(approver)) "." }
            }
            div.wide { table {
                thead { tr { th { "Role" } th { "Who" } } }
                tbody {
                    @for role in &roles {
                        tr id=(book.anchor(Kind::Role, &role.name)) {
                            td { code { (role.name) } }
                            td {
                                (role.text)
                                @if let Some(word) = book.described(Kind::Role, &role.name) {
                                    @if !word.docs.is_empty() { br; span.aside { (inline(&word.docs.join(" "))) } }
                                }
                            }
                        }
                    }
                }
            } }
        }
        @if let Some(tiers) = tiers {
            h2 { "Tiers of agents" }
            p { "From the least trusted to the most trusted." }
            ol { @for tier in &tiers.values { li { code { (tier) } } } }
        }
        @if !schema.categories.is_empty() {
            h2 { "Categories" }
            @for (name, declared) in book.all(Kind::Category) {
                section.item id=(book.anchor(Kind::Category, name)) {
                    h3 { code { (name) } }
                    (prose(&declared.item.docs))
                    @if let ItemKind::Category(node) = &declared.item.kind {
                        p { "Every request for which " code { (book.flat(node.when.span)) } " holds." }
                    }
                }
            }
        }
    };
    Some(Chapter::new("people.html", "Roles and groups", None, body))
}
