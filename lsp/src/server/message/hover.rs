//! `textDocument/hover`: what is known about the name under the pointer.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Hover, HoverContents, HoverParams};

use crate::ide::hover::hover;
use crate::server::convert;
use crate::server::markup::markup;
use crate::server::state::State;

/// Its declaration, its documentation, and of a rule what it does, in plain words.
pub fn answer(state: &mut State, params: HoverParams) -> Result<Option<Hover>> {
    let Some((analysis, file, offset)) = state.pointed(&params.text_document_position_params)? else {
        return Ok(None);
    };
    let Some(found) = hover(&analysis, &file, offset) else { return Ok(None) };
    let range = state.workspace.text(&file).map(|text| convert::range(text, state.encoding, found.range));
    let document = state.client.text_document.as_ref();
    let formats = document.and_then(|document| document.hover.as_ref()?.content_format.as_ref());
    let contents = HoverContents::Markup(markup(formats, found.markdown));
    Ok(Some(Hover { contents, range }))
}
