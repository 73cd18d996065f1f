//! What a condition shows about values, where it is true and where it is false.

use lictor_bundle::instr::Comparison;
use lictor_bundle::schema::{Scalar, Schema};

use super::scope::{Knowledge, path_of};
use crate::typed::{Expr, ExprKind};

/// What is known where `condition` has come out as `truth`.
pub(crate) fn shown(schema: &Schema, condition: &Expr, truth: bool, into: &mut Vec<Knowledge>) {
    match &condition.kind {
        ExprKind::Present(inner) if truth => {
            into.extend(path_of(schema, inner).map(Knowledge::Present));
        }
        ExprKind::Not(inner) => shown(schema, inner, !truth, into),
        ExprKind::And(left, right) if truth => {
            shown(schema, left, true, into);
            shown(schema, right, true, into);
        }
        ExprKind::Or(left, right) if !truth => {
            shown(schema, left, false, into);
            shown(schema, right, false, into);
        }
        ExprKind::Compare(Comparison::Equal, _, left, right) if !truth => {
            // `xs is empty` is `size(xs) == 0`.
            if let (ExprKind::Length(collection), ExprKind::Scalar(Scalar::Int(0))) =
                (&left.kind, &right.kind)
            {
                into.extend(path_of(schema, collection).map(Knowledge::Filled));
            }
        }
        ExprKind::Let(_, _, body) => shown(schema, body, truth, into),
        _ => {}
    }
}
