//! `textDocument/rangeFormatting`: the layout of the items in a range.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{DocumentRangeFormattingParams, TextEdit};

use crate::ide::format;
use crate::server::convert;
use crate::server::state::State;

/// What changes in those items; nothing where the policy cannot be read whole.
pub fn answer(state: &mut State, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
    let (file, text) = state.file(&params.text_document.uri)?;
    let Some(syntax) = state.workspace.syntax(&file) else { return Ok(None) };
    let range = convert::bytes(&text, state.encoding, params.range);
    Ok(Some(convert::edits(&text, state.encoding, format::range(&syntax, range))))
}
