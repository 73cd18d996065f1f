//! `textDocument/prepareRename` and `textDocument/rename`: giving something another name.

use std::collections::{BTreeMap, HashMap};

use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{
    AnnotatedTextEdit, ChangeAnnotation, DocumentChanges, MessageType, OneOf,
    OptionalVersionedTextDocumentIdentifier, PrepareRenameResponse, RenameParams, TextDocumentEdit,
    TextDocumentPositionParams, TextEdit, Uri, WorkspaceEdit,
};

use crate::ide::FileName;
use crate::ide::rename::{Refused, prepare, rename, reordered};
use crate::server::convert;
use crate::server::outbox::Message;
use crate::server::state::State;

/// The protocol's code for a request that cannot be done, though nothing is wrong with it.
const REQUEST_FAILED: i64 = -32803;

/// What is said of the changes of a rename that puts rules into another order.
const ORDER: &str = "order";

/// What would be renamed.
///
/// # Errors
///
/// It has no name that could be changed.
pub fn ask(state: &mut State, params: TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>> {
    let Some((analysis, file, offset)) = state.pointed(&params)? else { return Ok(None) };
    let range = prepare(&analysis, &file, offset).map_err(failed)?;
    let text = state.workspace.text(&file);
    Ok(text.map(|text| PrepareRenameResponse::Range(convert::range(text, state.encoding, range))))
}

/// The changes of all files, each with the version that it is about where an editor shows it.
///
/// # Errors
///
/// It cannot be renamed, or not so.
pub fn answer(state: &mut State, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
    let Some((analysis, file, offset)) = state.pointed(&params.text_document_position)? else {
        return Ok(None);
    };
    let changes = rename(&analysis, &file, offset, &params.new_name).map_err(failed)?;
    let reordered = reordered(&analysis, &file, offset, &params.new_name);
    let mut by_file: BTreeMap<FileName, Vec<TextEdit>> = BTreeMap::new();
    for (file, range, new_text) in changes {
        if let Some(text) = state.workspace.text(&file) {
            let range = convert::range(text, state.encoding, range);
            by_file.entry(file).or_default().push(TextEdit { range, new_text });
        }
    }
    let named = by_file.into_iter().filter_map(|(file, edits)| Some((state.uri(&file)?, file, edits)));
    let workspace = state.client.workspace.as_ref().and_then(|client| client.workspace_edit.as_ref());
    let has_versions = workspace.and_then(|client| client.document_changes) == Some(true);
    let is_annotated =
        has_versions && workspace.is_some_and(|client| client.change_annotation_support.is_some());
    // Who cannot be asked whether that is meant is told.
    if let Some(what) = reordered.as_ref().filter(|_| !is_annotated) {
        state.outbox.say(Message::Show(MessageType::WARNING, format!("`{}`: {what}", params.new_name)));
    }
    if !has_versions {
        // A map of the protocol's library, in which the order says nothing.
        let changes: HashMap<Uri, Vec<TextEdit>> = named.map(|(uri, _, edits)| (uri, edits)).collect();
        return Ok(Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }));
    }
    let annotation = reordered.filter(|_| is_annotated).map(|what| ChangeAnnotation {
        label: String::from("The order of rules changes"),
        needs_confirmation: Some(true),
        description: Some(what),
    });
    let edit = |text_edit: TextEdit| match &annotation {
        None => OneOf::Left(text_edit),
        Some(_) => OneOf::Right(AnnotatedTextEdit { text_edit, annotation_id: ORDER.to_owned() }),
    };
    let edits = named.map(|(uri, file, edits)| TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier {
            uri,
            version: state.workspace.version(&file),
        },
        edits: edits.into_iter().map(edit).collect(),
    });
    let document_changes = Some(DocumentChanges::Edits(edits.collect()));
    let change_annotations = annotation.map(|annotation| HashMap::from([(ORDER.to_owned(), annotation)]));
    Ok(Some(WorkspaceEdit { document_changes, change_annotations, ..WorkspaceEdit::default() }))
}

fn failed(Refused(why): Refused) -> Error {
    Error { code: ErrorCode::ServerError(REQUEST_FAILED), message: why.into(), data: None }
}
