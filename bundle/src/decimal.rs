//! Decimals: numbers with nine places, held as whole numbers of 10^-9, and the one way in which they are rounded.

use std::fmt::Display;

use crate::amount::{AmountError, parse_scaled};

/// How many decimals a decimal has.
pub const PLACES: u8 = 9;
/// What 1 is held as.
pub const SCALE: i128 = 1_000_000_000;
/// Every decimal's magnitude is below this (10^18 as it is held).
pub const LIMIT: i128 = SCALE * SCALE * SCALE;

/// Whether this fits a decimal.
pub fn is_decimal(scaled: i128) -> bool {
    -LIMIT < scaled && scaled < LIMIT
}

/// Reads a plain decimal number with at most nine places.
pub fn parse_decimal(text: &str) -> Result<i128, AmountError> {
    parse_scaled(text, PLACES)
        .and_then(|scaled| is_decimal(scaled).then_some(scaled).ok_or(AmountError::TooLarge))
}

/// Writes a decimal with as many places as it needs: `0.5`, `-12`.
pub fn render_decimal(scaled: i128) -> String {
    let sign = if scaled < 0 { "-" } else { "" };
    let (magnitude, scale) = (scaled.unsigned_abs(), SCALE.unsigned_abs());
    // Mostly it fits into 64 bits, which a processor divides by itself.
    match (u64::try_from(magnitude), u64::try_from(scale)) {
        (Ok(magnitude), Ok(scale)) => render(sign, magnitude / scale, (magnitude % scale).into()),
        _ => render(sign, magnitude / scale, magnitude % scale),
    }
}

fn render(sign: &str, units: impl Display, decimals: u128) -> String {
    if decimals == 0 {
        return format!("{sign}{units}");
    }
    let decimals = format!("{decimals:0width$}", width = usize::from(PLACES));
    format!("{sign}{units}.{}", decimals.trim_end_matches('0'))
}

/// `n / d` rounded to the nearest whole number, and to the even one of two that are as near. `None` where `d` is zero or the
/// quotient does not fit.
#[inline]
pub fn div_half_even(n: i128, d: i128) -> Option<i128> {
    let (quotient, remainder) = div_rem(n, d)?;
    let remainder = remainder.unsigned_abs();
    // Compared with what is missing to the next multiple, since twice the remainder might not fit.
    let missing = d.unsigned_abs() - remainder;
    let away = remainder > missing || (remainder == missing && quotient % 2 != 0);
    if !away {
        return Some(quotient);
    }
    quotient.checked_add(if (n < 0) == (d < 0) { 1 } else { -1 })
}

/// The quotient towards zero, and the remainder.
#[inline]
fn div_rem(n: i128, d: i128) -> Option<(i128, i128)> {
    // Mostly both fit into 64 bits, which a processor divides by itself.
    if let (Ok(n), Ok(d)) = (i64::try_from(n), i64::try_from(d))
        && let (Some(quotient), Some(remainder)) = (n.checked_div(d), n.checked_rem(d))
    {
        return Some((quotient.into(), remainder.into()));
    }
    Some((n.checked_div(d)?, n.checked_rem(d)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_neighbour() {
        let cases =
            [(5, 2, 2), (7, 2, 4), (-5, 2, -2), (-7, 2, -4), (5, -2, -2), (1, 3, 0), (2, 3, 1), (-2, 3, -1)];
        for (n, d, rounded) in cases {
            assert_eq!(div_half_even(n, d), Some(rounded), "{n} / {d}");
        }
        assert_eq!(div_half_even(6, 3), Some(2));
        assert_eq!(div_half_even(1, 0), None);
        assert_eq!(div_half_even(i128::MIN, -1), None);
        assert_eq!(div_half_even(i64::MIN.into(), -1), Some(1 << 63));
        assert_eq!(div_half_even(0, 0), None);
        assert_eq!(div_half_even(i128::MAX, i128::MIN), Some(-1));
    }

    #[test]
    fn decimals_are_read_and_written_exactly() {
        for text in ["0", "0.5", "-12", "0.000000001", "999999999999999999.999999999", "-1.25"] {
            assert_eq!(render_decimal(parse_decimal(text).unwrap()), text);
        }
        assert_eq!(parse_decimal("1.50"), Ok(SCALE * 3 / 2));
        assert_eq!(parse_decimal("1000000000000000000"), Err(AmountError::TooLarge));
        assert_eq!(parse_decimal("0.0000000001"), Err(AmountError::TooManyDecimals { allowed: 9 }));
    }

    #[test]
    fn numbers_are_shown_to_their_last_place_whatever_they_are_divided_in() {
        let around = i128::from(u64::MAX);
        for (scaled, shown) in [
            (0, "0"),
            (1, "0.000000001"),
            (-SCALE, "-1"),
            (-SCALE / 2, "-0.5"),
            (around, "18446744073.709551615"),
            (around + 1, "18446744073.709551616"),
            (-around - 1, "-18446744073.709551616"),
            (LIMIT - 1, "999999999999999999.999999999"),
        ] {
            assert_eq!(render_decimal(scaled), shown);
        }
    }
}
