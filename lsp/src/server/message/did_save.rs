//! `textDocument/didSave`: what an editor shows is on disk now.

use tower_lsp::ls_types::DidSaveTextDocumentParams;

use crate::server::convert;
use crate::server::state::State;

/// Reads it: not every client watches files for us.
pub fn take(state: &mut State, params: DidSaveTextDocumentParams) {
    if state.is_searched {
        state.read_again(&convert::file(&params.text_document.uri));
    }
}
