//! `textDocument/inlayHint`: what is not written in a policy, and yet is so.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    InlayHint, InlayHintKind, InlayHintLabelPart, InlayHintParams, InlayHintTooltip, MarkupContent,
    MarkupKind,
};

use crate::ide::Text;
use crate::ide::hints::{Hint, Kind, Part, Wanted, hints};
use crate::server::convert;
use crate::server::settings::InlayHints;
use crate::server::shown::{Hints, Showing};
use crate::server::state::State;

/// The hints of a range, of the kinds that the user wants.
pub fn answer(state: &mut State, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
    let (file, text) = state.file(&params.text_document.uri)?;
    let (Some(analysis), Some(syntax)) = (state.workspace.analysis(&file), state.workspace.syntax(&file))
    else {
        return Ok(None);
    };
    let range = convert::bytes(&text, state.encoding, params.range);
    let found = hints(&analysis, &syntax, range.clone(), state.settings.inlay_hints.into());
    let told = found.iter().map(|hint| shown(state, &text, hint)).collect();
    let version = state.workspace.version(&file);
    state.shown.hints.insert(file, Showing { version, what: Hints { range, all: found } });
    Ok(Some(told))
}

impl From<InlayHints> for Wanted {
    fn from(settings: InlayHints) -> Wanted {
        let InlayHints { types, parameters, stages } = settings;
        Wanted { types, parameters, stages }
    }
}

fn shown(state: &State, text: &Text, hint: &Hint) -> InlayHint {
    let part = |part: &Part| InlayHintLabelPart {
        value: part.text.clone(),
        location: part.target.as_ref().and_then(|(file, range)| state.location(file, range.clone())),
        ..InlayHintLabelPart::default()
    };
    let tooltip = MarkupContent { kind: MarkupKind::Markdown, value: hint.tooltip.clone() };
    InlayHint {
        position: convert::place(text, state.encoding, hint.at),
        label: hint.label.iter().map(part).collect::<Vec<_>>().into(),
        // The protocol has a kind for types; its other one is about the names of arguments.
        kind: (hint.kind == Kind::Type).then_some(InlayHintKind::TYPE),
        text_edits: None,
        tooltip: Some(InlayHintTooltip::MarkupContent(tooltip)),
        padding_left: None,
        padding_right: None,
        data: None,
    }
}
