//! Arithmetic: computed exactly, then brought into the type of the result or refused.

use lictor_bundle::instr::{Arith, BusinessOp, CivilOp};
use lictor_bundle::schema::Calendar;
use num_rational::BigRational;
use num_traits::Zero;

use crate::calendar;
use crate::number::{decimal, divide, int, whole};
use crate::value::{Failure, Value};

/// `left op right`
pub fn arith(op: Arith, left: Value, right: Value) -> Result<Value, Failure> {
    if let (Value::Date(day), Value::Int(count)) = (&left, &right) {
        let moved = match op {
            Arith::AddDays => calendar::days_later(*day, i128::from(*count)),
            Arith::SubDays => calendar::days_later(*day, -i128::from(*count)),
            Arith::AddMonths => calendar::months_later(*day, i128::from(*count)),
            Arith::SubMonths => calendar::months_later(*day, -i128::from(*count)),
            other => unreachable!("a date and a number do not go together in {other:?}"),
        };
        return moved.map(Value::Date).ok_or(Failure::Arithmetic);
    }
    if let (Value::Date(left), Value::Date(right)) = (&left, &right) {
        return Ok(Value::Int(left - right));
    }
    one_currency(Some(&left), &right)?;
    let exact = match op {
        Arith::AddInt | Arith::AddDecimal | Arith::AddMoney | Arith::AddTime | Arith::AddDuration => {
            number(&left) + number(&right)
        }
        Arith::SubInt
        | Arith::SubDecimal
        | Arith::SubMoney
        | Arith::SubTime
        | Arith::SubDuration
        | Arith::Elapsed => number(&left) - number(&right),
        Arith::MulInt | Arith::MulDecimal | Arith::MulMoney | Arith::MulDuration => {
            number(&left) * number(&right)
        }
        Arith::AddDays | Arith::SubDays | Arith::AddMonths | Arith::SubMonths | Arith::DaysBetween => {
            unreachable!("dates were dealt with")
        }
        // Towards zero.
        Arith::DivInt => divide(number(&left), number(&right))?.trunc(),
        Arith::DivDecimal | Arith::DivMoney | Arith::RatioMoney => divide(number(&left), number(&right))?,
    };
    Ok(match (op, left) {
        (Arith::RatioMoney, _) => Value::Decimal(decimal(exact)?),
        (Arith::Elapsed, _) => Value::Duration(int(exact)?),
        (_, like) => same_type(&like, exact)?,
    })
}

/// What the calendar says.
pub fn civil(op: CivilOp, of: &Value) -> Result<Value, Failure> {
    match (op, of) {
        (CivilOp::Weekday, Value::Date(day)) => Ok(Value::Weekday(calendar::weekday(*day))),
        (CivilOp::Date | CivilOp::TimeOfDay, Value::Timestamp(moment)) => {
            let (day, time) = calendar::clock(*moment).ok_or(Failure::Arithmetic)?;
            Ok(if op == CivilOp::Date { Value::Date(day) } else { Value::TimeOfDay(time) })
        }
        other => unreachable!("the calendar is not asked {other:?}"),
    }
}

/// What a calendar says, by going through its days.
pub fn business(op: BusinessOp, days: &Calendar, left: &Value, right: &Value) -> Result<Value, Failure> {
    let works = |day: &i64| !days.weekend.contains(&calendar::weekday(*day)) && !days.holidays.contains(day);
    let known =
        |day: i64| if day < days.from || day > days.until { Err(Failure::Arithmetic) } else { Ok(day) };
    let count = |number: usize| i64::try_from(number).map_err(|_| Failure::Arithmetic);
    match (op, left, right) {
        (BusinessOp::Between, Value::Date(a), Value::Date(b)) => {
            let (a, b) = (known(*a)?, known(*b)?);
            let between = (a.min(b) + 1..=a.max(b)).filter(works).count();
            Ok(Value::Int(if a <= b { count(between)? } else { -count(between)? }))
        }
        (BusinessOp::Add, Value::Date(from), Value::Int(n)) => {
            let from = known(*from)?;
            if *n == 0 {
                return Ok(Value::Date(from));
            }
            let before = usize::try_from(*n - 1).map_err(|_| Failure::Arithmetic)?;
            let found = (from + 1..=days.until).filter(works).nth(before);
            found.map(Value::Date).ok_or(Failure::Arithmetic)
        }
        other => unreachable!("a calendar is not asked {other:?}"),
    }
}

/// The opposite.
pub fn negate(value: Value) -> Result<Value, Failure> {
    same_type(&value, -number(&value))
}

/// A whole number as a Decimal.
pub fn to_decimal(value: Value) -> Result<Value, Failure> {
    decimal(number(&value)).map(Value::Decimal)
}

/// Refuses amounts of two currencies.
pub fn one_currency(first: Option<&Value>, second: &Value) -> Result<(), Failure> {
    match (first, second) {
        (Some(Value::Money(a, _)), Value::Money(b, _)) if a != b => Err(Failure::CurrencyMismatch),
        _ => Ok(()),
    }
}

/// The sum of values of one type and currency, exact and looked at once at the end. Nothing has no currency to be a sum in.
pub fn sum(values: &[Value], zero: Option<Value>) -> Result<Value, Failure> {
    let exact = values.iter().map(number).fold(BigRational::zero(), |sum, value| sum + value);
    let like = values.first().cloned().or(zero).ok_or(Failure::EmptyCollection)?;
    same_type(&like, exact)
}

/// A number, an amount's minor units, or a time's milliseconds.
fn number(value: &Value) -> BigRational {
    match value {
        Value::Int(number) | Value::Money(_, number) | Value::Timestamp(number) | Value::Duration(number) => {
            whole(*number)
        }
        Value::Decimal(number) => number.clone(),
        other => unreachable!("nobody computes with {other:?}"),
    }
}

fn same_type(like: &Value, exact: BigRational) -> Result<Value, Failure> {
    Ok(match like {
        Value::Int(_) => Value::Int(int(exact)?),
        Value::Decimal(_) => Value::Decimal(decimal(exact)?),
        Value::Money(currency, _) => Value::Money(*currency, int(exact)?),
        Value::Timestamp(_) => Value::Timestamp(int(exact)?),
        Value::Duration(_) => Value::Duration(int(exact)?),
        other => unreachable!("nobody computes with {other:?}"),
    })
}
