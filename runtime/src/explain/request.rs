//! A request with one field changed.

use serde_json::{Map, Value};

/// The members of a request that are not the action's own fields.
const ENVELOPE: [&str; 4] = ["agent", "user", "mandate", "context"];

/// Where a field of the request stands in its JSON, as names and positions.
pub(super) fn place(path: &str) -> Vec<String> {
    let parts = path.split('.').map(str::to_owned);
    let own = !ENVELOPE.iter().any(|part| path == *part || path.starts_with(&format!("{part}.")));
    own.then(|| "params".to_owned()).into_iter().chain(parts).collect()
}

/// What stands at a place.
pub(super) fn get<'v>(request: &'v Value, place: &[String]) -> Option<&'v Value> {
    place.iter().try_fold(request, |value, part| match value {
        Value::Array(elements) => elements.get(part.parse::<usize>().ok()?),
        value => value.get(part),
    })
}

/// Puts a value at a place, or takes away what stands there. Nothing where there is no such place.
pub(super) fn set(request: &Value, place: &[String], value: Option<&Value>) -> Option<Value> {
    let [first, rest @ ..] = place else { return value.cloned() };
    let changed = |inner: &Value| set(inner, rest, value);
    match request {
        Value::Array(elements) => {
            let at = first.parse::<usize>().ok()?;
            let mut elements = elements.clone();
            let element = elements.get_mut(at)?;
            *element = changed(element)?;
            Some(Value::Array(elements))
        }
        Value::Object(members) => {
            let mut members = members.clone();
            match (members.get(first), value) {
                (Some(inner), _) if !rest.is_empty() => {
                    let inner = changed(inner)?;
                    members.insert(first.clone(), inner);
                }
                // A record that is absent is made with its one field; the request may lack others of it, and is then refused.
                (None, Some(_)) => {
                    let inner = changed(&Value::Object(Map::new()))?;
                    members.insert(first.clone(), inner);
                }
                (_, Some(value)) => drop(members.insert(first.clone(), value.clone())),
                (Some(_), None) => drop(members.remove(first)),
                (None, None) => return None,
            }
            Some(Value::Object(members))
        }
        _ => None,
    }
}

/// A place as people write it: `params.lines[2].pieces`.
pub(super) fn shown(place: &[String]) -> String {
    let mut shown = String::new();
    for part in place {
        if part.parse::<usize>().is_ok() {
            shown.push_str(&format!("[{part}]"));
        } else {
            if !shown.is_empty() {
                shown.push('.');
            }
            shown.push_str(part);
        }
    }
    shown
}
