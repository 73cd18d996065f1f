//! Scalars from the text that stands for them in JSON.

use lictor_bundle::amount::parse_minor;
use lictor_bundle::civil::{WEEKDAYS, parse_date, parse_time_of_day, parse_weekday};
use lictor_bundle::country::Country;
use lictor_bundle::currency::Currency;
use lictor_bundle::decimal::parse_decimal;
use lictor_bundle::form::Form;
use lictor_bundle::schema::{EnumId, Schema};
use lictor_bundle::time::{TimeError, parse_timestamp};
use lictor_bundle::zone::Zone;

use super::refusal::{Listed, shown};
use crate::slot::Slot;

/// A slot, or the sentence that says why not.
pub(crate) type Scalar = Result<Slot, String>;

/// An integer, from a JSON number without point and exponent.
pub(crate) fn integer(text: &str, signed: bool) -> Scalar {
    let value: i64 = text.parse().map_err(|_| {
        if text.contains(['.', 'e', 'E']) {
            "must be a whole number, written without point and exponent".to_owned()
        } else {
            "is too large for a whole number of 64 bits".to_owned()
        }
    })?;
    not_negative(value < 0, signed)?;
    Ok(Slot::from_int(value))
}

/// A decimal, from the text of a JSON number or string.
pub(crate) fn decimal(text: &str, signed: bool) -> Scalar {
    let value = parse_decimal(text).map_err(|error| error.to_string())?;
    not_negative(value < 0, signed)?;
    Ok(Slot::from_wide(value))
}

/// A currency that exists, and how many decimals it has.
pub(crate) fn currency(text: &str, schema: &Schema) -> Result<(Currency, u8), String> {
    Currency::parse(text)
        .and_then(|currency| Some((currency, currency.digits(&schema.currencies)?)))
        .ok_or_else(|| format!("\"{}\" is not a currency; use an ISO 4217 code such as USD", shown(text)))
}

/// Minor units, from an amount in whole units.
pub(crate) fn amount(text: &str, digits: u8, signed: bool) -> Result<i64, String> {
    let minor = parse_minor(text, digits).map_err(|error| error.to_string())?;
    not_negative(minor < 0, signed)?;
    Ok(minor)
}

/// Minor units, from a JSON number.
pub(crate) fn minor(text: &str, signed: bool) -> Result<i64, String> {
    integer(text, signed).map(Slot::int)
}

/// A timestamp of RFC 3339.
pub(crate) fn timestamp(text: &str) -> Scalar {
    match parse_timestamp(text) {
        Ok(moment) => Ok(Slot::from_int(moment)),
        Err(error) => Err(format!("\"{}\" {error}", shown(text))),
    }
}

/// A day of the calendar.
pub(crate) fn date(text: &str) -> Scalar {
    parse_date(text).map(Slot::from_int).map_err(|error| match error {
        TimeError::Malformed | TimeError::TooPrecise => {
            format!("\"{}\" is not a date such as 2026-03-01", shown(text))
        }
        TimeError::NoSuchTime => format!("\"{}\" is a day that does not exist", shown(text)),
        TimeError::OutOfRange => format!("\"{}\" {error}", shown(text)),
    })
}

/// A time of day.
pub(crate) fn time_of_day(text: &str) -> Scalar {
    parse_time_of_day(text).map(Slot::from_int).map_err(|error| match error {
        TimeError::TooPrecise => format!("\"{}\" {error}", shown(text)),
        TimeError::NoSuchTime => {
            format!("\"{}\" is no time of day, which ends at 23:59:59.999", shown(text))
        }
        _ => format!("\"{}\" is not a time of day such as 09:30 or 09:30:00", shown(text)),
    })
}

/// A day of the week.
pub(crate) fn weekday(text: &str) -> Scalar {
    parse_weekday(text).map(Slot::from_int).ok_or_else(|| {
        let names = WEEKDAYS.map(str::to_owned);
        format!("\"{}\" is not one of {}", shown(text), Listed(&names, "or"))
    })
}

/// A time zone.
pub(crate) fn zone(text: &str) -> Scalar {
    Zone::parse(text).map(Slot::from_zone).ok_or_else(|| {
        format!(
            "\"{}\" is not a time zone; use a name of the IANA database such as Europe/Berlin",
            shown(text)
        )
    })
}

/// A duration as a policy writes it, `15m`, or as a message shows it, `1d 12h`: whole numbers of weeks, days, hours, minutes, seconds
/// and milliseconds, largest first.
pub(crate) fn duration(text: &str, signed: bool) -> Scalar {
    let (negative, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let milliseconds = duration_parts(magnitude)
        .ok_or_else(|| format!("\"{}\" is not a duration such as 15m, 24h or 7d", shown(text)))?;
    not_negative(negative, signed)?;
    Ok(Slot::from_int(if negative { -milliseconds } else { milliseconds }))
}

fn duration_parts(text: &str) -> Option<i64> {
    const UNITS: [(&str, i64); 6] = [
        ("w", 7 * 24 * 3_600_000),
        ("d", 24 * 3_600_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
        ("ms", 1),
    ];
    let mut total = 0i64;
    let mut units = UNITS.as_slice();
    for part in text.split(' ') {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = part.split_at_checked(digits)?;
        let at = units.iter().position(|(name, _)| *name == unit)?;
        let (_, length) = units.get(at)?;
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(*length)?)?;
        units = units.get(at + 1..)?;
    }
    Some(total)
}

/// A country.
pub(crate) fn country(text: &str) -> Scalar {
    Country::parse(text).map(Slot::from_country).ok_or_else(|| {
        format!("\"{}\" is not a country; use an ISO 3166 code of two capitals such as US", shown(text))
    })
}

/// The canonical form of a text.
pub(crate) fn form(text: &str, form: Form) -> Result<String, String> {
    form.canonical(text).map_err(|why| {
        format!("\"{}\" {why}; it must be {} such as {}", shown(text), form.described(), form.example())
    })
}

/// A value of an enumeration.
pub(crate) fn variant(text: &str, id: EnumId, schema: &Schema) -> Scalar {
    let values = schema.enums.get(usize::from(id)).map_or(&[][..], |names| names.values.as_slice());
    (0u16..)
        .zip(values)
        .find(|(_, value)| *value == text)
        .map(|(number, _)| Slot::from_variant(number))
        .ok_or_else(|| format!("\"{}\" is not one of {}", shown(text), Listed(values, "or")))
}

fn not_negative(negative: bool, signed: bool) -> Result<(), String> {
    if negative && !signed { Err("must not be negative".to_owned()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_policies_write_them_and_messages_show_them() {
        for (text, milliseconds) in
            [("15m", 900_000), ("2w", 1_209_600_000), ("1d 12h 5ms", 129_600_005), ("0s", 0)]
        {
            assert_eq!(duration(text, false), Ok(Slot::from_int(milliseconds)), "{text}");
        }
        assert_eq!(duration("-1s", true), Ok(Slot::from_int(-1_000)));
        for text in
            ["", "15", "m", "15 m", "12h 1d", "1h 1h", "1h  1m", "+1h", "1.5h", "99999999999999w", "PT15M"]
        {
            assert!(duration(text, true).is_err(), "{text}");
        }
    }
}
