//! Conditions under a name: two that mean the same, wherever they stand, have one key.

use std::hash::{Hash, Hasher};

use lictor_bundle::instr::{Comparison, Kind};

use crate::typed::{Expr, ExprKind, LocalId, Ty};
use crate::visit;

/// What a condition's parts feed to a hasher, all of it and in their order: the same for two that mean the same, and different for two
/// that differ in anything but their places.
pub(super) type Key = Vec<u8>;

/// The key of a condition that came out as `outcome`. `require C` fires where `C` came out false, `deny when not C` where
/// `not C` came out true: both have the key of `C` and false.
pub(super) fn key(condition: &Expr, outcome: bool) -> (Key, bool) {
    if is_plain(condition) {
        return of(condition, outcome);
    }
    let mut own = Vec::new();
    bound(condition, &mut own);
    let mut renumbered = condition.clone();
    // Names from outside keep their numbers; own ones are counted from the end, where no other is.
    visit::rename(&mut renumbered, &mut |id| match own.iter().position(|other| *other == id) {
        Some(at) => LocalId(u32::MAX - at as u32),
        None => id,
    });
    visit::each_mut(&mut renumbered, &mut |expr| {
        if let ExprKind::Quantifier(quantifier) = &mut expr.kind {
            quantifier.element = Ty::Bool;
        }
    });
    of(&renumbered, outcome)
}

/// The key of a condition whose own names are numbered as they come.
fn of(condition: &Expr, outcome: bool) -> (Key, bool) {
    let comparison = |op: Comparison, kind: &Kind, a: &Expr, b: &Expr| fed((op, kind, a, b));
    match &condition.kind {
        ExprKind::Not(inner) => of(inner, !outcome),
        // `a != b` is not `a == b`, and `a <= b` is not `b < a`.
        ExprKind::Compare(Comparison::NotEqual, kind, a, b) => {
            (comparison(Comparison::Equal, kind, a, b), !outcome)
        }
        ExprKind::Compare(Comparison::LessOrEqual, kind, a, b) => {
            (comparison(Comparison::Less, kind, b, a), !outcome)
        }
        ExprKind::Compare(op, kind, a, b) => (comparison(*op, kind, a, b), outcome),
        // Ahead of it what no comparison begins with.
        other => (fed((u64::MAX, other)), outcome),
    }
}

/// A hasher that keeps what it is fed, so that nothing can collide.
struct Fed(Key);

/// The key of what is fed at once.
fn fed(parts: impl Hash) -> Key {
    // As long as the key of a comparison or two: most keys are made in one piece of memory.
    let mut fed = Fed(Vec::with_capacity(256));
    parts.hash(&mut fed);
    fed.0
}

impl Hasher for Fed {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        self.0.len() as u64
    }
}

/// Whether a condition reads a name that is not its own: such a one means something else in another rule.
pub(super) fn reads_outside(condition: &Expr) -> bool {
    if is_plain(condition) {
        return false;
    }
    let mut own = Vec::new();
    bound(condition, &mut own);
    visit::first(condition, &mut |expr| match &expr.kind {
        ExprKind::Local(id) if !own.contains(id) => Some(()),
        _ => None,
    })
    .is_some()
}

/// Whether there is no name in it but those of requests. Most conditions are so.
fn is_plain(condition: &Expr) -> bool {
    visit::first(condition, &mut |expr| {
        matches!(expr.kind, ExprKind::Local(_) | ExprKind::Let(..) | ExprKind::Quantifier(_)).then_some(())
    })
    .is_none()
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
