//! What stands directly inside an expression.

use lictor_compiler::typed::{Expr, ExprKind};

/// The expressions directly inside one.
pub fn children(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Scalar(_)
        | ExprKind::Set(_)
        | ExprKind::Root(_)
        | ExprKind::Local(_)
        | ExprKind::Param(_) => {
            vec![]
        }
        ExprKind::Field(a, ..)
        | ExprKind::MoneyParam(_, a)
        | ExprKind::Known(a)
        | ExprKind::Present(a)
        | ExprKind::Not(a)
        | ExprKind::Negate(_, a)
        | ExprKind::ToDecimal(a)
        | ExprKind::Civil(_, a)
        | ExprKind::Part(_, a)
        | ExprKind::LowerAscii(a)
        | ExprKind::Sourced(_, a)
        | ExprKind::Length(a) => vec![a],
        ExprKind::Otherwise(a, b)
        | ExprKind::And(a, b)
        | ExprKind::Or(a, b)
        | ExprKind::Compare(_, _, a, b)
        | ExprKind::Arith(_, a, b)
        | ExprKind::Business(_, _, a, b)
        | ExprKind::Contains(_, a, b)
        | ExprKind::Text(_, a, b)
        | ExprKind::Within(_, a, b)
        | ExprKind::Lookup(a, b)
        | ExprKind::Let(_, a, b) => vec![a, b],
        ExprKind::If(a, b, c) => vec![a, b, c],
        ExprKind::Fact(_, arguments) => arguments.iter().collect(),
        ExprKind::Between(between) => vec![&between.item, &between.low, &between.high],
        ExprKind::Quantifier(quantifier) => vec![&quantifier.over, &quantifier.body],
    }
}
