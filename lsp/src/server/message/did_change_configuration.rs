//! `workspace/didChangeConfiguration`: the user has set something.

use tower_lsp::ls_types::DidChangeConfigurationParams;

use crate::server::outbox::Message;
use crate::server::state::State;

/// Takes what is told, or asks: newer clients tell nothing here.
pub fn take(state: &mut State, params: DidChangeConfigurationParams) {
    if state.can_be_asked_for_settings() {
        state.outbox.say(Message::AskForSettings);
    } else if let Some(settings) = params.settings.get("lictor") {
        state.set(settings);
    }
}
