//! Numbers of what is declared. Bundles number every table with 16 bits: here is the one place where a position becomes such
//! a number, and where a project that declares more is told so.

use lictor_bundle::schema::{Schema, Type, TypeId};
use lictor_grammar::ast::{ItemKind, Name};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::modules::Module;

/// The most entries of one table: what a loader accepts, too. The last of them has the number 65,534.
pub(crate) const MOST: usize = 65_535;

/// What to do about too many of them.
const SPLIT: &str = "split the project in two, each with a bundle of its own; values that only differ, like amounts or shops, fit in one \
                     parameter, `Set<…>` or a fact";

/// The number of the entry at this position. Beyond [`MOST`] it is 65,535, which no entry has: nothing wraps around until
/// [`check_written`] and [`check_tables`] have refused the project.
pub(crate) fn number(position: usize) -> u16 {
    u16::try_from(position).unwrap_or(u16::MAX)
}

/// The numbers of a table of this length.
pub(crate) fn numbers(length: usize) -> std::ops::Range<u16> {
    0..number(length)
}

/// The number of a type, which is added where it is not there yet.
pub(crate) fn intern(schema: &mut Schema, ty: Type) -> TypeId {
    let found = schema.types.iter().position(|known| *known == ty);
    number(found.unwrap_or_else(|| {
        schema.types.push(ty);
        schema.types.len() - 1
    }))
}

/// Refuses a project that declares more of a kind than can be numbered. Says whether all is well.
pub(crate) fn check_written(modules: &[Module], out: &mut Vec<Diagnostic>) -> bool {
    let before = out.len();
    let mut kinds = Kinds::default();
    for item in modules.iter().flat_map(|module| &module.ast.items) {
        match &item.kind {
            ItemKind::Action(node) | ItemKind::Event(node) => kinds.actions.push(node.name.span),
            ItemKind::Record(node) => kinds.records.push(node.name.span),
            ItemKind::Fact(node) => kinds.facts.push(node.name.span),
            ItemKind::Param(node) => kinds.params.push(node.name.span),
            ItemKind::Category(node) => kinds.categories.push(node.name.span),
            ItemKind::Calendar(node) => kinds.calendars.push(node.name.span),
            ItemKind::Reasons(entries) => kinds.reasons.extend(entries.iter().map(|entry| entry.name.span)),
            ItemKind::Roles(entries) => kinds.roles.extend(entries.iter().map(|entry| entry.name.span)),
            ItemKind::Framework(node) => {
                kinds.controls.extend(node.controls.iter().map(|control| control.name.span));
            }
            ItemKind::Enum(node) => {
                kinds.enums.push(node.name.span);
                check(&spans(&node.values), "values of one `enum`", out);
            }
            ItemKind::Tiers(names) => check(&spans(names), "tiers", out),
            _ => {}
        }
    }
    for (declared, what) in [
        (&kinds.actions, "actions and events"),
        (&kinds.records, "records"),
        (&kinds.enums, "enums"),
        (&kinds.facts, "facts"),
        (&kinds.params, "parameters"),
        (&kinds.categories, "categories"),
        (&kinds.calendars, "calendars"),
        (&kinds.reasons, "reason codes"),
        (&kinds.roles, "roles"),
        (&kinds.controls, "controls of frameworks"),
    ] {
        check(declared, what, out);
    }
    out.len() == before
}

/// Refuses a project of which a table has more entries than can be numbered, now that it is known what is made of the
/// declarations. Says whether all is well.
pub(crate) fn check_tables(schema: &Schema, out: &mut Vec<Diagnostic>) -> bool {
    let tables = [
        (schema.types.len(), "different types"),
        (schema.records.len(), "records and actions"),
        (schema.enums.len(), "enums"),
        (schema.facts.len(), "facts and questions about the past"),
        (schema.flags.len(), "flags"),
        (schema.amplifiers.len(), "amplifiers"),
    ];
    for (length, what) in tables {
        if length > MOST {
            out.push(too_many(length, what, Span::default()));
            return false;
        }
    }
    true
}

/// Where each declaration of a kind stands.
#[derive(Default)]
struct Kinds {
    actions: Vec<Span>,
    records: Vec<Span>,
    enums: Vec<Span>,
    facts: Vec<Span>,
    params: Vec<Span>,
    categories: Vec<Span>,
    calendars: Vec<Span>,
    reasons: Vec<Span>,
    roles: Vec<Span>,
    controls: Vec<Span>,
}

fn spans(names: &[Name]) -> Vec<Span> {
    names.iter().map(|name| name.span).collect()
}

fn check(declared: &[Span], what: &str, out: &mut Vec<Diagnostic>) {
    if let Some(first) = declared.get(MOST) {
        out.push(too_many(declared.len(), what, *first).here("the first that is too many"));
    }
}

fn too_many(count: usize, what: &str, at: Span) -> Diagnostic {
    Diagnostic::error("E0377", at, format!("there are {count} {what}, and a bundle can have {MOST}"))
        .help(SPLIT)
}

#[cfg(test)]
mod tests {
    use super::{MOST, number, numbers};

    #[test]
    fn no_number_wraps_around() {
        assert_eq!(number(0), 0);
        assert_eq!(number(MOST - 1), 65_534);
        assert_eq!(number(MOST), 65_535);
        assert_eq!(number(MOST + 1), 65_535);
        assert_eq!(number(usize::MAX), 65_535);
        assert_eq!(numbers(70_000).len(), MOST);
    }
}
