//! `textDocument/codeAction`: changes that are offered.

use std::collections::HashMap;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

use crate::ide::actions::{Action, ActionKind, actions};
use crate::ide::findings::findings;
use crate::server::convert;
use crate::server::state::State;

/// What is offered in the range, of the kinds that the client wants. A client that takes commands only is offered nothing.
pub fn answer(state: &mut State, params: CodeActionParams) -> Result<Option<Vec<CodeActionOrCommand>>> {
    let (file, text) = state.file(&params.text_document.uri)?;
    let document = state.client.text_document.as_ref();
    let support = document.and_then(|document| document.code_action.as_ref());
    if support.is_none_or(|support| support.code_action_literal_support.is_none()) {
        return Ok(None);
    }
    let Some(syntax) = state.workspace.syntax(&file) else { return Ok(None) };
    let found = state.workspace.analysis(&file).and_then(|analysis| findings(&analysis).remove(&file));
    let range = convert::bytes(&text, state.encoding, params.range);
    let wanted = params.context.only;
    let is_wanted = |action: &Action| {
        wanted.as_ref().is_none_or(|only| only.iter().any(|only| includes(only, action.kind)))
    };
    let offered = actions(&file, &syntax, &found.unwrap_or_default(), range).into_iter().filter(is_wanted);
    Ok(Some(offered.filter_map(|action| code_action(state, action)).map(CodeActionOrCommand::from).collect()))
}

fn kind(kind: ActionKind) -> CodeActionKind {
    match kind {
        ActionKind::Fix => CodeActionKind::QUICKFIX,
        ActionKind::FixAll => CodeActionKind::SOURCE_FIX_ALL,
        ActionKind::OrganizeImports => CodeActionKind::SOURCE_ORGANIZE_IMPORTS,
    }
}

/// Whether a kind is this one or, as `source` is of `source.fixAll`, a more general one.
fn includes(wanted: &CodeActionKind, offered: ActionKind) -> bool {
    let offered = kind(offered);
    match offered.as_str().strip_prefix(wanted.as_str()) {
        Some(rest) => rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty(),
        None => false,
    }
}

fn code_action(state: &State, action: Action) -> Option<CodeAction> {
    let (text, uri) = (state.workspace.text(&action.file)?, state.uri(&action.file)?);
    let edits = convert::edits(text, state.encoding, action.edits);
    let version = state.workspace.version(&action.file);
    let is_fix = action.kind == ActionKind::Fix;
    let mends = is_fix.then(|| action.mends.iter().map(|finding| state.diagnostic(text, finding)).collect());
    Some(CodeAction {
        title: action.title,
        kind: Some(kind(action.kind)),
        diagnostics: mends,
        edit: Some(edit(state, uri, version, edits)),
        is_preferred: is_fix.then_some(true),
        ..CodeAction::default()
    })
}

/// With the version that the places are of, where the client can take that: then it does not make the change in another.
fn edit(state: &State, uri: Uri, version: Option<i32>, edits: Vec<TextEdit>) -> WorkspaceEdit {
    let workspace = state.client.workspace.as_ref();
    let support = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
    if support.is_some_and(|support| support.document_changes == Some(true)) {
        let text_document = OptionalVersionedTextDocumentIdentifier { uri, version };
        let edits = edits.into_iter().map(OneOf::Left).collect();
        let changes = DocumentChanges::Edits(vec![TextDocumentEdit { text_document, edits }]);
        return WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() };
    }
    WorkspaceEdit { changes: Some(HashMap::from([(uri, edits)])), ..WorkspaceEdit::default() }
}
