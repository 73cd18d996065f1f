//! What whoever asked is told where something does not happen: in a form that the protocol has, and that a model can read.

use rmcp::model::{CallToolResult, ContentBlock, ErrorCode, ErrorData};
use serde_json::json;

use crate::message::Id;
use crate::tree::Tree;

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
const REFUSED: ErrorCode = ErrorCode(-32_010);

/// The answer to a call of a tool: a result that says that it did not work, which is shown to the model.
pub fn result(id: &Id, era: Era, refusal: &Refusal) -> Vec<u8> {
    let mut result = CallToolResult::error(vec![ContentBlock::text(refusal.sentence())]);
    // The older era does not know it.
    if era == Era::Legacy {
        result.result_type = None;
    }
    answer(id, "result", Tree::of(&result))
}

/// The answer to anything else: an error.
pub fn error(id: &Id, refusal: &Refusal) -> Vec<u8> {
    let mut data = json!({ "code": refusal.code });
    if let (Some(link), Some(members)) = (&refusal.link, data.as_object_mut()) {
        members.insert("approval".to_owned(), link.as_str().into());
    }
    answer(id, "error", Tree::of(&ErrorData::new(REFUSED, refusal.sentence(), Some(data))))
}

/// The answer to what is no message. Where nobody can tell which request it was, `null` stands for its id: the older era knows no error without one.
pub fn invalid(id: Option<&Id>, why: &str) -> Vec<u8> {
    let data = json!({ "code": UNREADABLE });
    let error = ErrorData::invalid_request(format!("{why}. It was not passed on."), Some(data));
    written(id.map_or("null", Id::json), "error", &Tree::of(&error))
}

/// The answer to a request whose headers say something else than it does.
pub fn mismatch(id: Option<&Tree>, why: String) -> Vec<u8> {
    let error = ErrorData::header_mismatch(why, None);
    written(&id.map_or("null".to_owned(), Tree::written), "error", &Tree::of(&error))
}

/// An answer to a request.
pub fn answer(id: &Id, member: &str, value: Tree) -> Vec<u8> {
    written(id.json(), member, &value)
}

/// The id stands there as it came: it may be longer than the numbers that the types of the SDK hold.
fn written(id: &str, member: &str, value: &Tree) -> Vec<u8> {
    format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"{member}\":{}}}", value.written()).into_bytes()
}
