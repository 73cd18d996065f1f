//! `initialize`: who the client is, and what is agreed with it.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{InitializeParams, InitializeResult, ServerInfo};

use crate::server::state::State;
use crate::server::{capabilities, convert};

/// Says what the server can do. Nothing is read or worked out yet: a client waits for this answer.
#[allow(deprecated)] // Clients that know no workspace folders name one root.
pub fn answer(state: &mut State, params: InitializeParams) -> Result<InitializeResult> {
    let (encoding, kind) = capabilities::encoding(&params.capabilities);
    state.encoding = encoding;
    state.client = params.capabilities;
    let folders = params.workspace_folders.unwrap_or_default();
    let mut folders: Vec<String> =
        folders.iter().map(|folder| convert::file(&folder.uri).as_str().to_owned()).collect();
    if folders.is_empty() {
        let root = params.root_uri.map(|uri| convert::file(&uri).as_str().to_owned());
        folders.extend(root.or(params.root_path));
    }
    state.workspace.set_folders(folders);
    if let Some(options) = params.initialization_options {
        state.set(&options);
    }
    Ok(InitializeResult {
        capabilities: capabilities::capabilities(kind),
        server_info: Some(ServerInfo {
            name: String::from("lictor"),
            version: Some(String::from(env!("CARGO_PKG_VERSION"))),
        }),
        ..InitializeResult::default()
    })
}
