//! A message: which of the four kinds it is. Nothing passes of which that is not certain.

use serde_json::value::RawValue;

use crate::tree::{self, Tree, shown};

/// What a line is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Somebody asks.
    Request {
        /// Under which id the answer is expected.
        id: Id,
        /// What for.
        method: String,
    },
    /// Somebody tells something, and wants no answer.
    Notification {
        /// What.
        method: String,
    },
    /// An answer.
    Response {
        /// To which request; nothing where the other side could not read which one it was.
        id: Option<Id>,
    },
}

/// The id of a request: a text or a whole number, as JSON has it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Id(String);

impl Id {
    /// An id of our own.
    pub fn ours(number: u64) -> Id {
        Id(format!("\"lictor-{number}\""))
    }

    /// One for a form that we ask a client to show.
    pub fn of_form(number: u64) -> Id {
        Id(format!("\"lictor-{number}-form\""))
    }

    /// Whether it looks like one of ours.
    pub fn is_like_ours(&self) -> bool {
        self.0.starts_with("\"lictor-")
    }

    /// As it stands in a message.
    pub fn json(&self) -> &str {
        &self.0
    }

    fn read(raw: &RawValue) -> Option<Id> {
        match Tree::read(raw.get().as_bytes()).ok()? {
            Tree::Text(text) => Some(Id(Tree::Text(text).written())),
            Tree::Number(number) => {
                let digits = number.strip_prefix('-').unwrap_or(&number);
                let is_whole = digits.len() <= 20
                    && digits.bytes().all(|digit| digit.is_ascii_digit())
                    && number != "-0";
                is_whole.then_some(Id(number))
            }
            _ => None,
        }
    }

    /// The id that a member of a message names.
    pub fn of(tree: &Tree) -> Option<Id> {
        match tree {
            Tree::Text(_) => Some(Id(tree.written())),
            Tree::Number(number) => Some(Id(number.clone())),
            _ => None,
        }
    }
}

/// A line that is no message, and the id under which whoever sent it waits, if that can be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unreadable {
    /// The id.
    pub id: Option<Id>,
    /// What is wrong, in a sentence.
    pub why: String,
}

/// The kind of a message. `line` comes without the end of the line.
///
/// # Errors
/// It is no message, or one that two readers could take for two.
pub fn kind(line: &[u8]) -> Result<Kind, Unreadable> {
    let unreadable = |id: Option<Id>, why: String| Unreadable { id, why };
    // To some readers of lines this ends one, and between the members of an object it would hide a message in another.
    if line.contains(&b'\r') {
        return Err(unreadable(
            None,
            "the message has a carriage return in its middle; send it on one line".to_owned(),
        ));
    }
    let raw: &RawValue = serde_json::from_slice(line)
        .map_err(|error| unreadable(None, format!("the message is not JSON: {error}")))?;
    if raw.get().starts_with('[') {
        return Err(unreadable(
            None,
            "several messages at once are not taken; send each by itself".to_owned(),
        ));
    }
    let members = tree::members(raw).map_err(|what| unreadable(None, format!("the message {what}")))?;
    let get = |name: &str| members.iter().find(|(member, _)| member == name).map(|(_, value)| *value);
    let id = get("id").map(Id::read);
    let known = id.clone().flatten();
    if let Some((name, _)) = members
        .iter()
        .find(|(name, _)| !["jsonrpc", "id", "method", "params", "result", "error"].contains(&name.as_str()))
    {
        return Err(unreadable(
            known,
            format!("the message has a member \"{}\", which no message has", shown(name)),
        ));
    }
    if get("jsonrpc").is_none_or(|version| version.get() != "\"2.0\"") {
        return Err(unreadable(known, "the message has no \"jsonrpc\": \"2.0\"".to_owned()));
    }
    let method = match get("method") {
        None => None,
        Some(method) => match Tree::read(method.get().as_bytes()) {
            Ok(Tree::Text(method)) => Some(method),
            _ => return Err(unreadable(known, "the method of the message is not a text".to_owned())),
        },
    };
    let answers = get("result").is_some() || get("error").is_some();
    match (method, answers, id) {
        (Some(method), false, Some(Some(id))) => Ok(Kind::Request { id, method }),
        (Some(method), false, None) => Ok(Kind::Notification { method }),
        (None, true, Some(id)) if get("params").is_none() => {
            if get("result").is_some() && get("error").is_some() {
                return Err(unreadable(id, "the message is a result and an error at once".to_owned()));
            }
            if id.is_none() && get("id").is_none_or(|id| id.get() != "null") {
                return Err(unreadable(
                    None,
                    "the id of the message is neither a text nor a whole number".to_owned(),
                ));
            }
            Ok(Kind::Response { id })
        }
        (Some(_), false, Some(None)) => {
            Err(unreadable(None, "the id of the message is neither a text nor a whole number".to_owned()))
        }
        _ => Err(unreadable(known, "the message is neither a request nor an answer".to_owned())),
    }
}
