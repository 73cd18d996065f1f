//! Literals: each is read once for its value, so that one that has none is told where it stands.

use super::{Built, Context};
use crate::ast::{Expr, ExprKind, Number};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::literal;
use crate::span::Span;

impl Context<'_, '_> {
    /// A number as written.
    pub fn number(&mut self, start: usize, text: &str, end: usize) -> Number {
        let span = self.span(start, end);
        self.check_literal(text, span, literal::decimal(text).err());
        Number { text: text.to_string(), span }
    }

    /// A number as an expression.
    pub fn number_value(&mut self, start: usize, text: &str, end: usize) -> Built {
        let number = self.number(start, text, end);
        self.leaf(start, ExprKind::Number(number.text), end)
    }

    /// A percentage, without its sign.
    pub fn percent(&mut self, start: usize, text: &str, end: usize) -> Built {
        let span = self.span(start, end);
        self.check_literal(text, span, literal::decimal(text).err());
        self.leaf(start, ExprKind::Percent(text.to_string()), end)
    }

    /// A duration.
    pub fn duration(&mut self, start: usize, text: &str, end: usize) -> Expr {
        let span = self.span(start, end);
        self.check_literal(text, span, literal::duration(text).err());
        Expr { kind: ExprKind::Duration(text.to_string()), span }
    }

    /// A pattern, without `r` and quotes. Nothing in it is escaped for the string: what stands there is the pattern.
    pub fn pattern(&mut self, start: usize, text: &str, end: usize) -> Built {
        let inner = text.strip_prefix("r\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
        self.leaf(start, ExprKind::Pattern(inner.to_string()), end)
    }

    /// A duration, a moment or a day, as an expression.
    pub fn time(
        &mut self,
        start: usize,
        text: &str,
        end: usize,
        read: fn(&str) -> Result<i64, &'static str>,
        node: fn(String) -> ExprKind,
    ) -> Built {
        let span = self.span(start, end);
        self.check_literal(text, span, read(text).err());
        self.leaf(start, node(text.to_string()), end)
    }

    fn check_literal(&mut self, text: &str, span: Span, wrong: Option<&'static str>) {
        if let Some(wrong) = wrong {
            let shown: String = text.chars().take(40).collect();
            let message = format!("`{shown}` cannot be read");
            self.error(Diagnostic::error(codes::BAD_LITERAL, span, message).help(wrong));
        }
    }
}
