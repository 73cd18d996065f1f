//! Constants as their author wrote them, for the names of rows.

use lictor_grammar::ast::{Expr, ExprKind, UnaryOp};

/// A constant as text. What is no constant was reported already and shows as `…`.
pub fn constant(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Number(text) | ExprKind::Duration(text) | ExprKind::Timestamp(text) => text.clone(),
        ExprKind::Date(text) | ExprKind::TimeOfDay(text) | ExprKind::Name(text) => text.clone(),
        ExprKind::Percent(text) => format!("{text}%"),
        ExprKind::Quantity(number, unit) => format!("{} {}", number.text, unit.text),
        ExprKind::String(text) => format!("{text:?}"),
        ExprKind::Pattern(text) => format!("r\"{text}\""),
        ExprKind::Absent => String::from("absent"),
        ExprKind::Unary(UnaryOp::Negate, inner) => format!("-{}", constant(inner)),
        ExprKind::List(items) => format!("[{}]", items.iter().map(constant).collect::<Vec<_>>().join(", ")),
        ExprKind::Record(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{}: {}", name.text, constant(value)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        _ => String::from("…"),
    }
}
