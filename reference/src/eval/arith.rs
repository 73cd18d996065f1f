//! Arithmetic: computed exactly, then brought into the type of the result or refused.

use lictor_bundle::instr::Arith;
use num_rational::BigRational;
use num_traits::Zero;

use crate::number::{decimal, divide, int, whole};
use crate::value::{Failure, Value};

/// `left op right`
pub fn arith(op: Arith, left: Value, right: Value) -> Result<Value, Failure> {
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
