//! Conditions under a name: two that mean the same, wherever they stand, have one key.

use lictor_bundle::instr::Comparison;
use lictor_grammar::span::Span;

use crate::typed::{Expr, ExprKind, LocalId, Ty};
use crate::visit;

/// The key of a condition that came out as `outcome`. `require C` fires where `C` came out false, `deny when not C` where
/// `not C` came out true: both have the key of `C` and false.
pub(super) fn key(condition: &Expr, outcome: bool) -> (String, bool) {
    match &condition.kind {
        ExprKind::Not(inner) => key(inner, !outcome),
        // `a != b` is not `a == b`, and `a <= b` is not `b < a`.
        ExprKind::Compare(Comparison::NotEqual, kind, a, b) => {
            let equal = ExprKind::Compare(Comparison::Equal, *kind, a.clone(), b.clone());
            (text(Expr { kind: equal, ..condition.clone() }), !outcome)
        }
        ExprKind::Compare(Comparison::LessOrEqual, kind, a, b) => {
            let less = ExprKind::Compare(Comparison::Less, *kind, b.clone(), a.clone());
            (text(Expr { kind: less, ..condition.clone() }), !outcome)
        }
        _ => (text(condition.clone()), outcome),
    }
}

/// Whether a condition reads a name that is not its own: such a one means something else in another rule.
pub(super) fn reads_outside(condition: &Expr) -> bool {
    let mut own = Vec::new();
    bound(condition, &mut own);
    visit::first(condition, &mut |expr| match &expr.kind {
        ExprKind::Local(id) if !own.contains(id) => Some(()),
        _ => None,
    })
    .is_some()
}

fn bound(expr: &Expr, into: &mut Vec<LocalId>) {
    match &expr.kind {
        ExprKind::Let(id, ..) => into.push(*id),
        ExprKind::Quantifier(quantifier) => into.push(quantifier.variable),
        _ => {}
    }
    for child in visit::children(expr) {
        bound(child, into);
    }
}

/// An expression without its places, its own names numbered as they come.
fn text(mut expr: Expr) -> String {
    let mut own = Vec::new();
    bound(&expr, &mut own);
    // Names from outside keep their numbers; own ones are counted from the end, where no other is.
    visit::rename(&mut expr, &mut |id| match own.iter().position(|other| *other == id) {
        Some(at) => LocalId(u32::MAX - at as u32),
        None => id,
    });
    visit::each_mut(&mut expr, &mut |expr| {
        expr.span = Span::default();
        if let ExprKind::Quantifier(quantifier) = &mut expr.kind {
            quantifier.element = Ty::Bool;
        }
    });
    format!("{:?}", expr.kind)
}
