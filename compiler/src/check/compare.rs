//! Comparisons and membership.

use lictor_bundle::instr::{Comparison, Kind};
use lictor_bundle::schema::Scalar;
use lictor_grammar::ast::{self, BinaryOp};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::arith::to_decimal;
use super::calendar::over_midnight;
use super::money::is_open;
use super::{Checker, describe, kind_of, together, ty_of};
use crate::ids;
use crate::typed::{Between, Expr, ExprKind, Ty};

impl Checker<'_, '_> {
    /// Two operands. A literal or an enum's value takes its type from the other side, whichever it is.
    pub fn pair(&mut self, left: &ast::Expr, right: &ast::Expr) -> Option<(Expr, Expr)> {
        // Whether a value may be absent does not matter beside `absent`, or something that could not be read: just that may be asked.
        let unread = |side: &ast::Expr| matches!(side.kind, ast::ExprKind::Error | ast::ExprKind::Absent);
        if unread(left) || unread(right) {
            self.expr(left, None);
            self.expr(right, None);
            return None;
        }
        if self.shapeless(left) && !self.shapeless(right) {
            let right = self.definite(right, None)?;
            let left = self.definite(left, Some(&self.meant(&right.ty)))?;
            return Some((left, right));
        }
        let first = self.definite(left, None);
        // A word beside something that is wrong may well be one of its values.
        if first.is_none() && matches!(right.kind, ast::ExprKind::Name(_)) && self.shapeless(right) {
            self.sought_in(right);
            return None;
        }
        let meant = first.as_ref().map(|expr| self.meant(&expr.ty));
        let second = self.definite(right, meant.as_ref());
        Some((first?, second?))
    }

    /// Makes an Int a Decimal where the other is one; refuses two types.
    pub fn same_type(&mut self, left: Expr, right: Expr, span: Span) -> Option<(Expr, Expr)> {
        let (left, right) = match (&left.ty, &right.ty) {
            (Ty::Int, Ty::Decimal) => (to_decimal(left), right),
            (Ty::Decimal, Ty::Int) => (left, to_decimal(right)),
            _ => (left, right),
        };
        if left.ty == right.ty {
            if left.ty == Ty::Money {
                self.same_currency(&left, &right)?;
            }
            return Some((left, right));
        }
        let schema = &self.declared.schema;
        let (a, b) = (describe(schema, &left.ty), describe(schema, &right.ty));
        // Two of which the first word is the same are told with all of it.
        let (a, b) = match a == b {
            true => (format!("a {}", left.ty.written(schema)), format!("a {}", right.ty.written(schema))),
            false => (a, b),
        };
        let (help, instead) = together::advice(schema, &left, &right);
        let message = format!("{a} and {b} do not go together");
        let (this, that) = (format!("this is {a}"), format!("this is {b}"));
        let around = span.start <= left.span.start && right.span.end <= span.end;
        let error = if around {
            Diagnostic::error("E0304", left.span, message).here(this)
        } else {
            Diagnostic::error("E0304", span, message).here("here").also(left.span, this)
        };
        let error = error.also(right.span, that).help(help);
        self.out.push(match instead {
            Some((place, text)) => error.fix(place, text),
            None => error,
        });
        None
    }

    pub(super) fn compare(
        &mut self,
        op: BinaryOp,
        at: Span,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        if right.kind == ast::ExprKind::Absent && matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
            self.expr(left, None);
            let asks = if op == BinaryOp::Equal { "is absent" } else { "is present" };
            self.out.push(
                Diagnostic::error("E0313", at.to(right.span), "nothing is compared with `absent`")
                    .help(format!("write `{asks}`"))
                    .fix(at.to(right.span), asks),
            );
            return None;
        }
        let (left, right) = self.pair(left, right)?;
        let (left, right) = self.same_type(left, right, at)?;
        let Some(kind) = kind_of(&left.ty) else {
            let what = describe(&self.declared.schema, &left.ty);
            self.out.push(
                Diagnostic::error("E0309", at, format!("{what} is not compared as a whole"))
                    .help("compare one of its fields, or ask with `in`, `all(…)` or `any(…)`"),
            );
            return None;
        };
        let equality = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
        let ordered = kind != Kind::Bits && !matches!(left.ty, Ty::Form(_));
        if !ordered && !equality && !self.is_tier(&left.ty) {
            let what = describe(&self.declared.schema, &left.ty);
            self.out.push(
                Diagnostic::error(
                    "E0309",
                    at,
                    format!("{what} is not more or less than another: its values have no order"),
                )
                .help("ask with `==`, `!=` or `in`"),
            );
            return None;
        }
        if is_open(&left) && is_open(&right) {
            self.closed(left)?;
            return None;
        }
        let (op, swap) = match op {
            BinaryOp::Equal => (Comparison::Equal, false),
            BinaryOp::NotEqual => (Comparison::NotEqual, false),
            BinaryOp::Less => (Comparison::Less, false),
            BinaryOp::LessOrEqual => (Comparison::LessOrEqual, false),
            BinaryOp::Greater => (Comparison::Less, true),
            _ => (Comparison::LessOrEqual, true),
        };
        Some(self.settle(left, right, span, |left, right| {
            let (left, right) = if swap { (right, left) } else { (left, right) };
            Expr { kind: ExprKind::Compare(op, kind, Box::new(left), Box::new(right)), ty: Ty::Bool, span }
        }))
    }

    fn is_tier(&self, ty: &Ty) -> bool {
        matches!((ty, self.declared.schema.tiers), (Ty::Enum(id), Some(tiers)) if *id == tiers)
    }

    /// `item in collection`
    pub(super) fn contains(&mut self, item: &ast::Expr, collection: &ast::Expr, span: Span) -> Option<Expr> {
        match &collection.kind {
            ast::ExprKind::List(elements) => self.among(item, elements, span),
            ast::ExprKind::Range(low, high, closed) => self.between(item, low, high, *closed, span),
            ast::ExprKind::String(_) => self.within_text(item, collection, span),
            _ => {
                let outer = self.definite(collection, None)?;
                if let Ty::Map { .. } = outer.ty {
                    return self.in_map(item, outer, span);
                }
                if let Some(found) = self.within_value(item, &outer, span) {
                    return found;
                }
                let collection = self.as_collection(outer)?;
                if let Some(found) = self.within_any(item, &collection, span) {
                    return found;
                }
                let (Ty::List { element, .. } | Ty::Set { element, .. }) = collection.ty else { return None };
                let element = ty_of(&self.declared.schema, element);
                let Some(kind) = kind_of(&element) else {
                    let what = describe(&self.declared.schema, &element);
                    self.out.push(
                        Diagnostic::error(
                            "E0309",
                            span,
                            format!("this collection holds records: {what} is not compared as a whole"),
                        )
                        .help("ask about a field: `any(x in xs: x.id == …)`"),
                    );
                    return None;
                };
                let item = self.definite(item, Some(&element))?;
                let item = if element == Ty::Decimal { to_decimal(item) } else { item };
                if item.ty != element {
                    let (a, b) = (
                        describe(&self.declared.schema, &item.ty),
                        describe(&self.declared.schema, &element),
                    );
                    self.out.push(
                        Diagnostic::error(
                            "E0304",
                            item.span,
                            format!("this is {a}, and the collection holds {b}"),
                        )
                        .help("both have the same type"),
                    );
                    return None;
                }
                let item = self.closed(item)?;
                Some(Expr {
                    kind: ExprKind::Contains(kind, Box::new(item), Box::new(collection)),
                    ty: Ty::Bool,
                    span,
                })
            }
        }
    }

    /// `item in [a, b]`: a constant set where all elements are constants, comparisons otherwise.
    fn among(&mut self, item: &ast::Expr, elements: &[ast::Expr], span: Span) -> Option<Expr> {
        let item = self.definite(item, None)?;
        let item = self.closed(item)?;
        if let Some(found) = self.within_listed(&item, elements, span) {
            return found;
        }
        let Some(kind) = kind_of(&item.ty) else {
            let what = describe(&self.declared.schema, &item.ty);
            self.out.push(
                Diagnostic::error("E0309", item.span, format!("{what} is not looked for in a list"))
                    .help("look for one of its fields"),
            );
            return None;
        };
        let mut checked = Vec::with_capacity(elements.len());
        let mut wrong = false;
        // Elements of a type that does not go with the item are one mistake, however many there are.
        let mut refused: Option<Ty> = None;
        for element in elements {
            let Some(element) = self.definite(element, Some(&item.ty)) else {
                wrong = true;
                continue;
            };
            let ty = element.ty.clone();
            if refused.as_ref() == Some(&ty) {
                continue;
            }
            match self.same_type(item.clone(), element, span) {
                // An Int among decimals would compare as a Decimal; the item's own type decides instead.
                Some((left, right)) if left.ty == item.ty => checked.push(right),
                Some((_, right)) => {
                    self.out.push(
                        Diagnostic::error(
                            "E0304",
                            right.span,
                            "this has decimals, and the value it is compared with has none",
                        )
                        .help("write a whole number"),
                    );
                    wrong = true;
                }
                None => {
                    wrong = true;
                    refused = Some(ty);
                }
            }
        }
        if wrong {
            return None;
        }
        if checked.is_empty() {
            self.out.push(
                Diagnostic::error("E0309", span, "nothing is in an empty list").help("list what it may be"),
            );
            return None;
        }
        let constants: Option<Vec<Scalar>> = checked.iter().map(constant).collect();
        if let Some(mut values) = constants {
            values.sort();
            values.dedup();
            let element = self.element_type(&item.ty)?;
            let max = values.len() as u32;
            let set = Expr { kind: ExprKind::Set(values), ty: Ty::Set { element, max }, span };
            return Some(Expr {
                kind: ExprKind::Contains(kind, Box::new(item), Box::new(set)),
                ty: Ty::Bool,
                span,
            });
        }
        let id = self.scope.fresh();
        let local = Expr { kind: ExprKind::Local(id), ty: item.ty.clone(), span: item.span };
        let equal = |element: Expr| Expr {
            kind: ExprKind::Compare(Comparison::Equal, kind, Box::new(local.clone()), Box::new(element)),
            ty: Ty::Bool,
            span,
        };
        let any = checked.into_iter().map(equal).reduce(|left, right| Expr {
            kind: ExprKind::Or(Box::new(left), Box::new(right)),
            ty: Ty::Bool,
            span,
        })?;
        Some(Expr { kind: ExprKind::Let(id, Box::new(item), Box::new(any)), ty: Ty::Bool, span })
    }

    /// The id of the type of a constant set's elements.
    pub(super) fn element_type(&self, ty: &Ty) -> Option<u16> {
        let found = self
            .declared
            .schema
            .types
            .iter()
            .enumerate()
            .find(|(id, _)| ty_of(&self.declared.schema, ids::number(*id)) == *ty);
        found.map(|(id, _)| ids::number(id))
    }

    fn between(
        &mut self,
        item: &ast::Expr,
        low: &ast::Expr,
        high: &ast::Expr,
        closed: bool,
        span: Span,
    ) -> Option<Expr> {
        let item = self.definite(item, None)?;
        let low = self.definite(low, Some(&item.ty))?;
        let high = self.definite(high, Some(&item.ty))?;
        let (item, low) = self.same_type(item, low, span)?;
        let (item, high) = self.same_type(item, high, span)?;
        let (low, high) =
            if item.ty == Ty::Decimal { (to_decimal(low), to_decimal(high)) } else { (low, high) };
        let kind = kind_of(&item.ty).filter(|kind| !matches!(kind, Kind::Bits | Kind::Text));
        let Some(kind) = kind else {
            let what = describe(&self.declared.schema, &item.ty);
            self.out.push(
                Diagnostic::error("E0309", span, format!("{what} does not lie in a range"))
                    .help("a range is of numbers, amounts, times or dates"),
            );
            return None;
        };
        if is_open(&item) {
            self.closed(item)?;
            return None;
        }
        if let (Some(Scalar::TimeOfDay(a)), Some(Scalar::TimeOfDay(b))) = (constant(&low), constant(&high))
            && a > b
        {
            return Some(over_midnight(&item, a, b, closed, span));
        }
        if let (Some(a), Some(b)) = (constant(&low), constant(&high))
            && (a > b || (a == b && !closed))
        {
            self.out.push(
                Diagnostic::error("E0309", span, "nothing lies in this range")
                    .help("the lower end comes first; `a..b` leaves b out, `a..=b` takes it in"),
            );
            return None;
        }
        // An open end is taken in the currency of the item: once for each end.
        let expr = self.settle(item, low, span, |item, low| Expr {
            kind: ExprKind::Between(Box::new(Between { kind, item, low, high, closed })),
            ty: Ty::Bool,
            span,
        });
        Some(self.settle_high(expr))
    }

    fn settle_high(&mut self, expr: Expr) -> Expr {
        match expr.kind {
            ExprKind::Between(between) if is_open(&between.high) => {
                let Between { kind, item, low, high, closed } = *between;
                self.settle(item, high, expr.span, |item, high| Expr {
                    kind: ExprKind::Between(Box::new(Between { kind, item, low, high, closed })),
                    ty: Ty::Bool,
                    span: expr.span,
                })
            }
            ExprKind::Let(id, value, body) => {
                let body = Box::new(self.settle_high(*body));
                Expr { kind: ExprKind::Let(id, value, body), ..expr }
            }
            kind => Expr { kind, ..expr },
        }
    }
}

/// The value of a constant.
pub(crate) fn constant(expr: &Expr) -> Option<Scalar> {
    match &expr.kind {
        ExprKind::Scalar(value) => Some(value.clone()),
        _ => None,
    }
}
