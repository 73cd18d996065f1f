//! How much work deciding can be.

use lictor_bundle::verify::{LayerSteps, Steps};
use serde_json::{Value, json};

/// The most steps that deciding a request can take, and where they are spent: `at most 812 steps: 12 to find its layers, …`
pub fn bound(steps: &Steps) -> String {
    let observed = steps
        .observed
        .map_or(0, |_| steps.total() - steps.conditions - steps.score - steps.sets - steps.enforced.total());
    let parts = [
        (steps.conditions, "to find its layers"),
        (steps.score, "for the score"),
        (steps.sets, "to put sets of several layers together"),
        (steps.enforced.base, "in the base"),
        (steps.enforced.categories, "in categories"),
        (steps.enforced.agent, "in a tier"),
        (steps.enforced.user, "in a user's policy"),
        (observed, "with what is observed"),
    ];
    let parts = parts.iter().filter(|(steps, _)| *steps > 0).map(|(steps, place)| format!("{steps} {place}"));
    let parts = parts.collect::<Vec<_>>().join(", ");
    let total = steps.total();
    if total == 0 { String::from("no step to take") } else { format!("at most {total} steps: {parts}") }
}

/// The same for programs: without the sum.
pub fn bound_json(steps: &Steps) -> Value {
    let layers = |layers: LayerSteps| json!({ "base": layers.base, "categories": layers.categories, "agent": layers.agent, "user": layers.user });
    json!({
        "conditions": steps.conditions, "score": steps.score, "sets": steps.sets, "enforced": layers(steps.enforced),
        "observed": steps.observed.map(layers),
    })
}
