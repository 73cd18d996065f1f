//! `textDocument/selectionRange`: what a selection grows to.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{SelectionRange, SelectionRangeParams};

use crate::ide::selection::around;
use crate::server::convert;
use crate::server::state::State;

/// For each place the smallest range around it, which knows the next.
pub fn answer(state: &mut State, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
    let (file, text) = state.file(&params.text_document.uri)?;
    let Some(syntax) = state.workspace.syntax(&file) else { return Ok(None) };
    let nested = |at| {
        let mut ranges = around(&syntax, state.encoding.offset(&text, convert::position(at)));
        let whole = ranges.pop().unwrap_or_default();
        let outer = SelectionRange { range: convert::range(&text, state.encoding, whole), parent: None };
        ranges.into_iter().rev().fold(outer, |outer, range| SelectionRange {
            range: convert::range(&text, state.encoding, range),
            parent: Some(Box::new(outer)),
        })
    };
    Ok(Some(params.positions.into_iter().map(nested).collect()))
}
