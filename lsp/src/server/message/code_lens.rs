//! `textDocument/codeLens`: what can be run, above where it stands.

use serde_json::json;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command};

use super::execute_command::run_tests;
use crate::ide::lens::{Lens, lenses};
use crate::ide::tests::Choice;
use crate::server::convert;
use crate::server::state::State;

/// Each test, each rule, and all tests. How many tests reach a rule is counted when there is nothing else to do; then the client is asked to
/// look again.
pub fn answer(state: &mut State, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
    let uri = params.text_document.uri;
    let (file, text) = state.file(&uri)?;
    let Some(syntax) = state.workspace.syntax(&file) else { return Ok(None) };
    let reached = state.tests_that_reach(&file);
    let lens = |lens: Lens| CodeLens {
        range: convert::range(&text, state.encoding, lens.range),
        command: Some(Command {
            title: lens.title,
            command: run_tests::NAME.to_owned(),
            arguments: Some(vec![match lens.tests {
                Choice::All => json!({ "uri": uri }),
                Choice::Named(test) => json!({ "uri": uri, "test": test }),
                Choice::Reaching(rule) => json!({ "uri": uri, "rule": rule }),
            }]),
        }),
        data: None,
    };
    Ok(Some(lenses(&syntax, reached.as_deref()).into_iter().map(lens).collect()))
}
