//! `textDocument/onTypeFormatting`: the layout of an item that was just ended.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{DocumentOnTypeFormattingParams, TextEdit};

use crate::ide::format;
use crate::server::convert;
use crate::server::state::State;

/// What changes before the cursor; nothing where the policy cannot be read whole.
pub fn answer(state: &mut State, params: DocumentOnTypeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
    let place = params.text_document_position;
    let (file, text) = state.file(&place.text_document.uri)?;
    let Some(syntax) = state.workspace.syntax(&file) else { return Ok(None) };
    let at = state.encoding.offset(&text, convert::position(place.position));
    Ok(Some(convert::edits(&text, state.encoding, format::typed(&syntax, at))))
}
