//! Moments and lengths of time, in milliseconds: how requests write them and how messages show them.

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;
/// The units of a length of time, the longest first.
const UNITS: [(&str, i64); 6] =
    [("w", 7 * DAY), ("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND), ("ms", 1)];
/// How many days the months have in a year that is no leap year.
const MONTHS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The days before a year, counted from 0001-01-01.
pub(crate) fn days_before(year: i64) -> i64 {
    let past = year - 1;
    365 * past + past / 4 - past / 100 + past / 400
}

fn days_of(year: i64) -> i64 {
    days_before(year + 1) - days_before(year)
}

pub(crate) fn days_in(year: i64, month: i64) -> Option<i64> {
    let days = *MONTHS.get(usize::try_from(month - 1).ok()?)?;
    Some(if month == 2 { days + days_of(year) - 365 } else { days })
}

fn epoch() -> i64 {
    days_before(1970)
}

/// Reads a moment of RFC 3339, from the years 0001 to 9999 (in UTC) and no more precise than a millisecond.
pub fn read_timestamp(text: &str) -> Option<i64> {
    let digits = |from: usize, to: usize| -> Option<i64> {
        let part = text.get(from..to)?;
        if part.bytes().all(|b| b.is_ascii_digit()) { part.parse().ok() } else { None }
    };
    let sign = |at: usize, allowed: &str| text.get(at..at + 1).filter(|found| allowed.contains(found));
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    for (at, allowed) in [(4, "-"), (7, "-"), (10, "Tt"), (13, ":"), (16, ":")] {
        sign(at, allowed)?;
    }
    let fraction = text.get(19..)?.strip_prefix('.').map(|rest| {
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest.get(..length).unwrap_or_default()
    });
    let after = 19 + fraction.map_or(0, |fraction| fraction.len() + 1);
    let milliseconds: i64 = match fraction {
        None => 0,
        Some(fraction) if (1..=3).contains(&fraction.len()) => format!("{fraction:0<3}").parse().ok()?,
        Some(_) => return None,
    };
    let offset = match text.get(after..)? {
        "Z" | "z" => 0,
        zone if zone.len() == 6 => {
            sign(after, "+-")?;
            sign(after + 3, ":")?;
            let (hours, minutes) = (digits(after + 1, after + 3)?, digits(after + 4, after + 6)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let east = if zone.starts_with('+') { 1 } else { -1 };
            east * (hours * HOUR + minutes * MINUTE)
        }
        _ => return None,
    };
    let exists =
        year >= 1 && (1..=days_in(year, month)?).contains(&day) && hour < 24 && minute < 60 && second < 60;
    if !exists {
        return None;
    }
    let months: i64 = (1..month).filter_map(|month| days_in(year, month)).sum();
    let days = days_before(year) + months + day - 1 - epoch();
    let moment = days * DAY + hour * HOUR + minute * MINUTE + second * SECOND + milliseconds - offset;
    is_writable(moment).then_some(moment)
}

/// A moment as a message shows it.
pub fn show_timestamp(moment: i64) -> String {
    if !is_writable(moment) {
        return format!(
            "{} the year {}",
            if moment < 0 { "before" } else { "after" },
            if moment < 0 { "0001" } else { "9999" }
        );
    }
    let mut days = moment.div_euclid(DAY) + epoch();
    let mut year = days / 366 + 1;
    while days_before(year + 1) <= days {
        year += 1;
    }
    days -= days_before(year);
    let mut month = 1;
    while let Some(length) = days_in(year, month).filter(|length| days >= *length) {
        days -= length;
        month += 1;
    }
    let time = moment.rem_euclid(DAY);
    let fraction = if time % SECOND == 0 { String::new() } else { format!(".{:03}", time % SECOND) };
    format!(
        "{year:04}-{month:02}-{:02}T{:02}:{:02}:{:02}{fraction}Z",
        days + 1,
        time / HOUR,
        time / MINUTE % 60,
        time / SECOND % 60
    )
}

/// Whether a moment lies in the years 0001 to 9999.
pub(crate) fn is_writable(moment: i64) -> bool {
    ((-epoch() * DAY)..((days_before(10_000) - epoch()) * DAY)).contains(&moment)
}

/// Reads a length of time: whole numbers of units, the longest first, a space between them; a minus before it if anything.
pub fn read_duration(text: &str) -> Option<i64> {
    let mut total = 0i64;
    let mut last = None;
    for part in text.strip_prefix('-').unwrap_or(text).split(' ') {
        let number = part.trim_end_matches(|c: char| !c.is_ascii_digit());
        let unit = UNITS.iter().position(|(unit, _)| *unit == &part[number.len()..])?;
        if last.is_some_and(|last| unit <= last) || !number.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        last = Some(unit);
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(UNITS[unit].1)?)?;
    }
    Some(if text.starts_with('-') { -total } else { total })
}

/// A length of time as a message shows it, without weeks and without what is zero.
pub fn show_duration(length: i64) -> String {
    let mut rest = i128::from(length).abs();
    let mut parts = Vec::new();
    for (unit, size) in &UNITS[1..] {
        let (count, size) = (rest / i128::from(*size), i128::from(*size));
        if count > 0 {
            parts.push(format!("{count}{unit}"));
        }
        rest %= size;
    }
    match (parts.is_empty(), length < 0) {
        (true, _) => "0s".to_owned(),
        (false, negative) => format!("{}{}", if negative { "-" } else { "" }, parts.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_shown() {
        for (text, moment) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-03-01T10:00:00Z", 1_772_359_200_000),
            ("2000-02-29T23:59:59.999Z", 951_868_799_999),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] {
            assert_eq!(read_timestamp(text), Some(moment), "{text}");
            assert_eq!(show_timestamp(moment), text);
        }
        assert_eq!(read_timestamp("2026-03-01t11:30:00.5+01:30"), Some(1_772_359_200_500));
        for text in [
            "2026-02-29T10:00:00Z",
            "2026-03-01T24:00:00Z",
            "2026-03-01T10:00:00",
            "0001-01-01T00:00:00+00:01",
        ] {
            assert_eq!(read_timestamp(text), None, "{text}");
        }
    }

    #[test]
    fn lengths_of_time_are_read_and_shown() {
        for (text, length) in
            [("15m", 15 * MINUTE), ("1d 12h 5ms", 36 * HOUR + 5), ("0s", 0), ("-1s", -SECOND)]
        {
            assert_eq!(read_duration(text), Some(length), "{text}");
            assert_eq!(show_duration(length), text);
        }
        for text in ["", "15", "m", "12h 1d", "1h 1h", "1h  1m", "+1h", "1.5h"] {
            assert_eq!(read_duration(text), None, "{text}");
        }
        assert_eq!(show_duration(i64::MIN), "-106751991167d 7h 12m 55s 808ms");
    }
}
