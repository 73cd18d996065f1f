//! Types and values as policies write them, for whoever shows a person what a bundle holds.

use crate::amount::render_minor;
use crate::civil::{render_date, render_time_of_day, render_weekday};
use crate::decimal::render_decimal;
use crate::schema::{ParamValue, Scalar, Schema, Type, TypeId};
use crate::shape::SourcePart;
use crate::time::{render_duration, render_timestamp};

/// How many elements of a set are written out.
const ELEMENTS: usize = 8;

/// A type as policies write it.
pub fn type_name(ty: TypeId, schema: &Schema) -> String {
    named(ty, schema, true)
}

/// The same without its bounds.
pub fn plain_type_name(ty: TypeId, schema: &Schema) -> String {
    named(ty, schema, false)
}

/// A map without its bounds, by the record of its entries.
pub fn map_name(entry: TypeId, schema: &Schema) -> String {
    format!("Map<String, {}>", value_of(entry, schema, false))
}

/// A sourced value, by its record.
pub fn sourced_name(record: TypeId, schema: &Schema) -> String {
    format!("Sourced<{}>", inside(record, schema, false))
}

fn value_of(entry: TypeId, schema: &Schema, bounded: bool) -> String {
    schema.entry(entry).map_or_else(|| String::from("?"), |(_, value)| named(value, schema, bounded))
}

fn inside(record: TypeId, schema: &Schema, bounded: bool) -> String {
    let source = schema.source(record);
    source.map_or_else(|| String::from("?"), |source| named(source.part(SourcePart::Value), schema, bounded))
}

fn named(ty: TypeId, schema: &Schema, bounded: bool) -> String {
    let signed = |name: &str, signed: bool| {
        if signed && bounded { format!("signed {name}") } else { name.to_owned() }
    };
    let at_most = |max: u32| if bounded { format!(", max {max}") } else { String::new() };
    // Types refer only to earlier ones, which the loader has proved, so this ends.
    match schema.types.get(usize::from(ty)) {
        None => String::from("?"),
        Some(Type::Bool) => String::from("Bool"),
        Some(Type::Int { signed: sign }) => signed("Int", *sign),
        Some(Type::Decimal { signed: sign }) => signed("Decimal", *sign),
        Some(Type::Money { signed: sign }) => signed("Money", *sign),
        Some(Type::Text { .. }) => String::from("String"),
        Some(Type::Timestamp) => String::from("Timestamp"),
        Some(Type::Duration { signed: sign }) => signed("Duration", *sign),
        Some(Type::Country) => String::from("Country"),
        Some(Type::Date) => String::from("Date"),
        Some(Type::TimeOfDay) => String::from("TimeOfDay"),
        Some(Type::Weekday) => String::from("Weekday"),
        Some(Type::TimeZone) => String::from("TimeZone"),
        Some(Type::Form(form)) => String::from(form.name()),
        Some(Type::Enum(id)) => {
            schema.enums.get(usize::from(*id)).map_or_else(|| String::from("?"), |one| one.name.clone())
        }
        Some(Type::Record(id)) => {
            schema.records.get(usize::from(*id)).map_or_else(|| String::from("?"), |one| one.name.clone())
        }
        Some(Type::List { element, max, .. }) => {
            format!("List<{}{}>", named(*element, schema, bounded), at_most(*max))
        }
        Some(Type::Set { element, .. }) => format!("Set<{}>", named(*element, schema, bounded)),
        Some(Type::Map { entry, max, .. }) => {
            format!("Map<String, {}{}>", value_of(*entry, schema, bounded), at_most(*max))
        }
        Some(Type::Sourced(record)) => format!("Sourced<{}>", inside(*record, schema, bounded)),
        Some(Type::Optional(inner)) => format!("{}?", named(*inner, schema, bounded)),
    }
}

/// A parameter's value. Of a large set the first few elements are written out.
pub fn param_value(value: &ParamValue, schema: &Schema) -> String {
    match value {
        ParamValue::Scalar(value) => scalar(value, schema),
        ParamValue::Money(amounts) => {
            amounts.iter().map(|amount| scalar(amount, schema)).collect::<Vec<_>>().join(", ")
        }
        ParamValue::Set(elements) => {
            let shown =
                elements.iter().take(ELEMENTS).map(|element| scalar(element, schema)).collect::<Vec<_>>();
            let more = elements.len().saturating_sub(ELEMENTS);
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            format!("[{}{more}]", shown.join(", "))
        }
    }
}

/// A value as policies write it.
pub fn scalar(value: &Scalar, schema: &Schema) -> String {
    match value {
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Decimal(value) => render_decimal(*value),
        Scalar::Money(currency, minor) => {
            let digits = currency.digits(&schema.currencies).unwrap_or(0);
            format!("{} {currency}", render_minor(*minor, digits))
        }
        Scalar::Text(text) | Scalar::Form(_, text) => format!("{text:?}"),
        Scalar::Timestamp(moment) => render_timestamp(*moment),
        Scalar::Duration(length) => render_duration(*length),
        Scalar::Pattern(pattern) => format!("r\"{}\"", pattern.source),
        Scalar::Country(country) => format!("\"{country}\""),
        Scalar::Date(days) => render_date(*days),
        Scalar::TimeOfDay(time) => render_time_of_day(*time),
        Scalar::Weekday(weekday) => render_weekday(*weekday).to_owned(),
        Scalar::TimeZone(zone) => format!("\"{zone}\""),
        Scalar::Enum(id, value) => {
            let declared = schema.enums.get(usize::from(*id));
            let name = declared.and_then(|declared| declared.values.get(usize::from(*value)));
            name.map_or_else(|| String::from("?"), String::clone)
        }
    }
}
