//! Conditions under a name: two that mean the same, wherever they stand, have one key.
//!
//! A key is as long as its condition. To find one among many it has a number, which two keys may share: who has found a condition by its
//! number asks whether the keys are the same as well.

use std::hash::{BuildHasher, Hash, Hasher};

use lictor_bundle::instr::{Comparison, Kind};

use foldhash::fast::FixedState;

use crate::typed::{Expr, ExprKind, LocalId, Ty};
use crate::visit;

/// A condition that came out in one way; or none, which is what is always so.
#[derive(Clone, Copy)]
pub(super) struct Asserted<'a> {
    /// The number of the condition's key, and how what has that key came out. `require C` fires where `C` came out false, `deny when
    /// not C` where `not C` came out true: both have the key of `C` and false.
    pub number: (u64, bool),
    condition: Option<&'a Expr>,
}

impl<'a> Asserted<'a> {
    /// What is always so.
    pub fn always() -> Asserted<'static> {
        Asserted { number: (0, true), condition: None }
    }

    /// A condition that came out as `outcome`.
    pub fn of(condition: &'a Expr, outcome: bool) -> Asserted<'a> {
        let mut hasher = FixedState::default().build_hasher();
        let outcome = feed(condition, outcome, &mut hasher);
        Asserted { number: (hasher.finish(), outcome), condition: Some(condition) }
    }

    /// Whether the conditions mean the same, and came out the same.
    pub fn is(&self, other: &Asserted<'_>) -> bool {
        self.number.1 == other.number.1 && self.is_about(other)
    }

    /// Whether the conditions mean the same, or one is the opposite of the other: both outcomes are those of one key.
    pub fn is_about(&self, other: &Asserted<'_>) -> bool {
        self.number.0 == other.number.0
            && match (self.condition, other.condition) {
                (None, None) => true,
                (Some(one), Some(other)) => key(one) == key(other),
                _ => false,
            }
    }
}

/// The key of a condition: what its parts feed to a hasher, all of it and in their order. It is the same for two that mean the same, and
/// different for two that differ in anything but their places.
fn key(condition: &Expr) -> Vec<u8> {
    let mut fed = Fed(Vec::new());
    feed(condition, true, &mut fed);
    fed.0
}

/// Feeds a condition to a hasher, and says how what was fed came out where the condition came out as `outcome`.
fn feed(condition: &Expr, outcome: bool, into: &mut impl Hasher) -> bool {
    if is_plain(condition) {
        return feed_plain(condition, outcome, into);
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
    feed_plain(&renumbered, outcome, into)
}

/// The same of a condition whose own names are numbered as they come.
fn feed_plain(condition: &Expr, outcome: bool, into: &mut impl Hasher) -> bool {
    let mut comparison = |op: Comparison, kind: &Kind, a: &Expr, b: &Expr| (op, kind, a, b).hash(into);
    match &condition.kind {
        ExprKind::Not(inner) => return feed_plain(inner, !outcome, into),
        // `a != b` is not `a == b`, and `a <= b` is not `b < a`.
        ExprKind::Compare(Comparison::NotEqual, kind, a, b) => {
            comparison(Comparison::Equal, kind, a, b);
            return !outcome;
        }
        ExprKind::Compare(Comparison::LessOrEqual, kind, a, b) => {
            comparison(Comparison::Less, kind, b, a);
            return !outcome;
        }
        ExprKind::Compare(op, kind, a, b) => comparison(*op, kind, a, b),
        // Ahead of it what no comparison begins with.
        other => (u64::MAX, other).hash(into),
    }
    outcome
}

/// A hasher that keeps what it is fed, so that nothing can collide.
struct Fed(Vec<u8>);

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
