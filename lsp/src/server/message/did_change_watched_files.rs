//! `workspace/didChangeWatchedFiles`: files were written or removed, by whomever.

use tower_lsp::ls_types::DidChangeWatchedFilesParams;

use crate::server::convert;
use crate::server::state::State;

/// Reads what changed. Before the folders were searched nothing is known that could be wrong.
pub fn take(state: &mut State, params: DidChangeWatchedFilesParams) {
    if state.is_searched {
        for event in params.changes {
            state.read_again(&convert::file(&event.uri));
        }
    }
}
