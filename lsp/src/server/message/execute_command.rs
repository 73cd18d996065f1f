//! `workspace/executeCommand`: what lenses and menus call.
//!
//! `lictor.runTests` with `{ "uri": …, "test": … }` runs the tests of that name in the project of that file, or all where none is named. Those that
//! fail are mistakes until a text changes; the answer says what came of each.

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{ExecuteCommandParams, MessageType, Uri};

use crate::ide::tests::{NotRun, Outcome, run};
use crate::server::convert;
use crate::server::outbox::Message;
use crate::server::state::State;

/// Runs tests.
pub const RUN_TESTS: &str = "lictor.runTests";

/// `RequestFailed` of the protocol: nothing is wrong with the request but that it cannot be done now.
const REQUEST_FAILED: i64 = -32803;

#[derive(Deserialize)]
struct Wanted {
    uri: Uri,
    test: Option<String>,
}

/// Does what the command says.
pub fn answer(state: &mut State, params: ExecuteCommandParams) -> Result<Option<Value>> {
    if params.command != RUN_TESTS {
        return Err(Error::invalid_params(format!("there is no command `{}`", params.command)));
    }
    let wanted = params.arguments.first().map(Wanted::deserialize);
    let Some(Ok(wanted)) = wanted else {
        return Err(Error::invalid_params(format!("`{RUN_TESTS}` takes one object with a `uri`")));
    };
    let (file, _) = state.file(&wanted.uri)?;
    let shown = state.show_progress("Running tests");
    let outcomes =
        run(&mut state.workspace, &file, wanted.test.as_deref()).map_err(|reason| not_run(&reason))?;
    drop(shown);
    state.note_outcomes(&outcomes);
    let passed = outcomes.iter().filter(|outcome| outcome.passed).count();
    state.outbox.say(tell(outcomes.len(), passed));
    let tests: Vec<Value> = outcomes.iter().map(|outcome| test(state, outcome)).collect();
    Ok(Some(json!({ "run": outcomes.len(), "passed": passed, "tests": tests })))
}

fn not_run(reason: &NotRun) -> Error {
    let message = match reason {
        NotRun::NoProject => String::from("this file is part of no project"),
        NotRun::Errors => String::from("the policy has errors; tests run once they are mended"),
        NotRun::Refused(refused) => refused.to_string(),
    };
    Error { code: ErrorCode::ServerError(REQUEST_FAILED), message: message.into(), data: None }
}

fn tell(run: usize, passed: usize) -> Message {
    let tests = if run == 1 { String::from("1 test") } else { format!("{run} tests") };
    match run - passed {
        _ if run == 0 => Message::Show(MessageType::INFO, String::from("there are no tests here")),
        0 => Message::Show(MessageType::INFO, format!("{tests}, all passed")),
        failed => Message::Show(MessageType::ERROR, format!("{tests}, {failed} failed")),
    }
}

fn test(state: &State, outcome: &Outcome) -> Value {
    let place = outcome.place.as_ref().and_then(|(file, range)| {
        let text = state.workspace.text(file)?;
        Some(json!({ "uri": state.uri(file)?, "range": convert::range(text, state.encoding, range.clone()) }))
    });
    json!({
        "title": outcome.title, "place": place, "passed": outcome.passed,
        "expected": outcome.expected, "actual": outcome.actual, "because": outcome.because,
    })
}
