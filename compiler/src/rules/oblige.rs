//! Obligations: what the caller must do, and until when.

use lictor_bundle::instr::CivilOp;
use lictor_bundle::program::Effect;
use lictor_grammar::ast;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::check::{Checker, describe};
use crate::polarity;
use crate::typed::{Expr, ExprKind, Fires, Piece, Statement, Ty};

impl Checker<'_, '_> {
    pub(super) fn oblige(&mut self, node: &ast::Oblige, span: Span) -> Option<Statement> {
        let until = match &node.by {
            None => Some(None),
            Some(written) => self.moment(written).map(Some),
        };
        let condition = self.optional_condition(node.condition.as_ref())?;
        let id = node.name.text.clone();
        let effect = Effect::Oblige { id: id.clone(), by: None };
        let Statement::Effect(fires) = self.fires(condition, true, effect, &node.reason, span)? else {
            return None;
        };
        let by = until?;
        // The moment comes after the values that the message shows, of which there are few.
        let values = fires.message.iter().filter(|piece| matches!(piece, Piece::Value(_))).count();
        let number = by.as_ref().and_then(|_| u8::try_from(values).ok());
        let by_at_loosest = by.as_ref().and_then(|by| self.at_loosest(by));
        let effect = Effect::Oblige { id, by: number };
        Some(Statement::Effect(Fires { effect, by, by_at_loosest, ..fires }))
    }

    /// The day of a moment for the loosest values of the parameters in it; nothing where there are none.
    fn at_loosest(&self, by: &Expr) -> Option<Expr> {
        polarity::first_parameter(by)?;
        let moment = polarity::loosest(&self.declared.schema, by);
        Some(Expr { kind: ExprKind::Civil(CivilOp::Date, Box::new(moment)), ty: Ty::Date, span: by.span })
    }

    fn moment(&mut self, written: &ast::Expr) -> Option<Expr> {
        let moment = self.definite(written, Some(&Ty::Timestamp))?;
        if moment.ty == Ty::Timestamp {
            return Some(moment);
        }
        let found = describe(&self.declared.schema, &moment.ty);
        self.out.push(
            Diagnostic::error(
                "E0304",
                written.span,
                format!("an obligation is met by a moment, and this is {found}"),
            )
            .help("count from a moment of the request: `by context.now + 30d`"),
        );
        None
    }
}
