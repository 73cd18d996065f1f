//! What can fail: every place in an expression whose evaluation refuses the request because it has no value.
//!
//! Expressions go by numbers here ([`Term`]): two with the same number have the same value, or fail alike. A name stands for what it
//! was given, so a failure behind a `let` is found where the name is read.

use std::collections::BTreeMap;

use lictor_bundle::civil::{FIRST_DATE, LAST_DATE, LAST_TIME};
use lictor_bundle::decimal::SCALE;
use lictor_bundle::instr::{Arith, CivilOp, Kind};
use lictor_bundle::schema::{Direction, ParamId, ParamValue, Scalar, Schema, Type, TypeId};
use lictor_bundle::time::{FIRST_MOMENT, LAST_MOMENT};
use lictor_grammar::span::Span;

use crate::range::{Range, arith};
use crate::typed::{Expr, ExprKind, LocalId, Quantifier, QuantifierKind, Ty};

/// The most failures that are kept of one `let`. Of a longer one the rest counts as one that nothing else is like.
const MAX_KEPT: usize = 64;
/// More than any parameter that is a set has.
const LONGEST: u32 = 1 << 20;

/// The number of an expression, whatever its place.
pub(super) type Term = usize;

/// What fails.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum What {
    /// This expression.
    Term(Term),
    /// Two amounts of different currencies meet.
    Currencies(Term, Term),
    /// A parameter without a value in the currency of an amount.
    Price(Term, ParamId),
    /// Something in an expression that has too many parts to tell.
    Unknown,
}

/// A place that can fail.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure {
    /// What fails.
    pub what: What,
    /// Where.
    pub span: Span,
    /// When, for a person: what stands behind "this refuses where".
    pub when: &'static str,
    /// Whether it is evaluated whenever the whole is.
    pub surely: bool,
}

/// What is known about an expression.
#[derive(Clone, Copy, Debug)]
struct Seen {
    term: Term,
    /// Between what its value lies, if it is a number.
    range: Range,
    /// The expression from which an amount has its currency.
    currency: Term,
}

/// A result before it is checked, and what can be held.
pub(super) struct Unchecked {
    /// What can come out.
    pub raw: Range,
    /// What fits.
    pub held: Range,
    /// Whether it can fail for another reason than that it does not fit.
    pub otherwise: bool,
}

/// What can fail, and what the names of a rule stand for.
pub(super) struct Failing<'s> {
    schema: &'s Schema,
    terms: BTreeMap<(String, Vec<Term>), Term>,
    lets: BTreeMap<LocalId, (Seen, Vec<Failure>)>,
    elements: BTreeMap<LocalId, Range>,
}

impl<'s> Failing<'s> {
    pub(super) fn new(schema: &'s Schema) -> Failing<'s> {
        Failing { schema, terms: BTreeMap::new(), lets: BTreeMap::new(), elements: BTreeMap::new() }
    }

    /// Names a value.
    pub(super) fn bind(&mut self, id: LocalId, value: &Expr) {
        let mut failures = Vec::new();
        let seen = self.look(value, true, &mut failures);
        if failures.len() > MAX_KEPT {
            failures.truncate(MAX_KEPT);
            let rest = Failure {
                what: What::Unknown,
                span: value.span,
                when: "a part of it cannot be evaluated",
                surely: false,
            };
            failures.push(rest);
        }
        self.lets.insert(id, (seen, failures));
    }

    /// Names an element of a collection.
    pub(super) fn element(&mut self, quantifier: &Quantifier) {
        let range = quantifier.over.ty.present().element().map_or(Range::ALL, |ty| self.declared(ty));
        self.elements.insert(quantifier.variable, range);
    }

    /// What can fail in an expression.
    pub(super) fn of(&mut self, expr: &Expr) -> Vec<Failure> {
        let mut failures = Vec::new();
        self.look(expr, true, &mut failures);
        failures
    }

    /// Whether what was found to fail at one place is sure to have failed at another before: the same, or a price in the same currency
    /// of a parameter that has no more of them.
    pub(super) fn covers(&self, before: What, later: What) -> bool {
        match (before, later) {
            (What::Price(amount, asked), What::Price(other, wanted)) if amount == other => {
                let wanted = self.currencies(wanted);
                self.currencies(asked).iter().all(|currency| wanted.contains(currency))
            }
            (What::Unknown, _) => false,
            _ => before == later,
        }
    }

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

    fn total(&mut self, quantifier: &Quantifier) -> Range {
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

    /// Looks at an expression and everything in it. `surely`: whether it is evaluated whenever the whole is.
    fn look(&mut self, expr: &Expr, surely: bool, into: &mut Vec<Failure>) -> Seen {
        let fail = |what, when| Failure { what, span: expr.span, when, surely };
        match &expr.kind {
            ExprKind::Local(id) => {
                if let Some((seen, failures)) = self.lets.get(id) {
                    into.extend(
                        failures
                            .iter()
                            .map(|failure| Failure { surely: surely && failure.surely, ..*failure }),
                    );
                    return *seen;
                }
                let range = self.elements.get(id).copied().unwrap_or(Range::ALL);
                self.seen(format!("{id:?}"), Vec::new(), range)
            }
            ExprKind::Let(id, value, body) => {
                self.bind(*id, value);
                self.look(body, surely, into)
            }
            ExprKind::And(a, b) | ExprKind::Or(a, b) => {
                let name = if matches!(expr.kind, ExprKind::And(..)) { "and" } else { "or" };
                let terms = vec![self.look(a, surely, into).term, self.look(b, false, into).term];
                self.seen(name.into(), terms, Range::ALL)
            }
            ExprKind::Otherwise(a, b) => {
                let (a, b) = (self.look(a, surely, into), self.look(b, false, into));
                let seen = self.seen("otherwise".into(), vec![a.term, b.term], a.range.join(b.range));
                Seen { currency: if a.currency == b.currency { a.currency } else { seen.currency }, ..seen }
            }
            ExprKind::If(condition, a, b) => {
                let condition = self.look(condition, surely, into).term;
                let (a, b) = (self.look(a, false, into), self.look(b, false, into));
                let seen = self.seen("if".into(), vec![condition, a.term, b.term], a.range.join(b.range));
                Seen { currency: if a.currency == b.currency { a.currency } else { seen.currency }, ..seen }
            }
            ExprKind::Quantifier(quantifier) => {
                let over = self.look(&quantifier.over, surely, into).term;
                self.element(quantifier);
                let body = self.look(&quantifier.body, false, into);
                let name =
                    format!("{:?} {:?} {}", quantifier.kind, quantifier.variable, quantifier.refuse_empty);
                let seen = self.seen(name, vec![over, body.term], Range::ALL);
                if quantifier.refuse_empty {
                    into.push(fail(What::Term(seen.term), "there is nothing to look at"));
                }
                match quantifier.kind {
                    QuantifierKind::Sum(kind) => {
                        let raw = self.total(quantifier);
                        if kind == Kind::Money {
                            into.push(fail(
                                What::Term(seen.term),
                                "there is nothing to add up, or two currencies meet",
                            ));
                        }
                        self.checked(expr, raw, seen, surely, into)
                    }
                    QuantifierKind::Count => Seen { range: Range { low: 0, high: LONGEST.into() }, ..seen },
                    QuantifierKind::All | QuantifierKind::Any => seen,
                }
            }
            ExprKind::MoneyParam(id, like) => {
                // What it is taken like stands beside it, and is looked at there.
                let like = self.look(like, surely, &mut Vec::new());
                into.push(fail(
                    What::Price(like.currency, *id),
                    "the parameter has no value in the currency of the amount",
                ));
                let range = self.parameter(*id);
                Seen {
                    currency: like.currency,
                    ..self.seen(format!("param {id}"), vec![like.currency], range)
                }
            }
            ExprKind::Fact(id, arguments) => {
                let terms = arguments.iter().map(|argument| self.look(argument, surely, into).term).collect();
                let range = self
                    .schema
                    .facts
                    .get(usize::from(*id))
                    .map_or(Range::ALL, |fact| self.declared(fact.result));
                let seen = self.seen(format!("fact {id}"), terms, range);
                into.push(fail(What::Term(seen.term), "nobody supplied the answer"));
                seen
            }
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
            _ => {
                let terms =
                    crate::visit::children(expr).into_iter().map(|child| self.look(child, surely, into));
                let seen: Vec<Seen> = terms.collect();
                let (name, range) = self.plain(expr, &seen);
                match (&expr.kind, seen.as_slice()) {
                    (ExprKind::Known(_), [inner]) => *inner,
                    (ExprKind::Scalar(Scalar::Money(currency, _)), _) => {
                        let currency = self.seen(format!("{currency:?}"), Vec::new(), range).term;
                        Seen { currency, ..self.seen(name, Vec::new(), range) }
                    }
                    _ => self.seen(name, seen.iter().map(|seen| seen.term).collect(), range),
                }
            }
        }
    }

    /// The name of an expression that cannot fail by itself, and between what its value lies.
    fn plain(&self, expr: &Expr, inner: &[Seen]) -> (String, Range) {
        let ty = |ty: Option<TypeId>| ty.map_or(Range::ALL, |ty| self.declared(ty));
        match &expr.kind {
            ExprKind::Scalar(value) => (format!("{value:?}"), constant(value)),
            ExprKind::Set(values) => (format!("{values:?}"), Range::ALL),
            ExprKind::Root(name) => (format!("root {name}"), self.root(name)),
            ExprKind::Field(_, record, index) => {
                let fields =
                    self.schema.records.get(usize::from(*record)).map(|record| record.fields.as_slice());
                let field = fields.and_then(|fields| fields.get(usize::from(*index)));
                (format!("field {record} {index}"), ty(field.map(|field| field.ty)))
            }
            ExprKind::Param(id) => (format!("param {id}"), self.parameter(*id)),
            ExprKind::Length(_) => ("size".into(), Range { low: 0, high: LONGEST.into() }),
            ExprKind::Lookup(..) => ("lookup".into(), ty(expr.taken_out(self.schema))),
            ExprKind::Sourced(part, _) => (format!("{part:?}"), ty(expr.taken_out(self.schema))),
            ExprKind::Contains(kind, ..) => (format!("in {kind:?}"), Range::ALL),
            ExprKind::Text(op, ..) | ExprKind::Within(op, ..) => {
                (format!("{op:?} {}", inner.len()), Range::ALL)
            }
            ExprKind::Part(part, _) => (format!("{part:?}"), Range::ALL),
            ExprKind::LowerAscii(_) => ("lower".into(), Range::ALL),
            ExprKind::Not(_) => ("not".into(), Range::ALL),
            ExprKind::Present(_) => ("present".into(), Range::ALL),
            _ => (format!("{:?}", expr.span), Range::ALL),
        }
    }

    fn seen(&mut self, name: String, terms: Vec<Term>, range: Range) -> Seen {
        let next = self.terms.len();
        let term = *self.terms.entry((name, terms)).or_insert(next);
        Seen { term, range, currency: term }
    }

    /// Two amounts meet, and must be of one currency.
    fn meet(&mut self, a: Seen, b: Seen, at: Failure, into: &mut Vec<Failure>) {
        let (a, b) = (a.currency.min(b.currency), a.currency.max(b.currency));
        if a != b {
            into.push(Failure { what: What::Currencies(a, b), when: "two currencies meet", ..at });
        }
    }

    fn checked(
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

    /// The values that come from outside at a place of this type.
    fn declared(&self, ty: TypeId) -> Range {
        let least = |signed: bool, low: i128| if signed { low } else { 0 };
        match self.schema.types.get(usize::from(ty)) {
            Some(Type::Int { signed } | Type::Money { signed } | Type::Duration { signed }) => {
                Range { low: least(*signed, i64::MIN.into()), high: i64::MAX.into() }
            }
            Some(Type::Decimal { signed }) => match Range::held(&Ty::Decimal) {
                Some(held) => Range { low: least(*signed, held.low), high: held.high },
                None => Range::ALL,
            },
            Some(Type::Timestamp) => Range { low: FIRST_MOMENT.into(), high: LAST_MOMENT.into() },
            Some(Type::Date) => Range { low: FIRST_DATE.into(), high: LAST_DATE.into() },
            Some(Type::Optional(inner)) => self.declared(*inner),
            _ => Range::ALL,
        }
    }

    /// The values that a part of the request can have, in whichever action.
    fn root(&self, name: &str) -> Range {
        let records = self
            .schema
            .actions
            .iter()
            .filter_map(|action| self.schema.records.get(usize::from(action.request)));
        let fields = records.flat_map(|record| record.fields.iter().filter(|field| field.name == name));
        fields.map(|field| self.declared(field.ty)).reduce(Range::join).unwrap_or(Range::ALL)
    }

    /// The values that a parameter can come to have. No layer passes the range; and only one that may loosen it passes the default.
    fn parameter(&self, id: ParamId) -> Range {
        let Some(param) = self.schema.params.get(usize::from(id)) else { return Range::ALL };
        let mut range = self.declared(param.ty);
        if let Some((low, high)) = &param.range {
            range = Range { low: values(low).low, high: values(high).high }.clamp(range);
        }
        if param.loosen_by.is_empty() {
            let default = values(&param.default);
            match param.direction {
                Direction::Lower => range.high = range.high.min(default.high),
                Direction::Higher => range.low = range.low.max(default.low),
                _ => {}
            }
        }
        range
    }

    fn currencies(&self, id: ParamId) -> Vec<Scalar> {
        let param = self.schema.params.get(usize::from(id));
        let Some(ParamValue::Money(amounts)) = param.map(|param| &param.default) else { return Vec::new() };
        let bare = |amount: &Scalar| match amount {
            Scalar::Money(currency, _) => Scalar::Money(*currency, 0),
            other => other.clone(),
        };
        amounts.iter().map(bare).collect()
    }
}

/// Between what the values lie.
fn values(of: &ParamValue) -> Range {
    match of {
        ParamValue::Scalar(value) => constant(value),
        ParamValue::Money(values) | ParamValue::Set(values) => {
            values.iter().map(constant).reduce(Range::join).unwrap_or(Range::ALL)
        }
    }
}

fn constant(value: &Scalar) -> Range {
    match value {
        Scalar::Int(n)
        | Scalar::Money(_, n)
        | Scalar::Timestamp(n)
        | Scalar::Duration(n)
        | Scalar::Date(n) => Range { low: (*n).into(), high: (*n).into() },
        Scalar::Decimal(n) => Range { low: *n, high: *n },
        _ => Range::ALL,
    }
}
