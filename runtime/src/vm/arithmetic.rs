//! Arithmetic: exact, and checked at every step. What does not fit its type stops the evaluation.

use lictor_bundle::civil::{add_days, add_months, date_of, time_of, weekday_of};
use lictor_bundle::decimal::{SCALE, div_half_even, is_decimal};
use lictor_bundle::instr::{Arith, BusinessOp, CivilOp, Failure, Kind, Reg};
use lictor_bundle::schema::CalendarId;

use super::machine::Machine;
use crate::slot::{Money, Slot};

impl Machine<'_> {
    /// `to = left op right`
    #[inline(always)]
    pub fn arith(&mut self, op: Arith, to: Reg, left: Reg, right: Reg) -> Result<(), Failure> {
        let (left, right) = (self.get(left)?, self.get(right)?);
        self.set(to, arith(op, left, right)?)
    }

    /// `to = -from`
    pub fn negate(&mut self, kind: Kind, to: Reg, from: Reg) -> Result<(), Failure> {
        let from = self.get(from)?;
        let negated = match kind {
            Kind::Decimal => decimal(from.wide().checked_neg()),
            Kind::Money => {
                let Money { currency, minor } = from.money();
                money(Money { currency, minor: 0 }, minor.checked_neg())
            }
            Kind::Int | Kind::Bits | Kind::Text => int(from.int().checked_neg()),
        };
        self.set(to, negated?)
    }

    /// What the calendar says.
    pub fn civil(&mut self, op: CivilOp, to: Reg, from: Reg) -> Result<(), Failure> {
        let from = self.int(from)?;
        let found = match op {
            CivilOp::Date => date_of(from),
            CivilOp::TimeOfDay => time_of(from),
            CivilOp::Weekday => Some(weekday_of(from)),
        };
        self.set(to, int(found)?)
    }

    /// What a calendar says.
    pub fn business(
        &mut self,
        op: BusinessOp,
        to: Reg,
        calendar: CalendarId,
        left: Reg,
        right: Reg,
    ) -> Result<(), Failure> {
        let (left, right) = (self.int(left)?, self.int(right)?);
        let calendars = &self.program.bundle.schema.calendars;
        let calendar = calendars.get(usize::from(calendar)).ok_or(Failure::Arithmetic)?;
        let found = match op {
            BusinessOp::Between => calendar.between(left, right),
            BusinessOp::Add => calendar.later(left, right),
        };
        self.set(to, int(found)?)
    }

    /// The Int as a Decimal.
    pub fn decimal_from_int(&mut self, to: Reg, from: Reg) -> Result<(), Failure> {
        let scaled = i128::from(self.int(from)?).checked_mul(SCALE);
        self.set(to, decimal(scaled)?)
    }
}

#[inline(always)]
fn arith(op: Arith, left: Slot, right: Slot) -> Result<Slot, Failure> {
    match op {
        Arith::AddInt | Arith::AddTime | Arith::AddDuration => int(left.int().checked_add(right.int())),
        Arith::SubInt | Arith::SubTime | Arith::Elapsed | Arith::SubDuration => {
            int(left.int().checked_sub(right.int()))
        }
        Arith::DaysBetween => int(left.int().checked_sub(right.int())),
        Arith::AddDays => int(add_days(left.int(), right.int())),
        Arith::SubDays => int(right.int().checked_neg().and_then(|count| add_days(left.int(), count))),
        Arith::AddMonths => int(add_months(left.int(), right.int())),
        Arith::SubMonths => int(right.int().checked_neg().and_then(|count| add_months(left.int(), count))),
        Arith::MulInt | Arith::MulDuration => int(left.int().checked_mul(right.int())),
        Arith::DivInt => int(left.int().checked_div(right.int())),
        Arith::AddDecimal => decimal(left.wide().checked_add(right.wide())),
        Arith::SubDecimal => decimal(left.wide().checked_sub(right.wide())),
        Arith::MulDecimal => decimal(times(left.wide(), right.wide())),
        Arith::DivDecimal => decimal(divided(left.wide(), right.wide())),
        Arith::AddMoney => {
            let (left, right) = same_currency(left, right)?;
            money(left, left.minor.checked_add(right.minor))
        }
        Arith::SubMoney => {
            let (left, right) = same_currency(left, right)?;
            money(left, left.minor.checked_sub(right.minor))
        }
        Arith::MulMoney => money(left.money(), times_minor(left.money().minor, right.wide())),
        Arith::DivMoney => money(left.money(), narrow(divided(left.money().minor.into(), right.wide()))),
        Arith::RatioMoney => {
            let (left, right) = same_currency(left, right)?;
            decimal(divided(left.minor.into(), right.minor.into()))
        }
    }
}

/// A number times a decimal, half to even. A product that does not fit 128 bits before it is scaled back is beyond every type.
#[inline(never)]
fn times(number: i128, factor: i128) -> Option<i128> {
    div_half_even(product(number, factor)?, SCALE)
}

/// The same of an amount in minor units, which comes back faster.
#[inline(never)]
fn times_minor(minor: i64, factor: i128) -> Option<i64> {
    narrow(div_half_even(product(minor.into(), factor)?, SCALE))
}

/// A number divided by a decimal, or one amount by another as a decimal; half to even.
#[inline(never)]
fn divided(number: i128, divisor: i128) -> Option<i128> {
    div_half_even(product(number, SCALE)?, divisor)
}

fn product(one: i128, other: i128) -> Option<i128> {
    match (i64::try_from(one), i64::try_from(other)) {
        // Mostly both fit into 64 bits, and their product into 128.
        (Ok(one), Ok(other)) => Some(i128::from(one) * i128::from(other)),
        _ => one.checked_mul(other),
    }
}

/// Both amounts, if they are of one currency.
pub(super) fn same_currency(left: Slot, right: Slot) -> Result<(Money, Money), Failure> {
    let (left, right) = (left.money(), right.money());
    if left.currency == right.currency { Ok((left, right)) } else { Err(Failure::CurrencyMismatch) }
}

fn narrow(value: Option<i128>) -> Option<i64> {
    i64::try_from(value?).ok()
}

/// An integer that fits.
pub(super) fn int(value: Option<i64>) -> Result<Slot, Failure> {
    value.map(Slot::from_int).ok_or(Failure::Arithmetic)
}

/// A decimal that fits.
pub(super) fn decimal(value: Option<i128>) -> Result<Slot, Failure> {
    value.filter(|value| is_decimal(*value)).map(Slot::from_wide).ok_or(Failure::Arithmetic)
}

/// Minor units that fit, in the currency of `like`.
pub(super) fn money(like: Money, minor: Option<i64>) -> Result<Slot, Failure> {
    let minor = minor.ok_or(Failure::Arithmetic)?;
    Ok(Slot::from_money(Money { currency: like.currency, minor }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lictor_bundle::currency::Currency;

    fn usd(minor: i64) -> Slot {
        Slot::from_money(Money { currency: Currency::parse("USD").unwrap(), minor })
    }

    fn eur(minor: i64) -> Slot {
        Slot::from_money(Money { currency: Currency::parse("EUR").unwrap(), minor })
    }

    fn scaled(billionths: i128) -> Slot {
        Slot::from_wide(billionths)
    }

    #[test]
    fn results_are_exact_or_rounded_half_to_even() {
        let cases = [
            (Arith::MulMoney, usd(5), scaled(SCALE / 2), usd(2)),
            (Arith::MulMoney, usd(7), scaled(SCALE / 2), usd(4)),
            (Arith::DivMoney, usd(-5), scaled(2 * SCALE), usd(-2)),
            (Arith::RatioMoney, usd(1), usd(3), scaled(333_333_333)),
            (Arith::MulDecimal, scaled(1), scaled(SCALE / 2), scaled(0)),
            (Arith::DivDecimal, scaled(2 * SCALE), scaled(3 * SCALE), scaled(666_666_667)),
            (Arith::DivInt, Slot::from_int(-7), Slot::from_int(2), Slot::from_int(-3)),
            (Arith::Elapsed, Slot::from_int(5), Slot::from_int(9), Slot::from_int(-4)),
            (Arith::MulMoney, usd(i64::MAX), scaled(SCALE), usd(i64::MAX)),
            (Arith::MulMoney, usd(i64::MIN), scaled(SCALE), usd(i64::MIN)),
            (Arith::MulMoney, usd(1), scaled(SCALE * 10_000_000_000), usd(10_000_000_000)),
        ];
        for (op, left, right, result) in cases {
            assert_eq!(arith(op, left, right), Ok(result), "{op:?}");
        }
    }

    #[test]
    fn what_does_not_fit_fails() {
        let large = scaled(SCALE * SCALE * SCALE - 1);
        let cases = [
            (Arith::AddInt, Slot::from_int(i64::MAX), Slot::from_int(1)),
            (Arith::SubInt, Slot::from_int(i64::MIN), Slot::from_int(1)),
            (Arith::DivInt, Slot::from_int(i64::MIN), Slot::from_int(-1)),
            (Arith::DivInt, Slot::from_int(1), Slot::from_int(0)),
            (Arith::AddDecimal, large, scaled(1)),
            (Arith::MulDecimal, large, large),
            (Arith::DivDecimal, large, scaled(1)),
            (Arith::DivDecimal, large, scaled(0)),
            (Arith::MulMoney, usd(i64::MAX), scaled(SCALE + 1)),
            (Arith::MulMoney, usd(i64::MAX), large),
            (Arith::DivMoney, usd(1), scaled(0)),
            (Arith::RatioMoney, usd(1), usd(0)),
            (Arith::RatioMoney, usd(i64::MAX), usd(1)),
            (Arith::AddTime, Slot::from_int(i64::MAX), Slot::from_int(1)),
        ];
        for (op, left, right) in cases {
            assert_eq!(arith(op, left, right), Err(Failure::Arithmetic), "{op:?}");
        }
        for op in [Arith::AddMoney, Arith::SubMoney, Arith::RatioMoney] {
            assert_eq!(arith(op, usd(1), eur(1)), Err(Failure::CurrencyMismatch), "{op:?}");
        }
    }
}
