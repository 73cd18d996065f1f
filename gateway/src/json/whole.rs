//! Whole numbers of bodies. JSON has one type of numbers, and documents that describe bodies call `3`, `3.0` and `30e-1` the same integer.

/// The whole number that a number of JSON is, however it is written; none where it is not whole, does not fit, or is no number. It is exact: no float is in between.
pub(crate) fn whole(number: &str) -> Option<i64> {
    if let Ok(plain) = number.parse() {
        return Some(plain);
    }
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (before, behind) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let shift = exponent.parse::<i64>().ok()?.checked_sub(i64::try_from(behind.len()).ok()?)?;
    let mut digits = format!("{before}{behind}");
    if !digits.bytes().any(|digit| matches!(digit, b'1'..=b'9')) {
        return digits.parse::<i128>().ok().map(|_| 0);
    }
    // A number that fits has nineteen digits at most, so that more zeros than that are never put behind any.
    for _ in 0..shift.clamp(0, 20) {
        digits.push('0');
    }
    for _ in shift..0 {
        digits.pop().filter(|last| *last == '0')?;
    }
    digits.parse().ok()
}
