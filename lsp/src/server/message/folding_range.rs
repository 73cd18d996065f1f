//! `textDocument/foldingRange`: what may be folded away.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};

use crate::ide::folding::{Fold, FoldKind, folds};
use crate::server::state::State;

/// Whole lines, which every client can fold.
pub fn answer(state: &mut State, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
    let (file, _) = state.file(&params.text_document.uri)?;
    let Some(syntax) = state.workspace.syntax(&file) else { return Ok(None) };
    let range = |fold: Fold| FoldingRange {
        start_line: fold.first,
        end_line: fold.last,
        kind: match fold.kind {
            FoldKind::Code => None,
            FoldKind::Comment => Some(FoldingRangeKind::Comment),
            FoldKind::Imports => Some(FoldingRangeKind::Imports),
        },
        ..FoldingRange::default()
    };
    Ok(Some(folds(&syntax).into_iter().map(range).collect()))
}
