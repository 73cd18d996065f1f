//! The fields of an action as people read them: each with its value by its declared type, and by whom it was said.
//!
//! An amount is what the policy declares as one, and never what some text claims. What the agent wrote in words is kept apart from that, so that a page can label it.

use lictor_bundle::schema::{Field as Declared, Schema, Type, TypeId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// The most fields that are kept.
const MOST: usize = 100;
/// The most characters of a text that are kept; the digest of the request is over all of them.
const LONGEST: usize = 8_000;

/// A field with a single value.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Where it stands: `price`, `seller.name`, `lines[0].article`.
    pub path: String,
    /// Its value.
    pub value: Value,
    /// Who says so.
    pub by: By,
    /// Whether it is marked `pii`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub personal: bool,
}

/// A value, by the type that the policy declares.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// An amount of money: `200.01` and `USD`.
    Amount(String, String),
    /// A number, a date, a choice: something of which there are only well-formed ones.
    Plain(String),
    /// Words, and how many characters they had beyond those that are kept.
    Words(String, usize),
    /// It is marked `secret`, and shown to nobody.
    Secret,
    /// It is marked `pii`, and stands elsewhere or was erased.
    Personal,
}

/// Who says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The agent.
    Agent,
    /// The host, or a signed source: the field is marked `attested`.
    Host,
}

/// The fields of an action with their values, and how many more there were than are kept.
pub(crate) fn fields(schema: &Schema, action: &str, params: &Map<String, Json>) -> (Vec<Field>, usize) {
    let mut walk = Walk { schema, found: Vec::new(), left_out: 0 };
    let declared = crate::ask::fields(schema, action).unwrap_or_default();
    walk.members(declared, params, "", Marked::default());
    (walk.found, walk.left_out)
}

/// The marks that hold where the walk is: those of a record hold for all that is inside it.
#[derive(Clone, Copy, Default)]
struct Marked {
    secret: bool,
    personal: bool,
    attested: bool,
}

struct Walk<'s> {
    schema: &'s Schema,
    found: Vec<Field>,
    left_out: usize,
}

impl Walk<'_> {
    fn members(&mut self, declared: &[Declared], members: &Map<String, Json>, within: &str, marked: Marked) {
        for field in declared {
            let Some(value) = members.get(&field.name).filter(|value| !value.is_null()) else { continue };
            let path =
                if within.is_empty() { field.name.clone() } else { format!("{within}.{}", field.name) };
            let marked = Marked {
                secret: marked.secret || field.marks.secret,
                personal: marked.personal || field.marks.pii,
                attested: marked.attested || field.marks.attested,
            };
            self.value(field.ty, value, path, marked);
        }
    }

    fn value(&mut self, ty: TypeId, value: &Json, path: String, marked: Marked) {
        let schema = self.schema;
        let record = |id: u16| schema.records.get(usize::from(id)).map(|record| record.fields.as_slice());
        match (schema.types.get(usize::from(ty)), value) {
            _ if marked.secret => self.put(path, Value::Secret, marked),
            (Some(Type::Optional(inner)), value) => self.value(*inner, value, path, marked),
            (Some(Type::Record(id)), Json::Object(members)) => {
                self.members(record(*id).unwrap_or_default(), members, &path, marked);
            }
            (Some(Type::List { element, .. } | Type::Set { element, .. }), Json::Array(elements)) => {
                for (at, element_value) in elements.iter().enumerate() {
                    self.value(*element, element_value, format!("{path}[{at}]"), marked);
                }
            }
            (Some(Type::Money { .. }), Json::Object(members)) => {
                let text = |name: &str| members.get(name).map(plain).unwrap_or_default();
                self.put(path, Value::Amount(text("amount"), text("currency")), marked);
            }
            (Some(Type::Text { .. } | Type::Form(_)), value) => self.words(path, &plain(value), marked),
            // What is neither words nor made of parts has one form only, and a single one.
            (Some(_), Json::Bool(_) | Json::Number(_)) => self.put(path, Value::Plain(plain(value)), marked),
            (
                Some(
                    Type::Int { .. }
                    | Type::Decimal { .. }
                    | Type::Timestamp
                    | Type::Duration { .. }
                    | Type::Country
                    | Type::Enum(_)
                    | Type::Date
                    | Type::TimeOfDay
                    | Type::Weekday
                    | Type::TimeZone,
                ),
                Json::String(text),
            ) => self.put(path, Value::Plain(text.clone()), marked),
            // Maps, values with a source, and whatever comes later: as it was sent, in the agent's words, and personal where anything within is.
            (_, value) => {
                let personal = marked.personal || self.is_personal(ty);
                self.words(path, &plain(value), Marked { personal, ..marked });
            }
        }
    }

    /// Whether anything within a value of this type is marked `pii`. No record contains itself.
    fn is_personal(&self, ty: TypeId) -> bool {
        match self.schema.types.get(usize::from(ty)) {
            Some(Type::Record(id)) => {
                let record = self.schema.records.get(usize::from(*id));
                let is_personal = |field: &Declared| field.marks.pii || self.is_personal(field.ty);
                record.is_some_and(|record| record.fields.iter().any(is_personal))
            }
            other => other.and_then(Type::inner).is_some_and(|inner| self.is_personal(inner)),
        }
    }

    fn words(&mut self, path: String, text: &str, marked: Marked) {
        let kept: String = text.chars().take(LONGEST).collect();
        let beyond = text.chars().count().saturating_sub(LONGEST);
        self.put(path, Value::Words(kept, beyond), marked);
    }

    fn put(&mut self, path: String, value: Value, marked: Marked) {
        if self.found.len() >= MOST {
            self.left_out += 1;
            return;
        }
        let by = if marked.attested { By::Host } else { By::Agent };
        self.found.push(Field { path, value, by, personal: marked.personal });
    }
}

/// A text as it is, anything else as JSON.
fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
