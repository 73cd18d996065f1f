//! `textDocument/formatting`: the one layout of a policy. There are no options, so those of the client are not looked at.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{DocumentFormattingParams, TextEdit};

use crate::ide::format;
use crate::server::convert;
use crate::server::state::State;

/// What changes; nothing where the policy cannot be read whole.
pub fn answer(state: &mut State, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
    let (file, text) = state.file(&params.text_document.uri)?;
    let Some(syntax) = state.workspace.syntax(&file) else { return Ok(None) };
    Ok(Some(convert::edits(&text, state.encoding, format::document(&syntax))))
}
