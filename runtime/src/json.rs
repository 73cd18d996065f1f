//! Values as JSON, in the form in which requests and facts are read: what is written here can be sent back.

use lictor_bundle::amount::render_minor;
use lictor_bundle::civil::{render_date, render_time_of_day, render_weekday};
use lictor_bundle::decimal::render_decimal;
use lictor_bundle::schema::{FactId, Type, TypeId};
use lictor_bundle::shape::SourcePart;
use lictor_bundle::time::{render_duration, render_timestamp};
use serde_json::{Map, Value};

use crate::arena::Arenas;
use crate::plan::Program;
use crate::slot::Slot;
use crate::sourced::{is_withheld, part_of};

/// The value of this type that starts with the first of the slots; `null` for one that is absent.
/// Fields that are marked `secret` are withheld.
pub(crate) fn value(program: &Program, arenas: Arenas<'_>, ty: TypeId, slots: &[Slot]) -> Value {
    let first = slots.first().copied().unwrap_or_default();
    match program.ty(ty) {
        None => Value::Null,
        Some(Type::Bool) => first.bool().into(),
        Some(Type::Int { .. }) => first.int().into(),
        Some(Type::Decimal { .. }) => render_decimal(first.wide()).into(),
        Some(Type::Money { .. }) => {
            let money = first.money();
            let digits = money.currency.digits(&program.bundle.schema.currencies).unwrap_or(0);
            let mut amount = Map::new();
            amount.insert("amount".to_owned(), render_minor(money.minor, digits).into());
            amount.insert("currency".to_owned(), money.currency.to_string().into());
            amount.into()
        }
        Some(Type::Text { .. } | Type::Form(_)) => arenas.text(first).into(),
        Some(Type::Timestamp) => render_timestamp(first.int()).into(),
        Some(Type::Duration { .. }) => render_duration(first.int()).into(),
        Some(Type::Country) => first.country().to_string().into(),
        Some(Type::Date) => render_date(first.int()).into(),
        Some(Type::TimeOfDay) => render_time_of_day(first.int()).into(),
        Some(Type::Weekday) => render_weekday(first.int()).into(),
        Some(Type::TimeZone) => first.zone().name().into(),
        Some(Type::Enum(id)) => {
            let values = program.bundle.schema.enums.get(usize::from(id)).map(|names| &names.values);
            let name = values.and_then(|values| values.get(usize::from(first.variant())));
            name.map_or(Value::Null, |name| name.as_str().into())
        }
        Some(Type::Record(id)) => {
            let Some((record, places)) = program.record(id) else { return Value::Null };
            let fields = record.fields.iter().zip(&places.offsets).map(|(field, at)| {
                let slots = slots.get(usize::from(*at)..).unwrap_or(&[]);
                let shown = value(program, arenas, field.ty, slots);
                let hidden = field.marks.secret && !shown.is_null();
                (field.name.clone(), if hidden { withheld() } else { shown })
            });
            // A member that is absent is left out.
            Value::Object(fields.filter(|(_, value)| !value.is_null()).collect())
        }
        Some(Type::List { element, .. } | Type::Set { element, .. }) => {
            let width = usize::from(first.span().width).max(1);
            let elements = arenas.elements(first).chunks_exact(width);
            elements.map(|slots| value(program, arenas, element, slots)).collect()
        }
        Some(Type::Map { entry, .. }) => map(program, arenas, entry, first),
        Some(Type::Sourced(record)) => sourced(program, arenas, record, first),
        Some(Type::Optional(inner)) if first.bool() => {
            value(program, arenas, inner, slots.get(1..).unwrap_or(&[]))
        }
        Some(Type::Optional(_)) => Value::Null,
    }
}

fn map(program: &Program, arenas: Arenas<'_>, entry: TypeId, slot: Slot) -> Value {
    let Some((_, ty)) = program.bundle.schema.entry(entry) else { return Value::Null };
    let entries = arenas.elements(slot).chunks_exact(usize::from(slot.span().width).max(1));
    let members = entries.filter_map(|entry| {
        let (key, slots) = entry.split_first()?;
        Some((arenas.text(*key).to_owned(), value(program, arenas, ty, slots)))
    });
    Value::Object(members.collect())
}

/// The members of a sourced value that are there.
fn sourced(program: &Program, arenas: Arenas<'_>, record: TypeId, slot: Slot) -> Value {
    let Some(source) = program.bundle.schema.source(record) else { return Value::Null };
    let slots = arenas.elements(slot);
    let parts = SourcePart::ALL.into_iter().filter(|part| *part != SourcePart::Value || !is_withheld(slots));
    let members = parts.map(|part| {
        (part.name().to_owned(), value(program, arenas, source.part(part), part_of(slots, part)))
    });
    Value::Object(members.filter(|(_, value)| !value.is_null()).collect())
}

/// The arguments of a fact by their names; secret ones are withheld unless they are `open`.
pub(crate) fn arguments(
    program: &Program,
    arenas: Arenas<'_>,
    fact: FactId,
    slots: &[Slot],
    open: bool,
) -> Map<String, Value> {
    let params = program.bundle.schema.facts.get(usize::from(fact)).map_or(&[][..], |fact| &fact.params);
    let named = params.iter().zip(slots);
    let shown = named.map(|(param, slot)| {
        let hidden = param.marks.secret && !open;
        let shown = if hidden { withheld() } else { value(program, arenas, param.ty, &[*slot]) };
        (param.name.clone(), shown)
    });
    shown.collect()
}

/// What stands in the place of something secret.
pub(crate) fn withheld() -> Value {
    Value::Object([("withheld".to_owned(), "secret".into())].into_iter().collect())
}
