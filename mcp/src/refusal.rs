//! What whoever asked is told where something does not happen: in a form that the protocol has, and that a model can read.

use crate::message::Id;
use crate::tree::{Tree, object};

/// Why something does not happen, as far as that is for an agent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The code.
    pub code: String,
    /// It in words.
    pub reason: String,
    /// Where a person can still approve it.
    pub link: Option<String>,
}

/// The code of whatever this program itself could not do.
pub const FAULT: &str = "INTERNAL_ERROR";
/// The code of what is no message that is taken.
pub const UNREADABLE: &str = "MESSAGE_INVALID";
/// The code of an answer of a server that cannot be passed on.
pub const ANSWER: &str = "ANSWER_INVALID";
/// The code of a tool whose definition is another one than it was.
pub const CHANGED: &str = "TOOL_CHANGED";
/// The code of a tool whose definition nobody has seen.
pub const UNSEEN: &str = "TOOL_NOT_LISTED";
/// The code of what people would have to approve where nobody can be asked.
pub const NOBODY: &str = "APPROVAL_IMPOSSIBLE";

impl Refusal {
    /// A refusal that leads nowhere.
    pub fn new(code: impl Into<String>, reason: impl Into<String>) -> Refusal {
        Refusal { code: code.into(), reason: reason.into(), link: None }
    }

    /// The refusal of what could not be decided.
    pub fn fault(reason: impl Into<String>) -> Refusal {
        Refusal::new(FAULT, reason)
    }

    /// In a sentence or two.
    pub fn sentence(&self) -> String {
        let Refusal { code, reason, link } = self;
        match link {
            None if code == ANSWER => format!("Not known what came of it ({code}): {reason}."),
            None if [FAULT, UNREADABLE, UNSEEN].contains(&code.as_str()) => {
                format!("Not done ({code}): {reason}.")
            }
            None => {
                format!("Refused ({code}): {reason}. Nothing was done; the same call will be refused again.")
            }
            Some(link) => format!(
                "Held ({code}): {reason}. Nothing was done yet. A person can approve it at {link}; call the tool again, with the same arguments, once they have."
            ),
        }
    }
}

/// Which edition of the protocol a request speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Era {
    /// With a handshake and sessions: 2025-11-25 and before.
    Legacy,
    /// Where every request stands by itself: 2026-07-28.
    Modern,
}

impl Era {
    /// That of a request, by what it says of itself.
    pub fn of(params: Option<&Tree>) -> Era {
        let says = params.and_then(|params| params.get("_meta")).and_then(|meta| meta.get(VERSION));
        if says.is_some() { Era::Modern } else { Era::Legacy }
    }
}

/// The member of `_meta` in which a request says which edition it speaks.
pub const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
/// The code of an error of JSON-RPC for what policy refuses, of those that are left to implementations.
const REFUSED: i64 = -32_010;
/// JSON-RPC's own for what is no request.
const INVALID_REQUEST: i64 = -32_600;

/// The answer to a call of a tool: a result that says that it did not work, which is shown to the model.
pub fn result(id: &Id, era: Era, refusal: &Refusal) -> Vec<u8> {
    let content = object([("type", "text".into()), ("text", refusal.sentence().as_str().into())]);
    let mut members =
        vec![("content".to_owned(), Tree::List(vec![content])), ("isError".to_owned(), Tree::Bool(true))];
    if era == Era::Modern {
        members.push(("resultType".to_owned(), "complete".into()));
    }
    answer(id, "result", Tree::Object(members))
}

/// The answer to anything else: an error.
pub fn error(id: &Id, refusal: &Refusal) -> Vec<u8> {
    let mut data = vec![("code".to_owned(), refusal.code.as_str().into())];
    if let Some(link) = &refusal.link {
        data.push(("approval".to_owned(), link.as_str().into()));
    }
    let error = object([
        ("code", Tree::Number(REFUSED.to_string())),
        ("message", refusal.sentence().as_str().into()),
        ("data", Tree::Object(data)),
    ]);
    answer(id, "error", error)
}

/// The answer to what is no message.
pub fn invalid(id: Option<&Id>, why: &str) -> Vec<u8> {
    let id = id.map_or("null", Id::json);
    let error = object([
        ("code", Tree::Number(INVALID_REQUEST.to_string())),
        ("message", format!("{why}. It was not passed on.").as_str().into()),
        ("data", object([("code", UNREADABLE.into())])),
    ]);
    format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"error\":{}}}", error.written()).into_bytes()
}

/// An answer to a request.
pub fn answer(id: &Id, member: &str, value: Tree) -> Vec<u8> {
    format!("{{\"jsonrpc\":\"2.0\",\"id\":{},\"{member}\":{}}}", id.json(), value.written()).into_bytes()
}
