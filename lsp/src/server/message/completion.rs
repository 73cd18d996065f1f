//! `textDocument/completion`: what may be written at a place.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

use crate::ide::completion::{Item, Sort, completion};
use crate::ide::format::Edit;
use crate::ide::names::Kind;
use crate::ide::{Encoding, Text};
use crate::server::convert;
use crate::server::markup::documentation;
use crate::server::state::State;

/// The signs behind which something may be offered between quotes, and only there.
pub const IN_TEXTS: &[&str] = &["\"", "{", "/"];

/// Everything that may stand there: nothing more comes when more is typed.
pub fn answer(state: &mut State, params: CompletionParams) -> Result<Option<CompletionResponse>> {
    let sign = params.context.and_then(|context| context.trigger_character);
    let in_text_only = sign.is_some_and(|sign| IN_TEXTS.contains(&sign.as_str()));
    let at = params.text_document_position;
    let (file, text) = state.file(&at.text_document.uri)?;
    let encoding = state.encoding;
    let offset = encoding.offset(&text, convert::position(at.position));
    let found = completion(&mut state.workspace, &file, offset);
    let Some(found) = found.filter(|found| found.is_text || !in_text_only) else { return Ok(None) };
    let range = convert::range(&text, encoding, found.range);
    let document = state.client.text_document.as_ref();
    let client = document.and_then(|document| document.completion.as_ref()?.completion_item.as_ref());
    let knows_snippets = client.is_some_and(|client| client.snippet_support == Some(true));
    let formats = client.and_then(|client| client.documentation_format.as_ref());
    let items = found.items.into_iter().filter(|item| knows_snippets || item.sort != Sort::Snippet);
    let writer = Writer { text: &text, encoding, range, knows_snippets, formats };
    let items = items.map(|item| writer.item(item)).collect();
    Ok(Some(CompletionResponse::List(CompletionList { is_incomplete: false, items })))
}

/// Puts items into the protocol's words.
struct Writer<'t> {
    text: &'t Text,
    encoding: Encoding,
    range: Range,
    knows_snippets: bool,
    /// In which formats the client shows documentation.
    formats: Option<&'t Vec<MarkupKind>>,
}

impl Writer<'_> {
    fn item(&self, item: Item) -> CompletionItem {
        let snippet = item.snippet.filter(|_| self.knows_snippets);
        let format = if snippet.is_some() { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT };
        let new_text = snippet.unwrap_or(item.text);
        let documentation =
            (!item.documentation.is_empty()).then(|| documentation(self.formats, item.documentation));
        let edits: Vec<TextEdit> = item.edits.into_iter().map(|edit| self.edit(edit)).collect();
        CompletionItem {
            sort_text: Some(format!("{}{}", item.rank, item.label)),
            // Clients that would look for something else in place of the label are told so.
            filter_text: item.filter,
            label: item.label,
            kind: Some(kind(item.sort)),
            detail: Some(item.detail).filter(|detail| !detail.is_empty()),
            documentation,
            insert_text_format: Some(format),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range: self.range, new_text })),
            additional_text_edits: Some(edits).filter(|edits| !edits.is_empty()),
            ..CompletionItem::default()
        }
    }

    fn edit(&self, edit: Edit) -> TextEdit {
        TextEdit { range: convert::range(self.text, self.encoding, edit.range), new_text: edit.text }
    }
}

fn kind(sort: Sort) -> CompletionItemKind {
    match sort {
        Sort::Word => CompletionItemKind::KEYWORD,
        Sort::Snippet => CompletionItemKind::SNIPPET,
        Sort::Type => CompletionItemKind::CLASS,
        Sort::Function => CompletionItemKind::FUNCTION,
        Sort::Method => CompletionItemKind::METHOD,
        Sort::Part => CompletionItemKind::FIELD,
        Sort::Stage | Sort::Obligation => CompletionItemKind::ENUM_MEMBER,
        Sort::Unit => CompletionItemKind::UNIT,
        Sort::Literal | Sort::Text => CompletionItemKind::VALUE,
        Sort::Name(kind) => match kind {
            Kind::Module | Kind::Framework => CompletionItemKind::MODULE,
            Kind::Type => CompletionItemKind::CLASS,
            Kind::Field | Kind::RequestField | Kind::Envelope => CompletionItemKind::FIELD,
            Kind::Word | Kind::Tier | Kind::Role => CompletionItemKind::ENUM_MEMBER,
            Kind::Action => CompletionItemKind::EVENT,
            Kind::Function | Kind::Fact => CompletionItemKind::FUNCTION,
            Kind::Local => CompletionItemKind::VARIABLE,
            Kind::Param => CompletionItemKind::PROPERTY,
            Kind::Control | Kind::Rule | Kind::Exception => CompletionItemKind::REFERENCE,
            Kind::Calendar | Kind::Category | Kind::Reason | Kind::Flag | Kind::Amplifier => {
                CompletionItemKind::CONSTANT
            }
            Kind::Example => CompletionItemKind::VALUE,
            Kind::Currency => CompletionItemKind::UNIT,
        },
    }
}
