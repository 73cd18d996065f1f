//! What the outcome of a condition says about the values in it.

use lictor_bundle::instr::Comparison;

use super::abs::Abs;
use super::compute::negated;
use super::known::Known;
use crate::typed::{Expr, ExprKind, Ty};

impl<'a> Known<'a> {
    /// Takes it as known that an expression has one of these values.
    pub(super) fn narrow(&mut self, expr: &'a Expr, to: &Abs) {
        if expr.ty == Ty::Bool {
            let (yes, no) = (to.may_be(true), to.may_be(false));
            if yes == no || !self.came_out(expr, yes) {
                return;
            }
        }
        let outcome = to.may_be(true);
        match &expr.kind {
            ExprKind::Not(inner) => self.narrow(inner, &negated(to)),
            ExprKind::And(a, b) if outcome => [a, b].into_iter().for_each(|part| self.narrow(part, to)),
            ExprKind::Or(a, b) if !outcome => [a, b].into_iter().for_each(|part| self.narrow(part, to)),
            ExprKind::And(a, b) | ExprKind::Or(a, b) => {
                // One side decides where the other cannot.
                if !self.value(a).may_be(outcome) {
                    self.narrow(b, to);
                } else if !self.value(b).may_be(outcome) {
                    self.narrow(a, to);
                }
            }
            ExprKind::Let(id, value, body) => {
                self.bind(*id, value);
                self.narrow(body, to);
            }
            ExprKind::Local(id) if self.lets.contains_key(id) => {
                if let Some(value) = self.lets.get(id).copied() {
                    self.narrow(value, to);
                }
            }
            ExprKind::Present(of) => {
                let Some(path) = self.path(of) else { return };
                self.limit(format!("{path}?"), to);
                if outcome {
                    for (at, _) in path.match_indices('.') {
                        let outer = path.get(..at).unwrap_or_default();
                        self.limit(format!("{outer}?"), &Abs::truth(true));
                    }
                }
            }
            ExprKind::Compare(op, _, a, b) => self.narrow_sides(*op, a, b, outcome),
            ExprKind::Between(between) if outcome => {
                let upper = if between.closed { Comparison::LessOrEqual } else { Comparison::Less };
                self.narrow_sides(Comparison::LessOrEqual, &between.low, &between.item, true);
                self.narrow_sides(upper, &between.item, &between.high, true);
            }
            ExprKind::Contains(_, item, collection) => {
                if let ExprKind::Set(values) = &collection.kind {
                    match Abs::one_of(values) {
                        Some(some) if outcome => self.narrow(item, &some),
                        Some(Abs::OneOf(words)) => self.narrow(item, &Abs::Not(words)),
                        _ => {
                            let each = values.iter().map(|value| Abs::constant(value).other_than());
                            each.for_each(|others| self.narrow(item, &others));
                        }
                    }
                }
            }
            ExprKind::Otherwise(of, other) => {
                let other = self.value(other);
                // Only a value that was there can be one that the substitute is not.
                if other.meet(to).is_empty()
                    && let Some(path) = self.path(of)
                {
                    self.limit(format!("{path}?"), &Abs::truth(true));
                    self.narrow(of, to);
                }
            }
            ExprKind::Known(inner) => self.narrow(inner, to),
            ExprKind::Root(_) | ExprKind::Field(..) | ExprKind::Local(_) => {
                if let Some(path) = self.path(expr) {
                    let narrowed = self.value(expr).meet(to);
                    self.limit(path, &narrowed);
                }
            }
            _ => {}
        }
    }

    fn narrow_sides(&mut self, op: Comparison, a: &'a Expr, b: &'a Expr, outcome: bool) {
        let (left, right) = (self.value(a), self.value(b));
        match (op, outcome) {
            (Comparison::Equal, true) | (Comparison::NotEqual, false) => {
                self.narrow(a, &right);
                self.narrow(b, &left);
            }
            (Comparison::Equal, false) | (Comparison::NotEqual, true) => {
                self.narrow(a, &right.other_than());
                self.narrow(b, &left.other_than());
            }
            (Comparison::Less, true) => self.order(a, b, 1),
            (Comparison::LessOrEqual, true) => self.order(a, b, 0),
            (Comparison::Less, false) => self.order(b, a, 0),
            (Comparison::LessOrEqual, false) => self.order(b, a, 1),
        }
    }

    /// `low + apart <= high`
    fn order(&mut self, low: &'a Expr, high: &'a Expr, apart: i128) {
        let (below, above) = match (self.value(low), self.value(high)) {
            (Abs::Range(least, _), Abs::Range(_, most)) => (
                Abs::Range(i128::MIN + 1, most.saturating_sub(apart)),
                Abs::Range(least.saturating_add(apart), i128::MAX),
            ),
            (Abs::Money(x, least, _), Abs::Money(y, _, most)) => {
                let currency = x.or(y);
                (
                    Abs::Money(currency, i128::MIN + 1, most.saturating_sub(apart)),
                    Abs::Money(currency, least.saturating_add(apart), i128::MAX),
                )
            }
            _ => return,
        };
        self.narrow(low, &below);
        self.narrow(high, &above);
    }
}
