//! `workspace/symbol`: what is declared anywhere, by a part of its name.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Location, SymbolInformation, Uri, WorkspaceSymbolParams, WorkspaceSymbolResponse};

use crate::ide::outline::{Symbol, matches, outline};
use crate::ide::{Encoding, FileName, Text};
use crate::server::convert;
use crate::server::message::document_symbol::kind;
use crate::server::state::State;

/// The most that are answered; whoever wants others types more of the name.
const MOST: usize = 512;

/// In the order of the files, and in each of the text.
pub fn answer(state: &mut State, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
    state.search();
    let files: Vec<FileName> = state.workspace.policies().cloned().collect();
    let mut found = Vec::new();
    for file in files {
        let (Some(syntax), Some(uri)) = (state.workspace.syntax(&file), state.uri(&file)) else { continue };
        let all = outline(&syntax);
        let named =
            all.iter().flat_map(|symbol| information(&uri, syntax.text(), state.encoding, symbol, None));
        found.extend(named.filter(|symbol| matches(&symbol.name, &params.query)));
        if found.len() >= MOST {
            found.truncate(MOST);
            break;
        }
    }
    Ok(Some(WorkspaceSymbolResponse::Flat(found)))
}

/// A symbol and those inside it as a list.
#[allow(deprecated)] // The type has a member that is not used any more, and no way to leave it out.
pub fn information(
    uri: &Uri,
    text: &Text,
    encoding: Encoding,
    symbol: &Symbol,
    within: Option<&str>,
) -> Vec<SymbolInformation> {
    let range = convert::range(text, encoding, symbol.selection.clone());
    let own = SymbolInformation {
        name: symbol.name.clone(),
        kind: kind(symbol.sort),
        tags: None,
        deprecated: None,
        location: Location { uri: uri.clone(), range },
        container_name: within.map(str::to_owned),
    };
    let inside =
        symbol.children.iter().flat_map(|child| information(uri, text, encoding, child, Some(&symbol.name)));
    std::iter::once(own).chain(inside).collect()
}
