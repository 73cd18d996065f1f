//! `textDocument/didChange`: a text that an editor shows was changed.

use tower_lsp::ls_types::DidChangeTextDocumentParams;

use crate::server::convert;
use crate::server::state::State;

/// Applies the changes. A text that was never opened has no state that they could apply to.
pub fn take(state: &mut State, params: DidChangeTextDocumentParams) {
    let file = convert::file(&params.text_document.uri);
    let changes: Vec<_> = params.content_changes.into_iter().map(convert::change).collect();
    let version = params.text_document.version;
    if state.requests.get(&file).is_some() {
        state.requests.change(&file, version, changes, state.encoding);
        state.background.give_up();
    } else if state.workspace.change(&file, version, changes, state.encoding) {
        state.note_edit();
    }
}
