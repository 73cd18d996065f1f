//! Observed layers: the request is decided a second time, as if they counted, and what that adds is told beside the decision.
//!
//! The second run comes after the first and has its own layers, parameters and effects, so that nothing of it can touch what was
//! decided. Both read the same request, and the facts of both are kept: with them the same comes out again.

use lictor_bundle::program::Mode;
use lictor_bundle::schema::ActionId;

use crate::decide::{denied, refused, unevaluated};
use crate::decision::{Found, Observed};
use crate::decode::{Refusal, user_required};
use crate::evaluate::evaluate;
use crate::history::Past;
use crate::plan::{ActionPlan, Program};
use crate::scratch::{Layer, Scratch, Unobserved};
use crate::trace::Watch;
use crate::words;

/// Whether any observed layer applies to the request that was read, or might.
pub(crate) fn is_observed(scratch: &Scratch) -> bool {
    !scratch.observed.is_empty() || scratch.unobserved.is_some()
}

/// What the observed layers would have added to what was found; nothing where none applies.
pub(crate) fn observed<W: Watch>(
    program: &Program,
    scratch: &mut Scratch,
    action: ActionId,
    plan: &ActionPlan,
    past: Option<&dyn Past>,
    binding: &Found,
    watch: &mut W,
) -> Option<Box<Observed>> {
    if !is_observed(scratch) {
        return None;
    }
    let name = |unit: usize| Some(program.whole(unit)?.key.layer(&program.bundle.schema));
    let layers = scratch.observed.iter().filter_map(|layer| name(layer.unit)).collect();
    let shadow = match scratch.unobserved {
        Some(Unobserved::NoUser) => {
            let Refusal { stage, code, reason } = user_required();
            refused(denied(stage, code, reason, None))
        }
        Some(Unobserved::Undecided(unit, failure)) => refused(unevaluated(failure, name(unit))),
        None => {
            watch.observing();
            with_observed(program, scratch, |scratch| {
                let evaluation = evaluate(program, scratch, action, plan, past, watch);
                words::found(program, scratch, action, plan, &evaluation)
            })
        }
    };
    let (decision, reason_code) = (shadow.verdict(), shadow.code());
    let Found { mut reasons, mut obligations, risk, .. } = shadow;
    reasons.retain(|reason| !binding.reasons.contains(reason));
    obligations.retain(|obligation| !binding.obligations.contains(obligation));
    let score = risk.map(|risk| risk.score);
    Some(Box::new(Observed { layers, decision, reason_code, reasons, score, obligations, observed: None }))
}

/// Does something as if the observed layers counted like the others.
pub(crate) fn with_observed<T>(
    program: &Program,
    scratch: &mut Scratch,
    run: impl FnOnce(&mut Scratch) -> T,
) -> T {
    // Units are numbered in the order of their layers.
    let mut layers: Vec<Layer> = scratch.layers.iter().chain(&scratch.observed).copied().collect();
    layers.sort_by_key(|layer| layer.unit);
    let does = |layer: &Layer| Some(program.unit(layer.unit)?.does);
    for at in 0..layers.len() {
        // Of those that apply, what is observed of a layer stands behind what counts of it. There is one user at most.
        let next = layers.get(at + 1).and_then(does).filter(|next| next.mode == Mode::Observed);
        let Some(layer) = layers.get_mut(at) else { continue };
        layer.twin = does(layer).zip(next).is_some_and(|(unit, next)| unit.key == next.key);
    }
    let binding = std::mem::replace(&mut scratch.layers, layers);
    // Other values are in force than those that were looked up before, and after this nothing is looked up any more.
    scratch.params.look_again();
    let effects = std::mem::take(&mut scratch.effects);
    let done = run(scratch);
    scratch.layers = binding;
    scratch.effects = effects;
    done
}
