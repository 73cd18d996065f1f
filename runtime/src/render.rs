//! Values as messages show them.

use std::borrow::Cow;
use std::fmt::Write;

use lictor_bundle::amount::render_minor;
use lictor_bundle::civil::{render_date, render_time_of_day, render_weekday};
use lictor_bundle::decimal::render_decimal;
use lictor_bundle::schema::{Schema, SlotType};
use lictor_bundle::time::{render_duration, render_timestamp};

use crate::arena::Arenas;
use crate::slot::{Money, Slot};

/// A scalar as a message shows it: `500.01 USD`, `2.5`, `2026-03-01T10:00:00Z`, `15m`.
pub(crate) fn render(schema: &Schema, arenas: Arenas<'_>, ty: SlotType, slot: Slot) -> String {
    match ty {
        SlotType::Bool => slot.bool().to_string(),
        SlotType::Int => slot.int().to_string(),
        SlotType::Decimal => render_decimal(slot.wide()),
        SlotType::Money => render_money(schema, slot.money()),
        SlotType::Text | SlotType::Form(_) => escape(arenas.text(slot)).into_owned(),
        SlotType::Timestamp => render_timestamp(slot.int()),
        SlotType::Duration => render_duration(slot.int()),
        SlotType::Country => slot.country().to_string(),
        SlotType::Date => render_date(slot.int()),
        SlotType::TimeOfDay => render_time_of_day(slot.int()),
        SlotType::Weekday => render_weekday(slot.int()).to_owned(),
        SlotType::TimeZone => slot.zone().to_string(),
        SlotType::Enum(id) => {
            let values = schema.enums.get(usize::from(id)).map(|names| &names.values);
            values.and_then(|values| values.get(usize::from(slot.variant()))).cloned().unwrap_or_default()
        }
        // Messages show scalars; the loader refuses others.
        SlotType::Pattern
        | SlotType::List(_)
        | SlotType::Set(_)
        | SlotType::Map(_)
        | SlotType::Sourced(_)
        | SlotType::Wide => String::new(),
    }
}

fn render_money(schema: &Schema, money: Money) -> String {
    // An amount of no currency is 0, and has no decimals to show.
    let digits = money.currency.digits(&schema.currencies).unwrap_or(0);
    format!("{} {}", render_minor(money.minor, digits), money.currency)
}

/// A text whose characters can all be seen: what controls a terminal, ends a line or turns the direction of writing is written
/// as its code, such as `\u{202e}`.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_hidden(character) {
            // Writing to a string does not fail.
            let _ = write!(escaped, "\\u{{{:x}}}", u32::from(character));
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

/// Whether a character controls how others are shown, or is not shown itself: controls, line and paragraph separators, marks
/// and overrides of direction, and what has no width.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use lictor_bundle::currency::Currency;

    #[test]
    fn values_are_shown_as_people_write_them() {
        let mut request = Arena::default();
        let text = request.add_text(0, "Kiosk\n\u{202e}x").unwrap();
        let arenas = Arenas { request: &request, program: &crate::plan::Memory::empty() };
        let usdc = Currency::parse("USDC").unwrap();
        let schema = Schema { currencies: vec![(usdc, 6)], ..Schema::default() };
        let money =
            |code: &str, minor| Slot::from_money(Money { currency: Currency::parse(code).unwrap(), minor });
        let cases = [
            (SlotType::Money, money("USD", 50_001), "500.01 USD"),
            (SlotType::Money, money("JPY", 1_500), "1500 JPY"),
            (SlotType::Money, money("USDC", -1), "-0.000001 USDC"),
            (SlotType::Decimal, Slot::from_wide(2_500_000_000), "2.5"),
            (SlotType::Timestamp, Slot::from_int(1_772_359_200_000), "2026-03-01T10:00:00Z"),
            (SlotType::Duration, Slot::from_int(900_000), "15m"),
            (SlotType::Text, text, "Kiosk\\u{a}\\u{202e}x"),
            (SlotType::Bool, Slot::from_bool(true), "true"),
        ];
        for (ty, slot, shown) in cases {
            assert_eq!(render(&schema, arenas, ty, slot), shown);
        }
    }
}
