//! A value as it is written into a text: over several lines, or in one.

use std::iter::repeat_n;

/// A value.
pub(super) enum Value {
    Text(String),
    Whole(u32),
    True,
    List(Vec<Value>),
    Object(Vec<(&'static str, Value)>),
}

/// How a text is written.
#[derive(Clone, Debug)]
pub(super) struct Style {
    /// What ends its lines.
    pub end: &'static str,
    /// What a line is moved in by, for each level.
    pub step: String,
    /// Whether it has lines at all.
    pub is_lines: bool,
}

impl Style {
    /// What stands before something at this level, where lines begin with `indent`.
    pub fn before(&self, indent: &str, level: usize) -> String {
        match self.is_lines {
            true => {
                format!("{}{indent}{}", self.end, repeat_n(self.step.as_str(), level).collect::<String>())
            }
            false => " ".to_owned(),
        }
    }
}

impl Value {
    /// It as text, in lines that begin with `indent`.
    pub fn written(&self, style: &Style, indent: &str, level: usize) -> String {
        match self {
            // A text can always be written.
            Value::Text(text) => serde_json::to_string(text).unwrap_or_default(),
            Value::Whole(number) => number.to_string(),
            Value::True => "true".to_owned(),
            Value::List(all) => {
                let all = all.iter().map(|one| one.written(style, indent, level + 1));
                held("[", all, "]", style, indent, level)
            }
            Value::Object(members) => {
                let all = members.iter().map(|(name, value)| member(name, value, style, indent, level + 1));
                held("{", all, "}", style, indent, level)
            }
        }
    }
}

/// A member of an object at this level.
pub(super) fn member(name: &str, value: &Value, style: &Style, indent: &str, level: usize) -> String {
    format!(
        "{}: {}",
        Value::Text(name.to_owned()).written(style, indent, level),
        value.written(style, indent, level)
    )
}

/// What stands between brackets. Never right behind the first: what is there so was put into a list that was empty.
fn held(
    open: &str,
    all: impl Iterator<Item = String>,
    close: &str,
    style: &Style,
    indent: &str,
    level: usize,
) -> String {
    let all: Vec<String> = all.map(|one| format!("{}{one}", style.before(indent, level + 1))).collect();
    format!("{open}{}{}{close}", all.join(","), style.before(indent, level))
}
