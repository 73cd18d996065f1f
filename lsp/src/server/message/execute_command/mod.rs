//! `workspace/executeCommand`: what lenses and menus call. Each command takes one object, and answers when what it asks for was worked out
//! beside the owner of the state, who meanwhile answers what else is asked.

pub mod run_tests;
pub mod decide_sample;
pub mod preview_flips;
pub mod disassemble_rule;
pub mod show_setters;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{ExecuteCommandParams, Uri};

use crate::ide::Extent;
use crate::ide::trial::{Material, NotRun};
use crate::server::state::State;

/// The names of all commands.
pub const COMMANDS: [&str; 7] = [
    run_tests::NAME,
    decide_sample::NAME,
    decide_sample::LIST,
    decide_sample::FORGET,
    preview_flips::NAME,
    disassemble_rule::NAME,
    show_setters::NAME,
];

/// `RequestFailed` of the protocol: nothing is wrong with the request but that it cannot be done now.
const REQUEST_FAILED: i64 = -32803;
/// `ContentModified` of the protocol: what was worked out is about texts that are other ones now.
const CONTENT_MODIFIED: i64 = -32801;

/// What is done with a result where the state is: it makes the answer.
pub type Finish = Box<dyn FnOnce(&mut State) -> Result<Option<Value>> + Send>;

/// What is being worked out.
pub type Begun = oneshot::Receiver<Result<Finish>>;

/// Begins what the command says. With `"show": true` the text of the answer is shown as well, for clients that do nothing with answers.
pub fn begin(state: &mut State, params: ExecuteCommandParams) -> Result<(Begun, Option<&'static str>)> {
    let shows =
        params.arguments.first().and_then(|argument| argument.get("show")) == Some(&Value::Bool(true));
    let begun = begin_command(state, &params)?;
    let name = match params.command.as_str() {
        decide_sample::NAME => "decision.txt",
        preview_flips::NAME => "decisions-that-change.txt",
        disassemble_rule::NAME => "instructions.txt",
        _ => return Ok((begun, None)),
    };
    Ok((begun, shows.then_some(name)))
}

fn begin_command(state: &mut State, params: &ExecuteCommandParams) -> Result<Begun> {
    match params.command.as_str() {
        run_tests::NAME => run_tests::begin(state, arguments(params, "a `uri`")?),
        decide_sample::NAME => decide_sample::begin(state, arguments(params, "a `uri` or a `sample`")?),
        decide_sample::LIST => decide_sample::list(state, &arguments(params, "a `uri`")?),
        decide_sample::FORGET => Ok(decide_sample::forget(state, &arguments(params, "a `watch`")?)),
        preview_flips::NAME => preview_flips::begin(state, &arguments(params, "a `uri`")?),
        disassemble_rule::NAME => {
            disassemble_rule::begin(state, arguments(params, "a `uri` and a `position`")?)
        }
        show_setters::NAME => show_setters::begin(state, arguments(params, "a `uri` and a `position`")?),
        unknown => Err(Error::invalid_params(format!("there is no command `{unknown}`"))),
    }
}

/// Answers, and shows the answer's text under this name where that is wanted.
pub fn finish(state: &mut State, (finish, view): (Finish, Option<&str>)) -> Result<Option<Value>> {
    let answer = finish(state)?;
    if let (Some(view), Some(answer)) = (view, &answer) {
        state.show_answer(view, answer);
    }
    Ok(answer)
}

/// The one object that a command takes.
fn arguments<T: DeserializeOwned>(params: &ExecuteCommandParams, with: &str) -> Result<T> {
    let wanted = params.arguments.first().map(T::deserialize);
    let takes = || format!("`{}` takes one object with {with}", params.command);
    match wanted {
        Some(Ok(wanted)) => Ok(wanted),
        Some(Err(error)) => Err(Error::invalid_params(format!("{}: {error}", takes()))),
        None => Err(Error::invalid_params(takes())),
    }
}

/// The project of a policy that a client names.
fn project(state: &mut State, uri: &Uri) -> Result<Extent> {
    let (file, _) = state.file(uri)?;
    state.workspace.extent_of(&file).ok_or_else(|| failed(&NotRun::NoProject))
}

/// The project of a policy that a client names, and what can be tried out of it.
fn material(state: &mut State, uri: &Uri) -> Result<(Extent, Material)> {
    let extent = project(state, uri)?;
    let material = state.workspace.material(&extent).ok_or_else(|| failed(&NotRun::NoProject))?;
    Ok((extent, material))
}

/// Has something worked out, shows that it goes on, and answers with what `then` makes of it, as long as no text has changed meanwhile.
fn beside<T: Send + 'static>(
    state: &mut State,
    title: &'static str,
    work: impl FnOnce(&dyn Fn() -> bool) -> std::result::Result<T, NotRun> + Send + 'static,
    then: impl FnOnce(&mut State, T) -> Result<Option<Value>> + Send + 'static,
) -> Begun {
    let shown = state.show_progress(title);
    let edits = state.edits();
    // Somebody waits for this, and nobody for that.
    state.background.give_up();
    state.worker.ask(move |is_wanted| {
        let result = work(is_wanted).map_err(|reason| failed(&reason));
        drop(shown);
        let result = result?;
        let finish: Finish =
            Box::new(move |state| if state.edits() == edits { then(state, result) } else { Err(outdated()) });
        Ok(finish)
    })
}

/// An answer that is known already.
fn at_once(answer: Value) -> Begun {
    let (reply, begun) = oneshot::channel();
    let finish: Finish = Box::new(move |_| Ok(Some(answer)));
    let _ = reply.send(Ok(finish));
    begun
}

fn failed(reason: &NotRun) -> Error {
    request_failed(reason.to_string())
}

fn request_failed(message: String) -> Error {
    Error { code: ErrorCode::ServerError(REQUEST_FAILED), message: message.into(), data: None }
}

fn outdated() -> Error {
    let message = "the text was changed meanwhile; ask again";
    Error { code: ErrorCode::ServerError(CONTENT_MODIFIED), message: message.into(), data: None }
}
