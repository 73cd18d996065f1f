//! `textDocument/references`: where a name stands.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Location, ReferenceParams};

use crate::server::state::State;

/// All places of the project, and of the library that it uses; the declaration where the client wants it.
pub fn answer(state: &mut State, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
    let Some((analysis, file, offset)) = state.pointed(&params.text_document_position)? else {
        return Ok(None);
    };
    let names = analysis.names();
    let Some((_, found)) = names.at(&file, offset) else { return Ok(None) };
    let wanted = |is_declaration: bool| params.context.include_declaration || !is_declaration;
    let places = names.places(&found.symbols);
    let places = places.iter().filter(|found| wanted(found.is_declaration));
    Ok(Some(places.filter_map(|found| state.location(&found.file, found.range())).collect()))
}
