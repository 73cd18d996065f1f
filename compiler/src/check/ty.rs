//! Types of expressions: where they come from and what they are called.

use lictor_bundle::form::Form;
use lictor_bundle::instr::Kind;
use lictor_bundle::schema::{Schema, Type, TypeId};

use crate::typed::Ty;

/// The type of an expression that gives a value of this type of the schema.
pub(crate) fn ty_of(schema: &Schema, id: TypeId) -> Ty {
    match schema.types.get(usize::from(id)).copied().unwrap_or(Type::Bool) {
        Type::Bool => Ty::Bool,
        Type::Int { .. } => Ty::Int,
        Type::Decimal { .. } => Ty::Decimal,
        Type::Money { .. } => Ty::Money,
        Type::Text { .. } => Ty::Text,
        Type::Timestamp => Ty::Timestamp,
        Type::Duration { .. } => Ty::Duration,
        Type::Country => Ty::Country,
        Type::Date => Ty::Date,
        Type::TimeOfDay => Ty::TimeOfDay,
        Type::Weekday => Ty::Weekday,
        Type::TimeZone => Ty::TimeZone,
        Type::Form(form) => Ty::Form(form),
        Type::Enum(id) => Ty::Enum(id),
        Type::Record(id) => Ty::Record(id),
        Type::List { element, max, .. } => Ty::List { element, max },
        Type::Set { element, max, .. } => Ty::Set { element, max },
        Type::Map { entry, max, .. } => Ty::Map { entry, max },
        Type::Sourced(record) => Ty::Sourced(record),
        Type::Optional(inner) => Ty::Optional(Box::new(ty_of(schema, inner))),
    }
}

/// What a type is called in a message, with its article.
pub(crate) fn describe(schema: &Schema, ty: &Ty) -> String {
    match ty {
        Ty::Bool => "a Bool".into(),
        Ty::Int => "an Int".into(),
        Ty::Decimal => "a Decimal".into(),
        Ty::Money => "an amount of Money".into(),
        Ty::Text => "a String".into(),
        Ty::Timestamp => "a Timestamp".into(),
        Ty::Duration => "a Duration".into(),
        Ty::Country => "a Country".into(),
        Ty::Date => "a Date".into(),
        Ty::TimeOfDay => "a TimeOfDay".into(),
        Ty::Weekday => "a Weekday".into(),
        Ty::TimeZone => "a TimeZone".into(),
        Ty::Form(form @ (Form::Ip | Form::Email)) => format!("an {}", form.name()),
        Ty::Form(form) => format!("a {}", form.name()),
        Ty::Pattern => "a pattern".into(),
        Ty::Enum(id) => with_article(schema.enums.get(usize::from(*id)).map_or("enum", |e| e.name.as_str())),
        Ty::Record(id) => {
            with_article(schema.records.get(usize::from(*id)).map_or("record", |r| r.name.as_str()))
        }
        Ty::List { .. } => "a List".into(),
        Ty::Set { .. } => "a Set".into(),
        Ty::Map { .. } => "a Map".into(),
        Ty::Sourced(_) => "a Sourced value".into(),
        Ty::Optional(inner) => format!("{} that may be absent", describe(schema, inner)),
    }
}

fn with_article(name: &str) -> String {
    let article = if name.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {name}")
}

/// What values of a type are compared as; none for those that are not compared.
pub(crate) fn kind_of(ty: &Ty) -> Option<Kind> {
    match ty {
        Ty::Bool | Ty::Country | Ty::TimeZone | Ty::Enum(_) => Some(Kind::Bits),
        Ty::Int | Ty::Timestamp | Ty::Duration | Ty::Date | Ty::TimeOfDay | Ty::Weekday => Some(Kind::Int),
        Ty::Decimal => Some(Kind::Decimal),
        Ty::Money => Some(Kind::Money),
        Ty::Text | Ty::Form(_) => Some(Kind::Text),
        Ty::Pattern
        | Ty::Record(_)
        | Ty::List { .. }
        | Ty::Set { .. }
        | Ty::Map { .. }
        | Ty::Sourced(_)
        | Ty::Optional(_) => None,
    }
}
