//! Expressions, by kind, and the connectives. Every other kind has a room of its own.

use lictor_bundle::instr::{Comparison, Kind};
use lictor_bundle::schema::{Scalar, Type};
use lictor_grammar::ast::{self, BinaryOp, IsWhat, UnaryOp};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::literal;
use lictor_grammar::span::Span;

use super::literal::scalar;
use super::narrow::shown;
use super::scope::path_of;
use super::{Checker, describe};
use crate::typed::{Expr, ExprKind, Ty};

impl Checker<'_, '_> {
    /// An expression. `want` is the type that its place suggests, for literals and enum values that could be several.
    pub fn expr(&mut self, written: &ast::Expr, want: Option<&Ty>) -> Option<Expr> {
        use ast::ExprKind as W;
        let span = written.span;
        match &written.kind {
            W::Bool(value) => Some(scalar(Scalar::Bool(*value), Ty::Bool, span)),
            W::Number(text) => self.number(text, want, span),
            W::Percent(text) => {
                let value = self.decimal(text, 100, span)?;
                Some(scalar(Scalar::Decimal(value), Ty::Decimal, span))
            }
            W::Quantity(number, unit) => self.money(number, unit, span),
            W::Duration(text) => {
                let value = self.read(literal::duration(text), span)?;
                Some(scalar(Scalar::Duration(value), Ty::Duration, span))
            }
            W::Timestamp(text) => {
                let value = self.read(literal::timestamp(text), span)?;
                Some(scalar(Scalar::Timestamp(value), Ty::Timestamp, span))
            }
            W::String(text) => self.string(text, want, span),
            W::Pattern(_) => {
                self.misplaced("a pattern", "use it in `matches`: `sku.matches(r\"[A-Z]{2}-[0-9]+\")`", span)
            }
            W::Name(text) => self.name(text, want, span),
            W::Field(of, name) => self.field(of, name, span),
            W::Call(name, arguments) => self.call(name, arguments, span),
            W::Method(of, name, arguments) => self.method(of, name, arguments, span),
            W::Quantifier(quantifier) => self.quantifier(quantifier, span),
            W::Unary(UnaryOp::Not, operand) => {
                let operand = self.condition(operand)?;
                Some(Expr { kind: ExprKind::Not(Box::new(operand)), ty: Ty::Bool, span })
            }
            W::Unary(UnaryOp::Negate, operand) => self.negate(operand, want, span),
            W::Binary(op, at, left, right) => match op {
                BinaryOp::And => self.and(left, right, span),
                BinaryOp::Or => self.or(left, right, span),
                BinaryOp::Equal
                | BinaryOp::NotEqual
                | BinaryOp::Less
                | BinaryOp::LessOrEqual
                | BinaryOp::Greater
                | BinaryOp::GreaterOrEqual => self.compare(*op, *at, left, right, span),
                _ => self.arith(*op, *at, left, right, span),
            },
            W::In(item, collection) => self.contains(item, collection, span),
            W::Is(of, what) => self.is(of, *what, span),
            W::If(condition, yes, no) => self.choice(condition, yes, no, want, span),
            W::Otherwise(of, other) => self.otherwise(of, other, span),
            W::Unless(left, right) => self.unless(left, right, span),
            W::List(_) => {
                self.misplaced("a list in brackets", "use it after `in`: `mcc in [7995, 7801]`", span)
            }
            W::Range(..) => self.misplaced("a range", "use it after `in`: `hours in 8..18`", span),
            W::Record(_) => {
                self.misplaced("a record in braces", "write records in examples and tests only", span)
            }
            W::Filled(_) => {
                self.misplaced("a text that is put together", "it stands in normalizers only", span)
            }
            W::Absent => {
                self.misplaced("`absent`", "ask with `is absent`; as a value it stands in tests", span)
            }
            W::As(..) => self.misplaced(
                "`as` and a type",
                "it stands in normalizers only, behind a member of the input",
                span,
            ),
            W::Date(text) => self.date(text, span),
            W::TimeOfDay(text) => self.time_of_day(text, span),
            W::Index(of, key) => self.look_up(of, key, span),
            W::History(node) => self.history(node, span),
            W::Error => None,
        }
    }

    fn misplaced(&mut self, what: &str, help: &str, span: Span) -> Option<Expr> {
        self.out.push(Diagnostic::error("E0313", span, format!("{what} has no place here")).help(help));
        None
    }

    /// Checks something where the outcome of a condition is known.
    pub fn under<T>(&mut self, condition: &Expr, truth: bool, check: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.scope.known.len();
        shown(&self.declared.schema, condition, truth, &mut self.scope.known);
        let result = check(self);
        self.scope.known.truncate(before);
        result
    }

    fn and(&mut self, left: &ast::Expr, right: &ast::Expr, span: Span) -> Option<Expr> {
        if self.several(BinaryOp::And, left, right, span) {
            return None;
        }
        let Some(left) = self.condition(left) else {
            self.condition(right);
            return None;
        };
        let right = self.under(&left, true, |checker| checker.condition(right))?;
        Some(Expr { kind: ExprKind::And(Box::new(left), Box::new(right)), ty: Ty::Bool, span })
    }

    fn or(&mut self, left: &ast::Expr, right: &ast::Expr, span: Span) -> Option<Expr> {
        if self.several(BinaryOp::Or, left, right, span) {
            return None;
        }
        let Some(left) = self.condition(left) else {
            self.condition(right);
            return None;
        };
        let right = self.under(&left, false, |checker| checker.condition(right))?;
        Some(Expr { kind: ExprKind::Or(Box::new(left), Box::new(right)), ty: Ty::Bool, span })
    }

    fn unless(&mut self, left: &ast::Expr, right: &ast::Expr, span: Span) -> Option<Expr> {
        let left = self.condition(left)?;
        let right = self.under(&left, true, |checker| checker.condition(right))?;
        let not = Expr { span: right.span, kind: ExprKind::Not(Box::new(right)), ty: Ty::Bool };
        Some(Expr { kind: ExprKind::And(Box::new(left), Box::new(not)), ty: Ty::Bool, span })
    }

    fn is(&mut self, of: &ast::Expr, what: IsWhat, span: Span) -> Option<Expr> {
        if what == IsWhat::Empty {
            return self.is_empty(of, span);
        }
        let expr = self.expr(of, None)?;
        if !matches!(expr.ty, Ty::Optional(_)) {
            let name = written_path(of).unwrap_or_else(|| "this".to_string());
            self.out.push(
                Diagnostic::error("E0307", span, format!("`{name}` is always present here"))
                    .help("leave the question out"),
            );
            return None;
        }
        let present = Expr { kind: ExprKind::Present(Box::new(expr)), ty: Ty::Bool, span };
        Some(match what {
            IsWhat::Absent => Expr { kind: ExprKind::Not(Box::new(present)), ty: Ty::Bool, span },
            _ => present,
        })
    }

    fn choice(
        &mut self,
        condition: &ast::Expr,
        yes: &ast::Expr,
        no: &ast::Expr,
        want: Option<&Ty>,
        span: Span,
    ) -> Option<Expr> {
        let condition = self.condition(condition)?;
        let yes = self.under(&condition, true, |checker| checker.definite(yes, want));
        let no = self.under(&condition, false, |checker| checker.definite(no, want));
        let (yes, no) = self.same_type(yes?, no?, span)?;
        let ty = yes.ty.clone();
        Some(self.settle(yes, no, span, |yes, no| Expr {
            kind: ExprKind::If(Box::new(condition), Box::new(yes), Box::new(no)),
            ty,
            span,
        }))
    }

    fn otherwise(&mut self, of: &ast::Expr, other: &ast::Expr, span: Span) -> Option<Expr> {
        let expr = self.expr(of, None)?;
        let Ty::Optional(inner) = expr.ty.clone() else {
            let name = written_path(of).unwrap_or_else(|| "this".to_string());
            let error = Diagnostic::error("E0307", span, format!("`{name}` is always present here"))
                .help("leave `otherwise` and what follows it out");
            // A value in parentheses ends before they do.
            let rest = Span { start: of.span.end, ..span };
            let is_bare = of.span.start == span.start;
            self.out.push(if is_bare { error.fix(rest, "") } else { error });
            return None;
        };
        let other = self.definite(other, Some(&inner))?;
        let other = if *inner == Ty::Decimal { super::arith::to_decimal(other) } else { other };
        if other.ty != *inner {
            let (want, found) =
                (describe(&self.declared.schema, &inner), describe(&self.declared.schema, &other.ty));
            self.out.push(
                Diagnostic::error(
                    "E0304",
                    other.span,
                    format!("what stands for an absent value has its type: {want}, not {found}"),
                )
                .help("write a value of that type"),
            );
            return None;
        }
        // A money parameter that stands for an absent amount has nothing to take its currency from.
        let other = self.closed(other)?;
        Some(Expr { kind: ExprKind::Otherwise(Box::new(expr), Box::new(other)), ty: *inner, span })
    }

    fn is_empty(&mut self, of: &ast::Expr, span: Span) -> Option<Expr> {
        let collection = self.collection(of)?;
        let length = Expr { kind: ExprKind::Length(Box::new(collection)), ty: Ty::Int, span };
        let zero = scalar(Scalar::Int(0), Ty::Int, span);
        let kind = ExprKind::Compare(Comparison::Equal, Kind::Int, Box::new(length), Box::new(zero));
        Some(Expr { kind, ty: Ty::Bool, span })
    }

    /// Whether lists of this type always have an element.
    pub fn never_empty(&self, expr: &Expr) -> bool {
        let schema = &self.declared.schema;
        if path_of(schema, expr).is_some_and(|path| self.scope.is_filled(&path)) {
            return true;
        }
        let inner = if let ExprKind::Known(inner) = &expr.kind { inner } else { expr };
        let id = match &inner.kind {
            ExprKind::Root(name) => {
                self.scope.roots.common.iter().find(|(root, _)| root == name).map(|(_, ty)| *ty)
            }
            ExprKind::Field(_, record, index) => {
                let record = schema.records.get(usize::from(*record));
                record.and_then(|record| record.fields.get(usize::from(*index))).map(|field| field.ty)
            }
            _ => None,
        };
        let declared = id.and_then(|id| schema.types.get(usize::from(id)));
        let declared = match declared {
            Some(Type::Optional(inner)) => schema.types.get(usize::from(*inner)),
            other => other,
        };
        matches!(
            declared,
            Some(Type::List { min: 1.., .. } | Type::Set { min: 1.., .. } | Type::Map { min: 1.., .. })
        )
    }
}

/// A path as it was written: `merchant.id`, `prices[sku]`.
pub(crate) fn written_path(written: &ast::Expr) -> Option<String> {
    match &written.kind {
        ast::ExprKind::Name(text) => Some(text.clone()),
        ast::ExprKind::Field(of, name) => Some(format!("{}.{}", written_path(of)?, name.text)),
        ast::ExprKind::Index(of, key) => {
            let key = match &key.kind {
                ast::ExprKind::String(text) => format!("{text:?}"),
                _ => written_path(key)?,
            };
            Some(format!("{}[{key}]", written_path(of)?))
        }
        _ => None,
    }
}
