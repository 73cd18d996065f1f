//! `workspace/didChangeWorkspaceFolders`: folders were opened or closed.

use tower_lsp::ls_types::DidChangeWorkspaceFoldersParams;

use crate::server::convert;
use crate::server::state::State;

/// Has the folders searched again when that matters next.
pub fn take(state: &mut State, params: DidChangeWorkspaceFoldersParams) {
    let path = |uri| convert::file(uri).as_str().to_owned();
    let removed: Vec<String> = params.event.removed.iter().map(|folder| path(&folder.uri)).collect();
    let mut folders = state.workspace.folders().to_vec();
    folders.retain(|folder| !removed.contains(folder));
    folders.extend(params.event.added.iter().map(|folder| path(&folder.uri)));
    state.workspace.set_folders(folders);
    state.name_projects();
}
