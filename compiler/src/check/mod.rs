//! Types: from expressions as written to the typed tree. Every name is looked up, every operand has the type that its
//! operator takes, every value that may be absent is guarded before it is used.
//!
//! A function here returns `None` where something was wrong and has been reported, so that one mistake is told once.

mod ty;
mod scope;
mod expr;
mod literal;
mod calendar;
mod business;
mod habits;
mod name;
mod narrow;
mod money;
mod compare;
mod together;
mod several;
mod within;
mod arith;
mod collection;
mod map;
mod source;
mod call;
mod text;
mod function;

pub(crate) use arith::to_decimal;
pub use calendar::calendar_units;
pub(crate) use calendar::{is_question, zone_named};
pub(crate) use expr::written_path;
pub(crate) use function::{Function, functions};
pub(crate) use literal::form;
pub(crate) use narrow::shown;
pub(crate) use scope::{Local, LookedAt, Place, Roots, Scope, path_of};
pub(crate) use several::value_text;
pub(crate) use ty::{describe, kind_of, ty_of};

use std::collections::BTreeMap;

use lictor_grammar::ast;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::meaning::{Meaning, What};
use crate::names::Declared;
use crate::typed::{Expr, ExprKind, Ty};

/// Checks expressions in a scope.
pub(crate) struct Checker<'c, 'a> {
    pub declared: &'c Declared<'a>,
    pub functions: &'c BTreeMap<String, Function>,
    pub scope: Scope,
    pub out: &'c mut Vec<Diagnostic>,
}

impl Checker<'_, '_> {
    /// Notes what a name stands for.
    pub fn means(&mut self, span: Span, what: What, ty: &Ty) {
        if self.declared.heard.is_some() {
            self.scope.meanings.push(Meaning { span, what, ty: ty.clone(), is_known: false });
        }
    }

    /// The value that a name stands for, as it is known here; notes what that is.
    fn named(&mut self, name: Span, what: What, value: Expr) -> Expr {
        self.means(name, what, &value.ty);
        let value = self.narrowed(value);
        if self.declared.heard.is_some()
            && matches!(value.kind, ExprKind::Known(_))
            && let Some(noted) = self.scope.meanings.last_mut()
        {
            noted.is_known = true;
        }
        value
    }

    /// Hands over what the names stand for. Those of rules are kept with the rules instead.
    pub fn tell(self) {
        if let Some(heard) = &self.declared.heard {
            heard.add(self.scope.meanings);
        }
    }

    /// A condition: a Bool that is always there.
    pub fn condition(&mut self, written: &ast::Expr) -> Option<Expr> {
        let expr = self.definite(written, Some(&Ty::Bool))?;
        if expr.ty == Ty::Bool {
            return Some(expr);
        }
        let found = describe(&self.declared.schema, &expr.ty);
        let error = Diagnostic::error(
            "E0303",
            written.span,
            format!("a condition is true or false, and this is {found}"),
        );
        let constant = matches!(expr.kind, ExprKind::Scalar(_));
        self.out.push(error.help(match constant {
            true => "`and` and `or` join whole conditions: `x == 1 or x == 2`, or in short `x in [1, 2]`",
            false => "compare it with something, by `==`, `<=` or `in`",
        }));
        None
    }

    /// A value that is always there.
    pub fn definite(&mut self, written: &ast::Expr, want: Option<&Ty>) -> Option<Expr> {
        let expr = self.expr(written, want)?;
        if !matches!(expr.ty, Ty::Optional(_)) {
            return Some(expr);
        }
        let error = match expr::written_path(written) {
            Some(name) => {
                let error = Diagnostic::error("E0302", written.span, format!("`{name}` may be absent"));
                match expr.ty.present() {
                    // Nothing can be written out that would serve in their place.
                    Ty::List { .. } | Ty::Set { .. } | Ty::Map { .. } | Ty::Record(_) | Ty::Sourced(_) => {
                        error.help(format!("ask first: `{name} is present and …`, or `when {name} is present {{ … }}`"))
                    }
                    _ => error.help(format!("say it: `{name} otherwise …`, or ask first: `{name} is present and …`")),
                }
            }
            None => Diagnostic::error("E0302", written.span, "this may be absent")
                .help("give it a name, `let x = …`, and ask first: `when x is present { … }`; or say what it is then: `(…) otherwise …`"),
        };
        self.out.push(error.here("what happens then is not said"));
        None
    }
}
