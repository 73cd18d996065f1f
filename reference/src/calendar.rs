//! Days, times of day and days of the week, counted out on a calendar of 400 years: after that many, it begins again on a Monday.

use crate::time::{DAY, days_before, days_in, is_writable};

const WEEK: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The number of 1970-01-01, where 0001-01-01 is 0.
fn epoch() -> i64 {
    days_before(1970)
}

/// The number of days that can be written.
fn all() -> i64 {
    days_before(10_000)
}

/// Year, month and day of the month.
fn parts(day: i64) -> (i64, i64, i64) {
    let day = day + epoch();
    let year = (day / 366..).map(|past| past + 1).find(|year| days_before(year + 1) > day);
    let year = year.unwrap_or_else(|| unreachable!("there is always a later year"));
    let mut rest = day - days_before(year);
    for month in 1..=12 {
        let length = days_in(year, month).unwrap_or_else(|| unreachable!("a month"));
        if rest < length {
            return (year, month, rest + 1);
        }
        rest -= length;
    }
    unreachable!("a year has no more days than its months")
}

fn number(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=9_999).contains(&year) || !(1..=days_in(year, month)?).contains(&day) {
        return None;
    }
    let months: i64 = (1..month).filter_map(|month| days_in(year, month)).sum();
    Some(days_before(year) + months + day - 1 - epoch())
}

fn digits(text: &str, length: usize) -> Option<i64> {
    if text.len() == length && text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// Reads a day of the years 0001 to 9999.
pub fn read_date(text: &str) -> Option<i64> {
    let [year, month, day] = text.split('-').collect::<Vec<_>>().try_into().ok()?;
    number(digits(year, 4)?, digits(month, 2)?, digits(day, 2)?)
}

/// A day as a message shows it.
pub fn show_date(day: i64) -> String {
    let (year, month, day) = parts(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Reads a time of day: hours and minutes, maybe seconds, maybe up to three places of a second.
pub fn read_time_of_day(text: &str) -> Option<i64> {
    let (clock, fraction) = match text.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    let units: Vec<i64> = clock.split(':').map(|part| digits(part, 2)).collect::<Option<_>>()?;
    let (hour, minute, second) = match (units.as_slice(), fraction) {
        ([hour, minute], None) => (*hour, *minute, 0),
        ([hour, minute, second], _) => (*hour, *minute, *second),
        _ => return None,
    };
    let milliseconds = match fraction {
        None => 0,
        Some(places) if (1..=3).contains(&places.len()) => digits(&format!("{places:0<3}"), 3)?,
        Some(_) => return None,
    };
    let exists = hour < 24 && minute < 60 && second < 60;
    exists.then_some(((hour * 60 + minute) * 60 + second) * 1_000 + milliseconds)
}

/// A time of day as a message shows it.
pub fn show_time_of_day(time: i64) -> String {
    let (seconds, milliseconds) = (time / 1_000, time % 1_000);
    let mut text = format!("{:02}:{:02}", seconds / 3_600, seconds / 60 % 60);
    if seconds % 60 != 0 || milliseconds != 0 {
        text.push_str(&format!(":{:02}", seconds % 60));
    }
    if milliseconds != 0 {
        text.push_str(&format!(".{milliseconds:03}"));
    }
    text
}

/// Reads a day of the week.
pub fn read_weekday(text: &str) -> Option<i64> {
    WEEK.iter().position(|name| *name == text).and_then(|number| i64::try_from(number).ok())
}

/// A day of the week as a message shows it.
pub fn show_weekday(weekday: i64) -> &'static str {
    usize::try_from(weekday).ok().and_then(|weekday| WEEK.get(weekday)).unwrap_or(&"?")
}

/// The day of the week of a day: 0001-01-01 was a Monday.
pub fn weekday(day: i64) -> i64 {
    (day + epoch()) % 7
}

/// The day and the time of a moment in UTC.
pub fn clock(moment: i64) -> Option<(i64, i64)> {
    is_writable(moment).then(|| (moment.div_euclid(DAY), moment.rem_euclid(DAY)))
}

/// So many days later.
pub fn days_later(day: i64, count: i128) -> Option<i64> {
    let later = i128::from(day) + i128::from(epoch()) + count;
    if (0..i128::from(all())).contains(&later) {
        i64::try_from(later).ok().map(|later| later - epoch())
    } else {
        None
    }
}

/// The same day so many months later, or the last one of a month that is shorter.
pub fn months_later(day: i64, count: i128) -> Option<i64> {
    let (year, month, day) = parts(day);
    let months = i128::from(year * 12 + month - 1) + count;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    let (year, month) = (i64::try_from(year).ok()?, i64::try_from(month).ok()?);
    if !(1..=9_999).contains(&year) {
        return None;
    }
    number(year, month, day.min(days_in(year, month)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_read_and_shown() {
        for text in ["0001-01-01", "1969-12-31", "1970-01-01", "2024-02-29", "9999-12-31"] {
            assert_eq!(read_date(text).map(show_date).as_deref(), Some(text));
        }
        for text in ["00:00", "09:30", "09:30:15", "09:30:00.250", "23:59:59.999"] {
            assert_eq!(read_time_of_day(text).map(show_time_of_day).as_deref(), Some(text));
        }
        for text in ["2026-02-29", "2026-00-01", "26-01-01", "2026-01-01-01"] {
            assert_eq!(read_date(text), None, "{text}");
        }
        for text in ["24:00", "9:30", "09:30.5", "09:30:00.", "09"] {
            assert_eq!(read_time_of_day(text), None, "{text}");
        }
        assert_eq!(read_date("2026-03-01").map(weekday).map(show_weekday), Some("sunday"));
        assert_eq!(read_date("2026-01-31").and_then(|day| months_later(day, 1)), read_date("2026-02-28"));
    }
}
