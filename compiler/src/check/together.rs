//! What to write where two values do not go together.

use lictor_bundle::schema::{Scalar, Schema};
use lictor_grammar::span::Span;

use crate::typed::{Expr, ExprKind, Ty};

/// So many fields of a record are named.
const MOST: usize = 5;

/// What to do about two values of different types; and where it is certain, what stands at which place instead.
pub(super) fn advice(schema: &Schema, left: &Expr, right: &Expr) -> (String, Option<(Span, String)>) {
    let bare = bare(schema, left, right).or_else(|| bare(schema, right, left));
    let help = either(schema, left, right)
        .or_else(|| either(schema, right, left))
        .unwrap_or_else(|| "compare two values of the same type".to_owned());
    (help, bare)
}

/// What to do about a value of the first type beside one of the second.
fn either(schema: &Schema, one: &Expr, other: &Expr) -> Option<String> {
    let is_constant = |expr: &Expr| matches!(expr.kind, ExprKind::Scalar(_));
    let help = match (&one.ty, &other.ty) {
        (Ty::Money, Ty::Int | Ty::Decimal) if is_constant(one) && !is_constant(other) => {
            "leave the currency out: this is a number, and no amount"
        }
        (Ty::Money, Ty::Int | Ty::Decimal) => "write the amount with its currency: `500 USD`",
        (Ty::Money, Ty::Text) => "an amount stands without quotes: `500 USD`",
        (Ty::Duration, Ty::Int | Ty::Decimal) => "write the length of time with its unit: `15m`, `24h`, `7d`",
        (Ty::Timestamp, Ty::Duration) => {
            "subtract two timestamps to get a length of time: `context.now - mandate.issued_at <= 15m`"
        }
        (Ty::Timestamp, Ty::Date) => "take the day of the moment first: `date(context.now, \"UTC\")`",
        (Ty::Timestamp, Ty::TimeOfDay) => "ask what the clock shows: `time_of_day(context.now, \"UTC\")`",
        (Ty::Timestamp, Ty::Weekday) => "ask for the day of the week: `weekday(context.now, \"UTC\")`",
        (Ty::Timestamp, Ty::Int | Ty::Decimal) => "a moment is written `2026-03-01T10:00:00Z`",
        (Ty::Sourced(_), _) => {
            "ask for its state first, then read its value: `x.state == verified and x.value == …`"
        }
        (Ty::Date, Ty::Int | Ty::Decimal) => "a date is written year, month, day: `2026-03-01`",
        (Ty::TimeOfDay, Ty::Int | Ty::Decimal) => "a time of day is written `09:00`",
        (Ty::TimeOfDay, Ty::Duration) => "a time of day is written `09:00`; `15m` is a length of time",
        (Ty::Enum(_), Ty::Text) => "write the word without quotes, as it stands in its `enum`",
        (Ty::Bool, Ty::Text) => "yes and no are `true` and `false`, without quotes",
        (Ty::Text, Ty::Int | Ty::Decimal) => "a text stands between quotes, and a number without",
        (Ty::List { .. } | Ty::Set { .. } | Ty::Map { .. }, Ty::Int | Ty::Decimal) => {
            "how many there are is `size(…)`; of its elements one asks `any(x in xs: …)` or `all(x in xs: …)`"
        }
        (Ty::List { .. } | Ty::Set { .. } | Ty::Map { .. }, _) => {
            "ask whether it is among them, `x in xs`, or about its elements: `any(x in xs: …)`, `all(x in xs: …)`"
        }
        (Ty::Record(id), _) => {
            let fields = schema.records.get(usize::from(*id)).map(|record| record.fields.as_slice());
            let named = fields.unwrap_or_default().iter().take(MOST).map(|field| format!("`{}`", field.name));
            let named: Vec<String> = named.collect();
            return Some(format!("compare one of its fields: {}", named.join(", ")));
        }
        _ => return None,
    };
    Some(help.to_owned())
}

/// A text in quotes that is a value of the other's type without them.
fn bare(schema: &Schema, text: &Expr, other: &Expr) -> Option<(Span, String)> {
    let ExprKind::Scalar(Scalar::Text(written)) = &text.kind else { return None };
    let is_number = |text: &str, dot: bool| {
        let (whole, part) = match text.split_once('.') {
            Some((whole, part)) => (whole, Some(part)),
            None => (text, None),
        };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits(whole) && part.is_none_or(|part| dot && digits(part))
    };
    let is_value = match &other.ty {
        Ty::Bool => ["true", "false"].contains(&&**written),
        Ty::Int => is_number(written, false),
        Ty::Decimal => is_number(written, true),
        Ty::Money => written.split_once(' ').is_some_and(|(number, currency)| {
            is_number(number, true)
                && currency.len() == 3
                && currency.bytes().all(|byte| byte.is_ascii_uppercase())
        }),
        Ty::Enum(id) => {
            let declared = schema.enums.get(usize::from(*id))?;
            declared.values.iter().any(|value| **value == **written)
        }
        _ => false,
    };
    is_value.then(|| (text.span, written.to_string()))
}
