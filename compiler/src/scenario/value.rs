//! Constants of tests as JSON, by the type that is declared where they stand.
//!
//! A value of the wrong *kind* is an error here. One of the right kind that requests may not hold, such as a negative price, is
//! let through: a test may want to show that it is refused.

use std::collections::BTreeMap;

use lictor_bundle::civil::{WEEKDAYS, parse_weekday};
use lictor_bundle::currency::Currency;
use lictor_bundle::decimal::render_decimal;
use lictor_bundle::schema::{Type, TypeId};
use lictor_bundle::time::render_timestamp;
use lictor_grammar::ast::{Expr, ExprKind, Name, UnaryOp};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::literal;
use lictor_grammar::span::Span;
use serde_json::{Map, Value, json};

use super::Scene;
use super::path::Misfit;
use crate::suggest;

/// A value that cannot stand where it was written; this was reported.
#[derive(Debug)]
pub struct Reported;

impl Scene<'_> {
    /// The JSON of a constant of this type; nothing for `absent`. `name` is what the place is called in messages.
    pub fn value_or_absent(
        &mut self,
        expr: &Expr,
        ty: TypeId,
        name: &str,
    ) -> Result<Option<Value>, Reported> {
        match expr.kind {
            ExprKind::Absent => Ok(None),
            _ => self.value(expr, ty, name).map(Some),
        }
    }

    /// The JSON of a constant of this type.
    pub fn value(&mut self, expr: &Expr, ty: TypeId, name: &str) -> Result<Value, Reported> {
        let Some(declared) = self.ty(ty) else { return Err(Reported) };
        match (declared, &expr.kind) {
            // The parser has reported what could not be read.
            (_, ExprKind::Error) => Err(Reported),
            (Type::Optional(inner), _) => self.value(expr, inner, name),
            (Type::Bool, ExprKind::Bool(value)) => Ok(json!(value)),
            (Type::Text { .. } | Type::Country | Type::TimeZone, ExprKind::String(text)) => Ok(json!(text)),
            (Type::Date, ExprKind::Date(text)) => {
                literal::date(text).map(|_| json!(text)).map_err(|why| self.unreadable(expr, why))
            }
            (Type::TimeOfDay, ExprKind::TimeOfDay(text)) => {
                literal::time_of_day(text).map(|_| json!(text)).map_err(|why| self.unreadable(expr, why))
            }
            (Type::Weekday, ExprKind::Name(word)) => {
                if parse_weekday(word).is_some() {
                    return Ok(json!(word));
                }
                let help = suggest::help(word, WEEKDAYS, "write one of the seven, in small letters");
                let message = format!("`{word}` is no day of the week");
                self.diagnostics.push(Diagnostic::error("E0505", expr.span, message).suggested(help));
                Err(Reported)
            }
            (Type::Form(form), ExprKind::String(text)) => match crate::check::form(text, form, expr.span) {
                Ok(_) => Ok(json!(text)),
                Err(wrong) => {
                    self.diagnostics.push(wrong);
                    Err(Reported)
                }
            },
            (Type::Timestamp, ExprKind::Timestamp(text)) => literal::timestamp(text)
                .map(|moment| json!(render_timestamp(moment)))
                .map_err(|why| self.unreadable(expr, why)),
            (Type::Enum(id), ExprKind::Name(value)) => self.enumerated(usize::from(id), expr, value),
            (Type::Record(_) | Type::Sourced(_), ExprKind::Record(fields)) => {
                self.fields_of(fields, ty, name)
            }
            (Type::Map { entry, .. }, ExprKind::Record(entries)) => self.entries_of(entries, entry, name),
            (Type::List { element, .. } | Type::Set { element, .. }, ExprKind::List(items)) => items
                .iter()
                .map(|item| self.value(item, element, name))
                .collect::<Result<Vec<_>, _>>()
                .map(Value::Array),
            (declared, ExprKind::Unary(UnaryOp::Negate, inner)) => {
                let sign = "-";
                self.number(declared, inner, sign).unwrap_or_else(|| Err(self.misfit(expr, declared, name)))
            }
            (declared, _) => {
                self.number(declared, expr, "").unwrap_or_else(|| Err(self.misfit(expr, declared, name)))
            }
        }
    }

    /// The JSON of a quantity with its sign; nothing where the constant is of another kind.
    fn number(&mut self, declared: Type, expr: &Expr, sign: &str) -> Option<Result<Value, Reported>> {
        let read = match (declared, &expr.kind) {
            (Type::Int { .. }, ExprKind::Number(text)) if !text.contains('.') => {
                literal::integer(text).map(|value| json!(if sign.is_empty() { value } else { -value }))
            }
            (Type::Decimal { .. }, ExprKind::Number(text)) => {
                literal::decimal(text).map(|scaled| json!(format!("{sign}{}", render_decimal(scaled))))
            }
            (Type::Decimal { .. }, ExprKind::Percent(text)) => {
                hundredth(text).map(|scaled| json!(format!("{sign}{}", render_decimal(scaled))))
            }
            (Type::Duration { .. }, ExprKind::Duration(text)) => {
                Ok(json!(format!("{sign}{}", text.replace('_', ""))))
            }
            (Type::Money { .. }, ExprKind::Quantity(number, code)) => {
                return Some(self.money(&number.text, code, sign));
            }
            _ => return None,
        };
        Some(read.map_err(|why| self.unreadable(expr, why)))
    }

    fn money(&mut self, number: &str, code: &Name, sign: &str) -> Result<Value, Reported> {
        let digits =
            Currency::parse(&code.text).and_then(|currency| currency.digits(&self.schema.currencies));
        if digits.is_none() {
            let message = format!("there is no currency `{}`", code.text);
            let help = "write the three letters of ISO 4217, such as `USD`";
            self.diagnostics.push(Diagnostic::error("E0506", code.span, message).help(help));
            return Err(Reported);
        }
        Ok(json!({ "amount": format!("{sign}{}", number.replace('_', "")), "currency": code.text }))
    }

    fn enumerated(&mut self, id: usize, expr: &Expr, value: &str) -> Result<Value, Reported> {
        let Some(declared) = self.schema.enums.get(id) else { return Err(Reported) };
        if declared.values.iter().any(|one| one == value) {
            return Ok(json!(value));
        }
        let help =
            suggest::help(value, declared.values.iter().map(String::as_str), "write one of its values");
        let message = format!("`{}` has no value `{value}`", declared.name);
        self.diagnostics.push(Diagnostic::error("E0505", expr.span, message).suggested(help));
        Err(Reported)
    }

    fn fields_of(&mut self, fields: &[(Name, Expr)], ty: TypeId, owner: &str) -> Result<Value, Reported> {
        let Some(record) = self.record(ty) else { return Err(Reported) };
        let declared = &record.fields;
        let mut object = Map::new();
        let mut sound = true;
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for (name, value) in fields {
            if let Some(first) = seen.get(name.text.as_str()) {
                self.twice(name.span, *first, format!("the field `{}` stands twice", name.text));
                sound = false;
                continue;
            }
            seen.insert(&name.text, name.span);
            let Some(field) = declared.iter().find(|field| field.name == name.text) else {
                let all = declared.iter().map(|field| field.name.clone()).collect();
                let misfit = self.of(Misfit::new(Some(name), all, owner), &record.name);
                self.diagnostics.push(misfit.diagnostic());
                sound = false;
                continue;
            };
            match self.value_or_absent(value, field.ty, &field.name) {
                Ok(Some(value)) => drop(object.insert(field.name.clone(), value)),
                Ok(None) => {}
                Err(Reported) => sound = false,
            }
        }
        if sound { Ok(Value::Object(object)) } else { Err(Reported) }
    }

    /// The entries of a map, each key once.
    fn entries_of(
        &mut self,
        entries: &[(Name, Expr)],
        entry: TypeId,
        owner: &str,
    ) -> Result<Value, Reported> {
        let Some((_, ty)) = self.schema.entry(entry) else { return Err(Reported) };
        let mut object = Map::new();
        let mut sound = true;
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for (key, value) in entries {
            if let Some(first) = seen.insert(&key.text, key.span) {
                self.twice(key.span, first, format!("the key `{}` stands twice", key.text));
                sound = false;
                continue;
            }
            match self.value(value, ty, owner) {
                Ok(value) => drop(object.insert(key.text.clone(), value)),
                Err(Reported) => sound = false,
            }
        }
        if sound { Ok(Value::Object(object)) } else { Err(Reported) }
    }

    pub(super) fn unreadable(&mut self, expr: &Expr, why: &str) -> Reported {
        self.diagnostics.push(Diagnostic::error("E0506", expr.span, why).help("write another value"));
        Reported
    }

    fn misfit(&mut self, expr: &Expr, declared: Type, name: &str) -> Reported {
        let (takes, such_as) = self.describe(declared);
        let message = match found(&expr.kind) {
            Some(found) => format!("`{name}` takes {takes}, not {found}"),
            None => format!("`{name}` takes a constant: {takes}"),
        };
        self.diagnostics
            .push(Diagnostic::error("E0505", expr.span, message).help(format!("write it like {such_as}")));
        Reported
    }

    /// What a type holds, in words, and an example of it.
    fn describe(&self, ty: Type) -> (String, String) {
        let (words, example) = match ty {
            Type::Bool => ("a yes or no", "`true` or `false`"),
            Type::Int { .. } => ("a whole number", "`12`"),
            Type::Decimal { .. } => ("a number", "`0.25` or `2.5%`"),
            Type::Money { .. } => ("an amount of money", "`500.00 USD`"),
            Type::Text { .. } => ("a text", "`\"text\"`"),
            Type::Timestamp => ("a moment", "`2026-03-01T10:00:00Z`"),
            Type::Duration { .. } => ("a length of time", "`15m`"),
            Type::Country => ("a country", "`\"US\"`"),
            Type::Date => ("a date", "`2026-03-01`"),
            Type::TimeOfDay => ("a time of day", "`09:30`"),
            Type::Weekday => ("a day of the week", "`monday`"),
            Type::TimeZone => ("a time zone", "`\"Europe/Berlin\"`"),
            Type::Form(_) => ("a text of its form", "`\"…\"`"),
            Type::Record(_) => ("a record", "`{ field: value }`"),
            Type::List { .. } => ("a list", "`[a, b]`"),
            Type::Set { .. } => ("a set", "`[a, b]`"),
            Type::Map { .. } => ("a map", "`{ \"key\": value }`"),
            Type::Sourced(_) => ("a sourced value", "`{ state: inferred, value: … }`"),
            Type::Enum(id) => {
                let Some(declared) = self.schema.enums.get(usize::from(id)) else {
                    return (String::from("a name"), String::from("`name`"));
                };
                let values = declared.values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>();
                return (format!("a `{}`", declared.name), values.join(" or "));
            }
            Type::Optional(inner) => {
                return match self.ty(inner) {
                    Some(inner) if !matches!(inner, Type::Optional(_)) => self.describe(inner),
                    _ => (String::from("a value"), String::from("the declaration says")),
                };
            }
        };
        (words.to_owned(), example.to_owned())
    }
}

/// `2.5%` in billionths.
fn hundredth(text: &str) -> Result<i128, &'static str> {
    let scaled = literal::decimal(text)?;
    if scaled % 100 == 0 {
        Ok(scaled / 100)
    } else {
        Err("a percentage has seven places after the point at most")
    }
}

/// What kind of constant this is; nothing where it is none.
pub(super) fn found(kind: &ExprKind) -> Option<&'static str> {
    Some(match kind {
        ExprKind::Bool(_) => "a yes or no",
        ExprKind::Number(text) if text.contains('.') => "a number with decimals",
        ExprKind::Number(_) => "a bare number",
        ExprKind::Percent(_) => "a percentage",
        ExprKind::Quantity(..) => "an amount with a unit",
        ExprKind::Duration(_) => "a length of time",
        ExprKind::Timestamp(_) => "a moment",
        ExprKind::Date(_) => "a date",
        ExprKind::TimeOfDay(_) => "a time of day",
        ExprKind::String(_) => "a text",
        ExprKind::Pattern(_) => "a pattern",
        ExprKind::List(_) => "a list",
        ExprKind::Record(_) => "a record",
        ExprKind::Name(_) => "a name",
        ExprKind::Absent => "`absent`",
        ExprKind::Unary(UnaryOp::Negate, inner) => return found(&inner.kind),
        _ => return None,
    })
}
