//! `textDocument/typeDefinition`: where the type of a value is declared.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::request::{GotoTypeDefinitionParams, GotoTypeDefinitionResponse};

use crate::ide::types::types;
use crate::server::state::State;

/// All places, since fields of two actions may be of two types.
pub fn answer(
    state: &mut State,
    params: GotoTypeDefinitionParams,
) -> Result<Option<GotoTypeDefinitionResponse>> {
    let Some((analysis, file, offset)) = state.pointed(&params.text_document_position_params)? else {
        return Ok(None);
    };
    let declared = types(&analysis, &file, offset);
    let places: Vec<_> =
        declared.iter().filter_map(|found| state.location(&found.file, found.range())).collect();
    Ok((!places.is_empty()).then_some(GotoTypeDefinitionResponse::Array(places)))
}
