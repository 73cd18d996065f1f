//! `textDocument/codeLens`: what can be run and tried out, above where it stands.

use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command, Range, Uri};

use super::execute_command::{decide_sample, preview_flips, run_tests};
use crate::ide::lens::{Lens, flips_title, lenses, request_lenses};
use crate::ide::samples::Requests;
use crate::ide::tests::Choice;
use crate::ide::{FileName, Syntax, Text};
use crate::server::background::MAX_UNASKED;
use crate::server::convert;
use crate::server::state::State;

/// Of a policy: each test, each rule, and all tests, and what the sample requests beside it come to. Of a file of requests: what comes of each.
/// What is not known of the texts as they are is found out when there is nothing else to do; then the client is asked to look again.
pub fn answer(state: &mut State, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
    let uri = params.text_document.uri;
    let named = convert::file(&uri);
    if state.requests.get(&named).is_some() {
        return Ok(Some(of_requests(state, &uri, &named)));
    }
    let (file, text) = state.file(&uri)?;
    let Some(syntax) = state.workspace.syntax(&file) else { return Ok(None) };
    Ok(Some(of_policy(state, &uri, &file, &text, &syntax)))
}

fn of_policy(state: &mut State, uri: &Uri, file: &FileName, text: &Text, syntax: &Syntax) -> Vec<CodeLens> {
    let (mut reached, mut flips) = (None, None);
    if let Some((known, is_current)) = state.known_for_lenses(file) {
        reached = known.reached.clone().filter(|_| is_current);
        flips = known.flips.map(|flips| flips_title(flips, is_current));
    }
    let mut all = Vec::new();
    for Lens { range, title, tests } in lenses(syntax, reached.as_deref()) {
        let range = convert::range(text, state.encoding, range);
        let arguments = match &tests {
            Choice::All => json!({ "uri": uri }),
            Choice::Named(test) => json!({ "uri": uri, "test": test }),
            Choice::Reaching(rule) => json!({ "uri": uri, "rule": rule }),
        };
        all.push(lens(range, title, run_tests::NAME, arguments));
        if let (Choice::All, Some(title)) = (tests, flips.take()) {
            all.push(lens(range, title, preview_flips::NAME, json!({ "uri": uri, "show": true })));
        }
    }
    all
}

fn of_requests(state: &mut State, uri: &Uri, file: &FileName) -> Vec<CodeLens> {
    let Some(document) = state.requests.get(file) else { return Vec::new() };
    let requests = Requests::new(Some(file.clone()), document.text.as_str().to_owned());
    let found = match state.known_for_lenses(file) {
        None => request_lenses(&requests, None, None, MAX_UNASKED),
        Some((known, is_current)) => {
            let age = match (is_current, known.is_broken) {
                (true, _) => None,
                (false, true) => Some("before the policy had mistakes"),
                (false, false) => Some("before the last change"),
            };
            request_lenses(&requests, known.came.get(file), age, MAX_UNASKED)
        }
    };
    let one = |(range, title)| {
        let range = convert::range(&requests.text, state.encoding, range);
        let sample = json!({ "uri": uri, "line": range.start.line });
        lens(range, title, decide_sample::NAME, json!({ "sample": sample, "show": true }))
    };
    found.into_iter().map(one).collect()
}

fn lens(range: Range, title: String, command: &str, arguments: Value) -> CodeLens {
    let command = Command { title, command: command.to_owned(), arguments: Some(vec![arguments]) };
    CodeLens { range, command: Some(command), data: None }
}
