//! `in` where the right side is a domain or a network, or a collection of them: below the domain, in the network.

use lictor_bundle::form::Form;
use lictor_bundle::instr::TextOp;
use lictor_bundle::schema::Scalar;
use lictor_grammar::ast;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::compare::constant;
use super::{Checker, describe, ty_of};
use crate::typed::{Expr, ExprKind, Ty};

/// What lies within values of a type: the question, and the type that a literal on the left is read as.
fn question(outer: &Ty) -> Option<(TextOp, Ty)> {
    match outer {
        Ty::Form(Form::Domain) => Some((TextOp::Below, Ty::Form(Form::Domain))),
        Ty::Form(Form::Cidr) => Some((TextOp::Inside, Ty::Form(Form::Ip))),
        _ => None,
    }
}

/// The type of what a value can lie within.
fn outer_of(inner: &Ty) -> Option<Ty> {
    match inner {
        Ty::Form(Form::Domain) => Some(Ty::Form(Form::Domain)),
        Ty::Form(Form::Ip | Form::Cidr) => Some(Ty::Form(Form::Cidr)),
        _ => None,
    }
}

impl Checker<'_, '_> {
    /// `item in "example.com"`: a text on the right is the domain or the network that the item's type asks for.
    pub(super) fn within_text(&mut self, item: &ast::Expr, text: &ast::Expr, span: Span) -> Option<Expr> {
        let item = self.definite(item, None)?;
        let Some(outer) = outer_of(&item.ty) else {
            let what = describe(&self.declared.schema, &item.ty);
            let help = match item.ty {
                Ty::Form(Form::Email) => "ask about its domain: `….domain in \"example.com\"`",
                Ty::Form(Form::Url) => "ask about its host: `….host in \"example.com\"`",
                _ => "a list stands in brackets: `in [\"a\", \"b\"]`; a text is asked with `contains`",
            };
            self.out.push(
                Diagnostic::error("E0351", item.span, format!("{what} is not in a text"))
                    .here("only a Domain, an Ip or a Cidr is")
                    .help(help),
            );
            return None;
        };
        let part = self.definite(text, Some(&outer))?;
        let (op, _) = question(&outer)?;
        Some(Expr { kind: ExprKind::Text(op, Box::new(item), Box::new(part)), ty: Ty::Bool, span })
    }

    /// `item in other`, where the right side is a domain or a network; none where it is something else.
    pub(super) fn within_value(
        &mut self,
        item: &ast::Expr,
        outer: &Expr,
        span: Span,
    ) -> Option<Option<Expr>> {
        let (op, want) = question(&outer.ty)?;
        Some(self.inner(item, &want, &outer.ty).map(|item| Expr {
            kind: ExprKind::Text(op, Box::new(item), Box::new(outer.clone())),
            ty: Ty::Bool,
            span,
        }))
    }

    /// `item in collection`, where its elements are domains or networks; none where they are something else.
    pub(super) fn within_any(
        &mut self,
        item: &ast::Expr,
        collection: &Expr,
        span: Span,
    ) -> Option<Option<Expr>> {
        let (Ty::List { element, .. } | Ty::Set { element, .. }) = collection.ty else {
            return None;
        };
        let element = ty_of(&self.declared.schema, element);
        let (op, want) = question(&element)?;
        Some(self.inner(item, &want, &element).map(|item| Expr {
            kind: ExprKind::Within(op, Box::new(item), Box::new(collection.clone())),
            ty: Ty::Bool,
            span,
        }))
    }

    /// The left side; a literal with a `/` is a network, whose addresses are all asked about.
    fn inner(&mut self, item: &ast::Expr, want: &Ty, outer: &Ty) -> Option<Expr> {
        let network = matches!(&item.kind, ast::ExprKind::String(text) if text.contains('/'));
        let item = self.definite(item, Some(if network { outer } else { want }))?;
        if outer_of(&item.ty).as_ref() == Some(outer) {
            return Some(item);
        }
        let (a, b) = (describe(&self.declared.schema, &item.ty), describe(&self.declared.schema, outer));
        self.out.push(
            Diagnostic::error("E0351", item.span, format!("{a} is not in {b}"))
                .help("a Domain is in a domain above it; an Ip, or a smaller Cidr, is in a Cidr"),
        );
        None
    }

    /// `item in [a, b]` of domains or networks; none where equality is meant.
    pub(super) fn within_listed(
        &mut self,
        item: &Expr,
        elements: &[ast::Expr],
        span: Span,
    ) -> Option<Option<Expr>> {
        let networks = |element: &ast::Expr| match &element.kind {
            ast::ExprKind::String(text) => text.contains('/'),
            _ => false,
        };
        let outer = outer_of(&item.ty)?;
        // Addresses are equal to addresses; one network among them makes them all networks.
        if item.ty == Ty::Form(Form::Ip) && !elements.iter().any(networks) {
            return None;
        }
        Some(self.listed(item.clone(), &outer, elements, span))
    }

    fn listed(&mut self, item: Expr, outer: &Ty, elements: &[ast::Expr], span: Span) -> Option<Expr> {
        let (op, _) = question(outer)?;
        let mut checked = Vec::with_capacity(elements.len());
        let mut wrong = elements.is_empty();
        if wrong {
            self.out.push(
                Diagnostic::error("E0309", span, "nothing is in an empty list").help("list what it may be"),
            );
        }
        for element in elements {
            let Some(element) = self.definite(element, Some(outer)) else {
                wrong = true;
                continue;
            };
            if element.ty != *outer {
                let (a, b) =
                    (describe(&self.declared.schema, &element.ty), describe(&self.declared.schema, outer));
                self.out.push(
                    Diagnostic::error(
                        "E0304",
                        element.span,
                        format!("this is {a}, and {b} belongs into this list"),
                    )
                    .help("list values of one type; one address as a network is `192.0.2.1/32`"),
                );
                wrong = true;
                continue;
            }
            checked.push(element);
        }
        if wrong {
            return None;
        }
        let constants: Option<Vec<Scalar>> = checked.iter().map(constant).collect();
        if let Some(mut values) = constants {
            values.sort();
            values.dedup();
            let element = self.element_type(outer)?;
            let max = values.len() as u32;
            let set = Expr { kind: ExprKind::Set(values), ty: Ty::Set { element, max }, span };
            return Some(Expr {
                kind: ExprKind::Within(op, Box::new(item), Box::new(set)),
                ty: Ty::Bool,
                span,
            });
        }
        let id = self.scope.fresh();
        let local = Expr { kind: ExprKind::Local(id), ty: item.ty.clone(), span: item.span };
        let within = |element: Expr| Expr {
            kind: ExprKind::Text(op, Box::new(local.clone()), Box::new(element)),
            ty: Ty::Bool,
            span,
        };
        let any = checked.into_iter().map(within).reduce(|left, right| Expr {
            kind: ExprKind::Or(Box::new(left), Box::new(right)),
            ty: Ty::Bool,
            span,
        })?;
        Some(Expr { kind: ExprKind::Let(id, Box::new(item), Box::new(any)), ty: Ty::Bool, span })
    }
}
