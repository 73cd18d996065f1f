//! Lists that are put together of members of a call's input.

use lictor_bundle::schema::{Schema, Type, TypeId};
use lictor_bundle::tools::{EACH, Part};

use super::tool::{Members, member, object};
use super::{Read, Who, refused, value};
use crate::json::Json;
use crate::value::Value;

/// The list or set of a type that these parts make; none where no part is there, and none needs to be.
pub(super) fn list(
    schema: &Schema,
    ty: TypeId,
    parts: &[Part],
    optional: bool,
    members: &Members,
) -> Read<Option<Value>> {
    let (element, min, max, set) = match schema.types[usize::from(ty)] {
        Type::List { element, min, max } => (element, min, max, false),
        Type::Set { element, min, max } => (element, min, max, true),
        _ => unreachable!("only lists and sets are put together"),
    };
    let mut all: Vec<Value> = Vec::new();
    let mut some = false;
    for part in parts {
        let steps: Vec<&[String]> = part.path().splitn(2, |step| step == EACH).collect();
        let path = format!("input.{}", steps[0].join("."));
        let Some(json) = member(members, steps[0], "input")? else { continue };
        some = true;
        match (part, steps.get(1), json) {
            (Part::All(_, ty), ..) => match value::read(schema, *ty, json, Who::Caller, &path)? {
                Value::List(elements) => all.extend(elements.iter().cloned()),
                _ => unreachable!("a list is read"),
            },
            (Part::One(..), None, _) => all.push(value::read(schema, element, json, Who::Caller, &path)?),
            (Part::One(..), Some(inner), Json::Array(elements)) => {
                for (number, json) in elements.iter().enumerate() {
                    let path = format!("{path}[{number}]");
                    if number == max as usize {
                        return refused(&format!("input.{}", steps[0].join(".")));
                    }
                    let found = match inner {
                        [] => Some(json),
                        inner => member(object(json, &path)?, inner, &path)?,
                    };
                    let path = inner.iter().fold(path, |path, step| format!("{path}.{step}"));
                    match found {
                        Some(json) => all.push(value::read(schema, element, json, Who::Caller, &path)?),
                        None => return refused(&path),
                    }
                }
            }
            (Part::One(..), Some(_), _) => return refused(&path),
        }
        if all.len() > max as usize {
            return refused(&path);
        }
    }
    if optional && !some {
        return Ok(None);
    }
    // What is wrong with the whole is told of the first part.
    let first = parts[0].path().split(|step| step == EACH).next().unwrap_or_default();
    let path = format!("input.{}", first.join("."));
    if all.len() < min as usize {
        return refused(&path);
    }
    if set {
        all.sort_by(Value::order);
        if all.windows(2).any(|pair| pair[0] == pair[1]) {
            return refused(&path);
        }
        return Ok(Some(Value::Set(all.into())));
    }
    Ok(Some(Value::List(all.into())))
}
