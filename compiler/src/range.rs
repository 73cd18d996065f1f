//! Ranges of numbers: between what a result lies before anybody asks whether its type can hold it.

use lictor_bundle::civil::{FIRST_DATE, LAST_DATE};
use lictor_bundle::decimal::{LIMIT, SCALE, div_half_even};
use lictor_bundle::instr::Arith;

use crate::typed::Ty;

/// The least and the greatest of some numbers: whole numbers, minor units, milliseconds, days, or decimals as scaled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Range {
    /// The least.
    pub low: i128,
    /// The greatest.
    pub high: i128,
}

impl Range {
    /// Every number there is.
    pub const ALL: Range = Range { low: i128::MIN + 1, high: i128::MAX };

    /// What values of a type can be held; nothing for a type without numbers.
    pub fn held(ty: &Ty) -> Option<Range> {
        match ty.present() {
            Ty::Int | Ty::Money | Ty::Duration | Ty::Timestamp => {
                Some(Range { low: i64::MIN.into(), high: i64::MAX.into() })
            }
            Ty::Decimal => Some(Range { low: 1 - LIMIT, high: LIMIT - 1 }),
            Ty::Date => Some(Range { low: FIRST_DATE.into(), high: LAST_DATE.into() }),
            _ => None,
        }
    }

    /// Whether every number here is one of those there.
    pub fn within(self, other: Range) -> bool {
        other.low <= self.low && self.high <= other.high
    }

    /// The numbers that lie in both; all of `other` where none does.
    pub fn clamp(self, other: Range) -> Range {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        if low <= high { Range { low, high } } else { other }
    }

    /// The least range around both.
    pub fn join(self, other: Range) -> Range {
        Range { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// The opposite numbers.
    pub fn negated(self) -> Range {
        Range { low: self.high.saturating_neg(), high: self.low.saturating_neg() }
    }

    /// Every number times a factor that is not negative.
    pub fn scaled(self, factor: i128) -> Range {
        Range { low: self.low.saturating_mul(factor), high: self.high.saturating_mul(factor) }
    }

    fn over(values: impl IntoIterator<Item = i128>) -> Range {
        let mut values = values.into_iter();
        let Some(first) = values.next() else { return Range::ALL };
        values.fold(Range { low: first, high: first }, |range, value| {
            range.join(Range { low: value, high: value })
        })
    }
}

/// What arithmetic gives, before it is checked whether it fits. A division by zero gives nothing.
pub(crate) fn arith(op: Arith, left: Range, right: Range) -> Range {
    let plus = |right: Range| Range {
        low: left.low.saturating_add(right.low),
        high: left.high.saturating_add(right.high),
    };
    match op {
        Arith::AddInt
        | Arith::AddDecimal
        | Arith::AddMoney
        | Arith::AddTime
        | Arith::AddDuration
        | Arith::AddDays => plus(right),
        Arith::SubInt
        | Arith::SubDecimal
        | Arith::SubMoney
        | Arith::SubTime
        | Arith::SubDuration
        | Arith::SubDays
        | Arith::DaysBetween
        | Arith::Elapsed => plus(right.negated()),
        // A month has 31 days at most; the day may move to the last one of a shorter month.
        Arith::AddMonths => plus(months(right)),
        Arith::SubMonths => plus(months(right.negated())),
        Arith::MulInt | Arith::MulDuration => products(left, right),
        Arith::MulDecimal | Arith::MulMoney => unscaled(products(left, right)),
        Arith::DivInt => quotients(left, right, i128::checked_div),
        Arith::DivDecimal | Arith::DivMoney | Arith::RatioMoney => {
            quotients(left.scaled(SCALE), right, div_half_even)
        }
    }
}

fn months(count: Range) -> Range {
    Range {
        low: count.low.min(0).saturating_mul(31).saturating_sub(3),
        high: count.high.max(0).saturating_mul(31).saturating_add(3),
    }
}

fn products(left: Range, right: Range) -> Range {
    let ends =
        [(left.low, right.low), (left.low, right.high), (left.high, right.low), (left.high, right.high)];
    Range::over(ends.map(|(a, b)| a.saturating_mul(b)))
}

/// Divided by every divisor but zero.
fn quotients(left: Range, right: Range, divide: fn(i128, i128) -> Option<i128>) -> Range {
    // Quotients are furthest from zero at the divisors next to it, and nearest at the ends.
    let divisors = [right.low, right.high, 1, -1]
        .into_iter()
        .filter(|divisor| *divisor != 0 && right.low <= *divisor && *divisor <= right.high);
    Range::over(
        divisors.flat_map(|divisor| {
            [left.low, left.high].map(|number| divide(number, divisor).unwrap_or(i128::MAX))
        }),
    )
}

/// Rounding keeps the order, so the ends stay the ends.
fn unscaled(range: Range) -> Range {
    let end = |number: i128| div_half_even(number, SCALE).unwrap_or(number);
    Range { low: end(range.low), high: end(range.high) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low: i128, high: i128) -> Range {
        Range { low, high }
    }

    #[test]
    fn results_lie_between_their_ends() {
        let tenth = SCALE / 10;
        let cases = [
            (Arith::AddInt, range(-1, 5), range(2, 3), range(1, 8)),
            (Arith::SubInt, range(-1, 5), range(2, 3), range(-4, 3)),
            (Arith::MulInt, range(-2, 5), range(-3, 4), range(-15, 20)),
            (Arith::MulMoney, range(0, 100), range(tenth, 5 * tenth), range(0, 50)),
            (Arith::DivInt, range(-7, 9), range(2, 3), range(-3, 4)),
            (Arith::DivInt, range(-7, 9), range(-2, 2), range(-9, 9)),
            (Arith::DivInt, range(1, 9), range(0, 0), Range::ALL),
            (Arith::RatioMoney, range(0, 3), range(3, 9), range(0, SCALE)),
        ];
        for (op, left, right, result) in cases {
            assert_eq!(arith(op, left, right), result, "{op:?}");
        }
    }
}
