//! What a server has said: read strictly before anybody else reads it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rmcp::model::{RequestId, ServerJsonRpcMessage};

use crate::tree::Tree;

/// What a server has said, shared by whoever hears it and whoever asks.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Said>>);

/// A page of the list of tools.
pub struct Page {
    /// The tools.
    pub tools: Vec<Tree>,
    /// What to ask for the next one with.
    pub next: Option<String>,
}

#[derive(Default)]
struct Said {
    /// The last list of tools, and to which request it is the answer.
    tools: Option<(String, Page)>,
    /// What is wrong with what it said, the first of it: the end of a sentence.
    wrong: Option<String>,
    /// Whether it has answered something after that was given up.
    late: bool,
}

impl Heard {
    /// Takes a message. Nothing where it is none that the SDK knows, and no answer: it is passed over.
    ///
    /// # Errors
    /// It is no message, or one that two readers could take differently; nobody hears more of the server.
    pub fn take(&self, message: &[u8]) -> Result<Option<ServerJsonRpcMessage>, String> {
        let no_message = |why: &str| self.is_wrong(format!("the server has said what is no message: {why}"));
        let tree = Tree::read(message).map_err(|wrong| no_message(&wrong.to_string()))?;
        let is_answer = tree.get("method").is_none();
        if is_answer {
            self.said().tools = tools_of(&tree);
        }
        match serde_json::from_slice(message) {
            Ok(message) => Ok(Some(message)),
            Err(_) if !is_answer => Ok(None),
            Err(_) => Err(no_message("nothing is known that is answered so")),
        }
    }

    /// Notes why nothing more is heard of the server.
    pub fn is_wrong(&self, why: String) -> String {
        self.said().wrong.get_or_insert(why).clone()
    }

    /// What is wrong with what it said.
    pub fn wrong(&self) -> Option<String> {
        self.said().wrong.clone()
    }

    /// Notes that it has answered something after that was given up.
    pub fn is_late(&self) {
        self.said().late = true;
    }

    /// Whether it has.
    pub fn was_late(&self) -> bool {
        self.said().late
    }

    /// The list that was the answer to this request, as it was written; nothing where the last answer was none.
    pub fn tools(&self, asked: &RequestId) -> Option<Page> {
        let id = serde_json::to_string(asked).ok()?;
        self.said().tools.take().filter(|(of, _)| *of == id).map(|(_, page)| page)
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tools_of(answer: &Tree) -> Option<(String, Page)> {
    let result = answer.get("result")?;
    let tools = result.get("tools")?.list()?.to_vec();
    // What is no text is no page that could be asked for, and a list that is cut short is none.
    let next = match result.get("nextCursor") {
        None => None,
        Some(next) if next.written() == "null" => None,
        Some(next) => Some(next.text()?.to_owned()),
    };
    Some((answer.get("id")?.written(), Page { tools, next }))
}

/// The request that a message answers.
pub fn answers(message: &ServerJsonRpcMessage) -> Option<&RequestId> {
    match message {
        ServerJsonRpcMessage::Response(response) => Some(&response.id),
        ServerJsonRpcMessage::Error(error) => error.id.as_ref(),
        _ => None,
    }
}
