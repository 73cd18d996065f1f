//! What tool calls are: every field that must be there comes from somewhere, as a value of its type, and every condition is code over
//! the members that it reads.

use lictor_commands::{FieldType, reader};

use crate::error::{BundleError, ErrorKind};
use crate::program::Bundle;
use crate::schema::{Field, RecordId, Schema, Type, TypeId};
use crate::tools::{
    Asked, CurrencySource, EACH, InputCondition, InputPath, InputRead, MAX_TOOL, Mapping, Normalizer, Part,
    Piece, Source, UNCLASSIFIED, UNCLASSIFIED_FIELDS, least,
};

use super::code::{Block, Use};
use super::schema::{Declared, MAX_DEPTH};
use super::steps::spend;
use super::{Steps, Within, ensure, names, values};

/// The fields of a request before the action's own.
const ENVELOPE: usize = 4;

/// Verifies the normalizers, with their conditions in the block of conditions, and counts the steps for each action.
pub(super) fn verify(
    bundle: &Bundle,
    declared: &Declared<'_>,
    block: &mut Block<'_>,
    totals: &mut [Steps],
    budget: &mut usize,
) -> Result<(), BundleError> {
    let schema = declared.schema;
    let tools = &bundle.tools;
    let unit = |holds: bool, message: &str| ensure(holds, ErrorKind::Unit, || message.to_owned());
    let sorted = tools.normalizers.is_sorted_by(|left, right| {
        let [left_key, right_key] = [left, right].map(|one| (&one.tool, one.when.is_none()));
        // Of those without a condition there is one for each tool.
        left_key < right_key || (left_key == right_key && left.when.is_some())
    });
    unit(sorted, "the tools are not sorted, or one is said twice")?;
    if let Some(action) = tools.unclassified {
        let action = schema.actions.get(usize::from(action));
        unit(
            action.is_some_and(|action| is_unclassified(schema, action.request, &action.name)),
            "what stands for unknown calls is not the action for it",
        )?;
    }
    // A request is a call of one tool.
    let mut most = vec![0u64; totals.len()];
    for calls in tools.normalizers.chunk_by(|left, right| left.tool == right.tool) {
        let mut steps = reading(calls, budget)?;
        for normalizer in calls {
            let place = || format!("tool {}", normalizer.tool);
            names::check(&normalizer.tool, "a tool")?;
            unit(normalizer.tool.len() <= MAX_TOOL, "the name of a tool is too long")?;
            let request = schema.actions.get(usize::from(normalizer.action)).map(|action| action.request);
            let width =
                request.and_then(|request| declared.layout.record(request)).map_or(0, |record| record.width);
            // Looking whether something in it is attested goes through all of its record.
            spend(budget, usize::from(width) + normalizer.mappings.len() + normalizer.ignored.len())?;
            if let Some(condition) = &normalizer.when {
                steps =
                    steps.saturating_add(verify_condition(declared, condition, block, budget).within(place)?);
            }
            verify_fields(schema, normalizer).within(place)?;
            verify_members(normalizer).within(place)?;
        }
        for id in calls.iter().map(|normalizer| normalizer.action).chain(tools.unclassified) {
            if let Some(most) = most.get_mut(usize::from(id)) {
                *most = steps.max(*most);
            }
        }
    }
    for (total, most) in totals.iter_mut().zip(most) {
        total.conditions = total.conditions.saturating_add(most);
    }
    Ok(())
}

/// Whether an action is the one for calls of which nothing says what they are.
pub fn is_unclassified(schema: &Schema, request: RecordId, name: &str) -> bool {
    let ty = |id: TypeId| schema.types.get(usize::from(id)).copied();
    let text = |id| matches!(ty(id), Some(Type::Text { .. }));
    let maybe = |id| matches!(ty(id), Some(Type::Optional(inner)) if text(inner));
    let Some(record) = schema.records.get(usize::from(request)) else { return false };
    let own = record.fields.get(ENVELOPE..).unwrap_or(&[]);
    let [tool, server, digest, unread] = own else { return false };
    name == UNCLASSIFIED
        && own.iter().map(|field| field.name.as_str()).eq(UNCLASSIFIED_FIELDS)
        && own.iter().all(|field| !field.marks.attested)
        && text(tool.ty)
        && maybe(server.ty)
        && ty(digest.ty) == Some(Type::Form(crate::form::Form::Digest))
        && maybe(unread.ty)
}

/// The steps of asking the readers that the calls of a tool ask, each once.
fn reading(calls: &[Normalizer], budget: &mut usize) -> Result<u64, BundleError> {
    let mut questions: Vec<&Asked> = Vec::new();
    let mut steps = 0u64;
    for asked in calls.iter().flat_map(Normalizer::asks) {
        spend(budget, questions.len())?;
        if questions.iter().any(|other| other.is_together_with(asked)) {
            continue;
        }
        questions.push(asked);
        let bounds =
            reader(&asked.reader).map(|reader| u64::from(reader.steps).saturating_mul(reader.max as u64));
        let bounds = bounds.ok_or_else(|| {
            BundleError::new(ErrorKind::Unit, format!("nothing here reads as {} does", asked.reader))
        })?;
        steps = steps.saturating_add(bounds);
    }
    Ok(steps)
}

/// Whether what a reader is asked for can be read as this type, which is not optional. Of words, each is one of the enumeration's.
pub fn answers(schema: &Schema, asked: &Asked, id: TypeId) -> bool {
    let ty = |id: TypeId| schema.types.get(usize::from(id)).copied();
    let Some(field) = reader(&asked.reader).and_then(|reader| reader.field(&asked.field)) else {
        return false;
    };
    match (field.ty, ty(id)) {
        (FieldType::Bool, Some(Type::Bool))
        | (FieldType::Count, Some(Type::Int { .. }))
        | (FieldType::Text, Some(Type::Text { .. } | Type::Form(_)))
        | (FieldType::OneOf(..), Some(Type::Text { .. })) => true,
        (FieldType::Texts, Some(Type::List { element, .. })) => {
            matches!(ty(element), Some(Type::Text { .. }))
        }
        (FieldType::OneOf(_, words), Some(Type::Enum(id))) => schema
            .enums
            .get(usize::from(id))
            .is_some_and(|names| words.iter().all(|word| names.values.iter().any(|name| name == word))),
        _ => false,
    }
}

fn verify_condition(
    declared: &Declared<'_>,
    condition: &InputCondition,
    block: &mut Block<'_>,
    budget: &mut usize,
) -> Result<u64, BundleError> {
    let record = declared.schema.records.get(usize::from(condition.record));
    let fits = record.is_some_and(|record| {
        record.fields.len() == condition.reads.len()
            && record.fields.iter().zip(&condition.reads).all(|(field, read)| {
                let (inner, _) = plain(declared.schema, field.ty);
                match read {
                    InputRead::Member(_) => usize::from(inner) < declared.schema.types.len(),
                    InputRead::Asked(asked) => answers(declared.schema, asked, inner),
                }
            })
    });
    ensure(fits, ErrorKind::Unit, || "what its condition reads is not what the record has".to_owned())?;
    let mut slots = Vec::new();
    let width = declared.layout.record(condition.record).map_or(0, |record| record.width);
    spend(budget, usize::from(width))?;
    values::record_slots(declared.schema, condition.record, &mut slots);
    block.verify_over(declared, &slots, condition.code, Use::Condition, budget)
}

/// Every field that is not optional has a source, none has two, and each source gives a value of its type.
fn verify_fields(schema: &Schema, normalizer: &Normalizer) -> Result<(), BundleError> {
    let action = schema.actions.get(usize::from(normalizer.action)).filter(|action| !action.event);
    let request = action.and_then(|action| schema.records.get(usize::from(action.request)));
    let own = request.and_then(|request| request.fields.get(ENVELOPE..));
    let own =
        own.ok_or_else(|| BundleError::new(ErrorKind::Unit, "the action is not there, or is an event"))?;
    let sorted = normalizer
        .mappings
        .is_sorted_by(|left, right| left.target < right.target && !right.target.starts_with(&left.target));
    ensure(sorted, ErrorKind::Unit, || "its fields are not sorted, or one comes from two places".to_owned())?;
    covered(schema, own, 0, &normalizer.mappings)
}

/// Checks that the mappings, which go on with these fields at `depth` of their targets, cover all that must be there. The
/// depth of records is bounded, which was verified.
fn covered(schema: &Schema, fields: &[Field], depth: usize, mappings: &[Mapping]) -> Result<(), BundleError> {
    let wrong = |what: &str| BundleError::new(ErrorKind::Unit, what.to_owned());
    let at = |mapping: &Mapping| mapping.target.get(depth).copied().map(usize::from);
    ensure(
        mappings.iter().all(|mapping| at(mapping).is_some_and(|at| at < fields.len())),
        ErrorKind::Unit,
        || "it maps a field that is not there".to_owned(),
    )?;
    let mut rest = mappings;
    for (number, field) in fields.iter().enumerate() {
        let (inner, optional) = plain(schema, field.ty);
        // They are sorted by target, and alike up to here.
        let own = rest.iter().take_while(|mapping| at(mapping) == Some(number)).count();
        let (own, after) = rest.split_at(own);
        rest = after;
        match own {
            [] => ensure(optional, ErrorKind::Unit, || format!("nothing gives the field {}", field.name))?,
            [one] if one.target.len() == depth + 1 => {
                ensure(optional || !one.optional, ErrorKind::Unit, || {
                    format!("the field {} must be there, and may be missing", field.name)
                })?;
                let fits = source_fits(schema, &one.source, inner) && !holds_attested(schema, field);
                ensure(fits, ErrorKind::Unit, || format!("the field {} is of another type", field.name))?;
            }
            more => {
                let id = match schema.types.get(usize::from(inner)) {
                    Some(Type::Record(id)) if !field.marks.attested => *id,
                    _ => return Err(wrong("it maps the inside of what is no record")),
                };
                let record =
                    schema.records.get(usize::from(id)).ok_or_else(|| wrong("a record is not there"))?;
                covered(schema, &record.fields, depth + 1, more)?;
            }
        }
    }
    Ok(())
}

/// A type without its `?`, and whether it had one.
fn plain(schema: &Schema, ty: TypeId) -> (TypeId, bool) {
    match schema.types.get(usize::from(ty)) {
        Some(Type::Optional(inner)) => (*inner, true),
        _ => (ty, false),
    }
}

fn source_fits(schema: &Schema, source: &Source, ty: TypeId) -> bool {
    let Some(declared) = schema.types.get(usize::from(ty)).copied() else { return false };
    match source {
        Source::Input(_, given) => fits(schema, *given, ty),
        Source::Asked(asked, given) => fits(schema, *given, ty) && answers(schema, asked, *given),
        Source::Constant(scalar) => {
            values::is_of_type(schema, scalar, declared) && values::is_value(schema, scalar)
        }
        Source::Money { currency, .. } => {
            let known = match currency {
                CurrencySource::Constant(currency) => currency.digits(&schema.currencies).is_some(),
                CurrencySource::Input(_) => true,
            };
            known && matches!(declared, Type::Money { .. })
        }
        Source::List(parts) => {
            let element = match declared {
                Type::List { element, .. } | Type::Set { element, .. } => element,
                _ => return false,
            };
            let is_part = |part: &Part| match part {
                Part::One(_, given) => *given == element,
                Part::All(_, given) => {
                    matches!(schema.types.get(usize::from(*given)), Some(Type::List { element: of, .. }) if *of == element)
                }
            };
            !parts.is_empty() && parts.iter().all(is_part)
        }
        Source::Size(_) => matches!(declared, Type::Int { .. }),
        Source::Digest(_) => declared == Type::Form(crate::form::Form::Digest),
        Source::Text(pieces) => {
            let alike = |pair: &[Piece]| {
                matches!(pair, [Piece::Text(_), Piece::Text(_)] | [Piece::Input(_), Piece::Input(_)])
            };
            let is_empty = |piece: &Piece| matches!(piece, Piece::Text(text) if text.is_empty());
            matches!(declared, Type::Text { max } if least(pieces) <= max as usize)
                && pieces.iter().any(|piece| piece.input().is_some())
                && !pieces.windows(2).any(alike)
                && !pieces.iter().any(is_empty)
        }
    }
}

/// Whether every value of one type is one of another, and takes the same slots.
pub fn fits(schema: &Schema, given: TypeId, wanted: TypeId) -> bool {
    let ty = |id: TypeId| schema.types.get(usize::from(id)).copied();
    let (Some(from), Some(to)) = (ty(given), ty(wanted)) else { return false };
    let sign = |given: bool, wanted: bool| wanted || !given;
    match (from, to) {
        (Type::Int { signed: a }, Type::Int { signed: b })
        | (Type::Decimal { signed: a }, Type::Decimal { signed: b })
        | (Type::Money { signed: a }, Type::Money { signed: b })
        | (Type::Duration { signed: a }, Type::Duration { signed: b }) => sign(a, b),
        (Type::Text { max: a }, Type::Text { max: b }) => a <= b,
        // What instructions know of a list is the type of its elements, so that is the same.
        (Type::List { element: a, min: from, max: to }, Type::List { element: b, min, max })
        | (Type::Set { element: a, min: from, max: to }, Type::Set { element: b, min, max }) => {
            a == b && min <= from && to <= max
        }
        (Type::Optional(_), _) => false,
        (from, to) => from == to,
    }
}

/// Whether something in a field is attested: the host says that, and the input of a tool is the agent's.
pub fn holds_attested(schema: &Schema, field: &Field) -> bool {
    let (inner, _) = plain(schema, field.ty);
    field.marks.attested
        || match schema.types.get(usize::from(inner)) {
            Some(Type::Record(id)) => schema
                .records
                .get(usize::from(*id))
                .is_some_and(|record| record.fields.iter().any(|field| holds_attested(schema, field))),
            _ => false,
        }
}

/// The members of the input that are read whole or left aside: none lies inside another, none that is left aside is read, and a condition
/// reads nothing else.
fn verify_members(normalizer: &Normalizer) -> Result<(), BundleError> {
    let unit = |holds: bool, message: &str| ensure(holds, ErrorKind::Unit, || message.to_owned());
    unit(normalizer.ignored.is_sorted_by(|left, right| left < right), "what it ignores is not sorted")?;
    let mut leaves: Vec<_> = normalizer.leaves().collect();
    leaves.sort();
    // Requests nest no deeper, and whoever walks along a path need not either.
    let short = |path: &InputPath| (1..=usize::from(MAX_DEPTH)).contains(&path.len());
    unit(leaves.iter().all(|path| short(path)), "a member of the input has no name, or lies too deep")?;
    let read: Vec<_> = normalizer.mappings.iter().flat_map(|mapping| mapping.source.reads()).collect();
    unit(normalizer.ignored.iter().all(|path| !read.contains(&path)), "it ignores what it reads")?;
    leaves.dedup();
    // Sorted, what lies inside a member stands right behind it.
    let apart = leaves.windows(2).all(|pair| match pair {
        [outer, inner] => !inner.starts_with(outer),
        _ => true,
    });
    unit(apart, "of two members that it reads or ignores one lies inside the other")?;
    let eaches = |path: &InputPath| path.iter().filter(|step| *step == EACH).count();
    let plain = normalizer.mappings.iter().all(|mapping| match &mapping.source {
        Source::List(parts) => {
            parts.iter().all(|part| eaches(part.path()) <= usize::from(matches!(part, Part::One(..))))
        }
        source => source.reads().into_iter().all(|path| eaches(path) == 0),
    });
    let sound = |path: &InputPath| eaches(path) <= 1 && path.first().is_some_and(|first| first != EACH);
    unit(
        plain && leaves.iter().all(|path| sound(path)),
        "it reads the elements of a list where a value stands",
    )?;
    let read_each = normalizer.when.iter().flat_map(|when| &when.reads).any(|read| eaches(read.member()) > 0);
    unit(!read_each, "its condition reads the elements of a list")?;
    let within = |path: &Vec<String>| leaves.iter().any(|leaf| path.starts_with(leaf));
    let reads = normalizer.when.iter().flat_map(|when| &when.reads);
    unit(
        reads.into_iter().map(InputRead::member).all(within),
        "its condition reads a member that it neither maps nor ignores",
    )
}
