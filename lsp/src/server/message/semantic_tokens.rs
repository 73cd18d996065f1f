//! `textDocument/semanticTokens/…`: what each token is, all of them, those of a range, or what changed since the client was told.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    SemanticToken, SemanticTokens, SemanticTokensDelta, SemanticTokensDeltaParams, SemanticTokensEdit,
    SemanticTokensFullDeltaResult, SemanticTokensParams, SemanticTokensRangeParams,
    SemanticTokensRangeResult, SemanticTokensResult,
};

use crate::ide::highlight::{Painted, highlights};
use crate::ide::{Encoding, FileName, Text};
use crate::server::convert;
use crate::server::state::State;

/// What was told of a file.
#[derive(Debug)]
pub struct Painting {
    id: String,
    /// The version of the text.
    version: Option<i32>,
    /// The state of the declarations.
    grounds: u64,
    tokens: Vec<SemanticToken>,
}

/// All tokens.
pub fn full(state: &mut State, params: SemanticTokensParams) -> Result<Option<SemanticTokensResult>> {
    let (file, _) = state.file(&params.text_document.uri)?;
    let Some((grounds, data)) = paint(state, &file) else { return Ok(None) };
    let result_id = Some(remember(state, file, grounds, &data));
    Ok(Some(SemanticTokens { result_id, data }.into()))
}

/// What changed since the client was told, as one edit: all that is not the same at the beginning and at the end.
pub fn delta(
    state: &mut State,
    params: SemanticTokensDeltaParams,
) -> Result<Option<SemanticTokensFullDeltaResult>> {
    let (file, _) = state.file(&params.text_document.uri)?;
    let Some((grounds, data)) = paint(state, &file) else { return Ok(None) };
    let known = state.paintings.remove(&file).filter(|known| known.id == params.previous_result_id);
    let id = remember(state, file, grounds, &data);
    let Some(known) = known else {
        return Ok(Some(SemanticTokens { result_id: Some(id), data }.into()));
    };
    Ok(Some(SemanticTokensDelta { result_id: Some(id), edits: edits(&known.tokens, data) }.into()))
}

/// The tokens that reach into a range.
pub fn range(
    state: &mut State,
    params: SemanticTokensRangeParams,
) -> Result<Option<SemanticTokensRangeResult>> {
    let (file, text) = state.file(&params.text_document.uri)?;
    let Some(syntax) = state.workspace.syntax(&file) else { return Ok(None) };
    let range = convert::bytes(&text, state.encoding, params.range);
    let inside = |token: &Painted| token.range.start < range.end && range.start < token.range.end;
    let analysis = state.workspace.analysis(&file);
    let painted = highlights(&syntax, analysis.as_deref()).into_iter().filter(inside);
    let painted: Vec<Painted> = painted.collect();
    let data = encode(&text, state.encoding, &painted);
    Ok(Some(SemanticTokens { result_id: None, data }.into()))
}

/// Whether a file is to be painted otherwise though its own text has not changed: then it is noted that the client is told so. After an
/// edit of its text a client asks by itself.
pub fn fades(state: &mut State, file: &FileName) -> bool {
    let Some(known) = state.paintings.get(file) else { return false };
    let (version, grounds) = (known.version, known.grounds);
    let is_same = |state: &mut State| {
        let analysis = state.workspace.analysis(file);
        version.is_none()
            || state.workspace.version(file) != version
            || analysis.is_none_or(|now| now.grounds() == grounds)
    };
    if is_same(state) {
        return false;
    }
    let Some((grounds, data)) = paint(state, file) else { return false };
    let Some(known) = state.paintings.get_mut(file) else { return false };
    known.grounds = grounds;
    known.tokens != data
}

/// The tokens of a file, and the state of the declarations that they are by.
fn paint(state: &mut State, file: &FileName) -> Option<(u64, Vec<SemanticToken>)> {
    let text = state.workspace.text(file)?.clone();
    let syntax = state.workspace.syntax(file)?;
    let analysis = state.workspace.analysis(file);
    let grounds = analysis.as_ref().map_or(0, |analysis| analysis.grounds());
    Some((grounds, encode(&text, state.encoding, &highlights(&syntax, analysis.as_deref()))))
}

fn remember(state: &mut State, file: FileName, grounds: u64, tokens: &[SemanticToken]) -> String {
    state.last_painting += 1;
    let id = state.last_painting.to_string();
    let version = state.workspace.version(&file);
    state.paintings.insert(file, Painting { id: id.clone(), version, grounds, tokens: tokens.to_vec() });
    id
}

/// Each token by its distance from the one before.
fn encode(text: &Text, encoding: Encoding, painted: &[Painted]) -> Vec<SemanticToken> {
    let (mut line, mut start) = (0, 0);
    let token = |token: &Painted| {
        let at = encoding.position(text, token.range.start);
        let delta_line = at.line - line;
        let delta_start = if delta_line == 0 { at.character - start } else { at.character };
        (line, start) = (at.line, at.character);
        SemanticToken {
            delta_line,
            delta_start,
            length: encoding.length(text.slice(token.range.clone())),
            token_type: token.paint as u32,
            token_modifiers_bitset: u32::from(token.is_declaration)
                | u32::from(token.is_documentation) << 1
                | u32::from(token.is_readonly) << 2
                | u32::from(token.is_built_in) << 3,
        }
    };
    painted.iter().map(token).collect()
}

fn edits(known: &[SemanticToken], now: Vec<SemanticToken>) -> Vec<SemanticTokensEdit> {
    let head = known.iter().zip(&now).take_while(|(a, b)| a == b).count();
    let (old, new) = (known.get(head..).unwrap_or_default(), now.get(head..).unwrap_or_default());
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (deleted, data) = (old.len() - tail, new.get(..new.len() - tail).unwrap_or_default().to_vec());
    if deleted == 0 && data.is_empty() {
        return Vec::new();
    }
    // The protocol counts numbers, five for each token.
    let numbers = |tokens: usize| u32::try_from(tokens * 5).unwrap_or(u32::MAX);
    vec![SemanticTokensEdit { start: numbers(head), delete_count: numbers(deleted), data: Some(data) }]
}
