//! What numbers stand for: slots of the request as paths, constants as they are written in policies.

use crate::schema::{ActionId, Approver, RecordId, Scalar, Schema, Type, TypeId};
use crate::time::render_duration;
use crate::written;

/// How many elements of a set are shown.
const SHOWN: usize = 8;

/// The name of an entry of a table.
pub(super) fn at<T>(table: &[T], index: u16, name: impl Fn(&T) -> &str) -> &str {
    table.get(usize::from(index)).map_or("?", name)
}

/// The path of each slot of an action's request: `merchant.id`, and `merchant.id?` for whether it is there.
pub fn slots(schema: &Schema, action: ActionId) -> Vec<String> {
    let mut paths = Vec::new();
    if let Some(action) = schema.actions.get(usize::from(action)) {
        record_slots(schema, action.request, "", &mut paths);
    }
    paths
}

fn record_slots(schema: &Schema, id: RecordId, prefix: &str, paths: &mut Vec<String>) {
    for field in schema.records.get(usize::from(id)).map_or(&[][..], |record| &record.fields) {
        let path = if prefix.is_empty() { field.name.clone() } else { format!("{prefix}.{}", field.name) };
        type_slots(schema, field.ty, path, paths);
    }
}

fn type_slots(schema: &Schema, ty: TypeId, path: String, paths: &mut Vec<String>) {
    match schema.types.get(usize::from(ty)) {
        Some(Type::Record(id)) => record_slots(schema, *id, &path, paths),
        Some(Type::Optional(inner)) => {
            paths.push(format!("{path}?"));
            type_slots(schema, *inner, path, paths);
        }
        _ => paths.push(path),
    }
}

/// A value as it is written in policies.
pub(super) fn scalar(schema: &Schema, scalar: &Scalar) -> String {
    written::scalar(scalar, schema)
}

/// A set in braces, cut where it is long.
pub(super) fn set(schema: &Schema, elements: &[Scalar]) -> String {
    let mut shown: Vec<String> = elements.iter().take(SHOWN).map(|element| scalar(schema, element)).collect();
    if elements.len() > SHOWN {
        shown.push(format!("… {} in all", elements.len()));
    }
    format!("{{{}}}", shown.join(", "))
}

/// A set in braces, all of it.
pub(super) fn whole_set(schema: &Schema, elements: &[Scalar]) -> String {
    let all: Vec<String> = elements.iter().map(|element| scalar(schema, element)).collect();
    format!("{{{}}}", all.join(", "))
}

/// Who is asked, as it is written in policies.
pub(super) fn approver(schema: &Schema, approver: &Approver) -> String {
    let role = approver.role.map_or("user", |role| at(&schema.roles, role, |role| role.name.as_str()));
    let quorum = if approver.quorum > 1 { format!(" quorum {}", approver.quorum) } else { String::new() };
    let within =
        approver.within.map_or_else(String::new, |within| format!(" within {}", render_duration(within)));
    format!("to {role}{quorum}{within}")
}
