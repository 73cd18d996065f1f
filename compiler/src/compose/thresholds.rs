//! The thresholds of the score, which layers lower: `set risk step_up at 30`.

use lictor_bundle::program::UnitKey;
use lictor_grammar::ast::{ItemKind, Number, SetThreshold, Threshold};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::sets::Layer;
use crate::modules::Module;
use crate::names::Declared;

/// The threshold that a layer sets. `key` is that of the layer.
pub(super) fn read(
    node: &SetThreshold,
    span: Span,
    key: &UnitKey,
    modules: &[Module],
    declared: &Declared<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<u8> {
    if *key == UnitKey::Base {
        out.push(Diagnostic::error("E0458", span, "the base says its thresholds in the risk model").help(
            "write `risk model { step_up at 40 deny at 80 }`; categories, agents and users lower them",
        ));
        return None;
    }
    let at = match node.at.text.parse::<u8>() {
        Ok(at) if (1..=100).contains(&at) => at,
        _ => {
            out.push(
                Diagnostic::error("E0223", node.at.span, "a threshold is a whole number from 1 to 100")
                    .help("the score of a request never passes 100"),
            );
            return None;
        }
    };
    let (base, name) = match node.which {
        Threshold::StepUp => (declared.schema.risk_step_up_at, "step_up"),
        Threshold::Deny => (declared.schema.risk_deny_at, "deny"),
    };
    if at > base {
        let message =
            format!("a threshold is stricter when lower, and {at} lies above the {base} of the base");
        let mut error = Diagnostic::error("E0459", node.at.span, message).help(format!(
            "choose {base} or less; only the base can raise it: `risk model {{ {name} at {at} }}`"
        ));
        if let Some(number) = in_the_base(node.which, modules) {
            error = error.also(number.span, "the base says so here");
        }
        out.push(error);
        return None;
    }
    Some(at)
}

/// Where the risk model says this threshold, if it does.
fn in_the_base(which: Threshold, modules: &[Module]) -> Option<&Number> {
    let model = modules.iter().flat_map(|module| &module.ast.items).find_map(|item| match &item.kind {
        ItemKind::RiskModel(model) => Some(model),
        _ => None,
    })?;
    match which {
        Threshold::StepUp => model.step_up_at.as_ref(),
        Threshold::Deny => model.deny_at.as_ref(),
    }
}

/// Keeps what a layer sets, once.
pub(super) fn set(which: Threshold, at: u8, span: Span, layer: &mut Layer, out: &mut Vec<Diagnostic>) {
    if let Some((_, first)) = layer.thresholds.get(&which) {
        out.push(
            Diagnostic::error("E0205", span, "this layer sets this threshold twice")
                .also(*first, "the first stands here")
                .help("keep one of them"),
        );
        return;
    }
    layer.thresholds.insert(which, (at, span));
}
