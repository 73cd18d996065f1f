//! `textDocument/didClose`: an editor no longer shows a text, and what is on disk counts again.

use tower_lsp::ls_types::DidCloseTextDocumentParams;

use crate::server::convert;
use crate::server::state::State;

/// Forgets what the editor showed.
pub fn take(state: &mut State, params: DidCloseTextDocumentParams) {
    let file = convert::file(&params.text_document.uri);
    state.requests.close(&file);
    state.workspace.close(&file);
    state.uris.remove(&file);
    state.paintings.remove(&file);
    state.background.forget(&file);
    state.note_edit();
}
