//! A file of a set-up as a tree in which everything has its line, so that whoever wrote it is told where a mistake is.
//!
//! Of YAML it takes what a set-up needs: mappings, lists and scalars. A number is a whole number; anything else is the text that was written, so that an amount
//! is never rounded.

use std::fmt;

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput};
use serde_json::{Map, Value};

/// The most bytes of the file.
const MAX_BYTES: usize = 1 << 20;
/// How deep mappings and lists may lie inside one another.
const MAX_DEPTH: usize = 16;

/// What is wrong with a file of a set-up, or with one that it names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SetupError(String);

impl SetupError {
    /// It in words.
    pub fn new(what: impl Into<String>) -> SetupError {
        SetupError(what.into())
    }

    /// It in words, with its place.
    pub fn at(line: usize, path: &str, what: &str) -> SetupError {
        let path = if path.is_empty() { "the file" } else { path };
        SetupError(format!("line {line}: {path} {what}"))
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value and its line.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Counted from 1.
    pub line: usize,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    /// A text as it was written, and whether it stood without quotes.
    Scalar(String, bool),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// The members of a mapping, taken one by one; what is left in the end is nothing that is read.
pub(crate) struct Members {
    path: String,
    line: usize,
    left: Vec<(String, Node)>,
}

/// Reads a file; `first` says what to write into one that is empty.
pub(crate) fn read(bytes: &[u8], first: &str) -> Result<Node, SetupError> {
    if bytes.len() > MAX_BYTES {
        return Err(SetupError::new(format!("has more than {} KiB", MAX_BYTES >> 10)));
    }
    let text = str::from_utf8(bytes).map_err(|_| SetupError::new("is not UTF-8"))?;
    let mut reader = Reader { events: Parser::new_from_str(text), line: 1 };
    let mut found = None;
    loop {
        match reader.next()? {
            Event::StreamEnd => break,
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
            _ if found.is_some() => return Err(reader.wrong("is a second document; a file has one")),
            event => found = Some(reader.node(event, 0)?),
        }
    }
    found.ok_or_else(|| SetupError::new(format!("is empty; {first}")))
}

struct Reader<'t> {
    events: Parser<'t, StrInput<'t>>,
    line: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<Event<'t>, SetupError> {
        match self.events.next_event() {
            Some(Ok((event, place))) => {
                self.line = place.start.line();
                Ok(event)
            }
            Some(Err(error)) => {
                Err(SetupError::new(format!("line {}: is not YAML: {}", error.marker().line(), error.info())))
            }
            None => Ok(Event::StreamEnd),
        }
    }

    fn wrong(&self, what: &str) -> SetupError {
        SetupError::new(format!("line {}: {what}", self.line))
    }

    fn node(&mut self, event: Event<'t>, depth: usize) -> Result<Node, SetupError> {
        if depth >= MAX_DEPTH {
            return Err(self.wrong("is nested too deep"));
        }
        let line = self.line;
        let (anchor, tag) = match &event {
            Event::Scalar(_, _, anchor, tag)
            | Event::SequenceStart(anchor, tag)
            | Event::MappingStart(anchor, tag) => (*anchor, tag.is_some()),
            Event::Alias(_) => (1, false),
            _ => return Err(self.wrong("has no value; write one, or take the name away")),
        };
        if anchor > 0 || tag {
            return Err(self.wrong("has an anchor, an alias or a tag; write what is meant itself"));
        }
        let kind = match event {
            Event::Scalar(text, style, ..) => Kind::Scalar(text.into_owned(), style == ScalarStyle::Plain),
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        Event::SequenceEnd => break Kind::List(items),
                        event => items.push(self.node(event, depth + 1)?),
                    }
                }
            }
            _ => {
                let mut entries: Vec<(String, Node)> = Vec::new();
                loop {
                    let event = self.next()?;
                    if event == Event::MappingEnd {
                        break Kind::Map(entries);
                    }
                    let key = self.node(event, depth + 1)?;
                    let Kind::Scalar(name, _) = key.kind else { return Err(self.wrong("is no name")) };
                    if entries.iter().any(|(known, _)| *known == name) {
                        return Err(self.wrong(&format!("`{name}` stands there twice; write it once")));
                    }
                    let event = self.next()?;
                    entries.push((name, self.node(event, depth + 1)?));
                }
            }
        };
        Ok(Node { line, kind })
    }
}

impl Node {
    /// The members of a mapping that is called so.
    pub fn members(self, path: &str) -> Result<Members, SetupError> {
        match self.kind {
            Kind::Map(left) => Ok(Members { path: path.to_owned(), line: self.line, left }),
            _ => Err(self.wrong(path, "is no mapping of names to values")),
        }
    }

    /// The elements of a list that is called so.
    pub fn list(self, path: &str) -> Result<Vec<Node>, SetupError> {
        match self.kind {
            Kind::List(items) => Ok(items),
            _ => Err(self.wrong(path, "is no list; write `[one, another]`")),
        }
    }

    /// A text that is called so.
    pub fn text(self, path: &str) -> Result<String, SetupError> {
        match self.kind {
            Kind::Scalar(text, _) if !text.is_empty() => Ok(text),
            _ => Err(self.wrong(path, "is no text")),
        }
    }

    /// Whether it is a mapping.
    pub fn is_map(&self) -> bool {
        matches!(self.kind, Kind::Map(_))
    }

    /// What is wrong with what is called so.
    pub fn wrong(&self, path: &str, what: &str) -> SetupError {
        SetupError::at(self.line, path, what)
    }

    /// It as JSON. What stands in quotes is a text.
    pub fn json(self) -> Value {
        match self.kind {
            Kind::List(items) => Value::Array(items.into_iter().map(Node::json).collect()),
            Kind::Map(entries) => Value::Object(
                entries.into_iter().map(|(name, node)| (name, node.json())).collect::<Map<_, _>>(),
            ),
            Kind::Scalar(text, false) => Value::String(text),
            Kind::Scalar(text, true) => match text.as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                "" | "~" | "null" => Value::Null,
                _ => text
                    .parse::<i64>()
                    .ok()
                    .filter(|number| number.to_string() == text)
                    .map_or_else(|| Value::String(text.clone()), Value::from),
            },
        }
    }
}

impl Members {
    /// The path of a member.
    pub fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Takes a member, where there is one.
    pub fn take(&mut self, name: &str) -> Option<Node> {
        let at = self.left.iter().position(|(known, _)| known == name)?;
        Some(self.left.swap_remove(at).1)
    }

    /// Takes a text, where there is one.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, SetupError> {
        let path = self.path_of(name);
        self.take(name).map(|node| node.text(&path)).transpose()
    }

    /// Takes `true` or `false`; where there is neither, it is false.
    pub fn flag(&mut self, name: &str) -> Result<bool, SetupError> {
        let path = self.path_of(name);
        match self.take(name) {
            None => Ok(false),
            Some(node) => {
                let line = node.line;
                node.json().as_bool().ok_or_else(|| SetupError::at(line, &path, "is neither true nor false"))
            }
        }
    }

    /// Takes a length of time, in milliseconds, where there is one.
    pub fn duration(&mut self, name: &str) -> Result<Option<i64>, SetupError> {
        let path = self.path_of(name);
        let Some(node) = self.take(name) else { return Ok(None) };
        let line = node.line;
        let text = node.text(&path)?;
        let wrong = || SetupError::at(line, &path, "is no length of time; write 500ms, 30s, 15m, 2h or 7d");
        duration(&text).map(Some).ok_or_else(wrong)
    }

    /// All that is left, where names are for whoever writes the file.
    pub fn all(self) -> Vec<(String, Node)> {
        self.left
    }

    /// What is wrong with the mapping itself.
    pub fn wrong(&self, what: &str) -> SetupError {
        SetupError::at(self.line, &self.path, what)
    }

    /// Refuses what nobody has taken: it could be meant to be read.
    pub fn end(self, known: &str) -> Result<(), SetupError> {
        match self.left.first() {
            None => Ok(()),
            Some((name, node)) => {
                Err(node
                    .wrong(&self.path_of(name), &format!("is nothing that is read here; there are {known}")))
            }
        }
    }
}

/// `500ms`, `30s`, `15m`, `2h`, `7d` in milliseconds; more than nothing.
fn duration(text: &str) -> Option<i64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(unit).filter(|length| *length > 0)
}
