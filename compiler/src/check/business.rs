//! Working days: how many lie between two dates, and which date is so many of them later.

use lictor_bundle::instr::BusinessOp;
use lictor_grammar::ast::{self, Name};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::Checker;
use crate::ids;
use crate::suggest;
use crate::typed::{Expr, ExprKind, Ty};

/// What is asked of a calendar, if this asks one.
pub(super) fn question(word: &str) -> Option<BusinessOp> {
    match word {
        "business_days" => Some(BusinessOp::Between),
        "add_business_days" => Some(BusinessOp::Add),
        _ => None,
    }
}

impl Checker<'_, '_> {
    /// `business_days(a, b, calendar)`, `add_business_days(d, n, calendar)`
    pub(super) fn business(
        &mut self,
        op: BusinessOp,
        name: &Name,
        arguments: &[ast::Expr],
        span: Span,
    ) -> Option<Expr> {
        let [first, second, calendar] = arguments else {
            let example = match op {
                BusinessOp::Between => "business_days(ordered, due, our_days)",
                BusinessOp::Add => "add_business_days(ordered, 3, our_days)",
            };
            let message = format!("`{}` takes three values, and {} stand here", name.text, arguments.len());
            self.out.push(Diagnostic::error("E0315", name.span, message).help(format!("write `{example}`")));
            return None;
        };
        let (second_type, result) = match op {
            BusinessOp::Between => (Ty::Date, Ty::Int),
            BusinessOp::Add => (Ty::Int, Ty::Date),
        };
        let first = self.argument(name, first, &Ty::Date);
        let second = self.argument(name, second, &second_type);
        let schema = &self.declared.schema;
        let named = if let ast::ExprKind::Name(text) = &calendar.kind { text.as_str() } else { "" };
        let Some(id) = schema.calendars.iter().position(|calendar| calendar.name == named) else {
            self.sought_calendar(named);
            // One whose declaration was wrong was reported there.
            if !self.declared.calendars.contains_key(named) {
                let names: Vec<&str> = self.declared.calendars.keys().copied().collect();
                let help = suggest::help(
                    named,
                    names,
                    "declare it: `calendar NAME = file(\"holidays.txt\") from 2026-01-01 until 2026-12-31`",
                );
                let message = if named.is_empty() {
                    "the name of a calendar stands here".to_string()
                } else {
                    format!("there is no calendar `{named}`")
                };
                self.out.push(Diagnostic::error("E0363", calendar.span, message).suggested(help));
            }
            return None;
        };
        let kind = ExprKind::Business(op, ids::number(id), Box::new(first?), Box::new(second?));
        Some(Expr { kind, ty: result, span })
    }
}
