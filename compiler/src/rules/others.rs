//! Who may not approve: `step_up … other than agent.id, owner(agent.id)`.

use lictor_grammar::ast;
use lictor_grammar::diagnostic::Diagnostic;

use crate::check::{Checker, describe};
use crate::polarity;
use crate::typed::{Expr, Fires, Statement, Ty};

impl Checker<'_, '_> {
    /// The ids of those whose approval does not count. One that may be absent need not be guarded: nobody is left out then.
    pub(super) fn others(&mut self, written: &[ast::Expr]) -> Option<Vec<Expr>> {
        let mut others = Vec::with_capacity(written.len());
        let mut wrong = false;
        for id in written {
            match self.other(id) {
                Some(other) => others.push(other),
                None => wrong = true,
            }
        }
        (!wrong).then_some(others)
    }

    fn other(&mut self, written: &ast::Expr) -> Option<Expr> {
        let id = self.expr(written, Some(&Ty::Text))?;
        let definite = match &id.ty {
            Ty::Optional(inner) => inner,
            ty => ty,
        };
        if *definite != Ty::Text {
            let found = describe(&self.declared.schema, &id.ty);
            self.out.push(
                Diagnostic::error(
                    "E0304",
                    written.span,
                    format!("people are told apart by their ids, and this is {found}"),
                )
                .help("name an id: `other than agent.id`, or a fact that gives one"),
            );
            return None;
        }
        if let Some(at) = polarity::first_parameter(&id) {
            self.out.push(
                Diagnostic::error(
                    "E0457",
                    at,
                    "who may not approve does not depend on parameters, and this is one",
                )
                .help("write the id itself, or ask for a fact: another value of a parameter could let somebody approve"),
            );
            return None;
        }
        Some(id)
    }
}

/// A statement that asks, with the ids of those whose approval does not count.
pub(super) fn other_than(asks: Statement, others: Vec<Expr>) -> Statement {
    match asks {
        Statement::Effect(fires) => Statement::Effect(Fires { other_than: others, ..fires }),
        other => other,
    }
}
