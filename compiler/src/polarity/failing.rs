//! What can fail: every place in an expression whose evaluation refuses the request because it has no value.
//!
//! Expressions go by numbers here ([`Term`]): two with the same number have the same value, or fail alike. A name stands for what it
//! was given, so a failure behind a `let` is found where the name is read.

use std::collections::BTreeMap;

use lictor_bundle::instr::Kind;
use lictor_bundle::schema::{ParamId, Scalar, Schema, TypeId};
use lictor_grammar::span::Span;

use super::outside;
use crate::range::Range;
use crate::typed::{Expr, ExprKind, LocalId, Quantifier, QuantifierKind};
use crate::visit;

/// The most failures that are kept of one `let`. Of a longer one the rest counts as one that nothing else is like.
const MAX_KEPT: usize = 64;
/// More than any parameter that is a set has.
pub(super) const LONGEST: u32 = 1 << 20;

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
pub(super) struct Seen {
    /// Its number.
    pub term: Term,
    /// Between what its value lies, if it is a number.
    pub range: Range,
    /// The expression from which an amount has its currency.
    pub currency: Term,
}

/// What can fail, and what the names of a rule stand for.
pub(super) struct Failing<'s> {
    pub(super) schema: &'s Schema,
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
        let range = quantifier
            .over
            .ty
            .present()
            .element()
            .map_or(Range::ALL, |ty| outside::declared(self.schema, ty));
        self.elements.insert(quantifier.variable, range);
    }

    /// What can fail in an expression.
    pub(super) fn of(&mut self, expr: &Expr) -> Vec<Failure> {
        let mut failures = Vec::new();
        self.look(expr, true, &mut failures);
        failures
    }

    /// Looks at an expression and everything in it. `surely`: whether it is evaluated whenever the whole is.
    pub(super) fn look(&mut self, expr: &Expr, surely: bool, into: &mut Vec<Failure>) -> Seen {
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
                let range = outside::parameter(self.schema, *id);
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
                    .map_or(Range::ALL, |fact| outside::declared(self.schema, fact.result));
                let seen = self.seen(format!("fact {id}"), terms, range);
                into.push(fail(What::Term(seen.term), "nobody supplied the answer"));
                seen
            }
            ExprKind::Arith(..)
            | ExprKind::Negate(..)
            | ExprKind::ToDecimal(_)
            | ExprKind::Civil(..)
            | ExprKind::Business(..)
            | ExprKind::Compare(..)
            | ExprKind::Between(_) => self.compute(expr, surely, into),
            _ => {
                let terms = visit::children(expr).map(|child| self.look(child, surely, into));
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
        let ty = |ty: Option<TypeId>| ty.map_or(Range::ALL, |ty| outside::declared(self.schema, ty));
        match &expr.kind {
            ExprKind::Scalar(value) => (format!("{value:?}"), outside::constant(value)),
            ExprKind::Set(values) => (format!("{values:?}"), Range::ALL),
            ExprKind::Root(name) => (format!("root {name}"), outside::root(self.schema, name)),
            ExprKind::Field(_, record, index) => {
                let fields =
                    self.schema.records.get(usize::from(*record)).map(|record| record.fields.as_slice());
                let field = fields.and_then(|fields| fields.get(usize::from(*index)));
                (format!("field {record} {index}"), ty(field.map(|field| field.ty)))
            }
            ExprKind::Param(id) => (format!("param {id}"), outside::parameter(self.schema, *id)),
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

    pub(super) fn seen(&mut self, name: String, terms: Vec<Term>, range: Range) -> Seen {
        let next = self.terms.len();
        let term = *self.terms.entry((name, terms)).or_insert(next);
        Seen { term, range, currency: term }
    }
}
