//! Cells as the constants that a policy would write in their place. What type a field has decides how its cell is read, so a text
//! is never taken for a number, and a number never passes through one that is not exact.

use lictor_bundle::schema::{Type, TypeId};
use lictor_grammar::ast::{Expr, ExprKind, Name, Number, UnaryOp};
use lictor_grammar::span::Span;

use super::yaml::{Node, NodeKind};
use crate::scenario::Scene;

impl Scene<'_> {
    /// The constant in a cell for a field of this type.
    pub(super) fn cell(&self, node: &Node, ty: Option<TypeId>) -> Expr {
        let declared = ty.and_then(|ty| self.ty(ty));
        if let Some(Type::Optional(inner)) = declared {
            return self.cell(node, Some(inner));
        }
        let kind = match &node.kind {
            NodeKind::Scalar(text, true) if text == "absent" => ExprKind::Absent,
            NodeKind::Scalar(text, _) => match declared {
                Some(Type::Text { .. } | Type::Country | Type::TimeZone) => ExprKind::String(text.clone()),
                _ => constant(text.trim(), node.span),
            },
            NodeKind::List(items) => {
                let element = match declared {
                    Some(Type::List { element, .. } | Type::Set { element, .. }) => Some(element),
                    _ => None,
                };
                ExprKind::List(items.iter().map(|item| self.cell(item, element)).collect())
            }
            NodeKind::Map(entries) => {
                let record = ty.and_then(|ty| self.record(ty));
                let value = match declared {
                    Some(Type::Map { entry, .. }) => self.schema.entry(entry).map(|(_, value)| value),
                    _ => None,
                };
                let field = |name: &str| {
                    let field = record?.fields.iter().find(|field| field.name == name);
                    field.map(|field| field.ty)
                };
                let entries = entries.iter().map(|entry| {
                    let name = Name { text: entry.key.clone(), span: entry.span };
                    (name, self.cell(&entry.value, value.or_else(|| field(&entry.key))))
                });
                ExprKind::Record(entries.collect())
            }
        };
        Expr { kind, span: node.span }
    }
}

/// A text as the constant that it looks like; whether it is a sound one, and fits where it stands, is asked later.
pub(super) fn constant(text: &str, span: Span) -> ExprKind {
    let digits = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_digit())
            && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b'.'))
    };
    let word = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    if let Some(rest) = text.strip_prefix('-') {
        let inner = Expr { kind: constant(rest, span), span };
        return ExprKind::Unary(UnaryOp::Negate, Box::new(inner));
    }
    if let Some((number, unit)) = text.split_once(' ')
        && digits(number)
        && word(unit.trim_start())
    {
        let number = Number { text: number.to_owned(), span };
        return ExprKind::Quantity(number, Name { text: unit.trim_start().to_owned(), span });
    }
    let starts_like_a_number = text.starts_with(|first: char| first.is_ascii_digit());
    match text {
        "true" => ExprKind::Bool(true),
        "false" => ExprKind::Bool(false),
        _ if digits(text) => ExprKind::Number(text.to_owned()),
        _ if word(text) => ExprKind::Name(text.to_owned()),
        _ if !starts_like_a_number => ExprKind::String(text.to_owned()),
        _ if text.ends_with('%') => ExprKind::Percent(text.trim_end_matches('%').to_owned()),
        _ if text.ends_with(['s', 'm', 'h', 'd', 'w']) => ExprKind::Duration(text.to_owned()),
        _ if text.contains('T') => ExprKind::Timestamp(text.to_owned()),
        _ if text.len() == 10 && text.matches('-').count() == 2 => ExprKind::Date(text.to_owned()),
        _ if text.contains(':') => ExprKind::TimeOfDay(text.to_owned()),
        _ => ExprKind::String(text.to_owned()),
    }
}
