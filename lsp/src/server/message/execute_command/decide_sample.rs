//! `lictor.decideSample` decides a sample request by the policy as editors show it, and answers with the decision and what led to it. The request is
//! `"sample": { "uri": …, "line": … }`, one of a file, or `"request": { … }`; where neither is given, the first one beside the policy. With
//! `"watch": "NAME"` the client is told when that becomes another decision, until `lictor.forgetSample` with the same name: see `watches.rs`.

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::Uri;

use super::{Begun, at_once, beside, failed, project, request_failed};
use crate::ide::samples::{Requests, Shown, explain};
use crate::ide::trial::{NotRun, Trial};
use crate::ide::{Extent, FileName};
use crate::server::convert;
use crate::server::requests::Shelf;
use crate::server::state::State;
use crate::server::watches::Watch;

/// Decides a sample.
pub const NAME: &str = "lictor.decideSample";
/// No longer tells what becomes of one.
pub const FORGET: &str = "lictor.forgetSample";
/// Lists the samples.
pub const LIST: &str = "lictor.listSamples";

/// The most letters of a request in a list.
const LABEL: usize = 100;

/// Which sample.
#[derive(Deserialize)]
pub struct Wanted {
    uri: Option<Uri>,
    sample: Option<InFile>,
    request: Option<Value>,
    watch: Option<String>,
}

#[derive(Deserialize)]
struct InFile {
    uri: Uri,
    #[serde(default)]
    line: u32,
}

/// Which request is decided.
#[derive(Clone, Debug)]
pub enum Sample {
    /// The one on this line of a file.
    Line(FileName, u32),
    /// One that stands in no file.
    Text(String),
    /// The first one beside the policy.
    First,
}

/// What came of a sample.
pub struct Decided {
    /// The requests that it is one of.
    pub requests: Requests,
    /// Which of them it is.
    pub row: usize,
    /// The decision.
    pub shown: Shown,
}

/// Decides it.
pub fn begin(state: &mut State, wanted: Wanted) -> Result<Begun> {
    let sample = match (&wanted.sample, &wanted.request) {
        (Some(sample), _) => Sample::Line(convert::file(&sample.uri), sample.line),
        (None, Some(request)) if request.is_object() => Sample::Text(request.to_string()),
        (None, Some(_)) => {
            return Err(Error::invalid_params("the `request` is a JSON object, as `lictor decide` reads it"));
        }
        (None, None) => Sample::First,
    };
    let extent = match (&wanted.uri, &sample) {
        (Some(uri), _) => project(state, uri)?,
        (None, Sample::Line(file, _)) => state.project_beside(file).ok_or_else(|| {
            request_failed(String::from("no policy stands beside this file; name one with `uri`"))
        })?,
        (None, _) => {
            return Err(Error::invalid_params(format!(
                "`{NAME}` takes the `uri` of a policy, or of a `sample` beside one"
            )));
        }
    };
    let material = state.workspace.material(&extent).ok_or_else(|| failed(&NotRun::NoProject))?;
    let shelf = state.shelf(&extent);
    let work = {
        let sample = sample.clone();
        move |is_wanted: &dyn Fn() -> bool| match Trial::of(material) {
            Ok(trial) => decided(&trial, &shelf, &sample, is_wanted).map(Ok),
            Err(reason) => Ok(Err(reason)),
        }
    };
    let then = move |state: &mut State, came: std::result::Result<Decided, NotRun>| {
        // A policy that has mistakes now decides as soon as they are mended; a request that is not there does not come by itself.
        let is_kept = matches!(came, Ok(_) | Err(NotRun::Errors | NotRun::Refused(_)));
        let watch = wanted.watch.filter(|_| is_kept && state.can_be_told_of_samples());
        let Some((name, policy)) = watch.zip(extent.policies.first()) else {
            return came.map(|decided| Some(answer(state, &decided))).map_err(|reason| failed(&reason));
        };
        state.watches.insert(name.clone(), Watch::new(policy.clone(), sample));
        Ok(state.look(&name, &came))
    };
    Ok(beside(state, "Deciding", work, then))
}

/// Finds a sample, and decides it.
pub fn decided(
    trial: &Trial,
    shelf: &Shelf,
    sample: &Sample,
    is_wanted: &dyn Fn() -> bool,
) -> std::result::Result<Decided, NotRun> {
    let (requests, row) = match sample {
        Sample::Text(text) => (Requests::new(None, text.clone()), Some(0)),
        Sample::Line(file, line) => {
            let requests = shelf.read(file).map_err(NotRun::Sample)?;
            let row = requests.on_line(*line);
            (requests, row)
        }
        Sample::First => {
            let files = shelf.files();
            let file = files.first().ok_or(NotRun::NoSamples)?;
            (shelf.read(file).map_err(NotRun::Sample)?, Some(0))
        }
    };
    let row = row.ok_or_else(|| NotRun::Sample(String::from("no request stands on this line")))?;
    let shown = explain(trial, &requests, row, is_wanted)?;
    Ok(Decided { requests, row, shown })
}

/// What the client is told of a decision.
pub fn answer(state: &State, decided: &Decided) -> Value {
    let Decided { requests, row, shown } = decided;
    json!({
        "title": shown.title, "current": true, "sample": place(state, requests, *row),
        "decision": shown.decision, "explanation": shown.explanation, "facts": shown.facts, "text": shown.text,
        "rule": shown.rule.as_ref().and_then(|(file, range)| state.location(file, range.clone())),
    })
}

/// Where a request stands; nothing for one that stands in no file.
pub fn place(state: &State, requests: &Requests, row: usize) -> Option<Value> {
    let uri = state.uri(requests.file.as_ref()?)?;
    let range = convert::range(&requests.text, state.encoding, requests.rows().get(row)?.clone());
    Some(json!({ "uri": uri, "range": range }))
}

/// Of which sample the client wants to hear no more.
#[derive(Deserialize)]
pub struct Forgotten {
    watch: String,
}

/// Forgets it.
pub fn forget(state: &mut State, forgotten: &Forgotten) -> Begun {
    let was_there = Value::from(state.watches.remove(&forgotten.watch).is_some());
    at_once(was_there)
}

/// Whose samples.
#[derive(Deserialize)]
pub struct Beside {
    uri: Uri,
}

/// Lists the sample requests beside a policy.
pub fn list(state: &mut State, beside_what: &Beside) -> Result<Begun> {
    let extent: Extent = project(state, &beside_what.uri)?;
    let shelf = state.shelf(&extent);
    let work = move |_: &dyn Fn() -> bool| Ok(shelf.all());
    Ok(beside(state, "Reading requests", work, |state, files: Vec<Requests>| {
        let one = |requests: &Requests, row: usize| {
            let label: String = requests.request(row).chars().take(LABEL).collect();
            json!({ "label": label, "place": place(state, requests, row) })
        };
        let all =
            files.iter().flat_map(|requests| (0..requests.rows().len()).map(move |row| one(requests, row)));
        Ok(Some(Value::from(all.collect::<Vec<_>>())))
    }))
}
