//! What computes and compares, and how that fails: what does not fit, divides by zero, or mixes currencies.

use lictor_bundle::civil::{FIRST_DATE, LAST_DATE, LAST_TIME};
use lictor_bundle::decimal::SCALE;
use lictor_bundle::instr::{Arith, CivilOp, Kind};
use lictor_bundle::time::{FIRST_MOMENT, LAST_MOMENT};

use super::failing::{Failing, Failure, LONGEST, Seen, What};
use crate::range::{Range, arith};
use crate::typed::{Expr, ExprKind, Quantifier, QuantifierKind, Ty};

/// A result before it is checked, and what can be held.
pub(super) struct Unchecked {
    /// What can come out.
    pub raw: Range,
    /// What fits.
    pub held: Range,
    /// Whether it can fail for another reason than that it does not fit.
    pub otherwise: bool,
}

impl Failing<'_> {
    /// What a computation gives before it is checked; nothing for what computes no number.
    pub(super) fn unchecked(&mut self, expr: &Expr) -> Option<Unchecked> {
        let mut aside = Vec::new();
        let mut range = |of: &Expr| self.look(of, true, &mut aside).range;
        let raw = match &expr.kind {
            ExprKind::Arith(op, a, b) => arith(*op, range(a), range(b)),
            ExprKind::Negate(_, inner) => range(inner).negated(),
            ExprKind::ToDecimal(inner) => range(inner).scaled(SCALE),
            ExprKind::Civil(CivilOp::Date | CivilOp::TimeOfDay, inner) => range(inner),
            ExprKind::Business(..) => Range::ALL,
            ExprKind::Quantifier(quantifier) if matches!(quantifier.kind, QuantifierKind::Sum(_)) => {
                self.element(quantifier);
                self.total(quantifier)
            }
            _ => return None,
        };
        self.held(expr, raw)
    }

    pub(super) fn total(&mut self, quantifier: &Quantifier) -> Range {
        let each = self.look(&quantifier.body, true, &mut Vec::new()).range;
        let most = match quantifier.over.ty.present() {
            Ty::List { max, .. } | Ty::Set { max, .. } | Ty::Map { max, .. } => (*max).min(LONGEST),
            _ => LONGEST,
        };
        let total = each.scaled(most.into());
        Range { low: total.low.min(0), high: total.high.max(0) }
    }

    fn held(&self, expr: &Expr, raw: Range) -> Option<Unchecked> {
        let otherwise = matches!(
            expr.kind,
            ExprKind::Arith(Arith::DivInt | Arith::DivDecimal | Arith::DivMoney | Arith::RatioMoney, ..)
        );
        let held = match &expr.kind {
            ExprKind::Civil(..) => Range { low: FIRST_MOMENT.into(), high: LAST_MOMENT.into() },
            ExprKind::Business(..) => Range { low: 0, high: 0 },
            _ => Range::held(&expr.ty)?,
        };
        Some(Unchecked { raw, held, otherwise })
    }

    /// Looks at what computes or compares.
    pub(super) fn compute(&mut self, expr: &Expr, surely: bool, into: &mut Vec<Failure>) -> Seen {
        let fail = |what, when| Failure { what, span: expr.span, when, surely };
        match &expr.kind {
            ExprKind::Arith(op, a, b) => {
                let (a, b) = (self.look(a, surely, into), self.look(b, surely, into));
                let seen = self.seen(format!("{op:?}"), vec![a.term, b.term], Range::ALL);
                if matches!(op, Arith::AddMoney | Arith::SubMoney | Arith::RatioMoney) {
                    self.meet(a, b, fail(What::Unknown, ""), into);
                }
                let seen = Seen { currency: a.currency, ..seen };
                let divides =
                    matches!(op, Arith::DivInt | Arith::DivDecimal | Arith::DivMoney | Arith::RatioMoney);
                if divides && b.range.low <= 0 && 0 <= b.range.high {
                    into.push(fail(What::Term(seen.term), "it divides by zero"));
                }
                self.checked(expr, arith(*op, a.range, b.range), seen, surely, into)
            }
            ExprKind::Negate(_, inner) => {
                let inner = self.look(inner, surely, into);
                let seen = self.seen("-".into(), vec![inner.term], Range::ALL);
                self.checked(
                    expr,
                    inner.range.negated(),
                    Seen { currency: inner.currency, ..seen },
                    surely,
                    into,
                )
            }
            ExprKind::ToDecimal(inner) => {
                let inner = self.look(inner, surely, into);
                let seen = self.seen("decimal".into(), vec![inner.term], Range::ALL);
                self.checked(expr, inner.range.scaled(SCALE), seen, surely, into)
            }
            ExprKind::Civil(op, inner) => {
                let inner = self.look(inner, surely, into);
                let (low, high) = match op {
                    CivilOp::Date => (FIRST_DATE, LAST_DATE),
                    CivilOp::TimeOfDay => (0, LAST_TIME),
                    CivilOp::Weekday => (0, 6),
                };
                let seen = self.seen(
                    format!("{op:?}"),
                    vec![inner.term],
                    Range { low: low.into(), high: high.into() },
                );
                if *op != CivilOp::Weekday {
                    self.checked(expr, inner.range, seen, surely, into);
                }
                seen
            }
            ExprKind::Business(op, calendar, a, b) => {
                let terms = vec![self.look(a, surely, into).term, self.look(b, surely, into).term];
                let range = Range::held(&expr.ty).unwrap_or(Range::ALL);
                let seen = self.seen(format!("{op:?} {calendar}"), terms, range);
                into.push(fail(What::Term(seen.term), "the calendar does not know of the day"));
                seen
            }
            ExprKind::Compare(op, kind, a, b) => {
                let (a, b) = (self.look(a, surely, into), self.look(b, surely, into));
                if *kind == Kind::Money {
                    self.meet(a, b, fail(What::Unknown, ""), into);
                }
                self.seen(format!("{op:?}"), vec![a.term, b.term], Range::ALL)
            }
            ExprKind::Between(between) => {
                let item = self.look(&between.item, surely, into);
                let (low, high) =
                    (self.look(&between.low, surely, into), self.look(&between.high, surely, into));
                if between.kind == Kind::Money {
                    self.meet(item, low, fail(What::Unknown, ""), into);
                    // Below the lower end nobody asks about the upper one.
                    let upper = Failure { surely: false, ..fail(What::Unknown, "") };
                    self.meet(item, high, upper, into);
                }
                let terms = vec![item.term, low.term, high.term];
                self.seen(format!("between {}", between.closed), terms, Range::ALL)
            }
            _ => self.seen(format!("{:?}", expr.span), Vec::new(), Range::ALL),
        }
    }

    /// Two amounts meet, and must be of one currency.
    fn meet(&mut self, a: Seen, b: Seen, at: Failure, into: &mut Vec<Failure>) {
        let (a, b) = (a.currency.min(b.currency), a.currency.max(b.currency));
        if a != b {
            into.push(Failure { what: What::Currencies(a, b), when: "two currencies meet", ..at });
        }
    }

    pub(super) fn checked(
        &mut self,
        expr: &Expr,
        raw: Range,
        seen: Seen,
        surely: bool,
        into: &mut Vec<Failure>,
    ) -> Seen {
        let Some(result) = self.held(expr, raw) else { return seen };
        if !raw.within(result.held) {
            let when = "the result does not fit";
            into.push(Failure { what: What::Term(seen.term), span: expr.span, when, surely });
        }
        Seen { range: raw.clamp(result.held), ..seen }
    }
}
