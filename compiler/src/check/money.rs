//! Money parameters. One stands for an amount a currency; where it meets an amount, it is taken in that amount's
//! currency. Until it has met one it is *open*: its `like` is [`nothing`].

use lictor_bundle::currency::Currency;
use lictor_bundle::schema::Scalar;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::Checker;
use super::literal::scalar;
use super::scope::path_of;
use crate::typed::{Expr, ExprKind, LocalId, Ty};
use crate::visit;

/// What an open parameter is like.
pub(crate) fn nothing(span: Span) -> Expr {
    scalar(Scalar::Money(Currency(0), 0), Ty::Money, span)
}

fn is_nothing(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Scalar(Scalar::Money(Currency(0), _)))
}

/// Whether an amount still waits for a currency.
pub(crate) fn is_open(expr: &Expr) -> bool {
    if expr.ty != Ty::Money {
        return false;
    }
    match &expr.kind {
        ExprKind::MoneyParam(_, like) => is_nothing(like),
        ExprKind::Arith(_, left, right) => is_open(left) || is_open(right),
        ExprKind::If(_, yes, no) => is_open(yes) || is_open(no),
        ExprKind::Negate(_, inner) => is_open(inner),
        ExprKind::Let(_, _, body) => is_open(body),
        _ => false,
    }
}

/// The amount, each open parameter in it taken in the currency of `like`.
fn close(expr: Expr, like: &Expr) -> Expr {
    let again = |inner: Box<Expr>| Box::new(close(*inner, like));
    let kind = match expr.kind {
        ExprKind::MoneyParam(id, old) if is_nothing(&old) => ExprKind::MoneyParam(id, Box::new(like.clone())),
        ExprKind::Arith(op, left, right) => ExprKind::Arith(op, again(left), again(right)),
        ExprKind::If(condition, yes, no) => ExprKind::If(condition, again(yes), again(no)),
        ExprKind::Negate(kind, inner) => ExprKind::Negate(kind, again(inner)),
        ExprKind::Let(id, value, body) => ExprKind::Let(id, value, again(body)),
        other => other,
    };
    Expr { kind, ..expr }
}

/// Whether evaluating an expression again costs nothing.
fn is_simple(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Scalar(_) | ExprKind::Root(_) | ExprKind::Local(_) => true,
        ExprKind::Field(inner, ..) | ExprKind::Known(inner) => is_simple(inner),
        _ => false,
    }
}

impl Checker<'_, '_> {
    /// Builds an expression of two operands, an open one taken in the currency of the other.
    pub fn settle(
        &mut self,
        left: Expr,
        right: Expr,
        span: Span,
        build: impl FnOnce(Expr, Expr) -> Expr,
    ) -> Expr {
        let amounts = left.ty == Ty::Money && right.ty == Ty::Money;
        match (is_open(&left), is_open(&right)) {
            // A number that an amount is multiplied by has no currency to give.
            _ if !amounts => build(left, right),
            (true, false) => self.take_currency(right, span, |like, right| build(close(left, like), right)),
            (false, true) => self.take_currency(left, span, |like, left| build(left, close(right, like))),
            _ => build(left, right),
        }
    }

    fn take_currency(&mut self, like: Expr, span: Span, build: impl FnOnce(&Expr, Expr) -> Expr) -> Expr {
        if is_simple(&like) {
            return build(&like.clone(), like);
        }
        // Evaluated once, under a name of its own.
        let id = self.scope.fresh();
        let local = Expr { kind: ExprKind::Local(id), ty: like.ty.clone(), span: like.span };
        let body = build(&local, local.clone());
        let ty = body.ty.clone();
        Expr { kind: ExprKind::Let(id, Box::new(like), Box::new(body)), ty, span }
    }

    /// Whether an expression from another place may be evaluated here too: whether its names are given here, and what it takes
    /// to be present is known to be.
    pub fn means_the_same_here(&self, expr: &Expr) -> bool {
        let schema = &self.declared.schema;
        let binds = |id: LocalId| {
            visit::first(expr, &mut |inner| match &inner.kind {
                ExprKind::Let(bound, ..) => (*bound == id).then_some(()),
                ExprKind::Quantifier(quantifier) => (quantifier.variable == id).then_some(()),
                _ => None,
            })
        };
        let unknown = visit::first(expr, &mut |inner| {
            let known = match &inner.kind {
                ExprKind::Local(id) => {
                    self.scope.locals.iter().any(|local| local.id == *id) || binds(*id).is_some()
                }
                ExprKind::Known(of) => path_of(schema, of).is_some_and(|path| self.scope.is_present(&path)),
                _ => true,
            };
            (!known).then_some(())
        });
        unknown.is_none()
    }

    /// The expression, unless it is an amount that met none whose currency it could take.
    pub fn closed(&mut self, expr: Expr) -> Option<Expr> {
        if !is_open(&expr) {
            return Some(expr);
        }
        self.out.push(
            Diagnostic::error(
                "E0306",
                expr.span,
                "this parameter has one amount for each currency, and nothing here says which",
            )
            .help("compare it with an amount of the request: `amount <= max_amount`"),
        );
        None
    }

    /// Refuses amounts that are known to be of two currencies.
    pub fn same_currency(&mut self, left: &Expr, right: &Expr) -> Option<()> {
        let (Some(a), Some(b)) = (currency(left), currency(right)) else { return Some(()) };
        if a == b {
            return Some(());
        }
        self.out.push(
            Diagnostic::error("E0305", right.span, format!("{a} and {b} do not mix"))
                .here(format!("this is {b}"))
                .also(left.span, format!("this is {a}"))
                .help("compare amounts of one currency; a parameter can have a value for each: `= 500 USD, 450 EUR`"),
        );
        None
    }
}

/// The currency of an amount, where it is known.
fn currency(expr: &Expr) -> Option<Currency> {
    match &expr.kind {
        ExprKind::Scalar(Scalar::Money(currency, _)) if currency.0 != 0 => Some(*currency),
        ExprKind::Arith(_, left, right) if expr.ty == Ty::Money => currency(left).or_else(|| currency(right)),
        ExprKind::Negate(_, inner) => currency(inner),
        ExprKind::If(_, yes, no) => currency(yes).or_else(|| currency(no)),
        _ => None,
    }
}
