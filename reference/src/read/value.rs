//! One value of a declared type.

use lictor_bundle::country::Country;
use lictor_bundle::currency::Currency;
use lictor_bundle::schema::{Schema, Type, TypeId};
use lictor_bundle::zone::Zone;
use num_traits::Signed;

use super::compound;
use super::{Read, Who, once_each, record, refused, within};
use crate::calendar;
use crate::json::Json;
use crate::number;
use crate::time;
use crate::value::Value;

/// Reads a value that is there. Of an optional type, the value inside it: what is absent is left out, not `null`.
pub(super) fn read(schema: &Schema, ty: TypeId, json: &Json, who: Who, path: &str) -> Read<Value> {
    let wrong = || refused(path);
    let of_text = |read: fn(&str) -> Option<Value>| match json {
        Json::Text(text) => read(text).map_or_else(wrong, Ok),
        _ => refused(path),
    };
    match schema.types[usize::from(ty)] {
        Type::Optional(inner) => read(schema, inner, json, who, path),
        Type::Bool => match json {
            Json::Bool(value) => Ok(Value::Bool(*value)),
            _ => wrong(),
        },
        Type::Int { signed } => match json {
            // A whole number that fits, without point and exponent.
            Json::Number(text) => match text.parse::<i64>() {
                Ok(number) if signed || number >= 0 => Ok(Value::Int(number)),
                _ => wrong(),
            },
            _ => wrong(),
        },
        Type::Decimal { signed } => match json {
            Json::Number(text) | Json::Text(text) => match number::read_decimal(text) {
                Some(number) if signed || !number.is_negative() => Ok(Value::Decimal(number)),
                _ => wrong(),
            },
            _ => wrong(),
        },
        Type::Money { signed } => money(schema, json, signed, path),
        Type::Text { max } => match json {
            Json::Text(text) if text.len() <= max as usize => Ok(Value::Text(text.as_str().into())),
            _ => wrong(),
        },
        Type::Form(form) => match json {
            Json::Text(text) => {
                form.canonical(text).map_or_else(|_| wrong(), |text| Ok(Value::Text(text.into())))
            }
            _ => wrong(),
        },
        Type::Timestamp => of_text(|text| time::read_timestamp(text).map(Value::Timestamp)),
        Type::Duration { signed } => match json {
            Json::Text(text) if signed || !text.starts_with('-') => {
                time::read_duration(text).map(Value::Duration).map_or_else(wrong, Ok)
            }
            _ => wrong(),
        },
        Type::Date => of_text(|text| calendar::read_date(text).map(Value::Date)),
        Type::TimeOfDay => of_text(|text| calendar::read_time_of_day(text).map(Value::TimeOfDay)),
        Type::Weekday => of_text(|text| calendar::read_weekday(text).map(Value::Weekday)),
        Type::TimeZone => of_text(|text| Zone::parse(text).map(Value::TimeZone)),
        Type::Country => of_text(|text| Country::parse(text).map(Value::Country)),
        Type::Enum(id) => match json {
            Json::Text(text) => {
                let values = &schema.enums[usize::from(id)].values;
                let found = values.iter().position(|value| value == text);
                found.and_then(|found| u16::try_from(found).ok()).map(Value::Enum).map_or_else(wrong, Ok)
            }
            _ => wrong(),
        },
        Type::Record(id) => match json {
            Json::Object(members) => {
                let fields = &schema.records[usize::from(id)].fields;
                Ok(Value::Record(record(schema, fields, members, who, path)?.into()))
            }
            _ => wrong(),
        },
        Type::List { element, min, max } => {
            Ok(Value::List(elements(schema, element, (min, max), json, who, path)?.into()))
        }
        Type::Set { element, min, max } => {
            let mut found = elements(schema, element, (min, max), json, who, path)?;
            found.sort_by(Value::order);
            // A set has each element once; sending one twice is a mistake, not a habit to be mended.
            if found.windows(2).any(|pair| pair[0] == pair[1]) {
                wrong()
            } else {
                Ok(Value::Set(found.into()))
            }
        }
        Type::Map { entry, min, max } => compound::map(schema, entry, (min, max), json, who, path),
        Type::Sourced(parts) => compound::sourced(schema, parts, json, who, path),
    }
}

fn elements(
    schema: &Schema,
    ty: TypeId,
    (min, max): (u32, u32),
    json: &Json,
    who: Who,
    path: &str,
) -> Read<Vec<Value>> {
    let Json::Array(elements) = json else { return refused(path) };
    let mut values = Vec::new();
    for (number, element) in elements.iter().enumerate() {
        values.push(read(schema, ty, element, who, &format!("{path}[{number}]"))?);
    }
    if values.len() < min as usize || values.len() > max as usize { refused(path) } else { Ok(values) }
}

/// `{amount, currency}`, the amount in whole units as text or number; or `{minor, currency}`.
fn money(schema: &Schema, json: &Json, signed: bool, path: &str) -> Read<Value> {
    let Json::Object(members) = json else { return refused(path) };
    once_each(members, &["amount", "currency", "minor"], path)?;
    let member = |name: &str| members.iter().find(|(found, _)| found == name).map(|(_, json)| json);
    let code = within(path, "currency");
    let Some(Json::Text(text)) = member("currency") else { return refused(&code) };
    let currency = Currency::parse(text).and_then(|found| Some((found, found.digits(&schema.currencies)?)));
    let Some((currency, decimals)) = currency else { return refused(&code) };
    let (minor, place) = match (member("amount"), member("minor")) {
        (Some(_), Some(_)) => return refused(path),
        (Some(Json::Text(text) | Json::Number(text)), None) => {
            (number::read_amount(text, decimals), "amount")
        }
        (None, Some(Json::Number(text))) => (text.parse().ok(), "minor"),
        (_, Some(_)) => (None, "minor"),
        _ => (None, "amount"),
    };
    match minor {
        Some(minor) if signed || minor >= 0 => Ok(Value::Money(currency, minor)),
        _ => refused(&within(path, place)),
    }
}
