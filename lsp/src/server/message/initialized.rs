//! `initialized`: the client is ready to be asked something.

use serde_json::json;
use tower_lsp::ls_types::{InitializedParams, Registration};

use crate::server::outbox::Message;
use crate::server::state::State;

/// What the files of projects are called.
const WATCHED: [&str; 4] = ["**/*.lictor", "**/*.txt", "**/*.test.yaml", "**/*.test.yml"];

/// Asks to be told of changes on disk.
pub fn take(state: &mut State, _: InitializedParams) {
    let workspace = state.client.workspace.as_ref();
    let watching = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
    if watching.is_some_and(|watching| watching.dynamic_registration == Some(true)) {
        let watchers = WATCHED.map(|pattern| json!({ "globPattern": pattern }));
        state.outbox.say(Message::Register(vec![Registration {
            id: String::from("lictor-files"),
            method: String::from("workspace/didChangeWatchedFiles"),
            register_options: Some(json!({ "watchers": watchers })),
        }]));
    }
}
