//! Names of what a bundle holds, in words: layers, stages, values, dispositions.

use lictor_bundle::amount::render_minor;
use lictor_bundle::civil::{render_date, render_time_of_day, render_weekday};
use lictor_bundle::decimal::render_decimal;
use lictor_bundle::program::UnitKey;
use lictor_bundle::schema::{
    Approver, Direction, Disposition, LayerKind, ParamValue, Scalar, Schema, Type, TypeId,
};
use lictor_bundle::shape::SourcePart;
use lictor_bundle::time::{render_duration, render_timestamp};

/// How many elements of a set are written out.
const ELEMENTS: usize = 8;

/// `base`, `category gambling`, `agent untrusted`, `user u-4711`
pub fn layer(key: &UnitKey, schema: &Schema) -> String {
    match key {
        UnitKey::Base => String::from("base"),
        UnitKey::Category(id) => {
            format!("category {}", schema.categories.get(usize::from(*id)).map_or("?", String::as_str))
        }
        UnitKey::Agent(tier) => {
            let tiers = schema.tiers.and_then(|id| schema.enums.get(usize::from(id)));
            let name = tiers.and_then(|tiers| tiers.values.get(usize::from(*tier)));
            format!("agent {}", name.map_or("?", String::as_str))
        }
        UnitKey::User(id) => format!("user {id}"),
    }
}

/// `base`, `category`, `agent` or `user`
pub fn layer_kind(kind: LayerKind) -> &'static str {
    match kind {
        LayerKind::Base => "base",
        LayerKind::Category => "category",
        LayerKind::Agent => "agent",
        LayerKind::User => "user",
    }
}

/// `lower`, `subset` … as policies write it.
pub fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Lower => "stricter when lower",
        Direction::Higher => "stricter when higher",
        Direction::Subset => "stricter when subset",
        Direction::Superset => "stricter when superset",
        Direction::True => "stricter when true",
        Direction::False => "stricter when false",
        Direction::Fixed => "fixed",
    }
}

/// `allow`, `step_up to finance`, `deny`
pub fn disposition(value: &Disposition, schema: &Schema) -> String {
    match value {
        Disposition::Allow => String::from("allow"),
        Disposition::StepUp(who) => format!("step_up to {}", approver(who, schema)),
        Disposition::Deny => String::from("deny"),
    }
}

fn approver(approver: &Approver, schema: &Schema) -> String {
    let role = match approver.role {
        None => "user",
        Some(id) => schema.roles.get(usize::from(id)).map_or("?", |role| role.name.as_str()),
    };
    let mut text = role.to_owned();
    if approver.quorum > 1 {
        text.push_str(&format!(" quorum {}", approver.quorum));
    }
    if let Some(within) = approver.within {
        text.push_str(&format!(" within {}", render_duration(within)));
    }
    text
}

/// A type as policies write it.
pub fn type_name(ty: TypeId, schema: &Schema) -> String {
    let signed = |name: &str, signed: bool| if signed { format!("signed {name}") } else { name.to_owned() };
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
        Some(Type::List { element, max, .. }) => format!("List<{}, max {max}>", type_name(*element, schema)),
        Some(Type::Set { element, .. }) => format!("Set<{}>", type_name(*element, schema)),
        Some(Type::Map { entry, max, .. }) => {
            let value = schema.entry(*entry).map(|(_, value)| type_name(value, schema));
            format!("Map<String, {}, max {max}>", value.unwrap_or_else(|| String::from("?")))
        }
        Some(Type::Sourced(record)) => {
            let value =
                schema.source(*record).map(|source| type_name(source.part(SourcePart::Value), schema));
            format!("Sourced<{}>", value.unwrap_or_else(|| String::from("?")))
        }
        Some(Type::Optional(inner)) => format!("{}?", type_name(*inner, schema)),
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

/// `0.00 USD to 5000.00 USD, 0.00 EUR to 4500.00 EUR`
pub fn param_range(low: &ParamValue, high: &ParamValue, schema: &Schema) -> String {
    match (low, high) {
        (ParamValue::Money(low), ParamValue::Money(high)) => {
            let ranges = low
                .iter()
                .zip(high)
                .map(|(low, high)| format!("{} to {}", scalar(low, schema), scalar(high, schema)));
            ranges.collect::<Vec<_>>().join(", ")
        }
        _ => format!("{} to {}", param_value(low, schema), param_value(high, schema)),
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
