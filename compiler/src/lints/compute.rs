//! Operators over sets of values.

use lictor_bundle::instr::{Arith, Comparison};
use lictor_bundle::schema::Scalar;

use super::abs::Abs;
use crate::range::{self, Range};

/// The opposite of a condition.
pub(super) fn negated(condition: &Abs) -> Abs {
    match (condition.may_be(true), condition.may_be(false)) {
        (true, false) => Abs::truth(false),
        (false, true) => Abs::truth(true),
        _ => Abs::either(),
    }
}

/// Whether an item is one of these constants.
pub(super) fn among(item: &Abs, values: &[Scalar]) -> Abs {
    let possible = values.iter().any(|value| item.may_hold(value));
    let covered = match item {
        Abs::Truth(no, yes) => {
            (!no || values.contains(&Scalar::Bool(false))) && (!yes || values.contains(&Scalar::Bool(true)))
        }
        Abs::OneOf(items) => items.iter().all(|item| values.contains(item)),
        Abs::Range(low, high) if low == high => possible,
        _ => false,
    };
    match (possible, covered) {
        (false, _) => Abs::truth(false),
        (true, true) => Abs::truth(true),
        (true, false) => Abs::either(),
    }
}

/// How a comparison comes out.
pub(super) fn compare(op: Comparison, left: &Abs, right: &Abs) -> Abs {
    let outcome = match op {
        Comparison::Equal => equal(left, right),
        Comparison::NotEqual => equal(left, right).map(|outcome| !outcome),
        Comparison::Less => ends(left, right).and_then(|(a, b, c, d)| decided(b < c, a >= d)),
        Comparison::LessOrEqual => ends(left, right).and_then(|(a, b, c, d)| decided(b <= c, a > d)),
    };
    outcome.map_or_else(Abs::either, Abs::truth)
}

fn decided(yes: bool, no: bool) -> Option<bool> {
    if yes { Some(true) } else { no.then_some(false) }
}

fn equal(left: &Abs, right: &Abs) -> Option<bool> {
    if let Some((a, b, c, d)) = ends(left, right) {
        return decided(a == b && c == d && a == c, b < c || d < a);
    }
    match (left, right) {
        (Abs::Truth(a, b), Abs::Truth(c, d)) => {
            decided(a != b && (a, b) == (c, d), left.meet(right).is_empty())
        }
        (Abs::OneOf(a), Abs::OneOf(b)) => decided(a.len() == 1 && a == b, a.is_disjoint(b)),
        (Abs::OneOf(_), Abs::Not(_)) | (Abs::Not(_), Abs::OneOf(_)) => {
            left.meet(right).is_empty().then_some(false)
        }
        _ => None,
    }
}

/// The ends of two ranges of one kind: from and to of the left one, from and to of the right one.
fn ends(left: &Abs, right: &Abs) -> Option<(i128, i128, i128, i128)> {
    match (left, right) {
        (Abs::Range(a, b), Abs::Range(c, d)) => Some((*a, *b, *c, *d)),
        (Abs::Money(Some(x), ..), Abs::Money(Some(y), ..)) if x != y => None,
        (Abs::Money(_, a, b), Abs::Money(_, c, d)) => Some((*a, *b, *c, *d)),
        _ => None,
    }
}

/// What arithmetic gives, before it is checked whether it fits.
pub(super) fn arith(op: Arith, left: &Abs, right: &Abs) -> Abs {
    let range = |abs: &Abs| match abs {
        Abs::Range(low, high) => Some((Range { low: *low, high: *high }, None)),
        Abs::Money(currency, low, high) => Some((Range { low: *low, high: *high }, *currency)),
        _ => None,
    };
    let (Some((a, here)), Some((b, there))) = (range(left), range(right)) else { return Abs::any() };
    // The opposite of each end has to be a number too.
    let Range { low, high } = range::arith(op, a, b).clamp(Range::ALL);
    match op {
        Arith::AddMoney | Arith::SubMoney | Arith::MulMoney | Arith::DivMoney => {
            Abs::Money(here.or(there), low, high)
        }
        _ => Abs::Range(low, high),
    }
}
