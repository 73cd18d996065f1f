//! `initialized`: the client is ready to be asked something.

use serde_json::{Value, json};
use tower_lsp::ls_types::{InitializedParams, Registration};

use crate::server::outbox::Message;
use crate::server::state::State;

/// What the files of projects are called, and the sample requests beside them.
const WATCHED: [&str; 7] = [
    "**/*.lictor",
    "**/*.txt",
    "**/*.test.yaml",
    "**/*.test.yml",
    "**/requests.ndjson",
    "**/*.requests.ndjson",
    "**/*.request.json",
];

/// Asks for the settings, and to be told when they change, or files on disk.
pub fn take(state: &mut State, _: InitializedParams) {
    let workspace = state.client.workspace.clone().unwrap_or_default();
    let mut registrations = Vec::new();
    let mut register = |method: &str, options: Option<Value>| {
        registrations.push(Registration {
            id: method.to_owned(),
            method: method.to_owned(),
            register_options: options,
        });
    };
    if workspace.did_change_watched_files.is_some_and(|files| files.dynamic_registration == Some(true)) {
        let watchers = WATCHED.map(|pattern| json!({ "globPattern": pattern }));
        register("workspace/didChangeWatchedFiles", Some(json!({ "watchers": watchers })));
    }
    if workspace.did_change_configuration.is_some_and(|settings| settings.dynamic_registration == Some(true))
    {
        register("workspace/didChangeConfiguration", Some(json!({ "section": "lictor" })));
    }
    if !registrations.is_empty() {
        state.outbox.say(Message::Register(registrations));
    }
    if state.can_be_asked_for_settings() {
        state.outbox.say(Message::AskForSettings);
    }
}
