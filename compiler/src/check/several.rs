//! Several values where one stands: `x == 1 or 2`, and a set without its brackets.

use lictor_grammar::ast::{BinaryOp, Expr, ExprKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::Checker;
use super::expr::written_path;

impl Checker<'_, '_> {
    /// `x == 1 or 2 or 3`, `x != 1 and 2`: values that `op` joins to a comparison. One mistake, however many values there are. Whether it
    /// was made is said.
    pub(super) fn several(&mut self, op: BinaryOp, left: &Expr, right: &Expr, span: Span) -> bool {
        if !self.is_value(right) {
            return false;
        }
        // From the last value back to the comparison.
        let mut values = vec![right];
        let mut bare = right.span.end == span.end;
        let (mut before, mut inside) = (left, span);
        while let ExprKind::Binary(inner, _, left, right) = &before.kind
            && *inner == op
            && self.is_value(right)
        {
            bare &= before.span.start == inside.start && right.span.end == before.span.end;
            values.push(right);
            (before, inside) = (left, before.span);
        }
        values.reverse();
        let (rest, compared) = match &before.kind {
            ExprKind::Binary(inner, _, rest, compared) if *inner == op => (Some(rest), &**compared),
            _ => (None, before),
        };
        bare &= before.span.start == inside.start && compared.span.end == before.span.end;
        let ExprKind::Binary(sign, _, one, other) = &compared.kind else { return false };
        let within = match sign {
            BinaryOp::Equal if op == BinaryOp::Or => "in",
            BinaryOp::NotEqual => "not in",
            _ => return false,
        };
        if let Some(rest) = rest {
            self.condition(rest);
        }
        let Some(alone) = values.first().copied() else { return false };
        let joined = if op == BinaryOp::Or { "or" } else { "and" };
        let said = value_text(alone).map_or_else(|| "this".to_owned(), |text| format!("`{text}`"));
        let message = format!("it is not said what {said} is compared with");
        let error = Diagnostic::error("E0303", alone.span, message)
            .also(compared.span, format!("this is one condition; `{joined}` joins it to another whole one"));
        // `5 == x` asks the same as `x == 5`.
        let (subject, first) = if self.is_value(one) { (other, one) } else { (one, other) };
        let texts: Option<Vec<String>> = self
            .is_value(first)
            .then(|| [&**first].into_iter().chain(values.iter().copied()).map(value_text).collect())
            .flatten();
        self.out.push(match (written_path(subject), texts) {
            (Some(subject), Some(texts)) => {
                let mended = format!("{subject} {within} [{}]", texts.join(", "));
                let error = error.help(format!("ask for several values at once: `{mended}`"));
                let last = values.last().map_or(alone.span, |last| last.span);
                if bare { error.fix(compared.span.to(last), mended) } else { error }
            }
            (Some(subject), None) => {
                let sign = if op == BinaryOp::Or { "==" } else { "!=" };
                error.help(format!(
                    "write out both conditions: `{subject} {sign} … {joined} {subject} {sign} …`"
                ))
            }
            (None, _) => error.help(format!("ask for several values at once: `… {within} [1, 2]`")),
        });
        true
    }

    /// Whether it is written as a value that is no condition, whatever is declared.
    fn is_value(&self, written: &Expr) -> bool {
        match &written.kind {
            ExprKind::Name(text) => {
                let enums = &self.declared.schema.enums;
                self.shapeless(written)
                    && enums.iter().any(|declared| declared.values.iter().any(|value| value == text))
            }
            _ => is_literal(written),
        }
    }
}

fn is_literal(written: &Expr) -> bool {
    matches!(
        written.kind,
        ExprKind::Number(_)
            | ExprKind::Quantity(..)
            | ExprKind::Percent(_)
            | ExprKind::Duration(_)
            | ExprKind::Timestamp(_)
            | ExprKind::Date(_)
            | ExprKind::TimeOfDay(_)
            | ExprKind::String(_)
    )
}

/// A value or a word as it is written; nothing where it would have to be written with care.
pub(crate) fn value_text(written: &Expr) -> Option<String> {
    Some(match &written.kind {
        ExprKind::Number(text) | ExprKind::Name(text) => text.to_string(),
        ExprKind::Percent(text) => format!("{text}%"),
        ExprKind::Duration(text) | ExprKind::Timestamp(text) => text.to_string(),
        ExprKind::Date(text) | ExprKind::TimeOfDay(text) => text.to_string(),
        ExprKind::Quantity(number, unit) => format!("{} {}", number.text, unit.text),
        ExprKind::String(text) => {
            let plain = !text.contains(['"', '\\', '{', '}']) && !text.contains(char::is_control);
            return plain.then(|| format!("\"{text}\""));
        }
        _ => return None,
    })
}
