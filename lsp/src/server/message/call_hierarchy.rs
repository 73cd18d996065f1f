//! `textDocument/prepareCallHierarchy`, `callHierarchy/incomingCalls` and `callHierarchy/outgoingCalls`: who uses a function, a fact or
//! a parameter, and what uses these.

use std::ops::Range;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    self as types, CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem,
    CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams,
};

use super::document_symbol::kind;
use crate::ide::calls::{Use, User, find, incoming, outgoing, prepare};
use crate::ide::{Analysis, FileName};
use crate::server::state::State;

/// By what an item that the client was told of is found again.
#[derive(Serialize, Deserialize)]
struct Known {
    /// A file of the project that was asked about; the item may be one of a library.
    project: String,
    module: String,
    sort: String,
    name: String,
}

/// What stands at a place.
pub fn ask(state: &mut State, params: CallHierarchyPrepareParams) -> Result<Option<Vec<CallHierarchyItem>>> {
    let Some((analysis, file, offset)) = state.pointed(&params.text_document_position_params)? else {
        return Ok(None);
    };
    let users = prepare(&analysis, &file, offset);
    let items: Vec<_> = users.iter().filter_map(|user| item(state, &file, user)).collect();
    Ok((!items.is_empty()).then_some(items))
}

/// Who uses it.
pub fn callers(
    state: &mut State,
    params: CallHierarchyIncomingCallsParams,
) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
    let Some(Again { analysis, project, user }) = again(state, params.item)? else { return Ok(None) };
    let call = |found: Use| {
        let from_ranges = ranges(state, &found.user.file, &found.places);
        Some(CallHierarchyIncomingCall { from: item(state, &project, &found.user)?, from_ranges })
    };
    Ok(Some(incoming(&analysis, &user).into_iter().filter_map(call).collect()))
}

/// What it uses.
pub fn called(
    state: &mut State,
    params: CallHierarchyOutgoingCallsParams,
) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
    let Some(Again { analysis, project, user }) = again(state, params.item)? else { return Ok(None) };
    let call = |found: Use| {
        let from_ranges = ranges(state, &user.file, &found.places);
        Some(CallHierarchyOutgoingCall { to: item(state, &project, &found.user)?, from_ranges })
    };
    Ok(Some(outgoing(&analysis, &user).into_iter().filter_map(call).collect()))
}

/// An item that the client was told of, as it is now.
struct Again {
    analysis: Rc<Analysis>,
    project: FileName,
    user: User,
}

/// Finds an item again. Nothing where it is no longer there.
fn again(state: &mut State, told: CallHierarchyItem) -> Result<Option<Again>> {
    let known = told.data.and_then(|data| Known::deserialize(data).ok());
    let known = known.ok_or_else(|| Error::invalid_params("this item was not told of here"))?;
    state.search();
    let project = FileName::new(&known.project);
    let Some(analysis) = state.workspace.analysis(&project) else { return Ok(None) };
    let is_it = |user: &User| user.name == known.name && sort(user) == known.sort;
    let user = find(&analysis, &known.module, is_it);
    Ok(user.map(|user| Again { analysis, project, user }))
}

fn sort(user: &User) -> String {
    format!("{:?}", user.sort)
}

fn item(state: &State, project: &FileName, user: &User) -> Option<CallHierarchyItem> {
    let whole = state.location(&user.file, user.range.clone())?;
    let known = Known {
        project: project.as_str().to_owned(),
        module: user.module.clone(),
        sort: sort(user),
        name: user.name.clone(),
    };
    Some(CallHierarchyItem {
        name: user.name.clone(),
        kind: kind(user.sort),
        tags: None,
        detail: Some(user.module.clone()),
        uri: whole.uri,
        range: whole.range,
        selection_range: state.location(&user.file, user.selection.clone())?.range,
        data: serde_json::to_value(known).ok(),
    })
}

fn ranges(state: &State, file: &FileName, places: &[Range<u32>]) -> Vec<types::Range> {
    let range = |place: &Range<u32>| Some(state.location(file, place.clone())?.range);
    places.iter().filter_map(range).collect()
}
