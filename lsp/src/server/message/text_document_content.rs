//! `workspace/textDocumentContent` of version 3.18: the text of a module of the library, which is in no file. Its address begins with
//! `lictor-library:`.

use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::Uri;

use crate::ide::library_text;
use crate::server::convert;
use crate::server::state::State;

/// Which text.
#[derive(Deserialize, Debug)]
pub struct Params {
    /// Its address.
    pub uri: Uri,
}

/// The text.
#[derive(Serialize, Debug)]
pub struct Content {
    /// All of it.
    pub text: &'static str,
}

/// The text of a module of the library.
pub fn answer(_: &mut State, params: Params) -> Result<Content> {
    let text = library_text(&convert::file(&params.uri));
    let text =
        text.ok_or_else(|| Error::invalid_params(format!("the library has no {}", params.uri.as_str())))?;
    Ok(Content { text })
}
