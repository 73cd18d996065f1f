//! Amounts as text: a decimal number of units, held as a whole number of minor units.

use std::fmt;

use crate::currency::MAX_DIGITS;

/// Why a text is not an amount, or not a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AmountError {
    /// It is not digits with at most one point between them (and a minus before them): no exponent, no plus, no spaces,
    /// no leading zeros.
    Malformed,
    /// It has more decimals than the `allowed` ones, even if they are zeros.
    TooManyDecimals {
        /// How many it may have.
        allowed: u8,
    },
    /// It does not fit.
    TooLarge,
}

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AmountError::Malformed => f.write_str("is not a plain decimal number such as 19.99"),
            AmountError::TooManyDecimals { allowed: 0 } => f.write_str("may have no decimals"),
            AmountError::TooManyDecimals { allowed } => write!(f, "has more than {allowed} decimals"),
            AmountError::TooLarge => f.write_str("is too large"),
        }
    }
}

impl std::error::Error for AmountError {}

/// Reads an amount written in whole units, such as `19.99`, as minor units of a currency with this many decimals.
pub fn parse_minor(text: &str, digits: u8) -> Result<i64, AmountError> {
    if digits > MAX_DIGITS {
        return Err(AmountError::TooLarge);
    }
    i64::try_from(parse_scaled(text, digits)?).map_err(|_| AmountError::TooLarge)
}

/// Writes minor units of a currency with this many decimals, with all of them: `500.00`.
pub fn render_minor(minor: i64, digits: u8) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let places = usize::from(digits);
    let text = format!("{:0>width$}", minor.unsigned_abs(), width = places + 1);
    match text.split_at_checked(text.len() - places) {
        Some((units, decimals)) if !decimals.is_empty() => format!("{sign}{units}.{decimals}"),
        _ => format!("{sign}{text}"),
    }
}

/// So many digits fit into 64 bits, whichever they are.
const SMALL: usize = 18;

/// Reads a plain decimal number as a whole number of 10^-`digits`.
pub(crate) fn parse_scaled(text: &str, digits: u8) -> Result<i128, AmountError> {
    let (negative, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (units, decimals) = match magnitude.split_once('.') {
        Some((units, decimals)) if !decimals.is_empty() => (units, decimals),
        Some(_) => return Err(AmountError::Malformed),
        None => (magnitude, ""),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = units.len() > 1 && units.starts_with('0');
    if units.is_empty() || leading_zero || !all_digits(units) || !all_digits(decimals) {
        return Err(AmountError::Malformed);
    }
    if decimals.len() > usize::from(digits) {
        return Err(AmountError::TooManyDecimals { allowed: digits });
    }
    let zeros = usize::from(digits) - decimals.len();
    let mut all = units.bytes().chain(decimals.bytes()).chain(std::iter::repeat_n(b'0', zeros));
    let value = if units.len() + usize::from(digits) <= SMALL {
        i128::from(all.fold(0i64, |value, digit| value * 10 + i64::from(digit - b'0')))
    } else {
        let longer = |value: i128, digit: u8| value.checked_mul(10)?.checked_add(i128::from(digit - b'0'));
        all.try_fold(0i128, longer).ok_or(AmountError::TooLarge)?
    };
    Ok(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        assert_eq!(parse_minor("500.01", 2), Ok(50_001));
        assert_eq!(parse_minor("500", 2), Ok(50_000));
        assert_eq!(parse_minor("9999999999999999.99", 2), Ok(999_999_999_999_999_999));
        assert_eq!(parse_minor("10000000000000000", 2), Ok(1_000_000_000_000_000_000));
        assert_eq!(parse_minor("-0.5", 2), Ok(-50));
        assert_eq!(parse_minor("1500", 0), Ok(1_500));
        assert_eq!(parse_minor("-92233720368547758.08", 2), Ok(i64::MIN));
        assert_eq!(parse_minor("92233720368547758.08", 2), Err(AmountError::TooLarge));
        assert_eq!(parse_minor(&"9".repeat(4096), 2), Err(AmountError::TooLarge));
        assert_eq!(parse_minor("1.000", 2), Err(AmountError::TooManyDecimals { allowed: 2 }));
        assert_eq!(parse_minor("1.0", 0), Err(AmountError::TooManyDecimals { allowed: 0 }));
        for text in
            ["", "-", ".", "1.", ".5", "+1", "1e2", "1E2", "1,5", " 1", "01", "1.2.3", "--1", "1_000", "١"]
        {
            assert_eq!(parse_minor(text, 2), Err(AmountError::Malformed), "{text:?}");
        }
    }

    #[test]
    fn amounts_are_written_with_all_their_decimals() {
        assert_eq!(render_minor(50_001, 2), "500.01");
        assert_eq!(render_minor(5, 2), "0.05");
        assert_eq!(render_minor(-5, 2), "-0.05");
        assert_eq!(render_minor(1_500, 0), "1500");
        assert_eq!(render_minor(i64::MIN, 3), "-9223372036854775.808");
    }
}
