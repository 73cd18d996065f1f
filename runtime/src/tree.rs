//! What was decided on as values of JSON, for whoever looks into it: what is secret is withheld, and the rest shown.

use lictor_bundle::marks::Marks;
use serde_json::{Map, Value};

use crate::kept::Keep;

/// Puts values together.
#[derive(Default)]
pub(crate) struct Tree {
    /// What was told and is in no list or object yet.
    values: Vec<Value>,
    open: Vec<Open>,
}

/// A list or an object that is not at its end.
struct Open {
    /// Where its values begin.
    first: usize,
    /// The names of its members, where it is an object.
    names: Option<Vec<String>>,
}

impl Tree {
    /// The value that was told.
    pub fn value(mut self) -> Value {
        self.values.pop().unwrap_or_default()
    }
}

impl Keep for Tree {
    fn null(&mut self) {
        self.values.push(Value::Null);
    }

    fn bool(&mut self, bool: bool) {
        self.values.push(bool.into());
    }

    fn int(&mut self, int: i64) {
        self.values.push(int.into());
    }

    fn text(&mut self, text: &str) {
        self.values.push(text.into());
    }

    fn list(&mut self) {
        self.open.push(Open { first: self.values.len(), names: None });
    }

    fn object(&mut self) {
        self.open.push(Open { first: self.values.len(), names: Some(Vec::new()) });
    }

    fn name(&mut self, name: &str) {
        let names = self.open.last_mut().and_then(|open| open.names.as_mut());
        names.into_iter().for_each(|names| names.push(name.to_owned()));
    }

    fn end(&mut self) {
        let Some(Open { first, names }) = self.open.pop() else { return };
        let values = self.values.drain(first.min(self.values.len())..);
        let value = match names {
            None => values.collect(),
            Some(names) => Value::Object(names.into_iter().zip(values).collect::<Map<_, _>>()),
        };
        self.values.push(value);
    }

    fn place(&self) -> usize {
        self.values.len()
    }

    fn marked(&mut self, place: usize, _: &str, marks: Marks) {
        if marks.secret {
            self.values.truncate(place);
            self.values.push(withheld());
        }
    }

    fn argument(&mut self, _: usize, _: &str, _: &str, _: Marks) {}

    fn fact(&mut self, _: usize, _: &str) {}
}

/// What stands in the place of something secret.
pub(crate) fn withheld() -> Value {
    Value::Object([("withheld".to_owned(), "secret".into())].into_iter().collect())
}
