//! Dates, times, amounts and other numbers as people write them elsewhere. Each is one mistake, whatever tokens it was cut into, and most can be
//! put down as they are written here.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lex::TokenKind;
use crate::literal;
use crate::span::Span;
use crate::split::{Seen, text_of};

/// The names of the months, of which the first three letters tell.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The signs of money that belong to one currency.
const MONEY: [(char, &str); 2] = [('€', "EUR"), ('£', "GBP")];

/// What begins at a token and is a date, a time or a percentage elsewhere, and how many tokens it takes up.
pub(crate) fn foreign(source: &str, tokens: &[Seen], index: usize) -> Option<(Diagnostic, usize)> {
    let token = tokens.get(index)?;
    let rest = source.get(token.span.start as usize..)?;
    let next = tokens.get(index + 1).map(|next| next.kind);
    let (length, message, help, mended) = match (token.kind, next) {
        (TokenKind::Number, Some(TokenKind::Dot | TokenKind::Slash | TokenKind::Minus)) => {
            date(rest).or_else(|| day_of_month(rest)).or_else(|| millions(rest))?
        }
        (TokenKind::Number, Some(TokenKind::Word)) => day_of_month(rest).or_else(|| counted(rest))?,
        // A row of a test has a `:` behind its value.
        (TokenKind::Number, Some(TokenKind::Colon)) if first_word(source, tokens) != "test" => clock(rest)?,
        (TokenKind::TimeOfDay, _) if !matches!(token.span.end - token.span.start, 5 | 8) => clock(rest)?,
        (TokenKind::Word, Some(TokenKind::Number)) => month_first(rest)?,
        _ => return None,
    };
    let end = token.span.start + length as u32;
    let count = tokens.iter().skip(index).take_while(|token| token.span.end <= end).count();
    let span = Span { end, ..token.span };
    let error = Diagnostic::error(codes::BAD_LITERAL, span, message).help(help);
    let error = match mended {
        Some(mended) => error.fix(span, mended),
        None => error,
    };
    (count > 0).then_some((error, count))
}

fn first_word<'s>(source: &'s str, tokens: &[Seen]) -> &'s str {
    tokens.first().map_or("", |first| text_of(source, first.span))
}

/// How long it is, what is wrong, what to do, and what to write.
type Found = (usize, String, String, Option<String>);

fn found(text: &str, what: &str, mended: String) -> Found {
    (text.len(), format!("`{text}` is no {what}"), format!("write `{mended}`"), Some(mended))
}

/// The digits at the beginning, at most so many.
fn digits(text: &str, most: usize) -> &str {
    let length = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    text.get(..length).unwrap_or_default()
}

/// `02.03.2026`, `02/03/2026`, `2026-2-3`, `2026/02/03`
fn date(rest: &str) -> Option<Found> {
    let length =
        rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '/' | '-')).unwrap_or(rest.len());
    let text = rest.get(..length)?.trim_end_matches('.');
    let sign = text.chars().find(|c| !c.is_ascii_digit())?;
    let parts: Vec<&str> = text.split(sign).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let short = |part: &str| (1..=2).contains(&part.len());
    let number = |part: &str| part.parse::<u16>().ok();
    let written = |year: &str, month: &str, day: &str| {
        let text = format!("{year}-{month:0>2}-{day:0>2}");
        literal::date(&text).is_ok().then_some(text)
    };
    if first.len() == 4 && short(second) && short(third) {
        return Some(found(text, "date", written(first, second, third)?));
    }
    if third.len() != 4 || !short(first) || !short(second) || sign == '-' {
        return None;
    }
    let (day_first, month_first) = (written(third, second, first), written(third, first, second));
    match (day_first, month_first) {
        (Some(day_first), Some(_)) if sign == '.' || number(first) == number(second) => {
            Some(found(text, "date", day_first))
        }
        (Some(day_first), Some(month_first)) => {
            let help = format!(
                "a date is written year, month, day: `{day_first}`, or `{month_first}` if the month came first"
            );
            Some((text.len(), format!("`{text}` is no date"), help, None))
        }
        (Some(only), None) | (None, Some(only)) => Some(found(text, "date", only)),
        (None, None) => None,
    }
}

/// The number of a month that a word names.
fn month(word: &str) -> Option<usize> {
    let is_meant =
        |name: &str| name.eq_ignore_ascii_case(word) || (word.len() == 3 && name.starts_with(word));
    MONTHS.iter().position(|name| is_meant(name)).map(|at| at + 1)
}

fn word_of(text: &str) -> &str {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    text.get(..length).unwrap_or_default()
}

/// A day with its month and, where it has one, its year.
fn named_day(text: &str, day: &str, month: usize, behind: &str) -> Option<Found> {
    let year = digits(behind.trim_start_matches([',', ' ']), 4);
    if year.len() == 4 {
        let mended = format!("{year}-{month:02}-{day:0>2}");
        let length = text.len() + behind.len() - behind.trim_start_matches([',', ' ']).len() + year.len();
        literal::date(&mended).ok()?;
        return Some((
            length,
            "a date is written in digits".to_string(),
            format!("write `{mended}`"),
            Some(mended),
        ));
    }
    let help = format!("a date is written year, month, day: `2026-{month:02}-{day:0>2}`");
    Some((text.len(), format!("`{text}` is no date"), help, None))
}

/// `March 2`, `March 2, 2026`
fn month_first(rest: &str) -> Option<Found> {
    let word = word_of(rest);
    let month = month(word)?;
    let behind = rest.get(word.len()..)?;
    let blanks = behind.len() - behind.trim_start_matches(' ').len();
    let day = digits(behind.get(blanks..)?, 2);
    let length = word.len() + blanks + day.len();
    let behind = rest.get(length..)?;
    let is_day = !day.is_empty() && blanks > 0 && !behind.starts_with(|c: char| c.is_ascii_alphanumeric());
    is_day.then(|| named_day(rest.get(..length)?, day, month, behind))?
}

/// `2 March 2026`, `2. March`
fn day_of_month(rest: &str) -> Option<Found> {
    let day = digits(rest, 2);
    let behind = rest.get(day.len()..)?;
    let blanks = behind.len() - behind.trim_start_matches(['.', ' ']).len();
    let word = word_of(behind.get(blanks..)?);
    let month = month(word).filter(|_| blanks > 0)?;
    let length = day.len() + blanks + word.len();
    named_day(rest.get(..length)?, day, month, rest.get(length..)?)
}

/// `9:00`, `9:5`
fn clock(rest: &str) -> Option<Found> {
    let length = rest.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(rest.len());
    let text = rest.get(..length)?;
    let (hour, minute) = text.split_once(':')?;
    if hour.is_empty() || hour.len() > 2 || minute.is_empty() || hour.len() == 2 && minute.len() != 1 {
        return None;
    }
    let mended = format!("{hour:0>2}:{minute}");
    if literal::time_of_day(&mended).is_ok() {
        return Some(found(text, "time of day", mended));
    }
    let help = "a time of day has two digits for the hour and two for the minutes: `09:05`".to_string();
    (minute.len() < 3).then(|| (text.len(), format!("`{text}` is no time of day"), help, None))
}

/// `5 pm`, `10 percent`
fn counted(rest: &str) -> Option<Found> {
    let length = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '_')).unwrap_or(rest.len());
    let number = rest.get(..length)?;
    let behind = rest.get(length..)?;
    let blanks = behind.len() - behind.trim_start_matches(' ').len();
    let word = word_of(behind.get(blanks..)?);
    let text = rest.get(..length + blanks + word.len())?;
    match word.to_ascii_lowercase().as_str() {
        _ if blanks == 0 => None,
        "percent" | "percents" | "pct" | "prozent" => Some((
            text.len(),
            "a percentage is one word".to_string(),
            format!("write `{number}%`"),
            Some(format!("{number}%")),
        )),
        "am" | "pm" => Some(found(text, "time of day", hour_of(number, word)?)),
        _ => None,
    }
}

/// The time of day that an hour is before or after noon.
pub(crate) fn hour_of(number: &str, half: &str) -> Option<String> {
    let hour: u8 = number.parse().ok().filter(|hour| (1..=12).contains(hour))?;
    Some(format!("{:02}:00", hour % 12 + if half.starts_with(['p', 'P']) { 12 } else { 0 }))
}

/// `1.000.000,50`
fn millions(rest: &str) -> Option<Found> {
    let (length, mended) = grouped(rest)?;
    let text = rest.get(..length)?;
    (text.matches('.').count() > 1).then(|| found(text, "number", mended))
}

/// A number that begins the text and is written with commas, or with points between thousands: how long it is, and how it is written here.
pub(crate) fn grouped(text: &str) -> Option<(usize, String)> {
    let length =
        text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '_')).unwrap_or(text.len());
    let text = text.get(..length)?.trim_end_matches(['.', ',']);
    let (whole, decimal, part) = match (text.rfind(','), text.rfind('.')) {
        (Some(comma), Some(point)) => {
            let at = comma.max(point);
            let (whole, part) = (text.get(..at)?, text.get(at + 1..)?);
            (whole, if comma > point { ',' } else { '.' }, part)
        }
        (Some(comma), None) => match text.get(comma + 1..)? {
            part if part.len() == 3 => (text, '.', ""),
            part => (text.get(..comma)?, ',', part),
        },
        (None, Some(_)) if text.matches('.').count() > 1 => (text, ',', ""),
        (None, _) => return None,
    };
    let between = if decimal == ',' { '.' } else { ',' };
    let mut groups = whole.split(between);
    let first = groups.next()?.replace('_', "");
    let mut mended = first.clone();
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        mended = format!("{mended}_{group}");
    }
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    if first.is_empty() || !is_number(&mended) || !is_number(part) {
        return None;
    }
    Some((text.len(), if part.is_empty() { mended } else { format!("{mended}.{part}") }))
}

/// What to do about a sign of money, `€5` or `5 €`, that stands at `span`; and the change that does it, where the sign tells the currency.
pub(crate) fn money_sign(source: &str, span: Span, error: Diagnostic) -> Diagnostic {
    let sign = text_of(source, span);
    let general = "money is an amount and a currency code: `5.00 EUR`";
    let Some((_, code)) = MONEY.iter().find(|(one, _)| sign.chars().eq([*one])) else {
        return error.help(general);
    };
    let behind = source.get(span.end as usize..).unwrap_or_default();
    let blanks = behind.len() - behind.trim_start_matches(' ').len();
    let number = behind.get(blanks..).unwrap_or_default();
    if number.starts_with(|c: char| c.is_ascii_digit()) {
        let length =
            number.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '_')).unwrap_or(number.len());
        let plain = number.get(..length).unwrap_or_default().to_string();
        let (length, amount) = grouped(number).unwrap_or((length, plain));
        let end = span.end as usize + blanks + length;
        let left = source.get(end..).unwrap_or_default().trim_start_matches(' ');
        // Whoever writes a code as well has only the sign too many.
        let mended = if left.starts_with(code) { amount } else { format!("{amount} {code}") };
        return error.help(format!("write `{mended}`")).fix(Span { end: end as u32, ..span }, mended);
    }
    let before = source.get(..span.start as usize).unwrap_or_default();
    let trimmed = before.trim_end_matches(' ');
    if !trimmed.ends_with(|c: char| c.is_ascii_digit()) {
        return error.help(general);
    }
    let number = trimmed
        .rsplit(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '_'))
        .next()
        .unwrap_or_default();
    let start = trimmed.len() - number.len();
    let amount = grouped(number).map_or(number.to_string(), |(_, amount)| amount);
    let whole = Span { start: start as u32, ..span };
    let mended = format!("{amount} {code}");
    error.help(format!("write `{mended}`")).fix(whole, mended)
}

/// What is no number here, and what it is where that can be told.
fn other_number(text: &str, number: &str, unit: &str) -> Option<(String, Option<String>)> {
    let whole = !number.contains('.');
    let write = |mended: String| Some((format!("write `{mended}`"), Some(mended)));
    match unit {
        "am" | "AM" | "pm" | "PM" => write(hour_of(number, unit)?),
        "k" | "K" if whole => write(format!("{number}_000")),
        "M" if whole => write(format!("{number}_000_000")),
        "L" | "l" | "f" | "F" | "n" | "u" => write(number.to_string()),
        "s" | "m" | "h" | "d" | "w" => match smaller(number, unit) {
            Some(mended) => write(mended),
            None => {
                Some(("write it in a smaller unit: a length of time is a whole number".to_string(), None))
            }
        },
        _ if text.starts_with("0x") => Some(("numbers are written with the digits 0 to 9".to_string(), None)),
        _ => {
            let minutes: u32 = unit.strip_prefix('h')?.strip_suffix('m')?.parse().ok()?;
            let hours: u32 = number.parse().ok()?;
            write(format!("{}m", hours.checked_mul(60)?.checked_add(minutes)?))
        }
    }
}

/// `1.5h` as `90m`
fn smaller(number: &str, unit: &str) -> Option<String> {
    let (times, next) = match unit {
        "w" => (7, 'd'),
        "d" => (24, 'h'),
        "h" => (60, 'm'),
        "m" => (60, 's'),
        _ => return None,
    };
    let all = literal::decimal(number).ok()?.checked_mul(times)?;
    (all % literal::DECIMAL_SCALE == 0).then(|| format!("{}{next}", all / literal::DECIMAL_SCALE))
}

/// `500USD`, `15min`: a number and letters that mean nothing together.
pub(crate) fn number_word(text: &str, span: Span) -> Diagnostic {
    let at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(at).unwrap_or((text, ""));
    let message = format!("`{text}` is neither a number nor a length of time");
    let (help, mended) = other_number(text, number, unit).unwrap_or_else(|| with_unit(number, unit));
    let error = Diagnostic::error(codes::BAD_LITERAL, span, message).help(help);
    match mended {
        Some(mended) => error.fix(span, mended),
        None => error,
    }
}

/// The letter of a unit of time that is written out.
pub(crate) fn letter(unit: &str) -> Option<char> {
    match unit {
        "sec" | "secs" | "second" | "seconds" => Some('s'),
        "min" | "mins" | "minute" | "minutes" => Some('m'),
        "hr" | "hrs" | "hour" | "hours" => Some('h'),
        "day" | "days" => Some('d'),
        "week" | "weeks" => Some('w'),
        _ => None,
    }
}

fn with_unit(number: &str, unit: &str) -> (String, Option<String>) {
    let capitals = unit.len() >= 3 && unit.bytes().all(|b| b.is_ascii_uppercase());
    match letter(unit) {
        Some(letter) => (format!("write `{number}{letter}`"), Some(format!("{number}{letter}"))),
        None if capitals => (
            format!("write a blank between them: `{number} {unit}`"),
            (unit.len() == 3).then(|| format!("{number} {unit}")),
        ),
        None => {
            ("a length of time is a whole number and one of s, m, h, d, w: `15m`, `7d`".to_string(), None)
        }
    }
}
