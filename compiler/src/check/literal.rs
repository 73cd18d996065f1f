//! Literals: what a constant is worth.

use lictor_bundle::country::Country;
use lictor_bundle::currency::Currency;
use lictor_bundle::decimal::is_decimal;
use lictor_bundle::form::Form;
use lictor_bundle::schema::Scalar;
use lictor_grammar::ast::{self, Name};
use lictor_grammar::diagnostic::{Diagnostic, Suggestion};
use lictor_grammar::literal;
use lictor_grammar::span::Span;

use super::Checker;
use crate::typed::{Expr, ExprKind, Ty};

impl Checker<'_, '_> {
    /// What a literal is worth, or its complaint as a diagnostic.
    pub fn read<T>(&mut self, value: Result<T, &'static str>, span: Span) -> Option<T> {
        value
            .map_err(|why| {
                self.out.push(
                    Diagnostic::error("E0301", span, why)
                        .help("write another value; a whole number lies between -2^63 and 2^63"),
                )
            })
            .ok()
    }

    /// A decimal literal, divided by this.
    pub(super) fn decimal(&mut self, text: &str, by: i128, span: Span) -> Option<i128> {
        let value = self.read(literal::decimal(text), span)? / by;
        if !is_decimal(value) {
            self.out.push(
                Diagnostic::error("E0301", span, format!("`{text}` is too large for a Decimal"))
                    .help("a Decimal lies below 10^18; write a smaller number"),
            );
            return None;
        }
        Some(value)
    }

    pub(super) fn number(&mut self, text: &str, want: Option<&Ty>, span: Span) -> Option<Expr> {
        if text.contains('.') || want == Some(&Ty::Decimal) {
            let value = self.decimal(text, 1, span)?;
            return Some(scalar(Scalar::Decimal(value), Ty::Decimal, span));
        }
        let value = self.read(literal::integer(text), span)?;
        Some(scalar(Scalar::Int(value), Ty::Int, span))
    }

    pub(super) fn money(&mut self, number: &ast::Number, unit: &Name, span: Span) -> Option<Expr> {
        let (currency, minor) = money_literal(&self.declared.schema.currencies, number, unit, self.out)?;
        Some(scalar(Scalar::Money(currency, minor), Ty::Money, span))
    }

    fn formed(&mut self, text: &str, wanted: Form, span: Span) -> Option<Expr> {
        let read = form(text, wanted, span).map_err(|wrong| self.out.push(wrong));
        Some(scalar(read.ok()?, Ty::Form(wanted), span))
    }

    pub(super) fn string(&mut self, text: &str, want: Option<&Ty>, span: Span) -> Option<Expr> {
        if want == Some(&Ty::TimeZone) {
            return self.zone(text, span);
        }
        if let Some(Ty::Form(form)) = want {
            return self.formed(text, *form, span);
        }
        if want != Some(&Ty::Country) {
            return Some(scalar(Scalar::Text(text.to_string()), Ty::Text, span));
        }
        match Country::parse(text) {
            Some(country) => Some(scalar(Scalar::Country(country), Ty::Country, span)),
            None => {
                let error = Diagnostic::error("E0301", span, format!("`{text}` is no country"));
                let capitals = text.to_ascii_uppercase();
                self.out.push(match Country::parse(&capitals) {
                    Some(_) => error
                        .help(format!("write it in capitals: `\"{capitals}\"`"))
                        .fix(span, format!("\"{capitals}\"")),
                    None => error.help("write the two capital letters of ISO 3166-1: \"US\", \"DE\", \"GB\""),
                });
                None
            }
        }
    }
}

/// A text of a form in its canonical form, or why it is none.
pub(crate) fn form(text: &str, form: Form, span: Span) -> Result<Scalar, Diagnostic> {
    form.canonical(text).map(|canonical| Scalar::Form(form, canonical)).map_err(|why| {
        let shown: String = text.chars().take(60).collect();
        let message = format!("`{}` is not {}: it {why}", shown.escape_debug(), form.described());
        Diagnostic::error("E0350", span, message).help(format!(
            "write {} such as `\"{}\"`",
            form.described(),
            form.example()
        ))
    })
}

/// A constant.
pub(crate) fn scalar(value: Scalar, ty: Ty, span: Span) -> Expr {
    Expr { kind: ExprKind::Scalar(value), ty, span }
}

/// The letter of a unit of time that was written out.
fn unit_of_time(unit: &str) -> Option<char> {
    Some(match unit {
        "s" | "sec" | "secs" | "second" | "seconds" => 's',
        "m" | "min" | "mins" | "minute" | "minutes" => 'm',
        "h" | "hr" | "hrs" | "hour" | "hours" => 'h',
        "d" => 'd',
        "w" | "week" | "weeks" => 'w',
        _ => return None,
    })
}

/// An amount of money: its currency and minor units.
fn money_literal(
    extra: &[(Currency, u8)],
    number: &ast::Number,
    unit: &Name,
    out: &mut Vec<Diagnostic>,
) -> Option<(Currency, i64)> {
    let known = Currency::parse(&unit.text).and_then(|currency| Some((currency, currency.digits(extra)?)));
    let Some((currency, digits)) = known else {
        if super::calendar::is_unit(&unit.text) {
            let message =
                format!("`{} {}` is only added to a Date, or taken from one", number.text, unit.text);
            let help = "a length of time is written `7d`, which is 168 hours; days of the calendar are counted from a date: `due + 7 days`";
            out.push(Diagnostic::error("E0360", number.span.to(unit.span), message).help(help));
            return None;
        }
        let upper = unit.text.to_ascii_uppercase();
        if let Some(letter) = unit_of_time(&unit.text) {
            let (place, mended) = (number.span.to(unit.span), format!("{}{letter}", number.text));
            let error = Diagnostic::error("E0301", place, "a length of time is one word");
            out.push(error.help(format!("write `{mended}`")).fix(place, mended));
            return None;
        }
        let known = Currency::parse(&upper).is_some_and(|currency| currency.digits(extra).is_some());
        let otherwise = "an amount has the three-letter code of its currency, `500.00 USD`; a number has nothing behind it";
        let suggestion = Suggestion::new(Some(upper.as_str()).filter(|_| known), otherwise);
        let error = Diagnostic::error("E0301", unit.span, format!("`{}` is no currency", unit.text));
        out.push(error.suggested(suggestion));
        return None;
    };
    match lictor_bundle::amount::parse_minor(&number.text.replace('_', ""), digits) {
        Ok(minor) => Some((currency, minor)),
        Err(_) => {
            let written = number.text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            let help = match digits {
                _ if written <= usize::from(digits) => {
                    "this is more than an amount can be: write a smaller one".to_string()
                }
                0 => format!("{currency} has no decimals"),
                1 => format!("{currency} has one decimal at most"),
                n => format!("{currency} has {n} decimals at most"),
            };
            out.push(
                Diagnostic::error(
                    "E0301",
                    number.span,
                    format!("`{}` is no amount of {currency}", number.text),
                )
                .help(help),
            );
            None
        }
    }
}
