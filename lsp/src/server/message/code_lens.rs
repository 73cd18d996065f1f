//! `textDocument/codeLens`: what can be run, above where it stands.

use serde_json::json;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command};

use crate::ide::tests::{Lens, lenses};
use crate::server::convert;
use crate::server::message::execute_command::RUN_TESTS;
use crate::server::state::State;

/// Each test, and all of them.
pub fn answer(state: &mut State, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
    let uri = params.text_document.uri;
    let (file, text) = state.file(&uri)?;
    let Some(syntax) = state.workspace.syntax(&file) else { return Ok(None) };
    let lens = |lens: Lens| CodeLens {
        range: convert::range(&text, state.encoding, lens.range),
        command: Some(Command {
            title: lens.title,
            command: RUN_TESTS.to_owned(),
            arguments: Some(vec![json!({ "uri": uri, "test": lens.test })]),
        }),
        data: None,
    };
    Ok(Some(lenses(&syntax).into_iter().map(lens).collect()))
}
