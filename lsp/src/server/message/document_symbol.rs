//! `textDocument/documentSymbol`: the outline of a policy.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, SymbolInformation, SymbolKind,
};

use crate::ide::outline::{Sort, Symbol, outline};
use crate::ide::{Encoding, Text};
use crate::server::convert;
use crate::server::message::symbol::information;
use crate::server::state::State;

/// As a tree, or as a list for a client that knows no trees.
pub fn answer(state: &mut State, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
    let uri = params.text_document.uri;
    let (file, text) = state.file(&uri)?;
    let Some(syntax) = state.workspace.syntax(&file) else { return Ok(None) };
    let outline = outline(&syntax);
    if knows_trees(state) {
        let tree = outline.into_iter().map(|symbol| tree(&text, state.encoding, symbol));
        return Ok(Some(DocumentSymbolResponse::Nested(tree.collect())));
    }
    let list: Vec<SymbolInformation> =
        outline.iter().flat_map(|symbol| information(&uri, &text, state.encoding, symbol, None)).collect();
    Ok(Some(DocumentSymbolResponse::Flat(list)))
}

fn knows_trees(state: &State) -> bool {
    let document = state.client.text_document.as_ref();
    let symbols = document.and_then(|document| document.document_symbol.as_ref());
    symbols.is_some_and(|symbols| symbols.hierarchical_document_symbol_support == Some(true))
}

#[allow(deprecated)] // The type has a member that is not used any more, and no way to leave it out.
fn tree(text: &Text, encoding: Encoding, symbol: Symbol) -> DocumentSymbol {
    let children: Vec<DocumentSymbol> =
        symbol.children.into_iter().map(|child| tree(text, encoding, child)).collect();
    DocumentSymbol {
        name: symbol.name,
        detail: (!symbol.detail.is_empty()).then_some(symbol.detail),
        kind: kind(symbol.sort),
        tags: None,
        deprecated: None,
        range: convert::range(text, encoding, symbol.range),
        selection_range: convert::range(text, encoding, symbol.selection),
        children: (!children.is_empty()).then_some(children),
    }
}

/// The nearest thing that the protocol knows.
pub fn kind(sort: Sort) -> SymbolKind {
    match sort {
        Sort::Module => SymbolKind::MODULE,
        Sort::Words => SymbolKind::ENUM,
        Sort::Word => SymbolKind::ENUM_MEMBER,
        Sort::Record => SymbolKind::STRUCT,
        Sort::Field => SymbolKind::FIELD,
        Sort::Action => SymbolKind::INTERFACE,
        Sort::Event => SymbolKind::EVENT,
        Sort::Fact => SymbolKind::KEY,
        Sort::Category => SymbolKind::CLASS,
        Sort::Param => SymbolKind::PROPERTY,
        Sort::Constant | Sort::Control => SymbolKind::CONSTANT,
        Sort::Function => SymbolKind::FUNCTION,
        Sort::Rule => SymbolKind::METHOD,
        Sort::Let => SymbolKind::VARIABLE,
        Sort::Promise => SymbolKind::BOOLEAN,
        Sort::Framework => SymbolKind::NAMESPACE,
        Sort::Example => SymbolKind::OBJECT,
        Sort::Test => SymbolKind::METHOD,
    }
}
