//! `workspace/didChangeWatchedFiles`: files were written or removed, by whomever.

use tower_lsp::ls_types::DidChangeWatchedFilesParams;

use crate::ide::samples::holds_samples;
use crate::server::convert;
use crate::server::state::State;

/// Reads what changed. Before the folders were searched nothing is known that could be wrong.
pub fn take(state: &mut State, params: DidChangeWatchedFilesParams) {
    if state.is_searched {
        for event in params.changes {
            let file = convert::file(&event.uri);
            if holds_samples(file.last()) {
                state.background.look_again();
            } else {
                state.read_again(&file);
            }
        }
    }
}
