//! Tool calls: which action one is, and where its fields come from. No random policy declares the action for unknown calls, so that
//! these are refused here.

use std::cell::RefCell;

use lictor_bundle::program::Stage;
use lictor_bundle::schema::{ActionId, Field, Schema, Type, TypeId};
use lictor_bundle::tools::{
    Asked, CurrencySource, EACH, InputPath, InputRead, Mapping, Piece, Source, written,
};
use lictor_commands::{Takes, reader};
use lictor_compiler::typed::{InputWhen, Normalizer, Program};
use sha2::{Digest, Sha256};

use super::{Read, Refused, Request, Who, listed, refused, value};
use crate::eval::{Evaluator, Situation};
use crate::json::{self, Json};
use crate::number;
use crate::value::Value;

/// What a call became.
pub(super) struct Called {
    pub action: ActionId,
    fields: Vec<Option<Value>>,
}

impl Called {
    /// The action's own fields.
    pub fn fields(&self) -> Vec<Option<Value>> {
        self.fields.clone()
    }
}

pub(super) type Members = [(String, Json)];

/// Reads a call.
pub(super) fn call(program: &Program, tool: &str, input: Option<&Json>) -> Read<Called> {
    let members: &Members = match input {
        None => &[],
        Some(json) => object(json, "input")?,
    };
    let all = || program.tools.normalizers.iter().filter(|normalizer| normalizer.tool == tool);
    let mut holding = Vec::new();
    for normalizer in all() {
        if let Some(when) = &normalizer.when
            && holds(program, when, members)?
        {
            holding.push(normalizer);
        }
    }
    let chosen = match holding.as_slice() {
        [] => all().find(|normalizer| normalizer.when.is_none()),
        [one] => Some(*one),
        _ => return refused("tool"),
    };
    let unknown = |path: String| Refused { stage: Stage::Structure, code: "UNKNOWN_ACTION", path };
    let normalizer = chosen.ok_or_else(|| unknown("tool".to_owned()))?;
    if let Some(path) = unread(members, normalizer, &[])? {
        return Err(unknown(format!("input.{}", written(&path))));
    }
    let schema = &program.schema;
    let request = &schema.records[usize::from(schema.actions[usize::from(normalizer.action)].request)];
    let mut fields = vec![None; request.fields.len() - 4];
    for mapping in &normalizer.mappings {
        if let Some(found) = source(schema, mapping, &request.fields[4..], members)? {
            put(schema, &request.fields[4..], &mut fields, &mapping.target, found);
        }
    }
    Ok(Called { action: normalizer.action, fields })
}

pub(super) fn object<'j>(json: &'j Json, path: &str) -> Read<&'j Members> {
    let Json::Object(members) = json else { return refused(path) };
    for (number, (name, _)) in members.iter().enumerate() {
        if members[..number].iter().any(|(other, _)| other == name) {
            return refused(path);
        }
    }
    Ok(members)
}

/// The member at a path; a `null` is none.
pub(super) fn member<'j>(members: &'j Members, path: &[String], outer: &str) -> Read<Option<&'j Json>> {
    let found = members.iter().find(|(name, _)| *name == path[0]).map(|(_, json)| json);
    let found = found.filter(|json| **json != Json::Null);
    let outer = format!("{outer}.{}", path[0]);
    match (found, &path[1..]) {
        (None, _) | (_, []) => Ok(found),
        (Some(json), rest) => member(object(json, &outer)?, rest, &outer),
    }
}

/// Whether a condition holds.
fn holds(program: &Program, when: &InputWhen, members: &Members) -> Read<bool> {
    let schema = &program.schema;
    let declared = &schema.records[usize::from(when.record)].fields;
    let mut fields = Vec::new();
    for (read, field) in when.reads.iter().zip(declared) {
        let optional = matches!(schema.types[usize::from(field.ty)], Type::Optional(_));
        let json = match read {
            InputRead::Member(path) => match member(members, path, "input") {
                Ok(None) if optional => {
                    fields.push(None);
                    continue;
                }
                found => found.ok().flatten().cloned(),
            },
            InputRead::Asked(asked) => match (member(members, &asked.of, "input"), answer(members, asked)) {
                (Ok(Some(_)), Ok(Some(json))) => Some(json),
                (Ok(Some(_)), Ok(None)) if optional => {
                    fields.push(None);
                    continue;
                }
                _ => None,
            },
        };
        let Some(json) = json else { return Ok(false) };
        let Ok(value) = value::read(schema, plain(schema, field.ty), &json, Who::Caller, "") else {
            return Ok(false);
        };
        fields.push(Some(value));
    }
    let request = Request { action: 0, record: when.record, fields, facts: Vec::new() };
    let missing = RefCell::new(None);
    let situation = Situation { program, request: &request, layers: &[], past: None, missing: &missing };
    Evaluator::new(situation).holds(&when.holds).map_err(|failure| Refused {
        stage: Stage::Structure,
        code: failure.code(),
        path: String::new(),
    })
}

/// What a reader says of a member; nothing where the member is not there, or nothing is said.
fn answer(members: &Members, asked: &Asked) -> Read<Option<Json>> {
    let place = format!("input.{}", asked.of.join("."));
    let asking = reader(&asked.reader).expect("it is verified");
    let texts = match (asking.takes, member(members, &asked.of, "input")?) {
        (_, None) => return Ok(None),
        (Takes::Text, Some(Json::Text(text))) => vec![text.clone()],
        (Takes::Texts, Some(Json::Array(elements))) => {
            let mut texts = Vec::new();
            for element in elements {
                let Json::Text(text) = element else { return refused(&place) };
                texts.push(text.clone());
            }
            texts
        }
        _ => return refused(&place),
    };
    let Some(said) = asking.read(&texts) else { return refused(&place) };
    let Some(Json::Object(said)) = json::parse(&said) else {
        unreachable!("what a reader says is an object")
    };
    let field = said.into_iter().find(|(name, json)| *name == asked.field && *json != Json::Null);
    Ok(field.map(|(_, json)| json))
}

/// The first member, by name, that is neither read nor ignored.
fn unread(members: &Members, normalizer: &Normalizer, outer: &[String]) -> Read<Option<InputPath>> {
    let read: Vec<&InputPath> =
        normalizer.mappings.iter().flat_map(|mapping| mapping.source.reads()).collect();
    let mut sorted: Vec<&(String, Json)> = members.iter().collect();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, json) in sorted {
        let path = [outer, std::slice::from_ref(name)].concat();
        if name == EACH {
            return Ok(Some(path));
        }
        if let Some(found) = unread_at(json, normalizer, &read, &path)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The first that lies at or within the value at a path.
fn unread_at(
    json: &Json,
    normalizer: &Normalizer,
    read: &[&InputPath],
    path: &[String],
) -> Read<Option<InputPath>> {
    let leaves = || read.iter().copied().chain(&normalizer.ignored);
    if leaves().any(|leaf| leaf == path) {
        return Ok(None);
    }
    if !leaves().any(|leaf| leaf.starts_with(path)) {
        return Ok(Some(path.to_vec()));
    }
    if let Ok(inner) = object(json, "") {
        return unread(inner, normalizer, path);
    }
    let elements = [path, &[EACH.to_owned()]].concat();
    match json {
        Json::Array(all) if leaves().any(|leaf| leaf.starts_with(&elements)) => {
            for element in all {
                if let Some(found) = unread_at(element, normalizer, read, &elements)? {
                    return Ok(Some(found));
                }
            }
            Ok(None)
        }
        // Reading what lies in it says what is wrong.
        _ if read.iter().any(|leaf| leaf.starts_with(path)) => Ok(None),
        _ => Ok(Some(path.to_vec())),
    }
}

/// The value of a field; none where it is absent.
fn source(schema: &Schema, mapping: &Mapping, fields: &[Field], members: &Members) -> Read<Option<Value>> {
    let shown = |path: &InputPath| format!("input.{}", path.join("."));
    match &mapping.source {
        Source::Constant(scalar) => Ok(Some(Value::constant(scalar))),
        Source::Input(path, ty) => match member(members, path, "input")? {
            Some(json) => value::read(schema, *ty, json, Who::Caller, &shown(path)).map(Some),
            None if mapping.optional => Ok(None),
            None => refused(&shown(path)),
        },
        Source::List(parts) => {
            let ty = target_type(schema, fields, &mapping.target);
            listed::list(schema, ty, parts, mapping.optional, members)
        }
        Source::Size(path) => match member(members, path, "input")? {
            Some(Json::Array(all)) => Ok(Some(Value::Int(all.len() as i64))),
            None if mapping.optional => Ok(None),
            _ => refused(&shown(path)),
        },
        Source::Digest(path) => match member(members, path, "input")? {
            Some(Json::Text(text)) => {
                let bytes = Sha256::digest(text.as_bytes());
                let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                Ok(Some(Value::Text(format!("sha256:{digits}").into())))
            }
            None if mapping.optional => Ok(None),
            _ => refused(&shown(path)),
        },
        Source::Asked(asked, ty) => {
            let place = shown(&asked.of);
            match (member(members, &asked.of, "input")?, answer(members, asked)?) {
                (_, Some(json)) => value::read(schema, *ty, &json, Who::Caller, &asked.to_string()).map(Some),
                (_, None) if mapping.optional => Ok(None),
                (None, None) => refused(&place),
                (Some(_), None) => refused(&asked.to_string()),
            }
        }
        Source::Text(pieces) => filled(mapping, pieces, schema, fields, members),
        Source::Money { amount, minor, currency, times } => {
            let code = match currency {
                CurrencySource::Constant(_) => None,
                CurrencySource::Input(path) => match member(members, path, "input")? {
                    None if !mapping.optional => return refused(&shown(path)),
                    found => Some((path, found)),
                },
            };
            let sum = member(members, amount, "input")?;
            let sum = match (sum, &code) {
                (Some(sum), _) => sum,
                (None, None | Some((_, None))) if mapping.optional => return Ok(None),
                (None, _) => return refused(&shown(amount)),
            };
            let currency = match (currency, code) {
                (CurrencySource::Constant(currency), _) => *currency,
                (_, Some((path, Some(Json::Text(text))))) => {
                    match lictor_bundle::currency::Currency::parse(&text.to_ascii_uppercase()) {
                        Some(found) if found.digits(&schema.currencies).is_some() => found,
                        _ => return refused(&shown(path)),
                    }
                }
                (_, Some((path, _))) => return refused(&shown(path)),
                (CurrencySource::Input(path), None) => return refused(&shown(path)),
            };
            let digits = currency.digits(&schema.currencies).expect("it has digits");
            let found = match sum {
                Json::Number(text) if *minor => text.parse().ok(),
                Json::Number(text) | Json::Text(text) if !*minor => number::read_amount(text, digits),
                _ => None,
            };
            let signed = matches!(
                schema.types[usize::from(target_type(schema, fields, &mapping.target))],
                Type::Money { signed: true }
            );
            let found: i64 = match found {
                Some(found) if signed || found >= 0 => found,
                _ => return refused(&shown(amount)),
            };
            let Some(path) = times else { return Ok(Some(Value::Money(currency, found))) };
            let times: Option<i64> = match member(members, path, "input")? {
                Some(Json::Number(text)) => text.parse().ok().filter(|times| *times >= 0),
                _ => None,
            };
            match times.and_then(|times| found.checked_mul(times)) {
                Some(all) => Ok(Some(Value::Money(currency, all))),
                None => refused(&shown(path)),
            }
        }
    }
}

/// A text that is put together. What stands between two members is in neither of them, and none of them is empty.
fn filled(
    mapping: &Mapping,
    pieces: &[Piece],
    schema: &Schema,
    fields: &[Field],
    members: &Members,
) -> Read<Option<Value>> {
    let Type::Text { max } = schema.types[usize::from(target_type(schema, fields, &mapping.target))] else {
        unreachable!("only texts are put together")
    };
    let shown = |path: &InputPath| format!("input.{}", path.join("."));
    let mut texts: Vec<String> = Vec::new();
    let (mut missing, mut there) = (None, false);
    for (number, piece) in pieces.iter().enumerate() {
        let path = match piece {
            Piece::Text(text) => {
                texts.push(text.clone());
                continue;
            }
            Piece::Input(path) => path,
        };
        let text = match member(members, path, "input")? {
            Some(Json::Text(text)) => text.clone(),
            Some(Json::Number(text)) => match text.parse::<i64>() {
                Ok(number) => number.to_string(),
                Err(_) => return refused(&shown(path)),
            },
            Some(_) => return refused(&shown(path)),
            None if mapping.optional => {
                missing = missing.or(Some(path));
                continue;
            }
            None => return refused(&shown(path)),
        };
        there = true;
        // The text before is between two members where it is not the first piece, and the one behind where it is not the last.
        let before = texts.last().filter(|_| number > 1).and_then(|text| text.chars().last());
        let behind = match &pieces[number + 1..] {
            [Piece::Text(text), _, ..] => text.chars().next(),
            _ => None,
        };
        let divides = [before, behind].into_iter().flatten().any(|sign| text.contains(sign));
        texts.push(text);
        let rest = pieces[number + 1..].iter().map(|piece| match piece {
            Piece::Text(text) => text.len(),
            Piece::Input(_) => 1,
        });
        let total: usize = texts.iter().map(String::len).chain(rest).sum();
        if divides || texts.last().is_some_and(String::is_empty) || total > max as usize {
            return refused(&shown(path));
        }
    }
    match missing {
        Some(path) if there => refused(&shown(path)),
        Some(_) => Ok(None),
        None => Ok(Some(Value::Text(texts.concat().into()))),
    }
}

/// The type of a field inside fields, without its `?`.
fn target_type(schema: &Schema, fields: &[Field], target: &[u16]) -> TypeId {
    let ty = plain(schema, fields[usize::from(target[0])].ty);
    match (schema.types[usize::from(ty)], &target[1..]) {
        (Type::Record(id), rest @ [_, ..]) => {
            target_type(schema, &schema.records[usize::from(id)].fields, rest)
        }
        _ => ty,
    }
}

fn plain(schema: &Schema, ty: TypeId) -> TypeId {
    match schema.types[usize::from(ty)] {
        Type::Optional(inner) => inner,
        _ => ty,
    }
}

/// Puts a value at its place; records around it are there from then on.
fn put(schema: &Schema, declared: &[Field], fields: &mut [Option<Value>], target: &[u16], value: Value) {
    let number = usize::from(target[0]);
    let [_, rest @ ..] = target else { return };
    if rest.is_empty() {
        fields[number] = Some(value);
        return;
    }
    let Type::Record(id) = schema.types[usize::from(plain(schema, declared[number].ty))] else { return };
    let inner = &schema.records[usize::from(id)].fields;
    let mut values = match &fields[number] {
        Some(Value::Record(values)) => values.to_vec(),
        _ => vec![None; inner.len()],
    };
    put(schema, inner, &mut values, rest, value);
    fields[number] = Some(Value::Record(values.into()));
}
