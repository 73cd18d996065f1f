//! What is known about a control, or about all controls of a framework: each clause stands once.

use super::Context;
use super::clause::Once;
use crate::ast::{Checked, Expr, Name, Path, Standing, Text};
use crate::span::Span;

/// A clause behind the title of a control, or of a framework.
pub(crate) enum StandingClause {
    Source(Text),
    Edition(Text),
    Effect(Name),
    Jurisdiction(Text),
    From(Box<Expr>),
    Until(Box<Expr>),
    SupersededBy(Path),
    Verified(Box<Expr>),
    Unverified,
}

impl Context<'_, '_> {
    /// What its clauses say of a control.
    pub fn standing(&mut self, clauses: Vec<(StandingClause, Span)>) -> Standing {
        let (mut source, mut edition, mut effect) = (Once(None), Once(None), Once(None));
        let (mut jurisdiction, mut from, mut until) = (Once(None), Once(None), Once(None));
        let (mut superseded_by, mut checked) = (Once(None), Once(None));
        for (clause, span) in clauses {
            match clause {
                StandingClause::Source(text) => source.fill(text, span, "`source`", self),
                StandingClause::Edition(text) => edition.fill(text, span, "`edition`", self),
                StandingClause::Effect(word) => effect.fill(word, span, "`effect`", self),
                StandingClause::Jurisdiction(text) => jurisdiction.fill(text, span, "`jurisdiction`", self),
                StandingClause::From(date) => from.fill(date, span, "`from`", self),
                StandingClause::Until(date) => until.fill(date, span, "`until`", self),
                StandingClause::SupersededBy(path) => {
                    superseded_by.fill(path, span, "`superseded_by`", self);
                }
                StandingClause::Verified(date) => {
                    checked.fill(Checked { on: Some(*date), span }, span, "whether it is verified", self);
                }
                StandingClause::Unverified => {
                    checked.fill(Checked { on: None, span }, span, "whether it is verified", self);
                }
            }
        }
        Standing {
            source: source.take(),
            edition: edition.take(),
            effect: effect.take(),
            jurisdiction: jurisdiction.take(),
            from: from.take().map(|date| *date),
            until: until.take().map(|date| *date),
            superseded_by: superseded_by.take(),
            checked: checked.take(),
        }
    }
}
