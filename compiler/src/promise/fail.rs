//! What may fail to evaluate, and so refuses.

use lictor_bundle::instr::Kind;
use lictor_grammar::span::Span;

use crate::typed::{Expr, ExprKind, QuantifierKind};
use crate::visit;

/// The first part of an expression that may fail for some request or facts, and why.
pub(super) fn first(expr: &Expr) -> Option<(Span, &'static str)> {
    visit::first(expr, &mut |expr| reason(expr).map(|why| (expr.span, why)))
}

fn reason(expr: &Expr) -> Option<&'static str> {
    const NUMBER: &str = "a result here may not fit, which refuses";
    const CURRENCY: &str = "two currencies may meet here, which refuses";
    match &expr.kind {
        ExprKind::Fact(..) => Some("without this fact the request is refused"),
        ExprKind::Arith(..) => Some(NUMBER),
        ExprKind::Business(..) => Some("the calendar may not reach as far as this, which refuses"),
        ExprKind::Negate(_, inner) | ExprKind::ToDecimal(inner) => {
            let constant = matches!(inner.kind, ExprKind::Scalar(_) | ExprKind::Length(_));
            (!constant).then_some(NUMBER)
        }
        ExprKind::MoneyParam(..) => Some("the parameter may have no value in this currency, which refuses"),
        ExprKind::Compare(_, Kind::Money, ..) => Some(CURRENCY),
        ExprKind::Between(between) if between.kind == Kind::Money => Some(CURRENCY),
        ExprKind::Quantifier(quantifier) => match quantifier.kind {
            QuantifierKind::Sum(_) => Some(NUMBER),
            _ if quantifier.refuse_empty => Some("an empty list refuses here"),
            _ => None,
        },
        _ => None,
    }
}
