//! `textDocument/signatureHelp`: what a function takes, while its arguments are written.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    Documentation, MarkupContent, MarkupKind, ParameterInformation, ParameterLabel, SignatureHelp,
    SignatureHelpParams, SignatureInformation,
};

use crate::ide::Encoding;
use crate::ide::signature::{Signature, signature};
use crate::server::state::State;

/// All functions of the name, and which parameter is being written.
pub fn answer(state: &mut State, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
    let Some((analysis, file, offset)) = state.pointed(&params.text_document_position_params)? else {
        return Ok(None);
    };
    let Some(syntax) = state.workspace.syntax(&file) else { return Ok(None) };
    let Some(help) = signature(&analysis, &syntax, offset) else { return Ok(None) };
    let active = help.signatures.get(help.active).and_then(|one| one.active);
    let (by_place, by_signature) = abilities(state);
    let signatures = help.signatures.into_iter().map(|one| information(one, by_place, by_signature));
    Ok(Some(SignatureHelp {
        signatures: signatures.collect(),
        active_signature: u32::try_from(help.active).ok(),
        active_parameter: active.and_then(number),
    }))
}

/// Whether the client takes the place of a parameter within the label, and an active parameter for each signature.
fn abilities(state: &State) -> (bool, bool) {
    let document = state.client.text_document.as_ref();
    let help = document.and_then(|document| document.signature_help.as_ref());
    let signature = help.and_then(|help| help.signature_information.as_ref());
    let parameters = signature.and_then(|signature| signature.parameter_information.as_ref());
    let by_place = parameters.and_then(|parameters| parameters.label_offset_support);
    let by_signature = signature.and_then(|signature| signature.active_parameter_support);
    (by_place == Some(true), by_signature == Some(true))
}

fn information(one: Signature, by_place: bool, by_signature: bool) -> SignatureInformation {
    let part = |at: u32| one.label.get(..at as usize).unwrap_or_default();
    let parameter = |range: &std::ops::Range<u32>| {
        // Places in a label are counted in UTF-16, whatever was agreed for texts.
        let place = |at| Encoding::Utf16.length(part(at));
        let label = if by_place {
            ParameterLabel::LabelOffsets([place(range.start), place(range.end)])
        } else {
            let text = one.label.get(range.start as usize..range.end as usize).unwrap_or_default();
            ParameterLabel::Simple(text.to_owned())
        };
        ParameterInformation { label, documentation: None }
    };
    let docs = MarkupContent { kind: MarkupKind::Markdown, value: one.docs.clone() };
    SignatureInformation {
        parameters: Some(one.parameters.iter().map(parameter).collect()),
        documentation: (!one.docs.is_empty()).then_some(Documentation::MarkupContent(docs)),
        active_parameter: one.active.filter(|_| by_signature).and_then(number),
        label: one.label,
    }
}

fn number(number: usize) -> Option<u32> {
    u32::try_from(number).ok()
}
