//! What a condition shows about values, where it is true and where it is false.

use lictor_bundle::instr::Comparison;
use lictor_bundle::schema::{Scalar, Schema};
use lictor_bundle::shape::{SourcePart, WITHHELD};

use super::scope::{Knowledge, path_of};
use crate::typed::{Expr, ExprKind};

/// What both sides show where each has come out as `truth`.
fn both(schema: &Schema, left: &Expr, right: &Expr, truth: bool, into: &mut Vec<Knowledge>) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    shown(schema, left, truth, &mut ours);
    shown(schema, right, truth, &mut theirs);
    into.extend(ours.into_iter().filter(|known| theirs.contains(known)));
}

/// The sourced value whose state this is: it is known not to be withheld.
fn opened(schema: &Schema, state: &Expr) -> Option<Knowledge> {
    match &state.kind {
        ExprKind::Sourced(SourcePart::State, of) => path_of(schema, of).map(Knowledge::Opened),
        _ => None,
    }
}

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
        // Whichever side it was: what both would show is shown.
        ExprKind::Or(left, right) => both(schema, left, right, true, into),
        ExprKind::And(left, right) => both(schema, left, right, false, into),
        ExprKind::Compare(op @ (Comparison::Equal | Comparison::NotEqual), _, left, right) => {
            let equal = (*op == Comparison::Equal) == truth;
            // `xs is empty` is `size(xs) == 0`.
            if let (ExprKind::Length(collection), ExprKind::Scalar(Scalar::Int(0)), false) =
                (&left.kind, &right.kind, equal)
            {
                into.extend(path_of(schema, collection).map(Knowledge::Filled));
            }
            for (state, constant) in [(left, right), (right, left)] {
                if let ExprKind::Scalar(Scalar::Enum(_, value)) = constant.kind
                    && (value == WITHHELD) != equal
                {
                    into.extend(opened(schema, state));
                }
            }
        }
        ExprKind::Contains(_, state, among) => {
            if let ExprKind::Set(values) = &among.kind
                && values.iter().any(|value| matches!(value, Scalar::Enum(_, WITHHELD))) != truth
            {
                into.extend(opened(schema, state));
            }
        }
        ExprKind::Let(_, _, body) => shown(schema, body, truth, into),
        _ => {}
    }
}
