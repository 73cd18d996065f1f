//! What is known about the value of an expression, under what is known about the request at its place.
//!
//! An expression whose evaluation fails has no value: the request is refused then, with the code of the failure. What is
//! said here is about the values it has when it has one.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use lictor_bundle::civil::{FIRST_DATE, LAST_DATE, LAST_TIME};
use lictor_bundle::instr::{CivilOp, Comparison};
use lictor_bundle::schema::{ParamId, ParamValue, Schema, Type, TypeId};

use super::abs::Abs;
use super::asserted::Asserted;
use super::compute::{among, arith, compare, negated};
use crate::check::{Roots, path_of};
use crate::typed::{Expr, ExprKind, LocalId, Quantifier, QuantifierKind, Ty};
use crate::visit;

/// What is known at a place.
#[derive(Clone)]
pub(crate) struct Known<'a> {
    schema: &'a Schema,
    /// The types of the parts of the request.
    roots: &'a Roots,
    /// How many more expressions are looked at: a policy must not take longer to check than to read.
    fuel: &'a Cell<u32>,
    /// What the names here stand for.
    pub(super) lets: BTreeMap<LocalId, &'a Expr>,
    /// The types of the elements that variables of quantifiers stand for.
    elements: BTreeMap<LocalId, TypeId>,
    /// The values that a path can have; a path with `?` behind it says whether there is one.
    values: BTreeMap<Cow<'a, str>, Rc<Abs>>,
    /// Conditions that have come out in one way, by their numbers.
    outcomes: BTreeMap<u64, Asserted<'a>>,
    /// Whether no request comes here.
    pub impossible: bool,
}

impl<'a> Known<'a> {
    /// What is known about every request with these parts.
    pub fn new(schema: &'a Schema, roots: &'a Roots, fuel: &'a Cell<u32>) -> Known<'a> {
        let (lets, elements, values) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Known { schema, roots, fuel, lets, elements, values, outcomes: BTreeMap::new(), impossible: false }
    }

    /// Names a value.
    pub fn bind(&mut self, id: LocalId, value: &'a Expr) {
        self.lets.insert(id, value);
    }

    /// Takes it as known that a condition came out as `outcome`.
    pub fn assume(&mut self, condition: &'a Expr, outcome: bool) {
        if !self.took(condition, outcome).may_be(outcome) {
            self.impossible = true;
        }
    }

    /// Takes it as known that the value at a path is one of these.
    pub fn limit(&mut self, path: impl Into<Cow<'a, str>>, to: &Abs) {
        let path = path.into();
        let known = self.values.get(&path).map_or_else(|| to.clone(), |known| known.meet(to));
        self.impossible |= known.is_empty();
        self.values.insert(path, Rc::new(known));
    }

    /// Takes it as known that a condition came out as `outcome`; whether there was the means to look at it.
    pub(super) fn came_out(&mut self, condition: &'a Expr, outcome: bool) -> bool {
        let Some(asserted) = self.asserted(condition, outcome) else { return false };
        // Of two with one number, the earlier is forgotten.
        self.outcomes.insert(asserted.number.0, asserted);
        true
    }

    /// How a condition is known to have come out.
    fn outcome(&self, condition: &'a Expr) -> Option<bool> {
        if self.outcomes.is_empty() {
            return None;
        }
        let asked = self.asserted(condition, true)?;
        let known = self.outcomes.get(&asked.number.0)?;
        known.is_about(&asked).then_some(known.number.1 == asked.number.1)
    }

    /// Takes what a step costs, if that much is left.
    pub(super) fn spend(&self, cost: u32) -> bool {
        let left = self.fuel.get().checked_sub(cost);
        self.fuel.set(left.unwrap_or(0));
        left.is_some()
    }

    /// A condition under its number, which costs as much as the condition is long; nothing where that is not left.
    fn asserted(&self, condition: &'a Expr, outcome: bool) -> Option<Asserted<'a>> {
        let nodes = u32::try_from(visit::count(condition)).unwrap_or(u32::MAX);
        self.spend(nodes).then(|| Asserted::of(condition, outcome))
    }

    /// The values that an expression can have here; of an optional one, where it has one.
    pub fn value(&self, expr: &'a Expr) -> Abs {
        if !self.spend(1) {
            return Abs::any();
        }
        match &expr.kind {
            ExprKind::Scalar(value) => Abs::constant(value),
            ExprKind::Local(id) if self.lets.contains_key(id) => {
                self.lets.get(id).map_or_else(Abs::any, |value| self.value(value))
            }
            ExprKind::Root(_)
            | ExprKind::Local(_)
            | ExprKind::Field(..)
            | ExprKind::Lookup(..)
            | ExprKind::Sourced(..) => {
                let declared = self.type_of(expr).map_or_else(Abs::any, |ty| Abs::of(self.schema, ty));
                let path = if self.values.is_empty() { None } else { self.path(expr) };
                match path.and_then(|path| self.values.get(&path)) {
                    Some(known) => declared.meet(known),
                    None => declared,
                }
            }
            ExprKind::Known(inner) => self.value(inner),
            ExprKind::Param(id) => self.parameter(*id),
            ExprKind::MoneyParam(id, _) => self.parameter(*id),
            ExprKind::Fact(id, _) => match self.schema.facts.get(usize::from(*id)) {
                Some(fact) => Abs::of(self.schema, fact.result),
                None => Abs::any(),
            },
            ExprKind::Otherwise(of, other) => match self.present(of) {
                Some(true) => self.value(of),
                Some(false) => self.value(other),
                None => self.value(of).join(&self.value(other)),
            },
            ExprKind::If(condition, yes, no) => {
                let (yes, no) = (self.under(condition, true, yes), self.under(condition, false, no));
                yes.join(&no)
            }
            ExprKind::Let(id, value, body) => {
                let mut inside = self.clone();
                inside.bind(*id, value);
                inside.value(body)
            }
            ExprKind::Length(of) => self.length(of),
            ExprKind::Negate(_, of) => match self.value(of) {
                Abs::Range(low, high) => Abs::Range(-high, -low),
                Abs::Money(currency, low, high) => Abs::Money(currency, -high, -low),
                _ => Abs::any(),
            },
            ExprKind::ToDecimal(of) => match self.value(of) {
                Abs::Range(low, high) => {
                    Abs::Range(low.saturating_mul(1_000_000_000), high.saturating_mul(1_000_000_000))
                }
                _ => Abs::any(),
            },
            ExprKind::Civil(CivilOp::Date, _) => Abs::Range(FIRST_DATE.into(), LAST_DATE.into()),
            ExprKind::Civil(CivilOp::TimeOfDay, _) => Abs::Range(0, LAST_TIME.into()),
            ExprKind::Civil(CivilOp::Weekday, _) => Abs::Range(0, 6),
            ExprKind::Arith(op, a, b) => arith(*op, &self.value(a), &self.value(b)),
            ExprKind::Quantifier(quantifier) if expr.ty != Ty::Bool => self.number(quantifier),
            _ if expr.ty == Ty::Bool => self.condition(expr),
            _ => Abs::any(),
        }
    }

    /// A value where a condition has come out in one way; nothing where it cannot.
    fn under(&self, condition: &'a Expr, outcome: bool, value: &'a Expr) -> Abs {
        let mut inside = self.clone();
        inside.narrow(condition, &Abs::truth(outcome));
        if inside.impossible { Abs::OneOf(Default::default()) } else { inside.value(value) }
    }

    fn condition(&self, expr: &'a Expr) -> Abs {
        if let Some(outcome) = self.outcome(expr) {
            return Abs::truth(outcome);
        }
        match &expr.kind {
            ExprKind::Not(inner) => negated(&self.value(inner)),
            ExprKind::And(..) | ExprKind::Or(..) => self.clone().chain(expr),
            ExprKind::Present(of) => self.present(of).map_or_else(Abs::either, Abs::truth),
            ExprKind::Compare(op, _, a, b) => compare(*op, &self.value(a), &self.value(b)),
            ExprKind::Between(between) => {
                let (item, low, high) =
                    (self.value(&between.item), self.value(&between.low), self.value(&between.high));
                let upper = if between.closed { Comparison::LessOrEqual } else { Comparison::Less };
                let above = compare(Comparison::LessOrEqual, &low, &item);
                let below = compare(upper, &item, &high);
                match (above.may_be(true) && below.may_be(true), above.may_be(false) || below.may_be(false)) {
                    (false, _) => Abs::truth(false),
                    (true, false) => Abs::truth(true),
                    (true, true) => Abs::either(),
                }
            }
            ExprKind::Contains(_, item, collection) => match &collection.kind {
                ExprKind::Set(values) => among(&self.value(item), values),
                _ => Abs::either(),
            },
            ExprKind::Quantifier(quantifier) => self.quantified(quantifier),
            _ => Abs::either(),
        }
    }

    /// The value of a condition, and that it came out as `outcome` is known from here on.
    fn took(&mut self, condition: &'a Expr, outcome: bool) -> Abs {
        let goes_on = match condition.kind {
            ExprKind::And(..) => outcome,
            ExprKind::Or(..) => !outcome,
            _ => false,
        };
        if !goes_on || !self.spend(1) {
            let value = self.value(condition);
            self.narrow(condition, &Abs::truth(outcome));
            return value;
        }
        if let Some(known) = self.outcome(condition) {
            self.narrow(condition, &Abs::truth(outcome));
            return Abs::truth(known);
        }
        let value = self.chain(condition);
        if let ExprKind::And(_, last) | ExprKind::Or(_, last) = &condition.kind {
            self.narrow(last, &Abs::truth(outcome));
        }
        self.came_out(condition, outcome);
        value
    }

    /// The value of `a and b`, or of `a or b`. Whoever looks at `b` knows how `a` came out, and of a longer chain all before it: that is
    /// learned once a link, and left behind here.
    fn chain(&mut self, expr: &'a Expr) -> Abs {
        let (a, b, goes_on) = match &expr.kind {
            ExprKind::And(a, b) => (a, b, true),
            ExprKind::Or(a, b) => (a, b, false),
            _ => return self.value(expr),
        };
        let left = self.took(a, goes_on);
        if !left.may_be(goes_on) {
            return Abs::truth(!goes_on);
        }
        let right = if self.impossible { Abs::OneOf(Default::default()) } else { self.value(b) };
        if left.may_be(!goes_on) { right.join(&Abs::truth(!goes_on)) } else { right }
    }

    fn quantified(&self, quantifier: &'a Quantifier) -> Abs {
        let inside = self.inside(quantifier).value(&quantifier.body);
        let filled = matches!(self.length(&quantifier.over), Abs::Range(1.., _));
        match quantifier.kind {
            QuantifierKind::All if !inside.may_be(false) && !quantifier.refuse_empty => Abs::truth(true),
            QuantifierKind::All if !inside.may_be(true) && filled => Abs::truth(false),
            QuantifierKind::Any if !inside.may_be(true) => Abs::truth(false),
            QuantifierKind::Any if !inside.may_be(false) && filled => Abs::truth(true),
            _ => Abs::either(),
        }
    }

    fn number(&self, quantifier: &'a Quantifier) -> Abs {
        match quantifier.kind {
            QuantifierKind::Count => match self.length(&quantifier.over) {
                Abs::Range(_, high) => Abs::Range(0, high),
                _ => Abs::any(),
            },
            // A sum of what is never below zero is not either.
            QuantifierKind::Sum(_) => match self.inside(quantifier).value(&quantifier.body) {
                Abs::Range(0.., _) => Abs::Range(0, i128::MAX),
                Abs::Money(currency, 0.., _) => Abs::Money(currency, 0, i64::MAX.into()),
                Abs::Money(..) => Abs::Money(None, i64::MIN.into(), i64::MAX.into()),
                _ => Abs::Range(i128::MIN + 1, i128::MAX),
            },
            _ => Abs::any(),
        }
    }

    /// What is known about each element of a quantifier's collection.
    fn inside(&self, quantifier: &Quantifier) -> Known<'a> {
        let mut inside = self.clone();
        if let Some(element) = quantifier.over.ty.element() {
            inside.elements.insert(quantifier.variable, element);
            inside.lets.remove(&quantifier.variable);
        }
        inside
    }

    fn length(&self, of: &'a Expr) -> Abs {
        let (Ty::List { max, .. } | Ty::Set { max, .. } | Ty::Map { max, .. }) = of.ty else {
            return Abs::Range(0, i64::MAX.into());
        };
        let ty = self.type_of(of).and_then(|ty| self.schema.types.get(usize::from(ty)));
        let ty = match ty {
            Some(Type::Optional(inner)) => self.schema.types.get(usize::from(*inner)),
            other => other,
        };
        match ty {
            Some(Type::List { min, max, .. } | Type::Set { min, max, .. } | Type::Map { min, max, .. }) => {
                Abs::Range((*min).into(), (*max).into())
            }
            // A parameter, or a set that is written out.
            _ => Abs::Range(0, i128::from(max).max(65_536)),
        }
    }

    /// The values that a parameter can have: what it may be set to, not what it is set to today.
    fn parameter(&self, id: ParamId) -> Abs {
        let Some(param) = self.schema.params.get(usize::from(id)) else { return Abs::any() };
        let declared = Abs::of(self.schema, param.ty);
        match &param.range {
            Some((ParamValue::Scalar(low), ParamValue::Scalar(high))) => {
                declared.meet(&Abs::constant(low).join(&Abs::constant(high)))
            }
            _ => declared,
        }
    }

    /// Whether an optional value is there, where that is known.
    fn present(&self, of: &'a Expr) -> Option<bool> {
        if let ExprKind::Local(id) = &of.kind
            && let Some(value) = self.lets.get(id)
        {
            return self.present(value);
        }
        let path = self.path(of)?;
        let known = |path: &str| match self.values.get(format!("{path}?").as_str()).map(Rc::as_ref) {
            Some(known) if !known.may_be(false) => Some(true),
            Some(known) if !known.may_be(true) => Some(false),
            _ => None,
        };
        // What lies within something absent is absent.
        let outer = path.match_indices('.').map(|(at, _)| path.get(..at).unwrap_or_default());
        if outer.into_iter().any(|outer| known(outer) == Some(false)) { Some(false) } else { known(&path) }
    }

    pub(super) fn path(&self, expr: &'a Expr) -> Option<Cow<'a, str>> {
        match &expr.kind {
            ExprKind::Root(name) => Some(Cow::Borrowed(name)),
            ExprKind::Local(id) => match self.lets.get(id) {
                Some(value) => self.path(value),
                None => path_of(self.schema, expr).map(Cow::Owned),
            },
            ExprKind::Known(inner) => self.path(inner),
            ExprKind::Field(of, record, index) => {
                let field = self.schema.records.get(usize::from(*record))?.fields.get(usize::from(*index))?;
                Some(format!("{}.{}", self.path(of)?, field.name).into())
            }
            ExprKind::Sourced(part, of) => Some(format!("{}.{}", self.path(of)?, part.name()).into()),
            _ => path_of(self.schema, expr).map(Cow::Owned),
        }
    }

    fn type_of(&self, expr: &Expr) -> Option<TypeId> {
        match &expr.kind {
            ExprKind::Root(name) => {
                self.roots.common.iter().find(|(root, _)| root == name).map(|(_, ty)| *ty)
            }
            ExprKind::Local(id) => match self.lets.get(id) {
                Some(value) => self.type_of(value),
                None => self.elements.get(id).copied(),
            },
            ExprKind::Known(inner) => self.type_of(inner),
            ExprKind::Field(_, record, index) => {
                let record = self.schema.records.get(usize::from(*record))?;
                record.fields.get(usize::from(*index)).map(|field| field.ty)
            }
            _ => expr.taken_out(self.schema),
        }
    }
}
