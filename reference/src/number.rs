//! Exact numbers: computed without a bound, rounded once where a type has fewer places, and refused where they do not fit.

use lictor_bundle::currency::Currency;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};

use crate::value::Failure;

/// How many decimals a Decimal has.
const PLACES: u32 = 9;

/// A whole number, to compute with.
pub fn whole(number: i64) -> BigRational {
    BigRational::from_integer(number.into())
}

/// A decimal from its billionths.
pub fn decimal_from_billionths(billionths: i128) -> BigRational {
    BigRational::new(billionths.into(), power_of_ten(PLACES))
}

/// A computed number as a whole one of 64 bits.
pub fn int(exact: BigRational) -> Result<i64, Failure> {
    to_even(&exact).to_i64().ok_or(Failure::Arithmetic)
}

/// A computed number as a Decimal: rounded to nine places, and below 10^18.
pub fn decimal(exact: BigRational) -> Result<BigRational, Failure> {
    let rounded = places(&exact, PLACES);
    if rounded.abs() < BigRational::from_integer(power_of_ten(18)) {
        Ok(rounded)
    } else {
        Err(Failure::Arithmetic)
    }
}

/// One exact number divided by another.
pub fn divide(number: BigRational, divisor: BigRational) -> Result<BigRational, Failure> {
    if divisor.is_zero() { Err(Failure::Arithmetic) } else { Ok(number / divisor) }
}

/// Reads a number as people write it: digits, at most one point with digits on both sides, a minus before it if anything; no
/// leading zeros. `None` where it is written otherwise or has more than these many decimals.
pub fn read_plain(text: &str, decimals: u32) -> Option<BigRational> {
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    let (units, fraction) = magnitude.split_once('.').unwrap_or((magnitude, "0"));
    let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let written = magnitude.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let padded = units.len() > 1 && units.starts_with('0');
    if !digits(units) || !digits(fraction) || padded || written > decimals as usize {
        return None;
    }
    let scaled: BigInt = format!("{units}{fraction}").parse().ok()?;
    let number = BigRational::new(scaled, power_of_ten(u32::try_from(fraction.len()).ok()?));
    Some(if text.starts_with('-') { -number } else { number })
}

/// Reads a Decimal.
pub fn read_decimal(text: &str) -> Option<BigRational> {
    read_plain(text, PLACES).and_then(|number| decimal(number).ok())
}

/// Reads an amount in whole units of a currency with these many decimals, as minor units.
pub fn read_amount(text: &str, decimals: u8) -> Option<i64> {
    let units = read_plain(text, decimals.into())?;
    (units * BigRational::from_integer(power_of_ten(decimals.into()))).to_integer().to_i64()
}

/// A Decimal with as many places as it needs.
pub fn show_decimal(number: &BigRational) -> String {
    let text = show_places(number, PLACES);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// An amount with all decimals of its currency.
pub fn show_money(currency: Currency, minor: i64, decimals: u8) -> String {
    let units = BigRational::new(minor.into(), power_of_ten(decimals.into()));
    format!("{} {currency}", show_places(&units, decimals.into()))
}

fn show_places(number: &BigRational, decimals: u32) -> String {
    let scaled = (number.abs() * BigRational::from_integer(power_of_ten(decimals))).to_integer();
    let digits = format!("{scaled:0>width$}", scaled = scaled.to_string(), width = decimals as usize + 1);
    let (units, fraction) = digits.split_at(digits.len() - decimals as usize);
    let point = if decimals == 0 { "" } else { "." };
    let sign = if number.is_negative() { "-" } else { "" };
    format!("{sign}{units}{point}{fraction}")
}

/// Rounded to these many decimals.
fn places(exact: &BigRational, decimals: u32) -> BigRational {
    let scale = power_of_ten(decimals);
    BigRational::new(to_even(&(exact * BigRational::from_integer(scale.clone()))), scale)
}

/// The nearest whole number; of two that are as near, the even one.
fn to_even(exact: &BigRational) -> BigInt {
    let below = exact.floor().to_integer();
    let half = BigRational::new(1.into(), 2.into());
    let beyond = exact - BigRational::from_integer(below.clone());
    let up = beyond > half || (beyond == half && &below % 2 != BigInt::zero());
    if up { below + 1 } else { below }
}

fn power_of_ten(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_neighbour() {
        let rounded = |n: i64, d: i64| to_even(&BigRational::new(n.into(), d.into())).to_i64().unwrap();
        assert_eq!([rounded(5, 2), rounded(7, 2), rounded(-5, 2), rounded(-7, 2)], [2, 4, -2, -4]);
        assert_eq!([rounded(1, 3), rounded(2, 3), rounded(-2, 3)], [0, 1, -1]);
    }

    #[test]
    fn numbers_are_read_and_shown_exactly() {
        for text in ["0", "0.5", "-12", "0.000000001", "999999999999999999.999999999", "-1.25"] {
            assert_eq!(show_decimal(&read_decimal(text).unwrap()), text);
        }
        assert_eq!(read_amount("500.01", 2), Some(50_001));
        assert_eq!(read_amount("-92233720368547758.08", 2), Some(i64::MIN));
        for text in ["", "-", "1.", ".5", "+1", "1e2", "01", "1.2.3", "--1", "1.000"] {
            assert_eq!(read_amount(text, 2), None, "{text:?}");
        }
        let jpy = Currency::parse("JPY").unwrap();
        assert_eq!(show_money(jpy, -1_500, 0), "-1500 JPY");
    }
}
