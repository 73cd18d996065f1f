//! Requests: the envelope around an action's fields, read by the declared types. Whatever is not declared is refused, with
//! the path of the place that is wrong.

mod compound;
mod facts;
mod listed;
mod tool;
mod value;

use lictor_bundle::program::{Mode, Stage, UnitKey};
use lictor_bundle::schema::{ActionId, FactId, Field, RecordId, Schema, Type};
use lictor_compiler::typed::{Program, Unit};

use crate::json::{self, Json};
use crate::value::Value;

/// The most bytes a request may have.
const LARGEST: usize = 64 * 1024;
/// The members of the envelope that every action shares; `params` holds the others.
const SHARED: [&str; 4] = ["agent", "user", "mandate", "context"];

/// A request of the declared shape.
#[derive(Debug)]
pub struct Request {
    /// What is asked for.
    pub action: ActionId,
    /// The record that the fields are of.
    pub record: RecordId,
    /// The fields of the action's record, envelope first.
    pub fields: Vec<Option<Value>>,
    /// What the host found.
    pub facts: Vec<Supplied>,
}

/// A fact that was supplied.
#[derive(Clone, PartialEq, Debug)]
pub struct Supplied {
    /// Which.
    pub fact: FactId,
    /// What it was asked with.
    pub arguments: Vec<Value>,
    /// What came of it; none where it was looked up and is absent.
    pub value: Option<Value>,
}

/// Why a request is not of the declared shape.
#[derive(Clone, PartialEq, Debug)]
pub struct Refused {
    /// At which of the engine's own stages.
    pub stage: Stage,
    /// The code.
    pub code: &'static str,
    /// The place, such as `params.cart.lines[2].sku`; nothing where it is no JSON object at all.
    pub path: String,
}

/// Who says something: how far a value was verified is for the host to say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Who {
    Caller,
    Host,
}

type Read<T> = Result<T, Refused>;

fn refused<T>(path: &str) -> Read<T> {
    Err(Refused { stage: Stage::Structure, code: "STRUCTURE_INVALID", path: path.to_owned() })
}

/// The path of a member.
fn within(path: &str, member: &str) -> String {
    if path.is_empty() { member.to_owned() } else { format!("{path}.{member}") }
}

/// Reads a request with its facts.
pub fn request(program: &Program, text: &str) -> Read<Request> {
    read(program, text, false)
}

/// Reads what happened before: a request, or the report of an event.
pub fn past(program: &Program, text: &str) -> Read<Request> {
    read(program, text, true)
}

fn read(program: &Program, text: &str, past: bool) -> Read<Request> {
    let members = match json::parse(text).filter(|_| text.len() <= LARGEST) {
        Some(Json::Object(members)) => members,
        _ => return refused(""),
    };
    let known = [
        "schema_version",
        "action",
        "agent",
        "user",
        "mandate",
        "context",
        "params",
        "facts",
        "event",
        "tool",
        "input",
    ];
    once_each(&members, &known, "")?;
    let member = |name: &str| members.iter().find(|(found, _)| found == name).map(|(_, json)| json);

    if member("schema_version").is_some_and(|version| *version != Json::Number("1".to_owned())) {
        let path = "schema_version".to_owned();
        return Err(Refused { stage: Stage::SchemaVersion, code: "STRUCTURE_INVALID", path });
    }
    let schema = &program.schema;
    let word = if member("event").is_some() { "event" } else { "action" };
    let mut called = None;
    let action = match (member("action"), member("event"), member("tool")) {
        (None, None, Some(Json::Text(name))) => {
            if member("params").is_some() {
                return refused("params");
            }
            let call = tool::call(program, name, member("input"))?;
            let action = usize::from(call.action);
            called = Some(call);
            action
        }
        (_, _, Some(Json::Text(_))) => return refused(word),
        (_, _, Some(_)) => return refused("tool"),
        (Some(Json::Text(name)), None, None) | (None, Some(Json::Text(name)), None)
            if word == "action" || past =>
        {
            if member("input").is_some() {
                return refused("input");
            }
            schema
                .actions
                .iter()
                .position(|action| action.name == *name && action.event == (word == "event"))
                .ok_or(Refused { stage: Stage::Structure, code: "UNKNOWN_ACTION", path: word.to_owned() })?
        }
        _ => return refused(word),
    };
    let declared = &schema.records[usize::from(schema.actions[action].request)].fields;
    let (shared, own) = declared.split_at(SHARED.len());

    let mut fields = Vec::new();
    for field in shared {
        fields.push(match member(&field.name) {
            Some(json) => Some(value::read(schema, field.ty, json, Who::Host, &field.name)?),
            None if is_optional(schema, field) => None,
            None => return refused(&field.name),
        });
    }
    // An event is reported by the host.
    let who = if word == "event" { Who::Host } else { Who::Caller };
    match member("params") {
        None if called.is_some() => fields.extend(called.iter().flat_map(tool::Called::fields)),
        Some(Json::Object(members)) => fields.extend(record(schema, own, members, who, "params")?),
        Some(_) => return refused("params"),
        None if own.iter().all(|field| is_optional(schema, field)) => fields.extend(own.iter().map(|_| None)),
        None => return refused("params"),
    }
    let facts = member("facts").map_or(Ok(Vec::new()), |json| facts::read(schema, json))?;
    let user_is_there = fields.get(1).is_some_and(Option::is_some);
    // What is only observed turns nobody away.
    let of_users = |unit: &Unit| matches!(unit.key, UnitKey::User(_)) && unit.mode == Mode::Enforced;
    if !user_is_there && word == "action" && program.units.iter().any(of_users) {
        return Err(Refused { stage: Stage::Structure, code: "USER_REQUIRED", path: "user".to_owned() });
    }
    let record = schema.actions[action].request;
    Ok(Request { action: u16::try_from(action).expect("ids have 16 bits"), record, fields, facts })
}

/// The fields of a record, in their order.
fn record(
    schema: &Schema,
    fields: &[Field],
    members: &[(String, Json)],
    who: Who,
    path: &str,
) -> Read<Vec<Option<Value>>> {
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    once_each(members, &names, path)?;
    // What is wrong with a member that is there is told before what is missing.
    let mut found = Vec::new();
    for (name, json) in members {
        let field = fields.iter().position(|field| field.name == *name).expect("it is declared");
        let who = if fields[field].marks.attested { Who::Host } else { who };
        found.push((field, value::read(schema, fields[field].ty, json, who, &within(path, name))?));
    }
    let mut values = Vec::new();
    for (number, field) in fields.iter().enumerate() {
        let value = found.iter().find(|(of, _)| *of == number).map(|(_, value)| value.clone());
        if value.is_none() && !is_optional(schema, field) {
            return refused(&within(path, &field.name));
        }
        values.push(value);
    }
    Ok(values)
}

/// Refuses members that are not declared, and those that are there twice.
fn once_each(members: &[(String, Json)], declared: &[&str], path: &str) -> Read<()> {
    for (number, (name, _)) in members.iter().enumerate() {
        let before = members.iter().take(number).any(|(other, _)| other == name);
        if before || !declared.contains(&name.as_str()) {
            return refused(&within(path, name));
        }
    }
    Ok(())
}

fn is_optional(schema: &Schema, field: &Field) -> bool {
    matches!(schema.types[usize::from(field.ty)], Type::Optional(_))
}
