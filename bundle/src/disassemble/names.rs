//! What numbers stand for: slots of the request as paths, constants as they are written in policies.

use crate::amount::render_minor;
use crate::civil::{render_date, render_time_of_day, render_weekday};
use crate::decimal::render_decimal;
use crate::schema::{ActionId, Approver, EnumId, RecordId, Scalar, Schema, Type, TypeId};
use crate::shape::SourcePart;
use crate::time::{render_duration, render_timestamp};

/// How many elements of a set are shown.
const SHOWN: usize = 8;

/// The name of an entry of a table.
pub(super) fn at<T>(table: &[T], index: u16, name: impl Fn(&T) -> &str) -> &str {
    table.get(usize::from(index)).map_or("?", name)
}

pub(super) fn enum_value(schema: &Schema, id: EnumId, value: u16) -> &str {
    schema.enums.get(usize::from(id)).map_or("?", |declared| at(&declared.values, value, String::as_str))
}

/// The path of each slot of an action's request: `merchant.id`, and `merchant.id?` for whether it is there.
pub fn slots(schema: &Schema, action: ActionId) -> Vec<String> {
    let mut paths = Vec::new();
    if let Some(action) = schema.actions.get(usize::from(action)) {
        record_slots(schema, action.request, "", &mut paths);
    }
    paths
}

fn record_slots(schema: &Schema, id: RecordId, prefix: &str, paths: &mut Vec<String>) {
    for field in schema.records.get(usize::from(id)).map_or(&[][..], |record| &record.fields) {
        let path = if prefix.is_empty() { field.name.clone() } else { format!("{prefix}.{}", field.name) };
        type_slots(schema, field.ty, path, paths);
    }
}

fn type_slots(schema: &Schema, ty: TypeId, path: String, paths: &mut Vec<String>) {
    match schema.types.get(usize::from(ty)) {
        Some(Type::Record(id)) => record_slots(schema, *id, &path, paths),
        Some(Type::Optional(inner)) => {
            paths.push(format!("{path}?"));
            type_slots(schema, *inner, path, paths);
        }
        _ => paths.push(path),
    }
}

/// A type as it is written in policies, without its bounds.
pub(super) fn type_name(schema: &Schema, ty: TypeId) -> String {
    match schema.types.get(usize::from(ty)) {
        None => "?".to_owned(),
        Some(Type::Bool) => "Bool".to_owned(),
        Some(Type::Int { .. }) => "Int".to_owned(),
        Some(Type::Decimal { .. }) => "Decimal".to_owned(),
        Some(Type::Money { .. }) => "Money".to_owned(),
        Some(Type::Text { .. }) => "String".to_owned(),
        Some(Type::Timestamp) => "Timestamp".to_owned(),
        Some(Type::Duration { .. }) => "Duration".to_owned(),
        Some(Type::Country) => "Country".to_owned(),
        Some(Type::Date) => "Date".to_owned(),
        Some(Type::TimeOfDay) => "TimeOfDay".to_owned(),
        Some(Type::Weekday) => "Weekday".to_owned(),
        Some(Type::TimeZone) => "TimeZone".to_owned(),
        Some(Type::Form(form)) => form.name().to_owned(),
        Some(Type::Enum(id)) => at(&schema.enums, *id, |declared| declared.name.as_str()).to_owned(),
        Some(Type::Record(id)) => at(&schema.records, *id, |record| record.name.as_str()).to_owned(),
        Some(Type::List { element, .. }) => format!("List<{}>", type_name(schema, *element)),
        Some(Type::Set { element, .. }) => format!("Set<{}>", type_name(schema, *element)),
        Some(Type::Map { entry, .. }) => map_name(schema, *entry),
        Some(Type::Sourced(record)) => sourced_name(schema, *record),
        Some(Type::Optional(inner)) => format!("{}?", type_name(schema, *inner)),
    }
}

/// A map, by what its entries are.
pub(super) fn map_name(schema: &Schema, entry: TypeId) -> String {
    let value = schema.entry(entry).map_or_else(|| "?".to_owned(), |(_, value)| type_name(schema, value));
    format!("Map<String, {value}>")
}

/// A sourced value, by its record.
pub(super) fn sourced_name(schema: &Schema, record: TypeId) -> String {
    let source = schema.source(record);
    let value = source.map(|source| type_name(schema, source.part(SourcePart::Value)));
    format!("Sourced<{}>", value.as_deref().unwrap_or("?"))
}

/// A value as it is written in policies.
pub(super) fn scalar(schema: &Schema, scalar: &Scalar) -> String {
    match scalar {
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Decimal(scaled) => render_decimal(*scaled),
        Scalar::Money(currency, minor) => {
            let digits = currency.digits(&schema.currencies).unwrap_or(0);
            format!("{} {currency}", render_minor(*minor, digits))
        }
        Scalar::Text(text) | Scalar::Form(_, text) => format!("{text:?}"),
        Scalar::Pattern(pattern) => format!("r\"{}\"", pattern.source),
        Scalar::Timestamp(moment) => render_timestamp(*moment),
        Scalar::Duration(length) => render_duration(*length),
        Scalar::Country(country) => format!("\"{country}\""),
        Scalar::Date(days) => render_date(*days),
        Scalar::TimeOfDay(time) => render_time_of_day(*time),
        Scalar::Weekday(weekday) => render_weekday(*weekday).to_owned(),
        Scalar::TimeZone(zone) => format!("\"{zone}\""),
        Scalar::Enum(id, value) => enum_value(schema, *id, *value).to_owned(),
    }
}

/// A set in braces, cut where it is long.
pub(super) fn set(schema: &Schema, elements: &[Scalar]) -> String {
    let mut shown: Vec<String> = elements.iter().take(SHOWN).map(|element| scalar(schema, element)).collect();
    if elements.len() > SHOWN {
        shown.push(format!("… {} in all", elements.len()));
    }
    format!("{{{}}}", shown.join(", "))
}

/// A set in braces, all of it.
pub(super) fn whole_set(schema: &Schema, elements: &[Scalar]) -> String {
    let all: Vec<String> = elements.iter().map(|element| scalar(schema, element)).collect();
    format!("{{{}}}", all.join(", "))
}

/// Who is asked, as it is written in policies.
pub(super) fn approver(schema: &Schema, approver: &Approver) -> String {
    let role = approver.role.map_or("user", |role| at(&schema.roles, role, |role| role.name.as_str()));
    let quorum = if approver.quorum > 1 { format!(" quorum {}", approver.quorum) } else { String::new() };
    let within =
        approver.within.map_or_else(String::new, |within| format!(" within {}", render_duration(within)));
    format!("to {role}{quorum}{within}")
}
