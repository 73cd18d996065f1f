//! `textDocument/documentHighlight`: where in a policy the name under the cursor stands.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams};

use crate::server::convert;
use crate::server::state::State;

/// Where it is declared counts as written, the rest as read.
pub fn answer(state: &mut State, params: DocumentHighlightParams) -> Result<Option<Vec<DocumentHighlight>>> {
    let Some((analysis, file, offset)) = state.pointed(&params.text_document_position_params)? else {
        return Ok(None);
    };
    let names = analysis.names();
    let Some((_, found)) = names.at(&file, offset) else { return Ok(None) };
    let Some(text) = state.workspace.text(&file) else { return Ok(None) };
    let places = names.places(&found.symbols);
    let here = places.into_iter().filter(|found| found.file == file);
    let highlight = here.map(|found| DocumentHighlight {
        range: convert::range(text, state.encoding, found.range()),
        kind: Some(if found.is_declaration {
            DocumentHighlightKind::WRITE
        } else {
            DocumentHighlightKind::READ
        }),
    });
    Ok(Some(highlight.collect()))
}
