//! An evaluation in the words of the policy: an action, and its fields.

use lictor_bundle::schema::{Field, Schema, Type};

use super::answer::Answer;
use super::entities::Entities;
use crate::json::{Object, cut};

/// How many fields every request begins with, before those of its action: the agent, the user, the mandate and the context.
const ENVELOPE: usize = 4;
/// The type of a resource that is the action itself.
const ITSELF: &str = "action";

/// Writes what the caller asks for, as the engine reads it; or the answer, where the policy has no place for the resource.
pub(super) fn write(entities: &Entities<'_>, schema: &Schema, out: &mut Vec<u8>) -> Result<(), Answer> {
    out.clear();
    out.extend(b"{\"action\":");
    text(out, &entities.action);
    out.extend(b",\"params\":{");
    let mut first = true;
    // Of an action that there is not, the engine says so.
    if let Some(fields) = fields(schema, &entities.action) {
        members(out, &mut first, entities.action_properties.as_ref());
        resource(out, &mut first, entities, schema, fields)?;
    }
    out.extend(b"}}");
    Ok(())
}

/// The fields of an action, where there is one of this name.
pub(crate) fn fields<'s>(schema: &'s Schema, name: &str) -> Option<&'s [Field]> {
    let found = schema.actions.binary_search_by(|action| action.name.as_str().cmp(name)).ok()?;
    let request = schema.records.get(usize::from(schema.actions.get(found)?.request))?;
    request.fields.get(ENVELOPE..)
}

fn resource(
    out: &mut Vec<u8>,
    first: &mut bool,
    entities: &Entities<'_>,
    schema: &Schema,
    fields: &[Field],
) -> Result<(), Answer> {
    let (kind, id, properties) =
        (&*entities.resource_type, &*entities.resource_id, entities.resource_properties.as_ref());
    match fields.iter().find(|field| field.name == kind) {
        Some(field) if is_record(schema, field) => {
            separate(out, first);
            text(out, kind);
            out.extend(b":{\"id\":");
            text(out, id);
            members(out, &mut false, properties);
            out.push(b'}');
            Ok(())
        }
        Some(_) if properties.is_some_and(|properties| properties.members().next().is_some()) => {
            let (kind, action) = (cut(kind), cut(&entities.action));
            Err(Answer::unreadable(format!(
                "resource.properties: the field {kind} of {action} is a single value; say what else there is in action.properties"
            )))
        }
        Some(_) => {
            separate(out, first);
            text(out, kind);
            out.push(b':');
            text(out, id);
            Ok(())
        }
        None if kind == ITSELF && id == entities.action => {
            members(out, first, properties);
            Ok(())
        }
        None => Err(Answer::unreadable(no_such_field(entities, fields))),
    }
}

/// A resource that the policy does not know is not passed over: it would be allowed whichever it is.
fn no_such_field(entities: &Entities<'_>, fields: &[Field]) -> String {
    let action = cut(&entities.action);
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    format!(
        "resource.type: \"{}\" is no field of {action}; name one of its fields ({}), or send the type \"{ITSELF}\" with the id \"{action}\"",
        cut(&entities.resource_type),
        if names.is_empty() { "it has none".to_owned() } else { names.join(", ") },
    )
}

fn is_record(schema: &Schema, field: &Field) -> bool {
    let mut ty = schema.types.get(usize::from(field.ty));
    if let Some(Type::Optional(inner)) = ty {
        ty = schema.types.get(usize::from(*inner));
    }
    matches!(ty, Some(Type::Record(_)))
}

/// Members as they were written. One that stands twice is refused by the engine, with its path.
fn members(out: &mut Vec<u8>, first: &mut bool, properties: Option<&Object<'_>>) {
    for (name, value) in properties.into_iter().flat_map(Object::members) {
        separate(out, first);
        text(out, name);
        out.push(b':');
        out.extend(value.as_bytes());
    }
}

fn separate(out: &mut Vec<u8>, first: &mut bool) {
    if !std::mem::take(first) {
        out.push(b',');
    }
}

/// A text of JSON.
fn text(out: &mut Vec<u8>, text: &str) {
    // Writing to memory does not fail.
    let _ = serde_json::to_writer(out, text);
}
