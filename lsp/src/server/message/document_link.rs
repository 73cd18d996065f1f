//! `textDocument/documentLink`: places that lead somewhere else.

use std::str::FromStr;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{DocumentLink, DocumentLinkParams, Uri};

use crate::ide::links::{Link, Target, links};
use crate::server::convert;
use crate::server::state::State;

/// Imports, files with values, addresses.
pub fn answer(state: &mut State, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
    let (file, text) = state.file(&params.text_document.uri)?;
    let found = links(&mut state.workspace, &file);
    let link = |link: Link| {
        let target = match &link.target {
            Target::File(file) => state.uri(file),
            Target::Address(address) => Uri::from_str(address).ok(),
        };
        Some(DocumentLink {
            range: convert::range(&text, state.encoding, link.range),
            target: Some(target?),
            tooltip: Some(link.tooltip.to_owned()),
            data: None,
        })
    };
    Ok(Some(found.into_iter().filter_map(link).collect()))
}
