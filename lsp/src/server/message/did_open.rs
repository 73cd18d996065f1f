//! `textDocument/didOpen`: an editor shows a text, and what it shows counts.

use std::rc::Rc;

use lictor_project::Kind;
use tower_lsp::ls_types::DidOpenTextDocumentParams;

use crate::ide::{Document, Text};
use crate::server::convert;
use crate::server::requests::ShownRequests;
use crate::server::state::State;

/// Takes the text.
pub fn take(state: &mut State, params: DidOpenTextDocumentParams) {
    let document = params.text_document;
    let file = convert::file(&document.uri);
    // A text that is in no file yet is what the editor takes it for.
    let of_language = (document.language_id == "lictor").then_some(Kind::Policy);
    let kind = Kind::of(file.last());
    if kind.is_none() && ShownRequests::may_hold(file.last()) {
        state.uris.insert(file.clone(), document.uri);
        let text = Rc::new(Text::new(document.text));
        state.requests.open(file, Document { text, version: document.version });
        state.background.give_up();
        return;
    }
    let Some(kind) = kind.or(of_language) else { return };
    state.uris.insert(file.clone(), document.uri);
    let text = Rc::new(Text::new(document.text));
    state.workspace.open(&file, kind, Document { text, version: document.version });
    if state.is_searched {
        state.read_around(&file);
    }
    state.note_edit();
}
