//! Operators over sets of values.

use lictor_bundle::civil::{FIRST_DATE, LAST_DATE};
use lictor_bundle::instr::{Arith, Comparison};
use lictor_bundle::schema::Scalar;

use super::abs::Abs;

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
    let mut possible = false;
    for value in values {
        let value = Abs::constant(value);
        if !item.meet(&value).is_empty() {
            possible = true;
        }
    }
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
    let currency = |abs: &Abs| if let Abs::Money(currency, ..) = abs { *currency } else { None };
    let money = matches!(op, Arith::AddMoney | Arith::SubMoney | Arith::MulMoney | Arith::DivMoney);
    let ends = match (left, right) {
        (Abs::Range(a, b) | Abs::Money(_, a, b), Abs::Range(c, d) | Abs::Money(_, c, d)) => (*a, *b, *c, *d),
        _ => return Abs::any(),
    };
    let (a, b, c, d) = ends;
    let (low, high) = match op {
        Arith::AddInt
        | Arith::AddDecimal
        | Arith::AddMoney
        | Arith::AddTime
        | Arith::AddDuration
        | Arith::AddDays => (a.saturating_add(c), b.saturating_add(d)),
        Arith::SubInt
        | Arith::SubDecimal
        | Arith::SubMoney
        | Arith::SubTime
        | Arith::SubDuration
        | Arith::SubDays
        | Arith::DaysBetween
        | Arith::Elapsed => (a.saturating_sub(d), b.saturating_sub(c)),
        Arith::AddMonths | Arith::SubMonths => (FIRST_DATE.into(), LAST_DATE.into()),
        // Of products and quotients only the sign is followed.
        _ if a >= 0 && c >= 0 => (0, i128::MAX),
        _ => (i128::MIN + 1, i128::MAX),
    };
    if money { Abs::Money(currency(left).or(currency(right)), low, high) } else { Abs::Range(low, high) }
}
