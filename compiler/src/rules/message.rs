//! Messages: the values they show are paths, and each must be something that can be shown.

use lictor_grammar::ast::{self, MessagePiece};
use lictor_grammar::diagnostic::Diagnostic;

use crate::check::{Checker, describe, kind_of};
use crate::typed::{Expr, ExprKind, Piece, Ty};
use crate::visit;

/// The most values that one message may show.
const MAX_VALUES: usize = 32;

impl Checker<'_, '_> {
    /// A message under the condition of its statement; `None` where a value of it is wrong.
    pub(super) fn message(
        &mut self,
        written: &ast::Message,
        condition: Option<&Expr>,
        reason: &ast::Reason,
    ) -> Option<Vec<Piece>> {
        let mut pieces = Vec::with_capacity(written.pieces.len());
        let mut wrong = false;
        for piece in &written.pieces {
            match piece {
                MessagePiece::Text(text) => pieces.push(Piece::Text(text.clone())),
                MessagePiece::Path(path) if self.sought_shown(path, condition, reason) => wrong = true,
                MessagePiece::Path(path) => match self.shown_value(path, condition) {
                    Some(value) => pieces.push(Piece::Value(value)),
                    None => wrong = true,
                },
            }
        }
        let values = pieces.iter().filter(|piece| matches!(piece, Piece::Value(_))).count();
        if values > MAX_VALUES {
            self.out.push(
                Diagnostic::error(
                    "E0228",
                    written.span,
                    format!("a message shows at most {MAX_VALUES} values"),
                )
                .help("leave some out"),
            );
            return None;
        }
        if wrong { None } else { Some(pieces) }
    }

    pub(super) fn shown_value(&mut self, path: &ast::Path, condition: Option<&Expr>) -> Option<Expr> {
        let value = self.expr(&written(&path.names)?, None)?;
        let value = match value.kind {
            ExprKind::MoneyParam(id, _) => self.shown_parameter(id, value, condition)?,
            _ => value,
        };
        let shown = match &value.ty {
            Ty::Optional(inner) => inner,
            ty => ty,
        };
        if kind_of(shown).is_none() {
            let schema = &self.declared.schema;
            let (what, written) = (describe(schema, shown), path.text());
            let help = match shown {
                Ty::Record(id) => {
                    let record = schema.records.get(usize::from(*id));
                    let field =
                        record.and_then(|record| record.fields.first()).map_or("…", |field| &field.name);
                    format!("show one of its fields, such as `{{{written}.{field}}}`")
                }
                Ty::Sourced(_) => format!("show a part of it, such as `{{{written}.state}}`"),
                _ => format!("say how many there are: `let many = size({written})`, and show `{{many}}`"),
            };
            let message = format!("{what} is not shown as a whole");
            self.out.push(Diagnostic::error("E0228", path.span, message).help(help));
            return None;
        }
        Some(value)
    }

    /// A money parameter is shown in the currency in which the statement's condition took it.
    fn shown_parameter(&mut self, id: u16, value: Expr, condition: Option<&Expr>) -> Option<Expr> {
        // An amount that had been computed under a name of its own may not have been reached when the statement fired; and what the
        // variable of a quantifier stood for, or what was only known in a part of the condition, is nothing to rely on here.
        let computed = |like: &Expr| match &like.kind {
            ExprKind::Local(id) => condition.and_then(|condition| {
                visit::first(condition, &mut |expr| match &expr.kind {
                    ExprKind::Let(other, amount, _) if other == id => Some(amount.as_ref().clone()),
                    _ => None,
                })
            }),
            _ => None,
        };
        let used = condition.and_then(|condition| {
            visit::first(condition, &mut |expr| match &expr.kind {
                ExprKind::MoneyParam(other, like) if *other == id => {
                    Some(computed(like).unwrap_or_else(|| like.as_ref().clone()))
                        .filter(|like| self.means_the_same_here(like))
                }
                _ => None,
            })
        });
        match used {
            Some(like) => Some(Expr { kind: ExprKind::MoneyParam(id, Box::new(like)), ..value }),
            None => self.closed(value),
        }
    }
}

/// A path as an expression.
pub(super) fn written(names: &[ast::Name]) -> Option<ast::Expr> {
    let (first, rest) = names.split_first()?;
    let root = ast::Expr { kind: ast::ExprKind::Name(first.text.clone()), span: first.span };
    Some(rest.iter().fold(root, |of, name| {
        let span = first.span.to(name.span);
        ast::Expr { kind: ast::ExprKind::Field(Box::new(of), name.clone()), span }
    }))
}
