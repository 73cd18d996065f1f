//! Constants and their nearest neighbours: one more and one less, of the smallest unit in which they could have been written.

use lictor_bundle::currency::Currency;
use lictor_bundle::time::{FIRST_MOMENT, LAST_MOMENT, render_timestamp};
use lictor_grammar::ast::{Expr, ExprKind, Number};
use lictor_grammar::literal;
use lictor_grammar::span::Span;

use super::edit::Editor;

const CONSTANT: &str = "constant";

impl Editor<'_> {
    /// A number by itself: points, weights, thresholds.
    pub fn number(&mut self, number: &Number) {
        self.neighbours(number.span, &number.text, 0, "");
    }

    /// A constant; nothing where the expression is none.
    pub fn constant(&mut self, expr: &Expr) {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Bool(value) => self.replace(CONSTANT, span, (!value).to_string()),
            ExprKind::Number(text) => self.neighbours(span, text, 0, ""),
            ExprKind::Percent(text) => self.neighbours(span, text, 0, "%"),
            ExprKind::Quantity(number, unit) => {
                let digits = Currency::parse(&unit.text).and_then(Currency::iso_digits).unwrap_or(0);
                self.neighbours(span, &number.text, usize::from(digits), &format!(" {}", unit.text));
            }
            ExprKind::Duration(text) => {
                let Ok(milliseconds) = literal::duration(text) else { return };
                for near in [milliseconds / 1_000 - 1, milliseconds / 1_000 + 1] {
                    if near >= 0 {
                        self.replace(CONSTANT, span, format!("{near}s"));
                    }
                }
            }
            ExprKind::Timestamp(text) => {
                let Ok(moment) = literal::timestamp(text) else { return };
                for near in [moment - 1_000, moment + 1_000] {
                    if (FIRST_MOMENT..=LAST_MOMENT).contains(&near) {
                        self.replace(CONSTANT, span, render_timestamp(near));
                    }
                }
            }
            ExprKind::Date(text) => self.dates(span, text),
            ExprKind::TimeOfDay(text) => {
                let Ok(seconds) = literal::time_of_day(text) else { return };
                for near in [seconds - 60, seconds + 60] {
                    if (0..86_400).contains(&near) {
                        let (hour, minute) = (near / 3_600, near % 3_600 / 60);
                        self.replace(CONSTANT, span, format!("{hour:02}:{minute:02}"));
                    }
                }
            }
            _ => {}
        }
    }

    /// The day before and the day after.
    fn dates(&mut self, span: Span, text: &str) {
        let Ok(midnight) = literal::timestamp(&format!("{text}T00:00:00Z")) else { return };
        for near in [midnight - 86_400_000, midnight + 86_400_000] {
            let day = render_timestamp(near);
            if let Some(day) = day.get(..10) {
                self.replace(CONSTANT, span, day);
            }
        }
    }

    /// One more and one less in the last of its places, of which there are `least` at least.
    fn neighbours(&mut self, span: Span, text: &str, least: usize, unit: &str) {
        let text = text.replace('_', "");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let places = fraction.len().max(least);
        let Ok(value) = format!("{whole}{fraction:0<places$}").parse::<i128>() else { return };
        for near in [value - 1, value + 1] {
            if near < 0 {
                continue;
            }
            let digits = format!("{near:0>width$}", width = places + 1);
            let (whole, fraction) = digits.split_at(digits.len() - places);
            let point = if places == 0 { "" } else { "." };
            self.replace(CONSTANT, span, format!("{whole}{point}{fraction}{unit}"));
        }
    }
}
