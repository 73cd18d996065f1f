//! Moments and lengths of time as text. A moment is a number of milliseconds since 1970-01-01T00:00:00Z, in the proleptic
//! Gregorian calendar, without leap seconds.

use std::fmt;

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// Days from 0001-01-01 to 1970-01-01.
pub(crate) const DAYS_TO_EPOCH: i64 = 719_162;
/// Days in 400 years, after which the calendar repeats.
const DAYS_IN_CYCLE: i64 = 146_097;

/// 0001-01-01T00:00:00Z, the first moment that can be written.
pub const FIRST_MOMENT: i64 = -DAYS_TO_EPOCH * DAY;
/// 9999-12-31T23:59:59.999Z, the last one.
pub const LAST_MOMENT: i64 = 253_402_300_800 * SECOND - 1;

/// Why a text is not a moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeError {
    /// It is not of the form of RFC 3339.
    Malformed,
    /// It has more than three digits after the second's point.
    TooPrecise,
    /// There is no such day, or no such time of day.
    NoSuchTime,
    /// It lies, in UTC, outside the years 0001 to 9999.
    OutOfRange,
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TimeError::Malformed => "is not a time such as 2026-03-01T10:00:00Z or 2026-03-01T11:00:00+01:00",
            TimeError::TooPrecise => "is more precise than a millisecond",
            TimeError::NoSuchTime => "names a day or a time of day that does not exist",
            TimeError::OutOfRange => "lies outside the years 0001 to 9999",
        })
    }
}

impl std::error::Error for TimeError {}

/// Reads a date and time with its offset, as RFC 3339 section 5.6 gives them, as milliseconds since the epoch.
pub fn parse_timestamp(text: &str) -> Result<i64, TimeError> {
    match in_utc(text.as_bytes()) {
        Some((date, [hour, minute, second])) => moment(date, [hour, minute, second, 0], 0),
        None => with_offset(text),
    }
}

/// Date and time in `2026-03-01T10:00:00Z`, the form in which nearly all moments come, where each digit has its place.
fn in_utc(text: &[u8]) -> Option<([i64; 3], [i64; 3])> {
    const FORM: &[u8; 20] = b"0000-00-00T00:00:00Z";
    let text = <&[u8; 20]>::try_from(text).ok()?;
    let fits = |(byte, form): (&u8, &u8)| byte == form || (*form == b'0' && byte.is_ascii_digit());
    if !text.iter().zip(FORM).all(fits) {
        return None;
    }
    let two = |tens: u8, ones: u8| i64::from(tens - b'0') * 10 + i64::from(ones - b'0');
    let year = two(text[0], text[1]) * 100 + two(text[2], text[3]);
    let date = [year, two(text[5], text[6]), two(text[8], text[9])];
    Some((date, [two(text[11], text[12]), two(text[14], text[15]), two(text[17], text[18])]))
}

/// Reads a moment in any of its forms.
fn with_offset(text: &str) -> Result<i64, TimeError> {
    let mut input = Input(text.as_bytes());
    let (year, month, day) = input.date()?;
    input.one_of(b"Tt")?;
    let hour = input.number(2)?;
    input.one_of(b":")?;
    let minute = input.number(2)?;
    input.one_of(b":")?;
    let second = input.number(2)?;
    let milliseconds = if input.next_is(b'.') { input.milliseconds()? } else { 0 };
    let offset = match input.one_of(b"Zz+-")? {
        sign @ (b'+' | b'-') => {
            let hours = input.number(2)?;
            input.one_of(b":")?;
            let minutes = input.number(2)?;
            if hours > 23 || minutes > 59 {
                return Err(TimeError::NoSuchTime);
            }
            let offset = hours * HOUR + minutes * MINUTE;
            if sign == b'-' { -offset } else { offset }
        }
        _ => 0,
    };
    input.end()?;
    moment([year, month, day], [hour, minute, second, milliseconds], offset)
}

/// The moment at which clocks that are ahead of UTC by the offset show this.
fn moment(
    [year, month, day]: [i64; 3],
    [hour, minute, second, milliseconds]: [i64; 4],
    offset: i64,
) -> Result<i64, TimeError> {
    if year == 0 {
        return Err(TimeError::OutOfRange);
    }
    if day == 0 || day > days_in_month(year, month) || hour > 23 || minute > 59 || second > 59 {
        return Err(TimeError::NoSuchTime);
    }
    let days = days_before_year(year) + days_before_month(year, month) + day - 1 - DAYS_TO_EPOCH;
    let local = days * DAY + hour * HOUR + minute * MINUTE + second * SECOND + milliseconds;
    let moment = local - offset;
    if (FIRST_MOMENT..=LAST_MOMENT).contains(&moment) { Ok(moment) } else { Err(TimeError::OutOfRange) }
}

/// Writes a moment in UTC: `2026-03-01T10:00:00Z`, with milliseconds where there are any. Of a moment outside the years that can be
/// written it says on which side of them it lies.
pub fn render_timestamp(moment: i64) -> String {
    if moment < FIRST_MOMENT {
        return "before the year 0001".to_owned();
    }
    if moment > LAST_MOMENT {
        return "after the year 9999".to_owned();
    }
    let (year, month, day) = civil_from_days(moment.div_euclid(DAY) + DAYS_TO_EPOCH);
    let time = moment.rem_euclid(DAY);
    let (hour, minute, second) = (time / HOUR, time % HOUR / MINUTE, time % MINUTE / SECOND);
    // Two digits by two, with what stands behind them: each record, token and receipt has a few of them.
    let mut text = String::with_capacity("0000-00-00T00:00:00.000Z".len());
    two(&mut text, year / 100);
    for (number, behind) in [(year % 100, '-'), (month, '-'), (day, 'T'), (hour, ':'), (minute, ':')] {
        two(&mut text, number);
        text.push(behind);
    }
    two(&mut text, second);
    let milliseconds = time % SECOND;
    if milliseconds > 0 {
        text.push('.');
        text.push(digit(milliseconds / 100));
        two(&mut text, milliseconds % 100);
    }
    text.push('Z');
    text
}

/// Writes the two digits of a number below a hundred.
fn two(text: &mut String, number: i64) {
    text.push(digit(number / 10));
    text.push(digit(number % 10));
}

/// The digit of a number below ten.
fn digit(number: i64) -> char {
    char::from(b'0' + number.unsigned_abs() as u8)
}

/// Writes a length of time in days, hours, minutes, seconds and milliseconds, leaving out what is zero: `1d 12h`, `15m`, `0s`.
pub fn render_duration(milliseconds: i64) -> String {
    let sign = if milliseconds < 0 { "-" } else { "" };
    let mut rest = milliseconds.unsigned_abs();
    let mut parts = Vec::new();
    for (length, unit) in [(DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (SECOND, "s"), (1, "ms")] {
        let length = length.unsigned_abs();
        if rest >= length {
            parts.push(format!("{}{unit}", rest / length));
            rest %= length;
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { format!("{sign}{}", parts.join(" ")) }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days the month has; none where there is no such month.
pub(crate) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// Days from the first day of the year to the first day of the month, which is one from 1 to 12.
pub(crate) fn days_before_month(year: i64, month: i64) -> i64 {
    const BEFORE: [i64; 13] = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let before = usize::try_from(month).ok().and_then(|month| BEFORE.get(month)).copied().unwrap_or(365);
    before + i64::from(month > 2 && is_leap(year))
}

/// Days from 0001-01-01 to the first day of the year.
pub(crate) fn days_before_year(year: i64) -> i64 {
    let past = year - 1;
    past * 365 + past / 4 - past / 100 + past / 400
}

/// Year, month and day of the day this many days after 0001-01-01.
pub(crate) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    // The average length of a year gives the year or the one after it.
    let estimate = days * 400 / DAYS_IN_CYCLE + 1;
    let year = if days_before_year(estimate) > days {
        estimate - 1
    } else if days_before_year(estimate + 1) <= days {
        estimate + 1
    } else {
        estimate
    };
    let mut day = days - days_before_year(year);
    let mut month = 1;
    while month < 12 && day >= days_in_month(year, month) {
        day -= days_in_month(year, month);
        month += 1;
    }
    (year, month, day + 1)
}

/// What is left of the text.
pub(crate) struct Input<'a>(pub &'a [u8]);

impl Input<'_> {
    /// Year, month and day with hyphens between.
    pub fn date(&mut self) -> Result<(i64, i64, i64), TimeError> {
        let year = self.number(4)?;
        self.one_of(b"-")?;
        let month = self.number(2)?;
        self.one_of(b"-")?;
        Ok((year, month, self.number(2)?))
    }

    /// Nothing may follow.
    pub fn end(&self) -> Result<(), TimeError> {
        if self.0.is_empty() { Ok(()) } else { Err(TimeError::Malformed) }
    }

    /// A number of exactly so many digits.
    pub fn number(&mut self, digits: usize) -> Result<i64, TimeError> {
        let (number, rest) = self.0.split_at_checked(digits).ok_or(TimeError::Malformed)?;
        if !number.iter().all(u8::is_ascii_digit) {
            return Err(TimeError::Malformed);
        }
        self.0 = rest;
        Ok(number.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0')))
    }

    pub fn one_of(&mut self, allowed: &[u8]) -> Result<u8, TimeError> {
        match self.0.split_first() {
            Some((byte, rest)) if allowed.contains(byte) => {
                self.0 = rest;
                Ok(*byte)
            }
            _ => Err(TimeError::Malformed),
        }
    }

    pub fn next_is(&mut self, byte: u8) -> bool {
        self.one_of(&[byte]).is_ok()
    }

    /// The digits after the second's point.
    pub fn milliseconds(&mut self) -> Result<i64, TimeError> {
        let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let unit = match digits {
            1 => 100,
            2 => 10,
            3 => 1,
            0 => return Err(TimeError::Malformed),
            _ => return Err(TimeError::TooPrecise),
        };
        Ok(self.number(digits)? * unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_with_their_offset() {
        assert_eq!(parse_timestamp("1970-01-01T00:00:00Z"), Ok(0));
        assert_eq!(parse_timestamp("2026-03-01T10:00:00Z"), Ok(1_772_359_200_000));
        assert_eq!(parse_timestamp("2026-03-01t11:30:00.5+01:30"), Ok(1_772_359_200_500));
        assert_eq!(parse_timestamp("2000-02-29T23:59:59.999Z"), Ok(951_868_799_999));
        assert_eq!(parse_timestamp("0001-01-01T00:00:00Z"), Ok(FIRST_MOMENT));
        assert_eq!(parse_timestamp("9999-12-31T23:59:59.999Z"), Ok(LAST_MOMENT));
    }

    #[test]
    fn what_is_not_a_moment_is_refused() {
        use TimeError::*;
        let cases = [
            ("2026-03-01", Malformed),
            ("2026-03-01T10:00:00", Malformed),
            ("2026-03-01 10:00:00Z", Malformed),
            ("2026-03-01T10:00:00Zx", Malformed),
            ("2026-03-01T10:00:00.Z", Malformed),
            ("2026-03-01T10:00:00+0100", Malformed),
            ("2026-03-01T10:00:00.1234Z", TooPrecise),
            ("2026-02-29T10:00:00Z", NoSuchTime),
            ("1900-02-29T10:00:00Z", NoSuchTime),
            ("2026-13-01T10:00:00Z", NoSuchTime),
            ("2026-00-01T10:00:00Z", NoSuchTime),
            ("2026-03-00T10:00:00Z", NoSuchTime),
            ("2026-03-01T24:00:00Z", NoSuchTime),
            ("2026-03-01T10:00:60Z", NoSuchTime),
            ("2026-03-01T10:00:00+24:00", NoSuchTime),
            ("0000-01-01T00:00:00Z", OutOfRange),
            ("0001-01-01T00:00:00+00:01", OutOfRange),
            ("9999-12-31T23:59:59-00:01", OutOfRange),
        ];
        for (text, error) in cases {
            assert_eq!(parse_timestamp(text), Err(error), "{text}");
        }
    }

    #[test]
    fn days_are_written_as_they_are_read() {
        // A step of 13 meets every day of the year in every year of the calendar's cycle.
        for day in ((FIRST_MOMENT / DAY)..=(LAST_MOMENT / DAY)).step_by(13) {
            assert_eq!(parse_timestamp(&render_timestamp(day * DAY)), Ok(day * DAY));
        }
        assert_eq!(render_timestamp(1_772_359_200_500), "2026-03-01T10:00:00.500Z");
        assert_eq!(render_timestamp(-1), "1969-12-31T23:59:59.999Z");
        assert_eq!(render_timestamp(FIRST_MOMENT - 1), "before the year 0001");
        assert_eq!(render_timestamp(LAST_MOMENT + 1), "after the year 9999");
    }

    #[test]
    fn lengths_of_time_leave_out_what_is_zero() {
        assert_eq!(render_duration(0), "0s");
        assert_eq!(render_duration(15 * MINUTE), "15m");
        assert_eq!(render_duration(36 * HOUR + 5), "1d 12h 5ms");
        assert_eq!(render_duration(-SECOND), "-1s");
        assert_eq!(render_duration(i64::MIN), "-106751991167d 7h 12m 55s 808ms");
    }
}
