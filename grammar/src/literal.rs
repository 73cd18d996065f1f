//! The values of literals. The parser keeps literals as they were written; these functions say what they are worth,
//! and refuse what is worth nothing. The parser has called them once, so on a tree without errors they succeed.

/// How many units of a decimal make one: decimals have nine places.
pub const DECIMAL_SCALE: i128 = 1_000_000_000;

const PLACES: usize = 9;
const DAY_MS: i64 = 86_400_000;

/// A number such as `12`, `1_000` or `0.5`, in billionths.
///
/// # Errors
/// More than nine places, underscores that do not stand between digits, a number beyond what 128 bits hold.
pub fn decimal(text: &str) -> Result<i128, &'static str> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if text.contains('.') && fraction.is_empty() {
        return Err("a digit is missing after the point");
    }
    for part in [whole, fraction] {
        if part.starts_with('_') || part.ends_with('_') || part.contains("__") {
            return Err("an underscore must stand between two digits");
        }
    }
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit() || b == b'_') {
        return Err("a number consists of digits");
    }
    let places = fraction.bytes().filter(u8::is_ascii_digit).count();
    if places > PLACES {
        return Err("a number has nine places after the point at most");
    }
    let digits = whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit).map(|b| b - b'0');
    let padding = std::iter::repeat_n(0, PLACES - places);
    digits
        .chain(padding)
        .try_fold(0_i128, |sum, digit| sum.checked_mul(10)?.checked_add(i128::from(digit)))
        .ok_or("the number is too large")
}

/// A whole number such as `12` or `1_000`.
///
/// # Errors
/// As [`decimal`], and for a number with a point or one that does not fit into 64 bits.
pub fn integer(text: &str) -> Result<i64, &'static str> {
    if text.contains('.') {
        return Err("this must be a whole number");
    }
    let value = decimal(text)? / DECIMAL_SCALE;
    i64::try_from(value).map_err(|_| "the number is too large")
}

/// A duration such as `90s`, `15m`, `24h`, `7d` or `2w`, in milliseconds. A day has 24 hours.
///
/// # Errors
/// Another unit, or a duration beyond what 64 bits hold.
pub fn duration(text: &str) -> Result<i64, &'static str> {
    const UNITS: &str = "a length of time is a whole number and one of s, m, h, d, w";
    let unit = match text.as_bytes().last() {
        Some(b's') => 1_000,
        Some(b'm') => 60_000,
        Some(b'h') => 3_600_000,
        Some(b'd') => DAY_MS,
        Some(b'w') => 7 * DAY_MS,
        _ => return Err(UNITS),
    };
    let digits = text.get(..text.len().saturating_sub(1)).ok_or(UNITS)?;
    integer(digits)?.checked_mul(unit).ok_or("the length of time is too long")
}

/// A date such as `2026-03-01`, in days since 1970-01-01.
///
/// # Errors
/// A text of another form, or a day that the calendar does not have.
pub fn date(text: &str) -> Result<i64, &'static str> {
    const FORM: &str = "a date is written year, month, day: `2026-03-01`";
    let [year, month, day] = split_digits(text, ['-', '-'], [4, 2, 2]).ok_or(FORM)?;
    if !(1..=12).contains(&month) {
        return Err("a year has months 01 to 12");
    }
    if !(1..=days_in_month(year, month)).contains(&day) {
        return Err("that month does not have that day");
    }
    Ok(days_from_civil(year, month, day))
}

/// A time of day such as `08:00` or `08:00:30`, in seconds since midnight.
///
/// # Errors
/// A text of another form, or a time after 23:59:59.
pub fn time_of_day(text: &str) -> Result<i64, &'static str> {
    const FORM: &str = "a time of day is written `08:00` or `08:00:30`";
    let [hour, minute, second] = match text.len() {
        5 => split_digits(text, [':'], [2, 2]).map(|[hour, minute]| [hour, minute, 0]),
        _ => split_digits(text, [':', ':'], [2, 2, 2]),
    }
    .ok_or(FORM)?;
    if hour > 23 || minute > 59 || second > 59 {
        return Err("a day ends at 23:59:59");
    }
    Ok(hour * 3_600 + minute * 60 + second)
}

/// A timestamp of RFC 3339 such as `2026-03-01T10:00:00Z`, in milliseconds since 1970-01-01T00:00:00Z. The seconds
/// may have up to three places, and an offset such as `+01:00` may stand for the `Z`. Leap seconds are refused, as
/// POSIX time has none.
///
/// # Errors
/// A text of another form, no offset, or a moment that does not exist.
pub fn timestamp(text: &str) -> Result<i64, &'static str> {
    const FORM: &str = "a moment is written `2026-03-01T10:00:00Z`";
    let (day, rest) = text.split_once('T').ok_or(FORM)?;
    let days = date(day)?;
    let (clock, offset) = match rest.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, 0),
        None => {
            let at = rest
                .rfind(['+', '-'])
                .ok_or("a moment ends in `Z`, or in an offset such as `+01:00`: `2026-03-01T10:00:00Z`")?;
            let (clock, offset) = rest.split_at_checked(at).ok_or(FORM)?;
            let [hours, minutes] = split_digits(offset.get(1..).ok_or(FORM)?, [':'], [2, 2]).ok_or(FORM)?;
            if hours > 23 || minutes > 59 {
                return Err("an offset lies between -23:59 and +23:59");
            }
            let seconds = hours * 3_600 + minutes * 60;
            (clock, if offset.starts_with('-') { -seconds } else { seconds })
        }
    };
    let (clock, fraction) = clock.split_once('.').map_or((clock, None), |(clock, f)| (clock, Some(f)));
    if clock.len() != 8 {
        return Err(FORM);
    }
    let seconds = time_of_day(clock)?;
    let milliseconds = match fraction {
        None => 0,
        Some(f) if f.len() > 3 => return Err("a moment is exact to the millisecond: three places at most"),
        Some(f) => {
            let digits: i64 = digits(f).ok_or(FORM)?;
            digits * [1, 100, 10, 1].get(f.len()).copied().unwrap_or(1)
        }
    };
    Ok(days * DAY_MS + (seconds - offset) * 1_000 + milliseconds)
}

/// Cuts a text at the given signs into numbers of exactly the given lengths.
fn split_digits<const N: usize, const M: usize>(
    text: &str,
    signs: [char; M],
    lengths: [usize; N],
) -> Option<[i64; N]> {
    let mut rest = text;
    let mut numbers = [0; N];
    for (index, (number, length)) in numbers.iter_mut().zip(lengths).enumerate() {
        let (head, tail) = rest.split_at_checked(length)?;
        *number = digits(head)?;
        rest = match signs.get(index) {
            Some(&sign) => tail.strip_prefix(sign)?,
            None => tail,
        };
    }
    rest.is_empty().then_some(numbers)
}

fn digits(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, for years from 0. The year is counted from March, so
/// that the leap day is its last; 153 days are the length of any five months from March on.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leap_days + day_of_year - 719_468
}
