//! JSON of requests in the subset in which evidence is written, and back.
//!
//! Requests may hold three things that the subset has not: `null`, whole numbers beyond 2^53 − 1, and maps whose keys are any text. Each is written as an
//! object with one member whose name no field of a policy has, since it begins with `$`.
//!
//! | value | written |
//! |---|---|
//! | `null` | `{"$null": true}` |
//! | 9007199254740993 | `{"$int": "9007199254740993"}` |
//! | `{"Zürich": 1}` | `{"$map": [["Zürich", 1]]}` |
//! | a value that is covered | `{"$committed": "hmac-sha256:…"}` |

use std::collections::BTreeMap;

use lictor_evidence::commitment::Commitment;
use lictor_evidence::json::{Json, MAX_INTEGER};
use serde_json::{Map, Value};

const NULL: &str = "$null";
const INT: &str = "$int";
const MAP: &str = "$map";
/// What stands in the place of a value that is covered.
const COMMITTED: &str = "$committed";

/// Holds the place of the covered value of this number, until it is written: a number that no request has, since theirs have 64 bits with a sign.
/// Whatever an agent sends, it cannot be taken for one.
pub(crate) fn place(number: u32) -> Value {
    Value::from(u64::MAX - u64::from(number))
}

/// The number of the covered value whose place this is.
fn placed(number: &serde_json::Number) -> Option<usize> {
    let number = number.as_u64().filter(|number| *number > i64::MAX.unsigned_abs())?;
    usize::try_from(u64::MAX - number).ok()
}

/// What a covered value is written as.
pub(crate) fn committed(commitment: &Commitment) -> Json {
    one(COMMITTED, Json::Text(commitment.to_string()))
}

/// A value as evidence writes it; the covered ones by their numbers.
pub(crate) fn json(value: &Value, covered: &[Commitment]) -> Json {
    json_of(value.clone(), covered)
}

fn json_of(value: Value, covered: &[Commitment]) -> Json {
    match value {
        Value::Null => one(NULL, Json::Bool(true)),
        Value::Bool(bool) => Json::Bool(bool),
        Value::Number(number) => match number.as_i64() {
            Some(int) if int.unsigned_abs() <= MAX_INTEGER.unsigned_abs() => Json::Int(int),
            _ => match placed(&number).and_then(|at| covered.get(at)) {
                Some(commitment) => committed(commitment),
                None => one(INT, Json::Text(number.to_string())),
            },
        },
        Value::String(text) => Json::Text(text),
        Value::Array(list) => Json::List(list.into_iter().map(|element| json_of(element, covered)).collect()),
        Value::Object(members) => object(members, covered),
    }
}

/// An object as evidence writes it.
pub(crate) fn object(members: Map<String, Value>, covered: &[Commitment]) -> Json {
    if members.keys().all(|name| name.is_ascii() && !name.starts_with('$')) {
        let members = members.into_iter().map(|(name, value)| (name, json_of(value, covered)));
        return Json::Object(members.collect());
    }
    let entries: BTreeMap<String, Value> = members.into_iter().collect();
    let entries =
        entries.into_iter().map(|(key, value)| Json::List(vec![Json::Text(key), json_of(value, covered)]));
    one(MAP, Json::List(entries.collect()))
}

fn one(name: &str, value: Json) -> Json {
    Json::Object(BTreeMap::from([(name.to_owned(), value)]))
}

/// The only member of an object, where it is called so.
fn only<'j>(members: &'j BTreeMap<String, Json>, name: &str) -> Option<&'j Json> {
    members.get(name).filter(|_| members.len() == 1)
}

/// Whether an object stands in the place of a value that is covered.
pub(crate) fn is_committed(members: &BTreeMap<String, Json>) -> bool {
    only(members, COMMITTED).is_some()
}

/// Back to the value. `covered` says what stands for a value that is covered, whose commitment it is given; where it has nothing, neither is there a value.
pub(crate) fn value(json: &Json, covered: &mut dyn FnMut(&str) -> Option<Value>) -> Option<Value> {
    Some(match json {
        Json::Bool(bool) => Value::Bool(*bool),
        Json::Int(int) => Value::from(*int),
        Json::Text(text) => Value::String(text.clone()),
        Json::List(list) => list.iter().map(|element| value(element, covered)).collect::<Option<_>>()?,
        Json::Object(members) => {
            if let Some(commitment) = only(members, COMMITTED) {
                return covered(commitment.text()?);
            }
            if only(members, NULL).is_some() {
                return Some(Value::Null);
            }
            if let Some(text) = only(members, INT).and_then(Json::text) {
                let number: serde_json::Number = text.parse().ok()?;
                return Some(Value::Number(number));
            }
            if let Some(Json::List(entries)) = only(members, MAP) {
                let entries = entries.iter().map(|entry| match entry {
                    Json::List(pair) => match pair.as_slice() {
                        [Json::Text(key), element] => Some((key.clone(), value(element, covered)?)),
                        _ => None,
                    },
                    _ => None,
                });
                return Some(Value::Object(entries.collect::<Option<_>>()?));
            }
            let members = members.iter().map(|(name, member)| Some((name.clone(), value(member, covered)?)));
            Value::Object(members.collect::<Option<_>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use lictor_evidence::commitment::RecordKey;

    use super::*;

    #[test]
    fn what_the_subset_has_not_comes_back() {
        let text = r#"{"a":[1,"x",true,null],"big":9007199254740993,"low":-9223372036854775808,"map":{"Zürich":{"$int":"1"},"":2},"none":{}}"#;
        let read: Value = serde_json::from_str(text).unwrap();
        let written = json(&read, &[]);
        let bytes = written.canonical().unwrap();
        assert_eq!(Json::parse(&bytes).unwrap(), written);
        assert_eq!(value(&written, &mut |_| None), Some(read));
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            concat!(
                r#"{"a":[1,"x",true,{"$null":true}],"big":{"$int":"9007199254740993"},"low":{"$int":"-9223372036854775808"},"#,
                r#""map":{"$map":[["",2],["Zürich",{"$map":[["$int","1"]]}]]},"none":{}}"#
            )
        );
    }

    #[test]
    fn what_is_covered_comes_back_only_where_somebody_says_what_it_was() {
        let commitment = RecordKey::new([7; 32]).field("user.id").commit(b"\"u-1\"");
        // What an agent sends is not taken for a covered value, whatever it is.
        let sent = serde_json::json!({ "user": { "id": place(0) }, "note": { "$committed": "hmac-sha256:00" }, "far": u64::MAX - 1 });
        let written = json(&sent, &[commitment]);
        assert_eq!(value(&written, &mut |_| None), None);
        let mut asked = Vec::new();
        let opened = value(&written, &mut |text| {
            asked.push(text.to_owned());
            Some("u-1".into())
        });
        let opened = opened.unwrap();
        assert_eq!(opened["user"]["id"], "u-1");
        assert_eq!(opened["note"]["$committed"], "hmac-sha256:00");
        assert_eq!(asked, [commitment.to_string()]);
    }
}
