//! `lictor.showSetters` with `{ "uri": …, "position": … }`: who sets the parameter at a place, and to what. It is for clients that cannot
//! show a list of places by themselves: the person is told in words, and the answer is the places.

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{MessageType, Position, TextDocumentIdentifier, TextDocumentPositionParams, Uri};

use super::{Begun, at_once};
use crate::ide::setters::in_words;
use crate::server::outbox::Message;
use crate::server::state::State;

/// Says who sets a parameter.
pub const NAME: &str = "lictor.showSetters";

/// Which parameter.
#[derive(Deserialize)]
pub struct Wanted {
    uri: Uri,
    position: Position,
}

/// Says it.
pub fn begin(state: &mut State, Wanted { uri, position }: Wanted) -> Result<Begun> {
    let at = TextDocumentPositionParams { text_document: TextDocumentIdentifier { uri }, position };
    let Some((analysis, file, offset)) = state.pointed(&at)? else { return Ok(at_once(Value::Null)) };
    let Some((words, places)) = in_words(&analysis, &file, offset) else { return Ok(at_once(Value::Null)) };
    state.outbox.say(Message::Show(MessageType::INFO, words));
    let places = places.iter().filter_map(|(file, range)| state.location(file, range.clone()));
    Ok(at_once(json!(places.collect::<Vec<_>>())))
}
