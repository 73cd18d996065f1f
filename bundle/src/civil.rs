//! Days of the calendar, times of day and days of the week: the proleptic Gregorian calendar in the years 0001 to 9999. A day is counted
//! from 1970-01-01, a time of day in milliseconds from midnight, a day of the week from Monday (ISO 8601), which is 0.

use crate::time::{
    DAY, DAYS_TO_EPOCH, FIRST_MOMENT, HOUR, Input, LAST_MOMENT, MINUTE, SECOND, TimeError, civil_from_days,
    days_before_month, days_before_year, days_in_month,
};

/// 0001-01-01, the first day there is.
pub const FIRST_DATE: i64 = FIRST_MOMENT / DAY;
/// 9999-12-31, the last one.
pub const LAST_DATE: i64 = LAST_MOMENT / DAY;
/// The last millisecond of a day.
pub const LAST_TIME: i64 = DAY - 1;
/// The fact that says what the clock of a time zone shows at a moment. It is asked with a Timestamp and a TimeZone, and answers a record of
/// a Date, a TimeOfDay, and the edition of the time zone database that says so.
pub const LOCAL_TIME: &str = "local_time";
/// The most bytes of the name of an edition.
pub const LOCAL_TIME_TABLE: u32 = 64;
/// The days of the week in their order, as they are written.
pub const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Reads a day: `2026-03-01` (RFC 3339, `full-date`).
///
/// # Errors
/// A text of another form, a day that does not exist, the year 0000.
pub fn parse_date(text: &str) -> Result<i64, TimeError> {
    let mut input = Input(text.as_bytes());
    let (year, month, day) = input.date()?;
    input.end()?;
    day_of(year, month, day)
}

/// The number of a day.
pub(crate) fn day_of(year: i64, month: i64, day: i64) -> Result<i64, TimeError> {
    if year == 0 {
        return Err(TimeError::OutOfRange);
    }
    if day == 0 || day > days_in_month(year, month) {
        return Err(TimeError::NoSuchTime);
    }
    Ok(days_before_year(year) + days_before_month(year, month) + day - 1 - DAYS_TO_EPOCH)
}

/// Writes a day; one that does not exist as a number of days.
pub fn render_date(days: i64) -> String {
    if !(FIRST_DATE..=LAST_DATE).contains(&days) {
        return format!("{days} days");
    }
    let (year, month, day) = civil_from_days(days + DAYS_TO_EPOCH);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Reads a time of day: `09:30`, `09:30:15`, `09:30:15.250`.
///
/// # Errors
/// A text of another form, a time after 23:59:59.999.
pub fn parse_time_of_day(text: &str) -> Result<i64, TimeError> {
    let mut input = Input(text.as_bytes());
    let hour = input.number(2)?;
    input.one_of(b":")?;
    let minute = input.number(2)?;
    let (mut second, mut milliseconds) = (0, 0);
    if input.next_is(b':') {
        second = input.number(2)?;
        if input.next_is(b'.') {
            milliseconds = input.milliseconds()?;
        }
    }
    input.end()?;
    if hour > 23 || minute > 59 || second > 59 {
        return Err(TimeError::NoSuchTime);
    }
    Ok(hour * HOUR + minute * MINUTE + second * SECOND + milliseconds)
}

/// Writes a time of day: `09:30`, and seconds and milliseconds where there are any.
pub fn render_time_of_day(time: i64) -> String {
    let (hour, minute, second) = (time / HOUR, time % HOUR / MINUTE, time % MINUTE / SECOND);
    match (second, time % SECOND) {
        (0, 0) => format!("{hour:02}:{minute:02}"),
        (_, 0) => format!("{hour:02}:{minute:02}:{second:02}"),
        (_, fraction) => format!("{hour:02}:{minute:02}:{second:02}.{fraction:03}"),
    }
}

/// Reads a day of the week: `monday`.
pub fn parse_weekday(text: &str) -> Option<i64> {
    (0..).zip(WEEKDAYS).find(|(_, name)| *name == text).map(|(number, _)| number)
}

/// Writes a day of the week.
pub fn render_weekday(weekday: i64) -> &'static str {
    usize::try_from(weekday).ok().and_then(|weekday| WEEKDAYS.get(weekday)).copied().unwrap_or("?")
}

/// The day in UTC of a moment; none where it lies outside the years that can be written.
pub fn date_of(moment: i64) -> Option<i64> {
    (FIRST_MOMENT..=LAST_MOMENT).contains(&moment).then(|| moment.div_euclid(DAY))
}

/// The time of day in UTC of a moment; none where it lies outside the years that can be written.
pub fn time_of(moment: i64) -> Option<i64> {
    (FIRST_MOMENT..=LAST_MOMENT).contains(&moment).then(|| moment.rem_euclid(DAY))
}

/// The day of the week of a day. 1970-01-01 was a Thursday.
pub fn weekday_of(days: i64) -> i64 {
    (days.rem_euclid(7) + 3) % 7
}

/// A number of days later, or earlier where it is negative; none outside the years that can be written.
pub fn add_days(days: i64, count: i64) -> Option<i64> {
    days.checked_add(count).filter(|days| (FIRST_DATE..=LAST_DATE).contains(days))
}

/// A number of months later, or earlier where it is negative: the same day of that month, or its last one where it is shorter. None
/// outside the years that can be written.
pub fn add_months(days: i64, count: i64) -> Option<i64> {
    if !(FIRST_DATE..=LAST_DATE).contains(&days) {
        return None;
    }
    let (year, month, day) = civil_from_days(days + DAYS_TO_EPOCH);
    let months = (year * 12 + month - 1).checked_add(count)?;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    if !(1..=9_999).contains(&year) {
        return None;
    }
    day_of(year, month, day.min(days_in_month(year, month))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for days in (FIRST_DATE..=LAST_DATE).step_by(17).chain([FIRST_DATE, LAST_DATE]) {
            assert_eq!(parse_date(&render_date(days)), Ok(days));
        }
        for time in (0..DAY).step_by(997).chain([0, LAST_TIME]) {
            assert_eq!(parse_time_of_day(&render_time_of_day(time)), Ok(time));
        }
        for weekday in 0..7 {
            assert_eq!(parse_weekday(render_weekday(weekday)), Some(weekday));
        }
    }

    #[test]
    fn what_is_no_day_and_no_time_is_refused() {
        for text in ["2026-02-29", "0000-01-01", "2026-13-01", "2026-3-1", "2026-03-01T00:00:00Z", ""] {
            assert!(parse_date(text).is_err(), "{text}");
        }
        for text in ["24:00", "9:30", "09:60", "09:30:60", "09:30:00.1234", "09:30Z", "09"] {
            assert!(parse_time_of_day(text).is_err(), "{text}");
        }
        assert_eq!(parse_weekday("Monday"), None);
    }

    #[test]
    fn months_end_on_their_last_day() {
        let date = |text: &str| parse_date(text).unwrap();
        for (from, months, to) in [
            ("2026-01-31", 1, "2026-02-28"),
            ("2024-01-31", 1, "2024-02-29"),
            ("2026-03-31", -1, "2026-02-28"),
            ("2026-11-15", 2, "2027-01-15"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2026-01-15", -13, "2024-12-15"),
        ] {
            assert_eq!(add_months(date(from), months), Some(date(to)), "{from} {months}");
        }
        assert_eq!(add_months(date("9999-12-01"), 1), None);
        assert_eq!(add_months(date("0001-01-01"), -1), None);
        assert_eq!(add_months(0, i64::MAX), None);
        assert_eq!(add_days(LAST_DATE, 1), None);
    }

    #[test]
    fn moments_have_a_day_a_time_and_a_weekday() {
        assert_eq!(date_of(-1), Some(-1));
        assert_eq!(time_of(-1), Some(LAST_TIME));
        assert_eq!(date_of(LAST_MOMENT + 1), None);
        assert_eq!(weekday_of(0), 3);
        assert_eq!(weekday_of(parse_date("2026-03-01").unwrap()), 6);
        assert_eq!(weekday_of(FIRST_DATE), 0);
    }
}
