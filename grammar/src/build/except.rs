//! Exceptions: four clauses, of which none may be left out. An exception that nobody answers for, or that never ends, is how a
//! policy comes to say what nobody meant.

use super::Context;
use super::clause::Once;
use crate::ast::{Exception, Expr, Name, Path, Text};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::span::Span;

/// A clause of an exception.
pub(crate) enum ExceptClause {
    When(Box<Expr>),
    Expires(Box<Expr>),
    GrantedBy(Text),
    Because(Text),
}

impl Context<'_, '_> {
    /// An exception from its clauses; nothing where one is missing, which is told.
    pub fn exception(
        &mut self,
        name: Name,
        rule: Path,
        clauses: Vec<(ExceptClause, Span)>,
    ) -> Option<Exception> {
        let (mut when, mut expires) = (Once(None), Once(None));
        let (mut granted_by, mut because) = (Once(None), Once(None));
        for (clause, span) in clauses {
            match clause {
                ExceptClause::When(condition) => when.fill(condition, span, "`when`", self),
                ExceptClause::Expires(date) => expires.fill(date, span, "`expires`", self),
                ExceptClause::GrantedBy(text) => granted_by.fill(text, span, "`granted_by`", self),
                ExceptClause::Because(text) => because.fill(text, span, "`because`", self),
            }
        }
        let (granted_by, because) = (granted_by.take(), because.take());
        let empty = [&granted_by, &because].into_iter().flatten().find(|text| text.value.trim().is_empty());
        if let Some(text) = empty {
            let message = format!("the exception `{}` leaves this empty", name.text);
            let help = "write who granted it and why: whoever reads a decision that used it must know";
            self.error(Diagnostic::error(codes::INCOMPLETE_EXCEPTION, text.span, message).help(help));
            return None;
        }
        let (when, expires) = (when.take(), expires.take());
        if when.is_some() && expires.is_some() && granted_by.is_some() && because.is_some() {
            return Some(Exception {
                name,
                rule,
                when: *when?,
                expires: *expires?,
                granted_by: granted_by?,
                because: because?,
            });
        }
        // After a mistake in the item the clause may be there and unread.
        if self.mistakes.get() == 0 {
            let clauses = [
                (when.is_none(), "where it holds", "when CONDITION"),
                (expires.is_none(), "when it ends", "expires 2027-03-31"),
                (granted_by.is_none(), "who granted it", "granted_by \"the head of security\""),
                (because.is_none(), "why", "because \"the audit of June asked for it\""),
            ];
            let (missing, examples): (Vec<_>, Vec<_>) = clauses
                .iter()
                .filter(|(missing, _, _)| *missing)
                .map(|(_, what, example)| (*what, format!("`{example}`")))
                .unzip();
            let message = format!("the exception `{}` does not say {}", name.text, missing.join(", or "));
            let help = format!("add {}", examples.join(" and "));
            self.error(Diagnostic::error(codes::INCOMPLETE_EXCEPTION, name.span, message).help(help));
        }
        None
    }
}
