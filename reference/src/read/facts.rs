//! What the host found: `[{"fact": "sanctions", "args": {"name": "X"}, "value": …}]`.

use lictor_bundle::schema::{FactId, Schema, Type};

use super::{Read, Supplied, Who, once_each, record, refused, value};
use crate::json::Json;

/// Reads the facts of a request. Each is there at most once for the same arguments.
pub fn read(schema: &Schema, json: &Json) -> Read<Vec<Supplied>> {
    let Json::Array(elements) = json else { return refused("facts") };
    let mut facts: Vec<Supplied> = Vec::new();
    for (number, element) in elements.iter().enumerate() {
        facts.push(fact(schema, element, &format!("facts[{number}]"))?);
    }
    let twice = facts.iter().enumerate().any(|(number, fact)| {
        facts.iter().take(number).any(|other| other.fact == fact.fact && other.arguments == fact.arguments)
    });
    if twice { refused("facts") } else { Ok(facts) }
}

fn fact(schema: &Schema, json: &Json, path: &str) -> Read<Supplied> {
    let Json::Object(members) = json else { return refused(path) };
    once_each(members, &["fact", "args", "value"], path)?;
    let member = |name: &str| {
        let found = members.iter().find(|(found, _)| found == name).map(|(_, json)| json);
        let path = format!("{path}.{name}");
        found.map_or_else(|| refused(&path), |json| Ok((json, path.clone())))
    };
    let (name, name_path) = member("fact")?;
    let (arguments, arguments_path) = member("args")?;
    let (found, found_path) = member("value")?;

    let Json::Text(name) = name else { return refused(&name_path) };
    let Some(id) = schema.facts.iter().position(|fact| fact.name == *name) else {
        return refused(&name_path);
    };
    let declared = &schema.facts[id];
    let Json::Object(arguments) = arguments else { return refused(&arguments_path) };
    let arguments = record(schema, &declared.params, arguments, Who::Caller, &arguments_path)?;
    let may_be_absent = matches!(schema.types[usize::from(declared.result)], Type::Optional(_));
    let value = match found {
        Json::Null if may_be_absent => None,
        json => Some(value::read(schema, declared.result, json, Who::Host, &found_path)?),
    };
    let arguments = arguments.into_iter().flatten().collect();
    Ok(Supplied { fact: FactId::try_from(id).expect("ids have 16 bits"), arguments, value })
}
