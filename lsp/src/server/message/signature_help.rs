//! `textDocument/signatureHelp`: what a function takes, while its arguments are written.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    ParameterInformation, ParameterLabel, SignatureHelp, SignatureHelpParams, SignatureInformation,
    SignatureInformationSettings,
};

use crate::ide::Encoding;
use crate::ide::signature::{Signature, signature};
use crate::server::markup::documentation;
use crate::server::state::State;

/// All functions of the name, and which parameter is being written.
pub fn answer(state: &mut State, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
    let Some((analysis, file, offset)) = state.pointed(&params.text_document_position_params)? else {
        return Ok(None);
    };
    let Some(syntax) = state.workspace.syntax(&file) else { return Ok(None) };
    let Some(help) = signature(&analysis, &syntax, offset) else { return Ok(None) };
    let active = help.signatures.get(help.active).and_then(|one| one.active);
    let document = state.client.text_document.as_ref();
    let help_of_client = document.and_then(|document| document.signature_help.as_ref());
    let client = help_of_client.and_then(|help| help.signature_information.as_ref());
    let signatures = help.signatures.into_iter().map(|one| information(one, client));
    Ok(Some(SignatureHelp {
        signatures: signatures.collect(),
        active_signature: u32::try_from(help.active).ok(),
        active_parameter: active.and_then(number),
    }))
}

/// A function, as the client can show it: the place of a parameter within the label or its text, and the active one here or for all.
fn information(one: Signature, client: Option<&SignatureInformationSettings>) -> SignatureInformation {
    let parameters = client.and_then(|client| client.parameter_information.as_ref());
    let by_place = parameters.and_then(|parameters| parameters.label_offset_support) == Some(true);
    let by_signature = client.and_then(|client| client.active_parameter_support) == Some(true);
    let formats = client.and_then(|client| client.documentation_format.as_ref());
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
    let docs = (!one.docs.is_empty()).then(|| documentation(formats, one.docs.clone()));
    SignatureInformation {
        parameters: Some(one.parameters.iter().map(parameter).collect()),
        documentation: docs,
        active_parameter: one.active.filter(|_| by_signature).and_then(number),
        label: one.label,
    }
}

fn number(number: usize) -> Option<u32> {
    u32::try_from(number).ok()
}
