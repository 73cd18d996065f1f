//! `textDocument/codeLens`: what can be run and tried out, and who sets a parameter, above where it stands.

use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command, Location, Range, Uri};

use super::execute_command::{decide_sample, preview_flips, run_tests, show_setters};
use crate::ide::lens::{Lens, flips_title, lenses, request_lenses};
use crate::ide::samples::{Requests, holds_samples};
use crate::ide::setters::{Setters, setters};
use crate::ide::tests::Choice;
use crate::ide::{FileName, Syntax, Text};
use crate::server::background::MAX_UNASKED;
use crate::server::convert;
use crate::server::shown::Showing;
use crate::server::state::State;

/// The command of clients that shows places; those that have it say so.
const SHOW_REFERENCES: &str = "lictor.showReferences";

/// Of a policy: each test, each rule, and all tests, what the sample requests beside it come to, and who sets each parameter. Of a file of requests: what comes of each.
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
    all.extend(of_parameters(state, uri, file, text, syntax));
    all
}

/// Who sets each parameter. On a click, the client shows where, or has the server say it in words where it cannot.
fn of_parameters(
    state: &mut State,
    uri: &Uri,
    file: &FileName,
    text: &Text,
    syntax: &Syntax,
) -> Vec<CodeLens> {
    let Some(analysis) = state.workspace.analysis(file) else { return Vec::new() };
    let found = setters(&analysis, syntax);
    let one = |one: &Setters| {
        let range = convert::range(text, state.encoding, one.range.clone());
        let places = one.places.iter().filter_map(|(file, range)| state.location(file, range.clone()));
        let places: Vec<Location> = places.collect();
        let (command, arguments) = if places.is_empty() {
            // By the protocol, a command that is empty does nothing: there is only something to read.
            (String::new(), None)
        } else if state.client_has(SHOW_REFERENCES) {
            (SHOW_REFERENCES.to_owned(), Some(vec![json!(uri), json!(range.start), json!(places)]))
        } else {
            (show_setters::NAME.to_owned(), Some(vec![json!({ "uri": uri, "position": range.start })]))
        };
        let command = Command { title: one.title.clone(), command, arguments };
        CodeLens { range, command: Some(command), data: None }
    };
    let all = found.iter().map(one).collect();
    let version = state.workspace.version(file);
    state.shown.setters.insert(file.clone(), Showing { version, what: found });
    all
}

fn of_requests(state: &mut State, uri: &Uri, file: &FileName) -> Vec<CodeLens> {
    let Some(document) = state.requests.get(file).filter(|_| holds_samples(file.last())) else {
        return Vec::new();
    };
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
