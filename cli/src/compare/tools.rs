//! What tool calls are.

use lictor_bundle::disassemble;
use lictor_bundle::program::Bundle;
use lictor_bundle::schema::{Action, Record, RecordId, Schema, Type, TypeId};
use lictor_bundle::tools::{
    CurrencySource, InputPath, InputRead, Mapping, Normalizer, Part, Piece, Source, written,
};

use super::pairs::{Pair, apart, by_name};
use super::{Area, Change, Effect, Sides};
use crate::render::names::{scalar, type_name};

/// How many fields every request has before those of its action.
const ENVELOPE: usize = 4;

pub fn compare(sides: Sides<'_>, changes: &mut Vec<Change>) {
    for (name, pair) in by_name(tools(sides.before), tools(sides.after)) {
        let change = |says: &str, before, after| {
            Change::new(Area::Tools, &name, says, Effect::Unclear).listing(before, after)
        };
        match pair {
            Pair::New(after) => changes.push(change("is known now", Vec::new(), after)),
            Pair::Gone(before) => changes.push(change("is no longer known", before, Vec::new())),
            Pair::Both(before, after) if before == after => {}
            Pair::Both(before, after) => {
                let (gone, new) = apart(&before, &after);
                changes.push(change("is read otherwise", gone, new));
            }
        }
    }
    let unclassified = |bundle: &Bundle| bundle.tools.unclassified.is_some();
    let (says, effect) = match (unclassified(sides.before), unclassified(sides.after)) {
        (false, true) => {
            ("calls that nothing says anything of are an action now, and no longer refused", Effect::Loosens)
        }
        (true, false) => {
            ("calls that nothing says anything of are refused now, and no action", Effect::Tightens)
        }
        _ => return,
    };
    changes.push(Change::new(Area::Tools, "unknown tools", says, effect));
}

/// What the calls of each tool are, in lines.
fn tools(bundle: &Bundle) -> Vec<(String, Vec<String>)> {
    let calls = bundle.tools.normalizers.chunk_by(|left, right| left.tool == right.tool);
    let named = calls.filter_map(|calls| {
        let lines = calls.iter().flat_map(|normalizer| lines(bundle, normalizer)).collect();
        Some((calls.first()?.tool.clone(), lines))
    });
    named.collect()
}

fn lines(bundle: &Bundle, normalizer: &Normalizer) -> Vec<String> {
    let schema = &bundle.schema;
    let action = schema.actions.get(usize::from(normalizer.action));
    let name = action.map_or("?", |action| action.name.as_str());
    let mut lines = Vec::new();
    match &normalizer.when {
        None => lines.push(format!("is {name}")),
        Some(condition) => {
            let reads: Vec<String> = condition.reads.iter().map(read).collect();
            lines.push(format!("is {name} depending on {}", reads.join(", ")));
            let slots: Vec<String> = reads;
            let code = disassemble::lines(schema, &bundle.condition_code, condition.code, &slots, None);
            lines.extend(code.into_iter().map(|line| format!("  {line}")));
        }
    }
    lines.extend(normalizer.mappings.iter().map(|mapping| format!("  {}", mapped(schema, action, mapping))));
    lines.extend(normalizer.ignored.iter().map(|ignored| format!("  leaves {} aside", path(ignored))));
    lines
}

fn read(read: &InputRead) -> String {
    match read {
        InputRead::Member(from) => path(from),
        InputRead::Asked(asked) => asked.to_string(),
    }
}

fn path(path: &InputPath) -> String {
    written(path)
}

/// `amount from input.total, in minor units`
fn mapped(schema: &Schema, action: Option<&Action>, mapping: &Mapping) -> String {
    let field = action.map_or_else(String::new, |action| target(schema, action.request, &mapping.target));
    let optional = if mapping.optional { ", where it is there" } else { "" };
    match &mapping.source {
        Source::Input(from, ty) => {
            format!("{field} from {} as {}{optional}", path(from), type_name(*ty, schema))
        }
        Source::Asked(asked, ty) => {
            format!("{field} from {asked} as {}{optional}", type_name(*ty, schema))
        }
        Source::Constant(value) => format!("{field} is {}", scalar(value, schema)),
        Source::Money { amount, minor, currency, times } => {
            let units = if *minor { "minor units" } else { "whole units" };
            let currency = match currency {
                CurrencySource::Input(from) => path(from),
                CurrencySource::Constant(currency) => currency.to_string(),
            };
            let times = times.as_ref().map_or_else(String::new, |times| format!(", {} times", path(times)));
            format!("{field} from {} in {units} of {currency}{times}{optional}", path(amount))
        }
        Source::Text(pieces) => {
            let shown = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => text.replace('{', "{{").replace('}', "}}"),
                Piece::Input(from) => format!("{{{}}}", path(from)),
            });
            format!("{field} is \"{}\"{optional}", shown.collect::<String>())
        }
        Source::List(parts) => {
            let parts = parts.iter().map(|part| match part {
                Part::One(from, ty) | Part::All(from, ty) => {
                    format!("{} as {}", path(from), type_name(*ty, schema))
                }
            });
            format!("{field} is a list of {}{optional}", parts.collect::<Vec<_>>().join(", "))
        }
        Source::Size(from) => format!("{field} is how many {} has{optional}", path(from)),
        Source::Digest(from) => format!("{field} is the SHA-256 of {}{optional}", path(from)),
    }
}

/// The path of a field, by the numbers of the fields that lead there.
fn target(schema: &Schema, request: RecordId, numbers: &[u16]) -> String {
    let mut record = schema.records.get(usize::from(request));
    let mut names = Vec::new();
    for (depth, number) in numbers.iter().enumerate() {
        let first = if depth == 0 { ENVELOPE } else { 0 };
        let Some(field) = record.and_then(|record| record.fields.get(first + usize::from(*number))) else {
            break;
        };
        names.push(field.name.as_str());
        record = inner(schema, field.ty);
    }
    names.join(".")
}

/// The record that a type is, or may be.
fn inner(schema: &Schema, ty: TypeId) -> Option<&Record> {
    match schema.types.get(usize::from(ty))? {
        Type::Record(id) => schema.records.get(usize::from(*id)),
        Type::Optional(ty) => inner(schema, *ty),
        _ => None,
    }
}
