//! Arithmetic: which operands go together, and what comes of them.

use lictor_bundle::instr::{Arith, Kind};
use lictor_bundle::schema::Scalar;
use lictor_grammar::ast::{self, BinaryOp};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::{Checker, describe, kind_of};
use crate::typed::{Expr, ExprKind, Ty};

impl Checker<'_, '_> {
    pub(super) fn arith(
        &mut self,
        op: BinaryOp,
        at: Span,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        if let Some(moved) = self.moved(op, at, left, right, span) {
            return moved;
        }
        // Unlike in a comparison, the other side's type suggests nothing: money is multiplied by a number.
        let first = self.definite(left, None);
        let second = self.definite(right, None);
        let (left, right) = (first?, second?);
        let (left, right) = match (&left.ty, &right.ty) {
            (Ty::Int, Ty::Decimal) => (to_decimal(left), right),
            (Ty::Decimal, Ty::Int) => (left, to_decimal(right)),
            (Ty::Int, Ty::Int) if op == BinaryOp::Divide => (to_decimal(left), to_decimal(right)),
            (Ty::Money, Ty::Int) => (left, to_decimal(right)),
            (Ty::Int, Ty::Money) if op == BinaryOp::Multiply => (right, to_decimal(left)),
            (Ty::Decimal, Ty::Money) | (Ty::Int, Ty::Duration) if op == BinaryOp::Multiply => (right, left),
            (Ty::Duration, Ty::Timestamp) if op == BinaryOp::Add => (right, left),
            _ => (left, right),
        };
        let Some((op, ty)) = operation(op, &left.ty, &right.ty) else {
            return self.no_operation(op, at, &left, &right);
        };
        if left.ty == Ty::Money && right.ty == Ty::Money {
            self.same_currency(&left, &right)?;
        }
        Some(self.settle(left, right, span, |left, right| Expr {
            kind: ExprKind::Arith(op, Box::new(left), Box::new(right)),
            ty,
            span,
        }))
    }

    fn no_operation(&mut self, op: BinaryOp, at: Span, left: &Expr, right: &Expr) -> Option<Expr> {
        let schema = &self.declared.schema;
        let (a, b) = (describe(schema, &left.ty), describe(schema, &right.ty));
        let help = match (op, &left.ty, &right.ty) {
            (BinaryOp::WholeDivide, ..) => "`div` takes two whole numbers; `/` divides everything else",
            (_, Ty::Money, _) | (_, _, Ty::Money) => {
                "amounts are added to amounts, and multiplied or divided by numbers"
            }
            (_, Ty::Timestamp, Ty::Date) | (_, Ty::Date, Ty::Timestamp) => {
                "take the day of the moment first: `date(context.now, \"UTC\")`"
            }
            (_, Ty::Timestamp, _) | (_, _, Ty::Timestamp) => {
                "a length of time is added to a point in time; two points in time are subtracted"
            }
            (_, Ty::Date, _) | (_, _, Ty::Date) => {
                "to a date add days, weeks, months or years: `due + 7 days`; two dates are subtracted, which gives days"
            }
            (_, Ty::Text, _) | (_, _, Ty::Text) => {
                "texts are not put together; a message shows values in braces: `\"It is {amount}\"`"
            }
            (_, Ty::TimeOfDay, _) | (_, _, Ty::TimeOfDay) => {
                "a time of day is only compared, with another or with a range: `in 09:00..17:00`"
            }
            (_, Ty::List { .. } | Ty::Set { .. } | Ty::Map { .. }, _)
            | (_, _, Ty::List { .. } | Ty::Set { .. } | Ty::Map { .. }) => {
                "how many there are is `size(xs)`, and a sum of what they have `sum(x in xs: x.price)`"
            }
            _ => "only numbers, amounts, dates and lengths of time are computed with",
        };
        let message = format!("`{}` does not work on {a} and {b}", op.symbol());
        self.out.push(
            Diagnostic::error("E0304", at, message)
                .here("here")
                .also(left.span, format!("this is {a}"))
                .also(right.span, format!("this is {b}"))
                .help(help),
        );
        None
    }

    pub(super) fn negate(&mut self, operand: &ast::Expr, want: Option<&Ty>, span: Span) -> Option<Expr> {
        let operand = self.definite(operand, want)?;
        let constant = match &operand.kind {
            ExprKind::Scalar(Scalar::Int(n)) => n.checked_neg().map(Scalar::Int),
            ExprKind::Scalar(Scalar::Decimal(n)) => Some(Scalar::Decimal(-n)),
            ExprKind::Scalar(Scalar::Money(currency, n)) if currency.0 != 0 => {
                n.checked_neg().map(|n| Scalar::Money(*currency, n))
            }
            ExprKind::Scalar(Scalar::Duration(n)) => n.checked_neg().map(Scalar::Duration),
            _ => None,
        };
        if let Some(value) = constant {
            return Some(Expr { kind: ExprKind::Scalar(value), ty: operand.ty, span });
        }
        let numeric = matches!(operand.ty, Ty::Int | Ty::Decimal | Ty::Money | Ty::Duration);
        match kind_of(&operand.ty) {
            Some(kind @ (Kind::Int | Kind::Decimal | Kind::Money)) if numeric => {
                let ty = operand.ty.clone();
                Some(Expr { kind: ExprKind::Negate(kind, Box::new(operand)), ty, span })
            }
            _ => {
                let what = describe(&self.declared.schema, &operand.ty);
                self.out.push(
                    Diagnostic::error("E0304", span, format!("{what} has no opposite")).help(
                        "`-` stands before a number or an amount; the opposite of a condition is `not`",
                    ),
                );
                None
            }
        }
    }
}

/// The instruction for two operands, and the type of what comes of them.
fn operation(op: BinaryOp, left: &Ty, right: &Ty) -> Option<(Arith, Ty)> {
    use BinaryOp as Op;
    Some(match (op, left, right) {
        (Op::Add, Ty::Int, Ty::Int) => (Arith::AddInt, Ty::Int),
        (Op::Subtract, Ty::Int, Ty::Int) => (Arith::SubInt, Ty::Int),
        (Op::Multiply, Ty::Int, Ty::Int) => (Arith::MulInt, Ty::Int),
        (Op::WholeDivide, Ty::Int, Ty::Int) => (Arith::DivInt, Ty::Int),
        (Op::Add, Ty::Decimal, Ty::Decimal) => (Arith::AddDecimal, Ty::Decimal),
        (Op::Subtract, Ty::Decimal, Ty::Decimal) => (Arith::SubDecimal, Ty::Decimal),
        (Op::Multiply, Ty::Decimal, Ty::Decimal) => (Arith::MulDecimal, Ty::Decimal),
        (Op::Divide, Ty::Decimal, Ty::Decimal) => (Arith::DivDecimal, Ty::Decimal),
        (Op::Add, Ty::Money, Ty::Money) => (Arith::AddMoney, Ty::Money),
        (Op::Subtract, Ty::Money, Ty::Money) => (Arith::SubMoney, Ty::Money),
        (Op::Multiply, Ty::Money, Ty::Decimal) => (Arith::MulMoney, Ty::Money),
        (Op::Divide, Ty::Money, Ty::Decimal) => (Arith::DivMoney, Ty::Money),
        (Op::Divide, Ty::Money, Ty::Money) => (Arith::RatioMoney, Ty::Decimal),
        (Op::Add, Ty::Timestamp, Ty::Duration) => (Arith::AddTime, Ty::Timestamp),
        (Op::Subtract, Ty::Timestamp, Ty::Duration) => (Arith::SubTime, Ty::Timestamp),
        (Op::Subtract, Ty::Timestamp, Ty::Timestamp) => (Arith::Elapsed, Ty::Duration),
        (Op::Add, Ty::Duration, Ty::Duration) => (Arith::AddDuration, Ty::Duration),
        (Op::Subtract, Ty::Duration, Ty::Duration) => (Arith::SubDuration, Ty::Duration),
        (Op::Multiply, Ty::Duration, Ty::Int) => (Arith::MulDuration, Ty::Duration),
        (Op::Subtract, Ty::Date, Ty::Date) => (Arith::DaysBetween, Ty::Int),
        _ => return None,
    })
}

/// An Int as a Decimal; anything else as it is. An Int from 10^18 on is no Decimal: where it is needed as one, evaluation fails.
pub(crate) fn to_decimal(expr: Expr) -> Expr {
    if expr.ty != Ty::Int {
        return expr;
    }
    let span = expr.span;
    let constant = match expr.kind {
        ExprKind::Scalar(Scalar::Int(n)) => Some(i128::from(n) * lictor_bundle::decimal::SCALE),
        _ => None,
    };
    let kind = match constant.filter(|scaled| lictor_bundle::decimal::is_decimal(*scaled)) {
        Some(scaled) => ExprKind::Scalar(Scalar::Decimal(scaled)),
        None => ExprKind::ToDecimal(Box::new(expr)),
    };
    Expr { kind, ty: Ty::Decimal, span }
}
