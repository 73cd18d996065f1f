//! Terms are declared: each becomes a fact of the schema, and is found again by its place.

use std::collections::BTreeSet;
use std::collections::btree_map::Entry;

use lictor_bundle::currency::Currency;
use lictor_bundle::history::HistoryKind;
use lictor_bundle::marks::Marks;
use lictor_bundle::schema::{Fact, Field, Schema, Type, TypeId};
use lictor_grammar::ast::{self, History, Item, Path};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::{Reach, Term, Terms, walk, window};
use crate::check::{Roots, written_path};
use crate::ids;
use crate::names::Declared;
use crate::rules::named;
use crate::texts::Texts;

/// The most bytes of a term's words.
const MAX_WORDS: usize = 400;

/// Declares the terms that stand in these items as facts.
pub(crate) fn declare<'a>(
    items: &[&'a Item],
    texts: &dyn Texts,
    declared: &mut Declared<'a>,
    out: &mut Vec<Diagnostic>,
) {
    let mut terms = Terms::default();
    for (node, span) in walk::terms(items) {
        let found = term(node, span, texts.text(span.file), &mut declared.schema, out);
        let words = found.map(|(words, fact, term)| {
            match terms.all.entry(words.clone()) {
                Entry::Vacant(place) => {
                    declared.schema.facts.push(fact);
                    place.insert(term);
                }
                Entry::Occupied(mut known) => known.get_mut().others.push(node),
            }
            words
        });
        terms.places.insert(span, words);
    }
    declared.schema.facts.sort_by(|a, b| a.name.cmp(&b.name));
    declared.terms = terms;
}

fn term<'a>(
    node: &'a History,
    span: Span,
    source: &[u8],
    schema: &mut Schema,
    out: &mut Vec<Diagnostic>,
) -> Option<(String, Fact, Term<'a>)> {
    let state = window::state(&node.state, out);
    let mut actions = BTreeSet::new();
    let mut lost = false;
    for pattern in &node.actions {
        let found = named(pattern, schema, out);
        lost |= found.is_empty();
        actions.extend(found);
    }
    let reach = window::window(&node.window, schema, out);
    if lost {
        return None;
    }
    state.and_then(|state| window::happened(state, &actions, node.state.span, schema, out))?;
    let actions: Vec<_> = actions.into_iter().collect();
    // The keys are those of the action that begins the window, too.
    let mut all = actions.clone();
    if let Some((Reach::Since { actions, .. }, _)) = &reach {
        all.extend(actions);
    }
    let keys = keys(&node.keys, &Roots::of(schema, &all), schema, out);
    let field = field(node, &Roots::of(schema, &actions), schema, out);
    let (state, (reach, reach_words), params, field_type) = (state?, reach?, keys?, field?);
    let (kind, result) = match node.kind {
        ast::HistoryKind::Times => (HistoryKind::Times, ids::intern(schema, Type::Int { signed: false })),
        ast::HistoryKind::Distinct => {
            (HistoryKind::Distinct, ids::intern(schema, Type::Int { signed: false }))
        }
        ast::HistoryKind::Latest => {
            let time = ids::intern(schema, Type::Timestamp);
            (HistoryKind::Latest, ids::intern(schema, Type::Optional(time)))
        }
        ast::HistoryKind::Total => (HistoryKind::Total(currency(node, schema, out)?), field_type?),
    };
    if node.kind != ast::HistoryKind::Total
        && let Some(unit) = &node.currency
    {
        let message = format!("only a total is in a currency, and `{}` is none", node.name.text);
        out.push(Diagnostic::error("E0445", unit.span, message).help("leave it out"));
        return None;
    }

    let words = words(node, state.name(), &reach_words, source);
    if words.len() > MAX_WORDS {
        out.push(
            Diagnostic::error("E0448", span, format!("this is longer than {MAX_WORDS} letters"))
                .help("give the condition a name with `fn`, and ask for it: `where small(amount)`"),
        );
        return None;
    }
    let fact = Fact { name: words.clone(), params, result, marks: Marks::NONE };
    let (field, filter, keys) = (node.field.as_ref(), node.filter.as_ref(), node.keys.as_slice());
    Some((words, fact, Term { kind, state, actions, keys, reach, field, filter, span, others: Vec::new() }))
}

/// The words of a question that stands in a test; nothing where something is wrong with it.
pub(crate) fn words_of(
    node: &History,
    source: &[u8],
    schema: &Schema,
    out: &mut Vec<Diagnostic>,
) -> Option<String> {
    let state = window::state(&node.state, out);
    let reach = window::window(&node.window, schema, out);
    let (state, (_, reach)) = (state?, reach?);
    Some(words(node, state.name(), &reach, source))
}

/// The keys as arguments of the fact.
fn keys(written: &[Path], roots: &Roots, schema: &Schema, out: &mut Vec<Diagnostic>) -> Option<Vec<Field>> {
    let mut found: Vec<Field> = Vec::new();
    let mut wrong = false;
    for path in written {
        let name = path.text();
        let words: Vec<&str> = path.names.iter().map(|name| name.text.as_str()).collect();
        let ty = type_at(schema, roots, &words).map(|ty| present(schema, ty));
        let complaint = match ty {
            None => Some((
                format!("`{name}` is no field of every action that this asks about"),
                "a key is a field that the request and the past actions have: `per agent.id`",
            )),
            Some(ty) if !schema.is_scalar(ty) => Some((
                format!("`{name}` is not a single value"),
                "name a field that is one, such as `agent.id`",
            )),
            Some(_) if found.iter().any(|key| key.name == name) => {
                Some((format!("the key `{name}` stands twice"), "keep one of them"))
            }
            Some(ty) => {
                found.push(Field { name, ty, marks: Marks::NONE });
                None
            }
        };
        if let Some((message, help)) = complaint {
            wrong = true;
            out.push(Diagnostic::error("E0443", path.span, message).help(help));
        }
    }
    if wrong { None } else { Some(found) }
}

/// The type of the field that is totalled or told apart; none for terms that take no field.
fn field(
    node: &History,
    roots: &Roots,
    schema: &Schema,
    out: &mut Vec<Diagnostic>,
) -> Option<Option<TypeId>> {
    let what = &node.name.text;
    let takes = matches!(node.kind, ast::HistoryKind::Total | ast::HistoryKind::Distinct);
    let (message, help, span) = match &node.field {
        None if !takes => return Some(None),
        None => (
            format!("`{what}` does not say of which field"),
            format!("write it before the action: `{what}(amount of {} …)`", node.state.text),
            node.name.span,
        ),
        Some(field) if !takes => (
            format!("`{what}` takes no field"),
            format!("leave it out: `{what}({} …)`", node.state.text),
            field.span,
        ),
        Some(written) => {
            let path = written_path(written);
            let ty = path.as_ref().and_then(|path| {
                let words: Vec<&str> = path.split('.').collect();
                type_at(schema, roots, &words).map(|ty| present(schema, ty))
            });
            let money = ty.and_then(|ty| schema.types.get(usize::from(ty)));
            match ty {
                None => (
                    "this is no field of every action that this asks about".to_string(),
                    "name a field that all of them have, or fewer actions".to_string(),
                    written.span,
                ),
                Some(ty) if !schema.is_scalar(ty) => (
                    "this is not a single value".to_string(),
                    "name a field that is one: an id, a number, an amount".to_string(),
                    written.span,
                ),
                Some(_)
                    if node.kind == ast::HistoryKind::Total && !matches!(money, Some(Type::Money { .. })) =>
                {
                    (
                        "only amounts of money are totalled".to_string(),
                        "`times` counts, and `distinct` counts different values".to_string(),
                        written.span,
                    )
                }
                Some(ty) => return Some(Some(ty)),
            }
        }
    };
    out.push(Diagnostic::error("E0444", span, message).help(help));
    None
}

fn currency(node: &History, schema: &Schema, out: &mut Vec<Diagnostic>) -> Option<Currency> {
    let Some(written) = &node.currency else {
        out.push(
            Diagnostic::error("E0445", node.name.span, "a total does not say in which currency")
                .help("add it: `in USD`; amounts in another one are not converted, they refuse"),
        );
        return None;
    };
    let known = Currency::parse(&written.text).filter(|known| known.digits(&schema.currencies).is_some());
    if known.is_none() {
        out.push(
            Diagnostic::error("E0445", written.span, format!("`{}` is no currency", written.text))
                .help("write the three letters of its code: `in USD`"),
        );
    }
    known
}

/// The type at the end of a path that all these actions have.
fn type_at(schema: &Schema, roots: &Roots, path: &[&str]) -> Option<TypeId> {
    let (first, rest) = path.split_first()?;
    let start = roots.common.iter().find(|(name, _)| name == first)?.1;
    rest.iter().try_fold(start, |ty, name| {
        let Type::Record(record) = schema.types.get(usize::from(present(schema, ty)))? else { return None };
        let fields = &schema.records.get(usize::from(*record))?.fields;
        fields.iter().find(|field| field.name == **name).map(|field| field.ty)
    })
}

/// The type without its `?`.
fn present(schema: &Schema, ty: TypeId) -> TypeId {
    match schema.types.get(usize::from(ty)) {
        Some(Type::Optional(inner)) => *inner,
        _ => ty,
    }
}

/// A term in words: the same for the same term, however it is spaced.
fn words(node: &History, state: &str, reach: &str, source: &[u8]) -> String {
    let text = |span: Span| {
        let bytes = source.get(span.start as usize..span.end as usize).unwrap_or_default();
        String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let field = node.field.as_ref().and_then(written_path).map(|path| format!("{path} of "));
    let actions: Vec<String> = node.actions.iter().map(window::pattern).collect();
    let keys: Vec<String> = node.keys.iter().map(Path::text).collect();
    let per = if keys.is_empty() { String::new() } else { format!(" per {}", keys.join(", ")) };
    let currency = node.currency.as_ref().map(|unit| format!(" in {}", unit.text));
    let filter = node.filter.as_ref().map(|filter| format!(" where {}", text(filter.span)));
    format!(
        "{}({}{state} {}{per} {reach}{}{})",
        node.name.text,
        field.unwrap_or_default(),
        actions.join(", "),
        currency.unwrap_or_default(),
        filter.unwrap_or_default()
    )
}
