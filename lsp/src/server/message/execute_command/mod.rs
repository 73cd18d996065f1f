//! `workspace/executeCommand`: what lenses and menus call. Each command takes one object, and answers when what it asks for was worked out
//! beside the owner of the state, who meanwhile answers what else is asked.

pub mod run_tests;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{ExecuteCommandParams, Uri};

use crate::ide::trial::{Material, NotRun};
use crate::ide::{Extent, FileName};
use crate::server::state::State;

/// The names of all commands.
pub const COMMANDS: [&str; 1] = [run_tests::NAME];

/// `RequestFailed` of the protocol: nothing is wrong with the request but that it cannot be done now.
const REQUEST_FAILED: i64 = -32803;
/// `ContentModified` of the protocol: what was worked out is about texts that are other ones now.
const CONTENT_MODIFIED: i64 = -32801;

/// What is done with a result where the state is: it makes the answer.
pub type Finish = Box<dyn FnOnce(&mut State) -> Result<Option<Value>> + Send>;

/// What is being worked out.
pub type Begun = oneshot::Receiver<Result<Finish>>;

/// Begins what the command says.
pub fn begin(state: &mut State, params: ExecuteCommandParams) -> Result<Begun> {
    match params.command.as_str() {
        run_tests::NAME => run_tests::begin(state, arguments(&params, "a `uri`")?),
        unknown => Err(Error::invalid_params(format!("there is no command `{unknown}`"))),
    }
}

/// Answers.
pub fn finish(state: &mut State, finish: Finish) -> Result<Option<Value>> {
    finish(state)
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
fn project(state: &mut State, uri: &Uri) -> Result<(FileName, Extent)> {
    let (file, _) = state.file(uri)?;
    let extent = state.workspace.extent_of(&file).ok_or_else(|| failed(&NotRun::NoProject))?;
    Ok((file, extent))
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

/// What the compiler takes of a project, as editors show it.
fn material(state: &State, extent: &Extent) -> Material {
    state.workspace.material(extent)
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
