//! What requests hold in the subset in which evidence is written, and back.
//!
//! Requests may hold three things that the subset has not: `null`, whole numbers beyond 2^53 − 1, and maps whose keys are any text. Each is written as an
//! object with one member whose name no field of a policy has, since it begins with `$`. Nobody who sends a request can have one written: a map
//! with such a key is written as pairs.
//!
//! | value | written |
//! |---|---|
//! | `null` | `{"$null": true}` |
//! | 9007199254740993 | `{"$int": "9007199254740993"}` |
//! | `{"Zürich": 1}` | `{"$map": [["Zürich", 1]]}` |
//! | a value that is covered | `{"$committed": "hmac-sha256:…"}` |

use std::collections::BTreeMap;
use std::fmt::Display;

use lictor_evidence::Canonical;
use lictor_evidence::commitment::Commitment;
use lictor_evidence::draft::{Draft, List, Object};
use lictor_evidence::json::Json;
use serde_json::Value;

const NULL: &str = "$null";
const INT: &str = "$int";
const MAP: &str = "$map";
/// What stands in the place of a value that is covered.
const COMMITTED: &str = "$committed";

/// Writes values, straight to canonical bytes.
pub(crate) struct Plain {
    draft: Draft,
    open: Vec<Open>,
}

/// A list or an object that is not at its end.
enum Open {
    List(List),
    /// Whether the subset has all of its names, too.
    Object(Object, bool),
}

impl Plain {
    /// For something like a request.
    pub fn long() -> Plain {
        Plain { draft: Draft::behind(Vec::with_capacity(1_024)), open: Vec::with_capacity(8) }
    }

    /// For what mostly is nothing at all.
    pub fn short() -> Plain {
        Plain { draft: Draft::default(), open: Vec::new() }
    }

    /// What was written: one value, of this type.
    pub fn done<T>(self) -> Canonical<T> {
        Canonical::written(self.draft)
    }

    pub fn null(&mut self) {
        self.next();
        self.one(NULL, |draft| draft.bool(true));
    }

    pub fn bool(&mut self, bool: bool) {
        self.next();
        self.draft.bool(bool);
    }

    pub fn int(&mut self, int: i64) {
        self.next();
        if self.draft.int(int).is_err() {
            self.one(INT, |draft| shown(draft, &int));
        }
    }

    /// Where it begins.
    pub fn text(&mut self, text: &str) -> usize {
        self.next();
        let place = self.place();
        self.draft.text(text);
        place
    }

    /// What stands in the place of a value that is covered.
    pub fn committed(&mut self, commitment: &Commitment) {
        self.next();
        self.one(COMMITTED, |draft| shown(draft, commitment));
    }

    /// A value that was written by one of these before.
    pub fn known(&mut self, bytes: &[u8]) {
        self.next();
        self.draft.known(bytes);
    }

    pub fn list(&mut self) {
        self.next();
        self.open.push(Open::List(self.draft.list()));
    }

    pub fn object(&mut self) {
        self.next();
        self.open.push(Open::Object(self.draft.object(), true));
    }

    /// The name of the member that comes next.
    pub fn name(&mut self, name: &str) {
        if let Some(Open::Object(_, all)) = self.open.last_mut() {
            *all &= name.is_ascii() && name.as_bytes().first() != Some(&b'$');
        }
        self.draft.name(name);
    }

    /// Ends the list or the object that was opened last.
    pub fn end(&mut self) {
        match self.open.pop() {
            None => {}
            Some(Open::List(list)) => self.draft.end_list(list),
            Some(Open::Object(object, all)) if all && self.draft.end_object(object).is_ok() => {}
            Some(Open::Object(object, _)) => {
                let begin = self.draft.end_pairs(object);
                self.draft.under(MAP, begin);
            }
        }
    }

    /// How far it is written.
    pub fn place(&self) -> usize {
        self.draft.place()
    }

    /// What was written from this place on.
    pub fn since(&self, place: usize) -> &[u8] {
        self.draft.since(place)
    }

    /// Covers what was written from this place on: the value of a member.
    pub fn cover(&mut self, place: usize, commitment: &Commitment) {
        self.draft.cut(place);
        self.one(COMMITTED, |draft| shown(draft, commitment));
    }

    /// Before each value.
    fn next(&mut self) {
        if let Some(Open::List(_)) = self.open.last() {
            self.draft.element();
        }
    }

    /// An object with one member.
    fn one(&mut self, name: &str, value: impl FnOnce(&mut Draft)) {
        self.draft.known(b"{");
        self.draft.text(name);
        self.draft.known(b":");
        value(&mut self.draft);
        self.draft.known(b"}");
    }
}

/// A text that is shown: numbers and commitments always can be.
fn shown(draft: &mut Draft, value: &impl Display) {
    let _ = draft.shown(value);
}

/// What a covered value is written as.
pub(crate) fn committed(commitment: &Commitment) -> Json {
    Json::Object(BTreeMap::from([(COMMITTED.to_owned(), Json::Text(commitment.to_string()))]))
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
