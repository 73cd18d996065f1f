//! Maps, and values with their source.

use lictor_bundle::schema::{Schema, Type, TypeId};
use num_traits::One;

use super::value::read;
use super::{Read, Who, once_each, refused, within};
use crate::json::Json;
use crate::value::Value;

/// An object with a member for each key.
pub(super) fn map(
    schema: &Schema,
    entry: TypeId,
    (min, max): (u32, u32),
    json: &Json,
    who: Who,
    path: &str,
) -> Read<Value> {
    let Json::Object(members) = json else { return refused(path) };
    let Type::Record(entry) = schema.types[usize::from(entry)] else { unreachable!("an entry is a record") };
    let [key, value] = schema.records[usize::from(entry)].fields.as_slice() else {
        unreachable!("an entry has a key and a value")
    };
    let mut entries = Vec::new();
    for (name, json) in members {
        // A key that is no text of its type is the map's own mistake.
        let key = read(schema, key.ty, &Json::Text(name.clone()), who, path)?;
        if entries.len() == max as usize {
            return refused(path);
        }
        let value = read(schema, value.ty, json, who, &within(path, name))?;
        entries.push((name, Value::Record([Some(key), Some(value)].into())));
    }
    if entries.len() < min as usize {
        return refused(path);
    }
    entries.sort_by(|(left, _), (right, _)| left.as_bytes().cmp(right.as_bytes()));
    if let Some(twice) = entries.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return refused(&within(path, twice[0].0));
    }
    Ok(Value::Map(entries.into_iter().map(|(_, entry)| entry).collect()))
}

/// `{state, value, verified_at, confidence}`.
pub(super) fn sourced(schema: &Schema, parts: TypeId, json: &Json, who: Who, path: &str) -> Read<Value> {
    let Json::Object(members) = json else { return refused(path) };
    let Type::Record(parts) = schema.types[usize::from(parts)] else {
        unreachable!("its parts are a record")
    };
    let fields = &schema.records[usize::from(parts)].fields;
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    once_each(members, &names, path)?;
    let mut read_parts = [None, None, None, None];
    for (name, json) in members {
        let part = names.iter().position(|known| known == name).expect("it is declared");
        read_parts[part] = Some(read(schema, fields[part].ty, json, who, &within(path, name))?);
    }
    let [Some(Value::Enum(state)), verified_at, confidence, value] = read_parts else {
        return refused(&within(path, "state"));
    };
    let Type::Enum(states) = schema.types[usize::from(fields[0].ty)] else {
        unreachable!("a state is a word")
    };
    let word = schema.enums[usize::from(states)].values[usize::from(state)].as_str();
    let wrong = match word {
        other if other != "inferred" && who == Who::Caller => Some("state"),
        "withheld" if value.is_some() => Some("value"),
        "withheld" if verified_at.is_some() => Some("verified_at"),
        "withheld" if confidence.is_some() => Some("confidence"),
        "withheld" => None,
        _ if value.is_none() => Some("value"),
        "inferred" if verified_at.is_some() => Some("verified_at"),
        _ => match &confidence {
            Some(Value::Decimal(sure)) if *sure > One::one() => Some("confidence"),
            _ => None,
        },
    };
    match wrong {
        Some(part) => refused(&within(path, part)),
        None => Ok(Value::Sourced([Some(Value::Enum(state)), verified_at, confidence, value].into())),
    }
}
