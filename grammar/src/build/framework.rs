//! Controls of a framework: each clause stands once.

use super::Context;
use super::clause::Once;
use crate::ast::{Checked, Control, Expr, Name, Text};
use crate::span::Span;

/// A clause behind the title of a control.
pub(crate) enum ControlClause {
    Source(Text),
    From(Box<Expr>),
    Until(Box<Expr>),
    Verified(Box<Expr>),
    Unverified,
}

impl Context<'_, '_> {
    /// A control from its clauses.
    pub fn control(
        &mut self,
        start: usize,
        name: Name,
        title: Text,
        clauses: Vec<(ControlClause, Span)>,
    ) -> Control {
        let (mut source, mut from, mut until) = (Once(None), Once(None), Once(None));
        let mut checked = Once(None);
        for (clause, span) in clauses {
            match clause {
                ControlClause::Source(text) => source.fill(text, span, "`source`", self),
                ControlClause::From(date) => from.fill(date, span, "`from`", self),
                ControlClause::Until(date) => until.fill(date, span, "`until`", self),
                ControlClause::Verified(date) => {
                    checked.fill(Checked { on: Some(*date), span }, span, "whether it is verified", self);
                }
                ControlClause::Unverified => {
                    checked.fill(Checked { on: None, span }, span, "whether it is verified", self);
                }
            }
        }
        Control {
            docs: self.docs.above(start as u32),
            name,
            title,
            source: source.take(),
            from: from.take().map(|date| *date),
            until: until.take().map(|date| *date),
            checked: checked.take(),
        }
    }
}
