//! The slow way to what a record says of a request and of facts, which is written to be read: values are covered where they stand, by the types that the policy
//! declares, and written when all of them are.

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::marks::Marks;
use lictor_bundle::schema::{Field, RecordId, Schema, Type, TypeId};
use lictor_evidence::commitment::{Commitment, RecordKey};
use lictor_evidence::json::{Json, MAX_INTEGER};
use serde_json::{Map, Value};

pub struct Covering {
    key: RecordKey,
    commitments: Vec<Commitment>,
    known: BTreeMap<Vec<u8>, usize>,
    /// The texts that stand open in the request.
    open: BTreeSet<String>,
    pub paths: Vec<String>,
    pub opened: BTreeMap<String, Json>,
}

impl Covering {
    pub fn new(key: RecordKey) -> Covering {
        Covering {
            key,
            commitments: Vec::new(),
            known: BTreeMap::new(),
            open: BTreeSet::new(),
            paths: Vec::new(),
            opened: BTreeMap::new(),
        }
    }

    /// What is recorded of a request in canonical form, and of facts in the order of their names.
    pub fn request(&mut self, schema: &Schema, request: Value, facts: &[Value]) -> (Json, Json) {
        let action = schema.actions.iter().find(|action| request["action"] == *action.name).unwrap();
        let fields = &schema.records[usize::from(action.request)].fields;
        let mut covered = Map::new();
        covered.insert("action".to_owned(), request["action"].clone());
        let mut params = Map::new();
        for (number, field) in fields.iter().enumerate() {
            let (at, path, to) = match number {
                ..4 => (&request, field.name.clone(), &mut covered),
                _ => (&request["params"], format!("params.{}", field.name), &mut params),
            };
            if let Some(value) = at.get(&field.name) {
                to.insert(field.name.clone(), self.field(schema, field, &path, value));
            }
        }
        covered.insert("params".to_owned(), params.into());
        let covered = Value::Object(covered);
        stands_open(&covered, &mut self.open);

        let declared =
            |fact: &Value| schema.facts.iter().find(|declared| fact["fact"] == *declared.name).unwrap();
        let mut told: Vec<(Map<String, Value>, Value)> = Vec::new();
        for (number, fact) in facts.iter().enumerate() {
            let declared = declared(fact);
            let path = format!("facts[{number}]");
            let args = declared.params.iter().map(|param| {
                let path = format!("{path}.args.{}", param.name);
                (param.name.clone(), self.field(schema, param, &path, &fact["args"][&param.name]))
            });
            let args = args.collect();
            let secret = declared.marks.secret || declared.params.iter().any(|param| param.marks.secret);
            let marks = Marks { secret, ..declared.marks };
            let answer = Field { name: "value".to_owned(), ty: declared.result, marks };
            told.push((args, self.field(schema, &answer, &format!("{path}.value"), &fact["value"])));
        }
        // Only then it is known what is covered elsewhere.
        let facts = facts.iter().zip(told).enumerate().map(|(number, (fact, (args, value)))| {
            let args = args.into_iter().map(|(name, value)| {
                let path = format!("facts[{number}].args.{name}");
                (name, self.unmarked(&path, value))
            });
            let args = Json::Object(args.collect());
            let value = self.json(&value);
            let name = Json::Text(fact["fact"].as_str().unwrap().to_owned());
            Json::Object(
                [("args", args), ("fact", name), ("value", value)].map(|(n, v)| (n.to_owned(), v)).into(),
            )
        });
        let facts = Json::List(facts.collect());
        (self.json(&covered), facts)
    }

    pub fn text(&mut self, path: &str, text: &str) -> Json {
        self.unmarked(path, text.into())
    }

    fn unmarked(&mut self, path: &str, value: Value) -> Json {
        let json = self.json(&value);
        let known = self.known.get(&json.canonical().unwrap()).copied();
        let place = match known {
            Some(number) => place(number),
            None if value.as_str().is_none_or(|text| self.open.contains(text)) => return json,
            None => self.pii(path, &value),
        };
        self.json(&place)
    }

    fn field(&mut self, schema: &Schema, field: &Field, path: &str, value: &Value) -> Value {
        let value = self.value(schema, field.ty, path, value);
        match field.marks {
            _ if value.is_null() => value,
            Marks { secret: true, .. } => {
                let bytes = self.json(&value).canonical().unwrap();
                self.commit(path, &bytes)
            }
            Marks { pii: true, .. } => self.pii(path, &value),
            _ => value,
        }
    }

    fn value(&mut self, schema: &Schema, ty: TypeId, path: &str, value: &Value) -> Value {
        match (schema.types[usize::from(ty)], value) {
            (_, Value::Null) => Value::Null,
            (Type::Optional(inner), value) => self.value(schema, inner, path, value),
            (Type::Record(id), value) => self.record(schema, id, path, value),
            (Type::List { element, .. }, Value::Array(list)) => {
                let elements = list.iter().enumerate();
                elements
                    .map(|(at, value)| self.value(schema, element, &format!("{path}[{at}]"), value))
                    .collect()
            }
            (Type::Map { entry, .. }, Value::Object(members)) => {
                let (_, ty) = schema.entry(entry).unwrap();
                let members: BTreeMap<_, _> = members.iter().collect();
                let members = members.into_iter().map(|(key, value)| {
                    (key.clone(), self.value(schema, ty, &format!("{path}[{key:?}]"), value))
                });
                Value::Object(members.collect())
            }
            (Type::Sourced(entry), Value::Object(members)) => {
                let ty = schema.source(entry).unwrap().part(lictor_bundle::shape::SourcePart::Value);
                let mut members = members.clone();
                if let Some(value) = members.get_mut("value") {
                    *value = self.value(schema, ty, path, value);
                }
                Value::Object(members)
            }
            (_, value) => value.clone(),
        }
    }

    fn record(&mut self, schema: &Schema, id: RecordId, path: &str, value: &Value) -> Value {
        let mut members = Map::new();
        for field in &schema.records[usize::from(id)].fields {
            if let Some(value) = value.get(&field.name) {
                let path = format!("{path}.{}", field.name);
                members.insert(field.name.clone(), self.field(schema, field, &path, value));
            }
        }
        Value::Object(members)
    }

    fn pii(&mut self, path: &str, value: &Value) -> Value {
        let json = self.json(value);
        let bytes = json.canonical().unwrap();
        self.opened.insert(path.to_owned(), json);
        match self.known.get(&bytes) {
            Some(number) => place(*number),
            None => {
                let place = self.commit(path, &bytes);
                self.known.insert(bytes, self.commitments.len() - 1);
                place
            }
        }
    }

    fn commit(&mut self, path: &str, bytes: &[u8]) -> Value {
        self.commitments.push(self.key.field(path).commit(bytes));
        self.paths.push(path.to_owned());
        place(self.commitments.len() - 1)
    }

    fn json(&self, value: &Value) -> Json {
        let one = |name: &str, value| Json::Object([(name.to_owned(), value)].into());
        match value {
            Value::Null => one("$null", Json::Bool(true)),
            Value::Bool(bool) => Json::Bool(*bool),
            Value::Number(number) => match number.as_i64() {
                Some(int) if int.unsigned_abs() <= MAX_INTEGER.unsigned_abs() => Json::Int(int),
                Some(int) => one("$int", Json::Text(int.to_string())),
                None => {
                    let number = usize::try_from(u64::MAX - number.as_u64().unwrap()).unwrap();
                    one("$committed", Json::Text(self.commitments[number].to_string()))
                }
            },
            Value::String(text) => Json::Text(text.clone()),
            Value::Array(list) => Json::List(list.iter().map(|element| self.json(element)).collect()),
            Value::Object(members) => {
                let members: BTreeMap<_, _> = members.iter().collect();
                if members.keys().all(|name| name.is_ascii() && !name.starts_with('$')) {
                    let members = members.into_iter().map(|(name, value)| (name.clone(), self.json(value)));
                    return Json::Object(members.collect());
                }
                let pair = |(key, value): (&String, &Value)| {
                    Json::List(vec![Json::Text(key.clone()), self.json(value)])
                };
                one("$map", Json::List(members.into_iter().map(pair).collect()))
            }
        }
    }
}

/// Holds the place of the commitment of this number: a number that no request has.
fn place(number: usize) -> Value {
    Value::from(u64::MAX - number as u64)
}

fn stands_open(value: &Value, open: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|element| stands_open(element, open)),
        Value::Object(members) => members.values().for_each(|member| stands_open(member, open)),
        Value::String(text) => _ = open.insert(text.clone()),
        _ => {}
    }
}
