//! A request while it is being put together.

use lictor_bundle::schema::{Action, Schema};
use lictor_bundle::time;
use serde_json::{Map, Value, json};

/// The time of a request whose test says nothing about it.
const NOW: &str = "2026-01-01T00:00:00Z";
/// The agent's id where a test says nothing about it.
const AGENT: &str = "agent";

/// One thing that is said about a request.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// Where in the JSON: `params` or a part of the envelope, then fields.
    pub path: Vec<String>,
    /// What stands there; nothing takes it out.
    pub value: Option<Value>,
    /// Whether requests must have it.
    pub required: bool,
}

/// What the host is said to have found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The fact's name.
    pub fact: String,
    /// The arguments by name.
    pub args: Vec<(String, Argument)>,
    /// The answer; nothing was found where it is null.
    pub value: Value,
}

/// An argument of a fact.
#[derive(Clone, Debug)]
pub enum Argument {
    /// A constant.
    Value(Value),
    /// Whatever stands at this place of the request.
    Path(Vec<String>),
}

/// A request as JSON, with what was not said filled in.
#[derive(Clone)]
pub struct Draft {
    root: Map<String, Value>,
}

impl Draft {
    /// A request for an action by nobody in particular. Where there are tiers, the agent is of the least trusted one.
    pub fn new(schema: &Schema, action: &Action) -> Draft {
        let mut draft = Draft::envelope(schema);
        let word = if action.event { "event" } else { "action" };
        draft.root.insert(String::from(word), json!(action.name));
        draft.root.insert(String::from("params"), json!({}));
        draft
    }

    /// The call of a tool by nobody in particular.
    pub fn call(schema: &Schema, tool: &str, input: Value) -> Draft {
        let mut draft = Draft::envelope(schema);
        draft.root.insert(String::from("tool"), json!(tool));
        draft.root.insert(String::from("input"), input);
        draft
    }

    fn envelope(schema: &Schema) -> Draft {
        let mut root = Map::new();
        let mut agent = Map::new();
        agent.insert(String::from("id"), json!(AGENT));
        let tier = schema.tiers.and_then(|id| schema.enums.get(usize::from(id))?.values.first());
        if let Some(tier) = tier {
            agent.insert(String::from("tier"), json!(tier));
        }
        root.insert(String::from("agent"), Value::Object(agent));
        root.insert(String::from("context"), json!({ "now": NOW }));
        Draft { root }
    }

    /// Says one thing. Objects on the way are made where they are missing.
    pub fn assign(&mut self, assignment: &Assignment) {
        let Some((last, parents)) = assignment.path.split_last() else { return };
        match &assignment.value {
            Some(value) => {
                if let Some(object) = reach(&mut self.root, parents) {
                    object.insert(last.clone(), value.clone());
                }
            }
            None => self.remove(last, parents, assignment.required),
        }
    }

    /// Takes something out. A part of the envelope that loses what it must have, and has nothing else, goes with it:
    /// `user { id: absent }` is a request without a user.
    fn remove(&mut self, last: &str, parents: &[String], required: bool) {
        let mut object = &mut self.root;
        for parent in parents {
            match object.get_mut(parent) {
                Some(Value::Object(next)) => object = next,
                _ => return,
            }
        }
        object.remove(last);
        let emptied = required && object.is_empty();
        if let ([root], true) = (parents, emptied)
            && root != "params"
        {
            self.root.remove(root);
        }
    }

    /// States what the host found; the same look-up said again replaces the earlier one. A look-up whose argument is not in the
    /// request is never made, so nothing is stated about it.
    pub fn find(&mut self, finding: &Finding) {
        let Some(args) = self.arguments(finding) else { return };
        let facts = self.root.entry("facts").or_insert_with(|| json!([]));
        if let Value::Array(facts) = facts {
            facts.retain(|fact| fact["fact"] != json!(finding.fact) || fact["args"] != args);
            facts.push(json!({ "fact": finding.fact, "args": args, "value": finding.value }));
        }
    }

    /// Where a look-up stands among those that were stated; nowhere where it is never made.
    pub fn found_at(&self, finding: &Finding) -> Option<usize> {
        let args = self.arguments(finding)?;
        let Some(Value::Array(facts)) = self.root.get("facts") else { return None };
        facts.iter().position(|fact| fact["fact"] == json!(finding.fact) && fact["args"] == args)
    }

    fn arguments(&self, finding: &Finding) -> Option<Value> {
        let mut args = Map::new();
        for (name, argument) in &finding.args {
            let value = match argument {
                Argument::Value(value) => Some(value),
                Argument::Path(path) => look(&self.root, path),
            };
            args.insert(name.clone(), value?.clone());
        }
        Some(Value::Object(args))
    }

    /// What stands at a place.
    pub fn at(&self, path: &[String]) -> Option<&Value> {
        look(&self.root, path)
    }

    /// The request's time, in milliseconds; none where a test gave it none.
    pub fn now(&self) -> Option<i64> {
        let now = self.root.get("context")?.get("now")?.as_str()?;
        time::parse_timestamp(now).ok()
    }

    /// Says when it is.
    pub fn set_now(&mut self, now: &str) {
        let path = [String::from("context")];
        if let Some(context) = reach(&mut self.root, &path) {
            context.insert(String::from("now"), json!(now));
        }
    }

    /// The JSON text.
    pub fn text(&self) -> String {
        Value::Object(self.root.clone()).to_string()
    }
}

fn reach<'m>(root: &'m mut Map<String, Value>, path: &[String]) -> Option<&'m mut Map<String, Value>> {
    let mut object = root;
    for name in path {
        object = object.entry(name.clone()).or_insert_with(|| json!({})).as_object_mut()?;
    }
    Some(object)
}

fn look<'m>(root: &'m Map<String, Value>, path: &[String]) -> Option<&'m Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(root.get(first)?, |value, name| value.get(name))
}
