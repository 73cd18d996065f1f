//! Arithmetic: computed exactly, then brought into the type of the result or refused.

use lictor_bundle::instr::{Arith, CivilOp};
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
