//! `textDocument/definition`: where a name is declared.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{GotoDefinitionParams, GotoDefinitionResponse};

use crate::server::state::State;

/// All places, since a rule about two actions reads the fields of both.
pub fn answer(state: &mut State, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
    let Some((analysis, file, offset)) = state.pointed(&params.text_document_position_params)? else {
        return Ok(None);
    };
    let names = analysis.names();
    let Some((_, found)) = names.at(&file, offset) else { return Ok(None) };
    let declared = names.declarations(&found.symbols);
    let places: Vec<_> =
        declared.iter().filter_map(|found| state.location(&found.file, found.range())).collect();
    Ok((!places.is_empty()).then_some(GotoDefinitionResponse::Array(places)))
}
