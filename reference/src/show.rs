//! Values as messages show them.

use lictor_bundle::schema::Schema;
use lictor_compiler::typed::Ty;

use crate::calendar;
use crate::number::{show_decimal, show_money};
use crate::time::{show_duration, show_timestamp};
use crate::value::Value;

/// What is shown of an absent value.
pub const ABSENT: &str = "(absent)";

/// A scalar as a message shows it.
pub fn show(schema: &Schema, ty: &Ty, value: &Value) -> String {
    match (value, ty) {
        (_, Ty::Optional(inner)) => show(schema, inner, value),
        (Value::Bool(value), _) => value.to_string(),
        (Value::Int(number), _) => number.to_string(),
        (Value::Decimal(number), _) => show_decimal(number),
        (Value::Money(currency, minor), _) => {
            show_money(*currency, *minor, currency.digits(&schema.currencies).unwrap_or(0))
        }
        (Value::Text(text), _) => text.chars().map(visible).collect(),
        (Value::Timestamp(moment), _) => show_timestamp(*moment),
        (Value::Duration(length), _) => show_duration(*length),
        (Value::Country(country), _) => country.to_string(),
        (Value::Date(days), _) => calendar::show_date(*days),
        (Value::TimeOfDay(time), _) => calendar::show_time_of_day(*time),
        (Value::Weekday(weekday), _) => calendar::show_weekday(*weekday).to_owned(),
        (Value::TimeZone(zone), _) => zone.name().to_owned(),
        (Value::Enum(variant), Ty::Enum(id)) => {
            schema.enums[usize::from(*id)].values[usize::from(*variant)].clone()
        }
        _ => unreachable!("messages show scalars, not {value:?}"),
    }
}

/// A character, or its code where it could not be seen or would change how others are shown.
fn visible(character: char) -> String {
    let hidden = match character {
        // Soft hyphen, marks of direction, vowel separator, what has no width, line and paragraph separators, tags.
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}' => true,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        other => other.is_control(),
    };
    if hidden { format!("\\u{{{:x}}}", u32::from(character)) } else { character.to_string() }
}
