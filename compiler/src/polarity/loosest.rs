//! A computation as it would come out if the parameters in it were as loose as they can be.

use lictor_bundle::schema::{Direction, ParamId, Scalar, Schema};

use super::outside;
use crate::typed::{Expr, ExprKind, Ty};

/// The same with each number that is a parameter at the end of its range where it is loosest. What a name stands for is left as it is.
pub(crate) fn loosest(schema: &Schema, expr: &Expr) -> Expr {
    let part = |inner: &Expr| Box::new(loosest(schema, inner));
    let kind = match &expr.kind {
        ExprKind::Param(id) => end(schema, *id, &expr.ty).map_or_else(|| expr.kind.clone(), ExprKind::Scalar),
        ExprKind::Arith(op, a, b) => ExprKind::Arith(*op, part(a), part(b)),
        ExprKind::Negate(kind, inner) => ExprKind::Negate(*kind, part(inner)),
        ExprKind::ToDecimal(inner) => ExprKind::ToDecimal(part(inner)),
        ExprKind::If(condition, a, b) => ExprKind::If(condition.clone(), part(a), part(b)),
        ExprKind::Otherwise(a, b) => ExprKind::Otherwise(part(a), part(b)),
        kind => kind.clone(),
    };
    Expr { kind, ty: expr.ty.clone(), span: expr.span }
}

/// The loosest value that a parameter can come to have; nothing for one that nobody makes stricter, or that is no number.
fn end(schema: &Schema, id: ParamId, ty: &Ty) -> Option<Scalar> {
    let range = outside::parameter(schema, id);
    let end = match schema.params.get(usize::from(id))?.direction {
        Direction::Lower => range.high,
        Direction::Higher => range.low,
        _ => return None,
    };
    let whole = i64::try_from(end);
    match ty {
        Ty::Int => whole.ok().map(Scalar::Int),
        Ty::Duration => whole.ok().map(Scalar::Duration),
        Ty::Timestamp => whole.ok().map(Scalar::Timestamp),
        Ty::Date => whole.ok().map(Scalar::Date),
        Ty::Decimal => Some(Scalar::Decimal(end)),
        _ => None,
    }
}
