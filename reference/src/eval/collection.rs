//! Quantifiers and sizes.

use lictor_compiler::typed::{Expr, Quantifier, QuantifierKind, Ty};
use num_traits::Zero;

use super::arith::{one_currency, sum};
use super::{Evaluator, Local};
use crate::value::{Failure, Value};

impl<'a> Evaluator<'a> {
    /// How many elements a collection has.
    pub(super) fn length(&mut self, collection: &'a Expr) -> Result<Value, Failure> {
        let length = self.value(collection)?.elements().len();
        Ok(Value::Int(i64::try_from(length).expect("a request is not that long")))
    }

    /// `all`, `any`, `count` or `sum`. The variable keeps the element at which `all` or `any` stopped, for the message.
    pub(super) fn quantifier(&mut self, quantifier: &'a Quantifier) -> Result<Value, Failure> {
        let elements = self.value(&quantifier.over)?.elements().clone();
        if elements.is_empty() && quantifier.refuse_empty {
            return Err(Failure::EmptyCollection);
        }
        let mut taken = Vec::new();
        for element in elements.iter() {
            self.locals.insert(quantifier.variable, Local::Is(Some(element.clone())));
            let value = self.value(&quantifier.body)?;
            one_currency(taken.first(), &value)?;
            match (quantifier.kind, &value) {
                (QuantifierKind::All, Value::Bool(false)) => return Ok(Value::Bool(false)),
                (QuantifierKind::Any, Value::Bool(true)) => return Ok(Value::Bool(true)),
                (QuantifierKind::Count, Value::Bool(true)) | (QuantifierKind::Sum(_), _) => taken.push(value),
                _ => {}
            }
        }
        match quantifier.kind {
            QuantifierKind::All => Ok(Value::Bool(true)),
            QuantifierKind::Any => Ok(Value::Bool(false)),
            QuantifierKind::Count => Ok(Value::Int(i64::try_from(taken.len()).expect("as the length"))),
            QuantifierKind::Sum(_) => sum(&taken, zero(&quantifier.body.ty)),
        }
    }
}

/// What comes of adding up nothing.
fn zero(ty: &Ty) -> Option<Value> {
    match ty {
        Ty::Int => Some(Value::Int(0)),
        Ty::Decimal => Some(Value::Decimal(Zero::zero())),
        Ty::Duration => Some(Value::Duration(0)),
        _ => None,
    }
}
