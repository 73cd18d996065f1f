//! Collections: quantifiers and sizes.

use lictor_bundle::instr::Kind;
use lictor_grammar::ast;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::money::is_open;
use super::{Checker, describe, kind_of, ty_of};
use crate::meaning::What;
use crate::typed::{Expr, ExprKind, Quantifier, QuantifierKind, Ty};

/// How deep quantifiers may stand within one another: it bounds what a request can cost.
const MAX_QUANTIFIERS: usize = 3;

impl Checker<'_, '_> {
    /// A list, a set or a map that is always there.
    pub fn collection(&mut self, written: &ast::Expr) -> Option<Expr> {
        let expr = self.definite(written, None)?;
        self.as_collection(expr)
    }

    /// A value, which must be a list, a set or a map.
    pub(super) fn as_collection(&mut self, expr: Expr) -> Option<Expr> {
        if expr.ty.element().is_some() {
            return Some(expr);
        }
        let what = describe(&self.declared.schema, &expr.ty);
        let help = match expr.ty {
            Ty::Text => {
                "how long a text may be is said where its field is declared, `String max 100`; a part of a text is asked for with `x.contains(\"…\")`"
            }
            _ => {
                "only lists, sets and maps have elements; a list of constants stands in brackets: `[7995, 7801]`"
            }
        };
        self.out.push(
            Diagnostic::error("E0304", expr.span, format!("this is {what}, not a list, a set or a map"))
                .help(help),
        );
        None
    }

    pub(super) fn quantifier(&mut self, written: &ast::Quantifier, span: Span) -> Option<Expr> {
        let over = self.collection(&written.over)?;
        let element = ty_of(&self.declared.schema, over.ty.element()?);
        if self.scope.quantifiers == MAX_QUANTIFIERS {
            self.out.push(
                Diagnostic::error("E0314", span, "quantifiers stand at most three deep within one another")
                    .help("check the inner collection in a rule of its own"),
            );
            return None;
        }
        self.one_meaning(&written.variable);
        let before = self.scope.locals.len();
        let variable = self.scope.bind_variable(&written.variable.text, element.clone());
        self.means(written.variable.span, What::Binding(variable), &element);
        self.scope.quantifiers += 1;
        let body = match written.kind {
            ast::QuantifierKind::Sum => self.definite(&written.body, None),
            _ => self.condition(&written.body),
        };
        self.scope.quantifiers -= 1;
        self.scope.locals.truncate(before);
        let body = body?;
        let (kind, ty) = match written.kind {
            ast::QuantifierKind::All => (QuantifierKind::All, Ty::Bool),
            ast::QuantifierKind::Any => (QuantifierKind::Any, Ty::Bool),
            ast::QuantifierKind::Count => (QuantifierKind::Count, Ty::Int),
            ast::QuantifierKind::Sum => self.sum(&body)?,
        };
        // Nothing is true of all elements of an empty list, so `all` over one would let everything pass.
        let refuse_empty = kind == QuantifierKind::All && !self.never_empty(&over);
        let quantifier = Quantifier { kind, variable, element, over, body, refuse_empty };
        Some(Expr { kind: ExprKind::Quantifier(Box::new(quantifier)), ty, span })
    }

    fn sum(&mut self, body: &Expr) -> Option<(QuantifierKind, Ty)> {
        if is_open(body) {
            self.closed(body.clone())?;
        }
        let numeric = matches!(body.ty, Ty::Int | Ty::Decimal | Ty::Money | Ty::Duration);
        match kind_of(&body.ty) {
            Some(kind @ (Kind::Int | Kind::Decimal | Kind::Money)) if numeric => {
                Some((QuantifierKind::Sum(kind), body.ty.clone()))
            }
            _ => {
                let what = describe(&self.declared.schema, &body.ty);
                self.out.push(
                    Diagnostic::error("E0304", body.span, format!("{what} cannot be summed"))
                        .help("sum numbers, amounts or lengths of time; `count(x in xs: P)` counts"),
                );
                None
            }
        }
    }

    /// Refuses a name that means something here already.
    pub fn one_meaning(&mut self, name: &ast::Name) {
        let text = &name.text;
        let taken = if self.scope.locals.iter().any(|local| local.name == *text) {
            "it is named above"
        } else if self.scope.roots.common.iter().any(|(root, _)| root == text) {
            "it is a part of the request"
        } else if self.declared.params.contains_key(text.as_str()) {
            "it is a parameter"
        } else if self.declared.fns.contains_key(text.as_str()) {
            "it is a function"
        } else if self.declared.schema.facts.iter().any(|fact| fact.name == *text) {
            "it is a fact"
        } else {
            return;
        };
        self.out.push(
            Diagnostic::error("E0206", name.span, format!("`{text}` would have two meanings: {taken}"))
                .help("choose another name"),
        );
    }
}
