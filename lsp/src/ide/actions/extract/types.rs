//! The types of values as a policy writes them.

use lictor_bundle::schema::{Schema, Type, TypeId};
use lictor_compiler::typed::Ty;

/// The types that a policy reads and does not declare: nothing can be said to be of one.
const UNNAMED: [&str; 4] = ["Agent", "User", "Mandate", "Context"];

/// So many bytes a String has that does not say.
const ANY_TEXT: u32 = 4_096;

/// A type as what a function takes is declared; nothing where it has no name there.
pub(super) fn written(schema: &Schema, ty: &Ty) -> Option<String> {
    Some(match ty {
        Ty::Bool => "Bool".to_owned(),
        Ty::Int => "Int".to_owned(),
        Ty::Decimal => "Decimal".to_owned(),
        Ty::Money => "Money".to_owned(),
        Ty::Text => "String".to_owned(),
        Ty::Timestamp => "Timestamp".to_owned(),
        Ty::Duration => "Duration".to_owned(),
        Ty::Country => "Country".to_owned(),
        Ty::Date => "Date".to_owned(),
        Ty::TimeOfDay => "TimeOfDay".to_owned(),
        Ty::Weekday => "Weekday".to_owned(),
        Ty::TimeZone => "TimeZone".to_owned(),
        Ty::Form(form) => form.name().to_owned(),
        Ty::Enum(id) => schema.enums.get(usize::from(*id))?.name.clone(),
        Ty::Record(id) => record(schema, usize::from(*id))?,
        Ty::List { element, .. } => format!("List<{}>", inside(schema, *element)?),
        Ty::Set { element, .. } => format!("Set<{}>", inside(schema, *element)?),
        Ty::Map { entry, .. } => map(schema, *entry)?,
        Ty::Optional(inner) => format!("{}?", written(schema, inner)?),
        Ty::Pattern | Ty::Sourced(_) => return None,
    })
}

/// The type of an element: one with other bounds is another type.
fn inside(schema: &Schema, id: TypeId) -> Option<String> {
    let signed = |name: &str, signed: bool| {
        if signed { format!("signed {name}") } else { name.to_owned() }
    };
    let bounds = |min: u32, max: u32| format!("min {min}, max {max}");
    Some(match *schema.types.get(usize::from(id))? {
        Type::Bool => "Bool".to_owned(),
        Type::Int { signed: sign } => signed("Int", sign),
        Type::Decimal { signed: sign } => signed("Decimal", sign),
        Type::Money { signed: sign } => signed("Money", sign),
        Type::Duration { signed: sign } => signed("Duration", sign),
        Type::Text { max: ANY_TEXT } => "String".to_owned(),
        Type::Text { max } => format!("String max {max}"),
        Type::Timestamp => "Timestamp".to_owned(),
        Type::Country => "Country".to_owned(),
        Type::Date => "Date".to_owned(),
        Type::TimeOfDay => "TimeOfDay".to_owned(),
        Type::Weekday => "Weekday".to_owned(),
        Type::TimeZone => "TimeZone".to_owned(),
        Type::Form(form) => form.name().to_owned(),
        Type::Enum(id) => schema.enums.get(usize::from(id))?.name.clone(),
        Type::Record(id) => record(schema, usize::from(id))?,
        Type::List { element, min, max } => {
            format!("List<{}, {}>", inside(schema, element)?, bounds(min, max))
        }
        Type::Set { element, min, max } => format!("Set<{}, {}>", inside(schema, element)?, bounds(min, max)),
        Type::Map { entry, .. } => map(schema, entry)?,
        Type::Optional(inner) => format!("{}?", inside(schema, inner)?),
        Type::Sourced(_) => return None,
    })
}

fn record(schema: &Schema, id: usize) -> Option<String> {
    let name = &schema.records.get(id)?.name;
    (!UNNAMED.contains(&name.as_str())).then(|| name.clone())
}

fn map(schema: &Schema, entry: TypeId) -> Option<String> {
    let (key, value) = schema.entry(entry)?;
    Some(format!("Map<{}, {}>", inside(schema, key)?, inside(schema, value)?))
}
