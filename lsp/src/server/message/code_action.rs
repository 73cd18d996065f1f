//! `textDocument/codeAction` and `codeAction/resolve`: changes that are offered, and what one of them changes.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    CodeAction, CodeActionDisabled, CodeActionKind, CodeActionOrCommand, CodeActionParams, Command,
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, Range, TextDocumentEdit, Uri,
    WorkspaceEdit,
};

use super::execute_command::disassemble_rule;
use crate::ide::FileName;
use crate::ide::actions::{Action, ActionKind, Asked, Change, actions};
use crate::ide::findings::findings;
use crate::ide::lens::rule_at;
use crate::server::convert;
use crate::server::state::State;

/// What a client that asks later what an action changes gives back: where it was offered.
#[derive(Serialize, Deserialize)]
struct Offered {
    uri: Uri,
    version: Option<i32>,
    range: Range,
}

/// What is offered in the range, of the kinds that the client wants. A client that takes commands only is offered nothing.
pub fn answer(state: &mut State, params: CodeActionParams) -> Result<Option<Vec<CodeActionOrCommand>>> {
    let (file, _) = state.file(&params.text_document.uri)?;
    let document = state.client.text_document.as_ref();
    let support = document.and_then(|document| document.code_action.as_ref());
    let Some(support) = support.filter(|support| support.code_action_literal_support.is_some()) else {
        return Ok(None);
    };
    let resolves = support.resolve_support.as_ref();
    let asks_later = support.data_support == Some(true)
        && resolves.is_some_and(|resolves| resolves.properties.iter().any(|property| property == "edit"));
    let version = state.workspace.version(&file);
    let offered = Offered { uri: params.text_document.uri, version, range: params.range };
    let tells_why_not = support.disabled_support == Some(true);
    let later = serde_json::to_value(&offered).ok().filter(|_| asks_later);
    let wanted = params.context.only;
    let is_wanted = |action: &Action| {
        wanted.as_ref().is_none_or(|only| only.iter().any(|only| includes(only, action.kind)))
    };
    let all = with_actions(state, &file, params.range, |state, actions| {
        let actions = actions.into_iter().filter(is_wanted);
        let actions = actions.filter(|action| action.disabled.is_none() || tells_why_not);
        let code_action = |action: Action<'_>| {
            let edit = match (&later, &action.disabled) {
                (None, None) => Some(edit(state, action.change()?)?),
                _ => None,
            };
            Some(CodeAction { edit, data: later.clone(), ..told(state, &file, &action) })
        };
        actions.filter_map(code_action).map(CodeActionOrCommand::from).collect::<Vec<_>>()
    });
    let asks_for_instructions = wanted.iter().flatten().any(|only| is_part(&INSTRUCTIONS, only));
    let rule = asks_for_instructions.then(|| instructions(state, &offered, &file)).flatten();
    Ok(all.map(|all| all.into_iter().chain(rule.map(CodeActionOrCommand::from)).collect()))
}

/// What is run for a rule. It is offered to a client that asks for such; among fixes it would be in the way.
pub const INSTRUCTIONS: CodeActionKind = CodeActionKind::new("source.lictorInstructions");

fn instructions(state: &mut State, offered: &Offered, file: &FileName) -> Option<CodeAction> {
    let text = state.workspace.text(file)?.clone();
    let at = state.encoding.offset(&text, convert::position(offered.range.start));
    let rule = rule_at(&*state.workspace.syntax(file)?, at)?;
    let title = String::from("Show the instructions of this rule");
    let arguments = json!({ "uri": offered.uri, "rule": rule, "show": true });
    let command = Command {
        title: title.clone(),
        command: disassemble_rule::NAME.to_owned(),
        arguments: Some(vec![arguments]),
    };
    Some(CodeAction { title, kind: Some(INSTRUCTIONS), command: Some(command), ..CodeAction::default() })
}

/// What an action changes that was offered without.
///
/// # Errors
///
/// The text is no longer the one for which it was offered.
pub fn resolve(state: &mut State, action: CodeAction) -> Result<CodeAction> {
    let offered = action.data.clone().and_then(|data| serde_json::from_value::<Offered>(data).ok());
    let Some(offered) = offered.filter(|_| action.edit.is_none()) else { return Ok(action) };
    let (file, _) = state.file(&offered.uri)?;
    if state.workspace.version(&file) != offered.version {
        return Err(Error::content_modified());
    }
    let change = with_actions(state, &file, offered.range, |state, actions| {
        let is_it = |one: &Action| one.title == action.title && Some(kind(one.kind)) == action.kind;
        let found = actions.iter().find(|one| is_it(one));
        found.and_then(Action::change).and_then(|change| edit(state, change))
    });
    match change.flatten() {
        Some(edit) => Ok(CodeAction { edit: Some(edit), ..action }),
        None => Err(Error::content_modified()),
    }
}

/// What is made of what is offered in a range; nothing for what is no policy.
fn with_actions<T>(
    state: &mut State,
    file: &FileName,
    range: Range,
    make: impl FnOnce(&State, Vec<Action<'_>>) -> T,
) -> Option<T> {
    let text = state.workspace.text(file)?.clone();
    let syntax = state.workspace.syntax(file)?;
    let analysis = state.workspace.analysis(file)?;
    let found = findings(&analysis).remove(file).unwrap_or_default();
    let asked = Asked { analysis: &analysis, file, syntax: &syntax, findings: &found };
    let range = convert::bytes(&text, state.encoding, range);
    Some(make(state, actions(asked, range)))
}

fn kind(kind: ActionKind) -> CodeActionKind {
    match kind {
        ActionKind::Fix => CodeActionKind::QUICKFIX,
        ActionKind::FixAll => CodeActionKind::SOURCE_FIX_ALL,
        ActionKind::OrganizeImports => CodeActionKind::SOURCE_ORGANIZE_IMPORTS,
        ActionKind::Extract => extract_function(),
        ActionKind::Inline => CodeActionKind::REFACTOR_INLINE,
    }
}

/// A kind that is below one of the protocol's.
pub fn extract_function() -> CodeActionKind {
    CodeActionKind::new("refactor.extract.function")
}

fn includes(wanted: &CodeActionKind, offered: ActionKind) -> bool {
    is_part(&kind(offered), wanted)
}

/// Whether a kind is another one or, as `source.fixAll` is of `source`, a part of it.
fn is_part(offered: &CodeActionKind, wanted: &CodeActionKind) -> bool {
    match offered.as_str().strip_prefix(wanted.as_str()) {
        Some(rest) => rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty(),
        None => false,
    }
}

/// What an action is, without what it changes.
fn told(state: &State, file: &FileName, action: &Action<'_>) -> CodeAction {
    let text = state.workspace.text(file);
    let mends = text
        .filter(|_| action.kind == ActionKind::Fix)
        .map(|text| action.mends.iter().map(|finding| state.diagnostic(text, finding)).collect());
    CodeAction {
        title: action.title.clone(),
        kind: Some(kind(action.kind)),
        diagnostics: mends,
        is_preferred: action.is_preferred.then_some(true),
        disabled: action.disabled.clone().map(|reason| CodeActionDisabled { reason }),
        ..CodeAction::default()
    }
}

/// With the version that the places are of, where the client can take that: then it does not make the change in another.
fn edit(state: &State, change: Change) -> Option<WorkspaceEdit> {
    let Change { file, edits } = change;
    let (text, uri) = (state.workspace.text(&file)?, state.uri(&file)?);
    let edits = convert::edits(text, state.encoding, edits);
    let workspace = state.client.workspace.as_ref();
    let support = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
    if support.is_some_and(|support| support.document_changes == Some(true)) {
        let text_document =
            OptionalVersionedTextDocumentIdentifier { uri, version: state.workspace.version(&file) };
        let edits = edits.into_iter().map(OneOf::Left).collect();
        let changes = DocumentChanges::Edits(vec![TextDocumentEdit { text_document, edits }]);
        return Some(WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() });
    }
    Some(WorkspaceEdit { changes: Some(HashMap::from([(uri, edits)])), ..WorkspaceEdit::default() })
}
